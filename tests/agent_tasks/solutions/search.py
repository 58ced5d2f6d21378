import sys
from pathlib import Path

from groq import Groq

folder, query = sys.argv[1:]
files = sorted(Path(folder).glob("*.txt"))
texts = [file.read_text(encoding="utf-8") for file in files]
answer = Groq().embeddings.create(model="nomic-embed-text-v1_5", input=[query, *texts])
first, *vectors = [each.embedding for each in answer.data]
lengths = [sum(x * x for x in vector) ** 0.5 for vector in vectors]
cosines = {
    file.name: sum(a * b for a, b in zip(first, vector, strict=True)) / length
    for file, vector, length in zip(files, vectors, lengths, strict=True)
}
for name in sorted(cosines, key=cosines.__getitem__, reverse=True)[:3]:
    print(name)

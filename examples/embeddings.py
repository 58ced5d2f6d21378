"""Find the sentence that is closest in meaning to a question."""

from math import hypot

from groq import Groq
from groq.testing import local_if_no_key

# Groq lists no embedding model today, so this one is added to the local server.
MODEL = "nomic-embed-text-v1_5"
SENTENCES = [
    "Air scatters blue light more than red light.",
    "Chlorophyll absorbs red and blue light.",
    "Ice crystals scatter all colours alike.",
]
QUESTION = "Why is the sky blue?"


def main() -> None:
    answer = Groq().embeddings.create(model=MODEL, input=[QUESTION, *SENTENCES])
    question, *sentences = (vector(each.embedding) for each in answer.data)
    closeness = [sum(a * b for a, b in zip(question, each, strict=True)) for each in sentences]
    for share, sentence in sorted(zip(closeness, SENTENCES, strict=True), reverse=True):
        print(f"{share:5.2f} {sentence}")


def vector(embedding: list[float] | str) -> list[float]:
    """Scale the vector to length 1; it is a string only in base64."""
    assert not isinstance(embedding, str)
    length = hypot(*embedding)
    return [value / length for value in embedding]


if __name__ == "__main__":
    with local_if_no_key(models=[MODEL]):
        main()

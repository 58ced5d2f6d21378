import json
import sys
from pathlib import Path

from groq import Groq

questions = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
requests = [
    {
        "custom_id": str(number),
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "user", "content": question}],
    }
    for number, question in enumerate(questions)
]
results = Groq().chat.completions.create_many(requests, in_order=True, stop_on_error=True)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    for question, result in zip(questions, results, strict=True):
        answer = result.completion.choices[0].message.content
        file.write(json.dumps({"question": question, "answer": answer}) + "\n")

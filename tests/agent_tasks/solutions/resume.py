import json
import sys
from pathlib import Path

import groq

requests, results = map(Path, sys.argv[1:])
checkpoint = results.with_suffix(".checkpoint")
lines = map(json.loads, requests.read_text(encoding="utf-8").splitlines())
asked = [{"custom_id": line["custom_id"], **line["body"]} for line in lines]
for _ in groq.Groq().chat.completions.create_many(asked, checkpoint=checkpoint, max_concurrency=8):
    pass
with results.open("w", encoding="utf-8") as file:
    for result in groq.read_results(checkpoint):
        if result.completion:
            told = {"answer": result.completion.choices[0].message.content}
        else:
            told = {"error": str(result.error)}
        file.write(json.dumps({"custom_id": result.custom_id, **told}) + "\n")

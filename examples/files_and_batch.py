"""Send a batch of requests by hand: a file, a batch, the results.

`batch.py` does the same in one call.
"""

import json
import time

from groq import Groq
from groq.testing import local_if_no_key

QUESTIONS = ["Why is the sky blue?", "Why is grass green?", "Why is snow white?"]


def request(name: str, question: str) -> bytes:
    """Return a line of a batch's file."""
    body = {
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "user", "content": question}],
    }
    line = {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(line).encode() + b"\n"


def main(wait: float) -> None:
    client = Groq()
    lines = b"".join(request(f"question-{n}", each) for n, each in enumerate(QUESTIONS))
    file = client.files.create(file=("requests.jsonl", lines), purpose="batch")
    assert file.id  # the type says that it may be missing
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    while batch.status not in ("completed", "failed", "expired", "cancelled"):
        print(batch.id, batch.status)
        time.sleep(wait)
        batch = client.batches.retrieve(batch.id)
    print(batch.id, batch.status)

    if batch.output_file_id:
        for result in client.files.content(batch.output_file_id).iter_lines():
            answer = json.loads(result)
            message = answer["response"]["body"]["choices"][0]["message"]
            print(answer["custom_id"], message["content"])
    client.files.delete(file.id)


if __name__ == "__main__":
    with local_if_no_key() as server:
        main(wait=0.1 if server else 30)

"""Have many requests answered by Ray Data, within limits that all actors share.

    pip install groq "ray[data]"
    python examples/clusters/ray_data.py requests.jsonl results

Each batch of rows has a checkpoint of its own, so a run that was interrupted goes on when it is
started again. The actors here are processes of this machine and share the limits by a file; on
several machines take `RateLimiter(store=RedisStore("redis://…"))`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import ray

from groq import Groq, RateLimiter, read_results


class Answer:
    """An actor: it has a client, which keeps its connections from batch to batch."""

    def __init__(self, client: Groq, folder: Path) -> None:
        self.client = client
        self.folder = folder

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Have the requests of a batch answered, and add the column `answer`."""
        requests = [json.loads(line) for line in batch["text"]]
        names = [request["custom_id"] for request in requests]
        checkpoint = self.folder / f"{names[0]}.jsonl"
        for result in self.client.chat.completions.create_many(requests, checkpoint=checkpoint):
            if result.error:
                print(result.custom_id, "failed:", result.error.message)
        answers = {
            result.custom_id: result.completion.choices[0].message.content
            for result in read_results(checkpoint)
            if result.completion
        }
        return {"custom_id": names, "answer": [answers.get(name) for name in names]}


def main() -> None:
    source, folder = Path(sys.argv[1]), Path(sys.argv[2]).absolute()
    folder.mkdir(exist_ok=True)
    # A client pickles without its key: each actor reads GROQ_API_KEY for itself.
    client = Groq(limiter=RateLimiter(path=folder / "limits.db"))
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False)
    answered = (
        ray.data.read_text(str(source.absolute()))
        .repartition(16)
        .map_batches(
            Answer,
            fn_constructor_kwargs={"client": client, "folder": folder},
            batch_size=100,
            num_cpus=0.5,
            concurrency=4,
        )
    )
    rows = answered.take_all()
    ray.shutdown()
    done = sum(row["answer"] is not None for row in rows)
    print(done, "done,", len(rows) - done, "failed")


if __name__ == "__main__":
    main()

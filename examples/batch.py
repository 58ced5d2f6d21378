"""Ask many questions in one batch, and read the answers by name."""

from collections.abc import Iterator

from groq import BatchRequest, Groq
from groq.testing import local_if_no_key
from groq.types import Batch

QUESTIONS = {"sky": "Why is the sky blue?", "grass": "Why is grass green?"}


def requests() -> Iterator[BatchRequest]:
    for name, question in QUESTIONS.items():
        yield {
            "custom_id": name,
            "model": "openai/gpt-oss-20b",
            "messages": [{"role": "user", "content": question}],
        }


def show(batch: Batch) -> None:
    # An interrupted wait continues with this id: `client.batches.poll(id)`.
    print(batch.id, batch.status)


def main(poll_interval_ms: int | None) -> None:
    client = Groq()
    results = client.batches.create_and_poll(
        requests(), on_progress=show, poll_interval_ms=poll_interval_ms
    )
    for name, result in results.items():
        if result.completion:
            print(name, result.completion.choices[0].message.content)
        else:
            print(name, "failed:", result.error)


if __name__ == "__main__":
    with local_if_no_key() as server:
        main(poll_interval_ms=100 if server else None)

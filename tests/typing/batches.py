"""What checkers infer of batches; this file is checked and never run."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import assert_type

from groq import AsyncGroq, BatchError, BatchRequest, BatchResult, BatchResults, Groq
from groq.types import Batch
from groq.types.chat import ChatCompletion


def requests_are_arguments_of_create(client: Groq) -> None:
    results = client.batches.create_and_poll(
        {
            "custom_id": f"question-{place}",
            "model": "m",
            "messages": [{"role": "user", "content": question}],
            "temperature": 0.5,
        }
        for place, question in enumerate(["Why?", "How?"])
    )
    assert_type(results, BatchResults)
    one: BatchRequest = {"model": "m", "messages": [{"role": "user", "content": "Why?"}]}
    client.batches.create_and_poll([one], on_progress=print)
    client.batches.create_and_poll([{"model": "m"}])  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]  # no messages
    client.batches.create_and_poll([{**one, "temperature": "hot"}])  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]  # text


def results_have_a_completion_or_an_error(client: Groq) -> None:
    batch = client.batches.poll("batch_1")
    assert_type(batch, Batch)
    results = client.batches.results(batch)
    for custom_id, result in results.items():
        assert_type(custom_id, str)
        assert_type(result, BatchResult)
        assert_type(result.completion, ChatCompletion | None)
        assert_type(result.error, BatchError | None)
    assert_type(results["a"].status_code, int | None)
    assert_type(results.get("a"), BatchResult | None)


async def the_async_client_gives_the_same(client: AsyncGroq) -> None:
    batch = await client.batches.poll("batch_1", poll_interval_ms=10)
    assert_type(batch, Batch)
    assert_type(await client.batches.results(batch.id), BatchResults)
    assert_type(await client.batches.create_and_poll([]), BatchResults)


def requests_may_be_lines_or_a_path(client: Groq, path: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Why?"}]}
    client.batches.create_and_poll([{"custom_id": "a", "body": body}])
    client.batches.create_and_poll(path)

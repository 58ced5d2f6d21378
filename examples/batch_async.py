"""Wait for a batch that was created earlier, and read its results."""

import asyncio
import sys

from groq import AsyncGroq
from groq.testing import local_if_no_key


async def begin(client: AsyncGroq) -> str:
    """Create a batch without waiting for it, like a program that is interrupted."""
    begun: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    wait = asyncio.create_task(
        client.batches.create_and_poll(
            [{"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Why?"}]}],
            on_progress=lambda batch: None if begun.done() else begun.set_result(batch.id),
        )
    )
    batch_id = await begun
    wait.cancel()
    await asyncio.wait([wait])
    return batch_id


async def main(poll_interval_ms: int | None) -> None:
    async with AsyncGroq() as client:
        batch_id = sys.argv[1] if len(sys.argv) > 1 else await begin(client)
        batch = await client.batches.poll(batch_id, poll_interval_ms=poll_interval_ms)
        print(batch.id, batch.status)
        with await client.batches.results(batch) as results:
            for result in results.values():
                print(result.custom_id, result.completion or result.error)


if __name__ == "__main__":
    with local_if_no_key() as server:
        asyncio.run(main(poll_interval_ms=100 if server else None))

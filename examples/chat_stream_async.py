"""Print an answer as it arrives, in an event loop."""

import asyncio

from groq import AsyncGroq
from groq.testing import local_if_no_key


async def main() -> None:
    async with AsyncGroq() as client:
        stream = await client.chat.completions.create(
            messages=[{"role": "user", "content": "Write a haiku about rain."}],
            model="openai/gpt-oss-20b",
            stream=True,
        )
        async for chunk in stream:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
        print()


if __name__ == "__main__":
    with local_if_no_key():
        asyncio.run(main())

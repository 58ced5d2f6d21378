"""Follow the text of an answer, and get the whole answer at the end, in an event loop."""

import asyncio

from groq import AsyncGroq
from groq.testing import local_if_no_key


async def main() -> None:
    async with (
        AsyncGroq() as client,
        client.chat.completions.stream(
            messages=[{"role": "user", "content": "Write a haiku about rain."}],
            model="openai/gpt-oss-20b",
        ) as stream,
    ):
        async for text in stream.text_stream:
            print(text, end="", flush=True)
        completion = await stream.get_final_completion()
        print()
        print(completion.choices[0].finish_reason, completion.usage)


if __name__ == "__main__":
    with local_if_no_key():
        asyncio.run(main())

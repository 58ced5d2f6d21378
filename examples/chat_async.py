"""Ask several questions at once."""

import asyncio

from groq import AsyncGroq
from groq.testing import local_if_no_key

QUESTIONS = ["Why is the sky blue?", "Why is grass green?", "Why is snow white?"]


async def ask(client: AsyncGroq, question: str) -> str | None:
    completion = await client.chat.completions.create(
        messages=[{"role": "user", "content": question}],
        model="openai/gpt-oss-20b",
    )
    return completion.choices[0].message.content


async def main() -> None:
    async with AsyncGroq() as client:
        answers = await asyncio.gather(*(ask(client, question) for question in QUESTIONS))
    for question, answer in zip(QUESTIONS, answers, strict=True):
        print(f"{question}\n{answer}\n")


if __name__ == "__main__":
    with local_if_no_key():
        asyncio.run(main())

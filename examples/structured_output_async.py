"""Ask for a list of values, and watch it grow while the model writes it."""

import asyncio

from pydantic import BaseModel

from groq import AsyncGroq
from groq.testing import Reply, local_if_no_key


class City(BaseModel):
    name: str
    inhabitants: int


async def main() -> None:
    async with (
        AsyncGroq() as client,
        client.chat.completions.stream(
            messages=[{"role": "user", "content": "What are the largest cities of Norway?"}],
            model="openai/gpt-oss-20b",
            response_format=list[City],
        ) as stream,
    ):
        async for event in stream:
            if event.type == "content.delta":
                print(event.parsed)  # plain JSON, as far as it goes
        completion = await stream.get_final_completion()
        for city in completion.choices[0].message.parsed or []:
            print(f"{city.name}: {city.inhabitants:,}")


if __name__ == "__main__":
    with local_if_no_key() as server:
        if server:
            cities = [
                City(name="Oslo", inhabitants=717_710),
                City(name="Bergen", inhabitants=291_940),
            ]
            listed = ", ".join(city.model_dump_json() for city in cities)
            server.reply(
                Reply(["{", f'"value": [{listed[:20]}', listed[20:60], f"{listed[60:]}]}}"])
            )
        asyncio.run(main())

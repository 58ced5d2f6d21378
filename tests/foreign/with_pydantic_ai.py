"""A pydantic-ai agent asks chat through its provider for OpenAI."""

import asyncio

import cases
import pydantic
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


class City(pydantic.BaseModel):
    name: str
    people: int


def agent(name: str = cases.MODEL, **options: object) -> Agent:
    provider = OpenAIProvider(base_url=cases.BASE_URL, api_key="any")
    return Agent(OpenAIChatModel(name, provider=provider), **options)


def weather(city: str) -> str:
    """Tell the weather of a city."""
    return "sunny"


def stream() -> str:
    async def read() -> str:
        async with agent().run_stream("Hello") as streamed:
            return "".join([piece async for piece in streamed.stream_text(delta=True)])

    return asyncio.run(read())


cases.run(
    chat=lambda name: agent(name).run_sync("Hello").output,
    stream=stream,
    tool=lambda: agent(tools=[weather]).run_sync("How is the weather in Berlin?").output,
    typed=lambda: agent(output_type=NativeOutput(City)).run_sync("Berlin").output.model_dump(),
    refused="ModelNotFoundError",
    lost="ModelConnectionError",
    ended="passes for whole",
)

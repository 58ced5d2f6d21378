"""A pydantic-ai agent chats, streams and calls a tool through this client."""

from __future__ import annotations

import asyncio

from pydantic_ai import Agent
from pydantic_ai.models.groq import GroqModel
from pydantic_ai.providers.groq import GroqProvider

from groq.testing import LocalServer, Reply, ToolCall


async def main() -> None:
    async with LocalServer(pace=0) as server, server.async_client() as client:
        model = GroqModel("openai/gpt-oss-20b", provider=GroqProvider(groq_client=client))
        agent = Agent(model)

        @agent.tool_plain
        def weather(city: str) -> str:
            return f"Sun in {city}."

        server.reply("Hello there.")
        assert (await agent.run("Hi")).output == "Hello there."

        server.reply("One two three.")
        async with agent.run_stream("Count") as streamed:
            pieces = [piece async for piece in streamed.stream_text(delta=True, debounce_by=None)]
        assert "".join(pieces) == "One two three."

        server.reply(Reply(tool_calls=[ToolCall("weather", {"city": "Oslo"})]))
        server.reply("It is sunny.")
        assert (await agent.run("The weather in Oslo?")).output == "It is sunny."
        assert b"Sun in Oslo." in server.last_request.body


asyncio.run(main())

"""LangChain's `ChatGroq` chats, streams and calls a tool through this client."""

from __future__ import annotations

import asyncio

from langchain_core.tools import tool
from langchain_groq import ChatGroq

from groq.testing import LocalServer, Reply, ToolCall


@tool
def weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"Sun in {city}."


with LocalServer(pace=0) as server:
    model = ChatGroq(model="openai/gpt-oss-20b", base_url=server.url, api_key="any")

    server.reply("Hello there.")
    answer = model.invoke("Hi")
    assert answer.content == "Hello there."
    assert answer.usage_metadata["total_tokens"] > 0

    server.reply("One two three.")
    assert "".join(chunk.content for chunk in model.stream("Count")) == "One two three."

    async def count() -> str:
        return "".join([chunk.content async for chunk in model.astream("Count")])

    server.reply("One two three.")
    assert asyncio.run(count()) == "One two three."

    server.reply(Reply(tool_calls=[ToolCall("weather", {"city": "Oslo"})]))
    (call,) = model.bind_tools([weather]).invoke("The weather in Oslo?").tool_calls
    assert weather.invoke(call).content == "Sun in Oslo."

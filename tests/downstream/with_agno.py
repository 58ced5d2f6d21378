"""An agent of Agno chats, streams and calls a tool through this client."""

from __future__ import annotations

from agno.agent import Agent
from agno.models.groq import Groq

from groq.testing import LocalServer, Reply, ToolCall


def weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"Sun in {city}."


with LocalServer(pace=0) as server:
    model = Groq(id="openai/gpt-oss-20b", api_key="any", base_url=server.url)
    agent = Agent(model=model, tools=[weather], telemetry=False)

    server.reply("Hello there.")
    assert agent.run("Hi").content == "Hello there."

    server.reply("One two three.")
    pieces = [event.content for event in agent.run("Count", stream=True) if event.content]
    assert "".join(pieces) == "One two three."

    server.reply(Reply(tool_calls=[ToolCall("weather", {"city": "Oslo"})]))
    server.reply("It is sunny.")
    assert agent.run("The weather in Oslo?").content == "It is sunny."
    assert b"Sun in Oslo." in server.last_request.body

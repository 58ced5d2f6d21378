"""Tools for the tests, and how a run of them is started."""

from __future__ import annotations

from enum import Enum
from typing import Any, Literal

import anyio
import pydantic

from groq import (
    function_tool,
)
from groq.testing import LocalServer, Reply, ToolCall
from twins import MESSAGES, MODEL, Twin


class Unit(Enum):
    CELSIUS = "C"
    FAHRENHEIT = "F"


class Place(pydantic.BaseModel):
    """A place on earth."""

    city: str
    country: str = "Norway"


@function_tool
def get_weather(city: str, unit: Literal["C", "F"] = "C") -> str:
    """Tell the weather in a city.

    It is slow.

    Args:
        city: The city,
            in English.
        unit (str, optional): C or F.

    Returns:
        The weather: in words.
    """
    return f"18 °{unit} in {city}"


@function_tool
async def get_time(city: str) -> str:
    """Tell the time in a city."""
    await anyio.lowlevel.checkpoint()
    return f"noon in {city}"


def run(twin: Twin, server: LocalServer, *tools: Any, **options: Any) -> Any:
    client = twin.client(server)
    return client.chat.completions.run_tools(
        **{"model": MODEL, "messages": MESSAGES, "tools": tools, **options}
    )


def calling(*calls: ToolCall) -> Reply:
    return Reply(tool_calls=calls)


def text_of(completion: Any) -> Any:
    return completion.choices[0].message.content


def results(server: LocalServer) -> list[str]:
    """Return the results of tools that the last request has."""
    messages = server.last_request.json()["messages"]
    return [message["content"] for message in messages if message["role"] == "tool"]

"""`mcp_tools`: tools of an MCP server of the caller's own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from groq import Groq, mcp_tools
from groq.testing import LocalServer, Reply, ToolCall
from twins import MESSAGES, MODEL

mcp: Any = pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
server_module: Any = pytest.importorskip("mcp.server")


def results(server: LocalServer) -> list[str]:
    messages = server.last_request.json()["messages"]
    return [message["content"] for message in messages if message["role"] == "tool"]


async def run(server: LocalServer, tools: Any, *calls: ToolCall) -> list[str]:
    server.reply(Reply(tool_calls=calls))
    server.reply("Done.")
    async with server.async_client() as client:
        await client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=tools
        ).until_done()
    return results(server)


@pytest.mark.anyio
async def test_the_tools_of_a_server_are_run(groq_server: LocalServer) -> None:
    served = server_module.MCPServer("weather")

    def get_weather(city: str) -> str:
        """Tell the weather."""
        if city == "Oz":
            raise ValueError("there is no Oz")
        return f"It rains in {city}"

    served.add_tool(get_weather)
    async with mcp.Client(served) as session:
        (tool,) = await mcp_tools(session)
        assert tool["function"]["name"] == "get_weather"
        assert tool["function"]["description"] == "Tell the weather."
        assert tool["function"]["parameters"]["required"] == ["city"]
        told = await run(
            groq_server,
            [tool],
            ToolCall("get_weather", {"city": "Oslo"}),
            ToolCall("get_weather", {"city": "Oz"}),
            ToolCall("get_weather", "[]"),
            ToolCall("get_weather", "{"),
        )
    assert told[0] == "It rains in Oslo"
    assert told[1].startswith("Error: ")
    assert told[2:] == [
        "Error: The arguments of 'get_weather' are no object",
        "Error: The arguments of 'get_weather' are no JSON",
    ]


class Session:
    """A session whose server is not well."""

    def __init__(self, error: Exception | None = None, pages: int = 1) -> None:
        self.error = error
        self.pages = pages

    async def list_tools(self, *, params: Any = None) -> Any:
        await anyio.lowlevel.checkpoint()
        number = int(params.cursor) if params else 0
        tool = SimpleNamespace(
            name=f"tool/{number}", description=None, input_schema={"type": "object"}
        )
        cursor = str(number + 1) if number + 1 < self.pages else None
        return SimpleNamespace(tools=[tool], next_cursor=cursor)

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        if self.error is None:
            await anyio.sleep_forever()
        raise self.error or AssertionError


@pytest.mark.anyio
async def test_every_page_of_tools_is_read() -> None:
    tools = await mcp_tools(Session(pages=3))
    assert [tool.name for tool in tools] == ["tool_0", "tool_1", "tool_2"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("session", "told"),
    [
        (Session(), "Error: The server of the tool 'tool_0' did not answer in time"),
        (Session(anyio.ClosedResourceError()), "Error: The tool 'tool_0' failed: ClosedResource"),
        (Session(ConnectionError("secret")), "Error: The tool 'tool_0' failed: ConnectionError"),
    ],
    ids=["slow", "dead", "lost"],
)
async def test_a_server_that_is_not_well_is_a_result_for_the_model(
    groq_server: LocalServer, session: Session, told: str
) -> None:
    tools = await mcp_tools(session, timeout=0.01)
    (result,) = await run(groq_server, tools, ToolCall("tool_0"))
    assert result.startswith(told)


def test_a_sync_client_refuses_the_tools_of_a_server() -> None:
    tools = anyio.run(mcp_tools, Session())
    with Groq(api_key="key") as client, pytest.raises(TypeError, match="run it with `AsyncGroq`"):
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, tools=tools)

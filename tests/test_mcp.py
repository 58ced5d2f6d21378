"""`mcp_tools`: tools of an MCP server of the caller's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from groq import Groq, MCPConnection, mcp_tools
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


WEATHER_SERVER = """
import os, socket, sys, uvicorn
from mcp.server import MCPServer

server = MCPServer("weather")

@server.tool()
def get_weather(city: str) -> str:
    if city == "Oz":
        os._exit(1)
    return f"It rains in {city}"

if sys.argv[1] == "stdio":
    server.run()
else:
    port = int(sys.argv[1])
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen()
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(server.streamable_http_app(), log_level="critical")
    uvicorn.Server(config).run(sockets=[listening])
"""
"""A server that dies of the weather in Oz."""


class HTTPServer:
    """The server in a process of its own, over HTTP."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it, on the same port if it was started before."""
        command = [sys.executable, "-c", WEATHER_SERVER, str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()

    def connect(self) -> Any:
        return mcp.Client(f"http://127.0.0.1:{self.port}/mcp")


@pytest.fixture
def http_server() -> Iterator[HTTPServer]:
    server = HTTPServer()
    try:
        yield server
    finally:
        server.stop()


LOST = "Error: The connection to the MCP server was lost; the tool may have run"


@pytest.mark.anyio
async def test_a_connection_outlives_a_server_over_http(
    groq_server: LocalServer, http_server: HTTPServer
) -> None:
    async with MCPConnection(http_server.connect) as connection:
        tools = await mcp_tools(connection)
        assert await call_each(groq_server, tools, "Oslo", "Oz", "Rome") == [
            "It rains in Oslo",
            LOST,
            "Error: The MCP server cannot be reached",
        ]
        http_server.stop()
        http_server.start()
        assert await call_each(groq_server, tools, "Bonn") == ["It rains in Bonn"]


@pytest.mark.anyio
async def test_a_connection_starts_a_dead_program_again(groq_server: LocalServer) -> None:
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-c", WEATHER_SERVER, "stdio"]
    )
    async with MCPConnection(lambda: mcp.Client(mcp.stdio_client(command))) as connection:
        told = await call_each(groq_server, await mcp_tools(connection), "Oslo", "Oz", "Bonn")
    assert told == ["It rains in Oslo", LOST, "It rains in Bonn"]


@pytest.mark.anyio
async def test_calls_at_once_fail_together_with_their_server(
    groq_server: LocalServer, http_server: HTTPServer
) -> None:
    async with MCPConnection(http_server.connect) as connection:
        calls = [ToolCall("get_weather", {"city": "Oz"}) for _ in range(3)]
        told = await run(groq_server, await mcp_tools(connection), *calls)
    assert told[0] == LOST
    assert all(each.startswith("Error: The ") for each in told)


@pytest.mark.anyio
async def test_a_connection_that_cannot_be_opened_raises() -> None:
    @asynccontextmanager
    async def connect() -> AsyncGenerator[Session, None]:
        raise ConnectionRefusedError
        yield Session()

    with pytest.raises(ConnectionRefusedError):
        async with MCPConnection(connect):
            raise AssertionError("there is no server")


@pytest.mark.anyio
async def test_an_exception_in_the_block_of_a_connection_propagates() -> None:
    served = server_module.MCPServer("weather")
    with pytest.raises(KeyError):
        async with MCPConnection(lambda: mcp.Client(served)):
            raise KeyError


async def call_each(server: LocalServer, tools: Any, *cities: str) -> list[str]:
    """Have a run call the tool for one city after the other."""
    for city in cities:
        server.reply(Reply(tool_calls=[ToolCall("get_weather", {"city": city})]))
    server.reply("Done.")
    async with server.async_client() as client:
        await client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=tools
        ).until_done()
    return results(server)


class Session:
    """A session whose server gives one result, fails, or is silent."""

    def __init__(
        self, error: Exception | None = None, pages: int = 1, result: object = None
    ) -> None:
        self.error = error
        self.pages = pages
        self.result = result

    async def list_tools(self, *, params: Any = None) -> Any:
        await anyio.lowlevel.checkpoint()
        number = int(params.cursor) if params else 0
        tool = SimpleNamespace(
            name=f"tool/{number}", description=None, input_schema={"type": "object"}
        )
        cursor = str(number + 1) if number + 1 < self.pages else None
        return SimpleNamespace(tools=[tool], next_cursor=cursor)

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        if self.error is not None:
            raise self.error
        if self.result is None:
            await anyio.sleep_forever()
        return self.result


class ClientOfPages:
    """A session whose pages are asked for as those of `mcp.Client`."""

    def __init__(self, pages: int) -> None:
        self.session = Session(pages=pages)

    async def list_tools(self, *, cursor: str = "0") -> Any:
        return await self.session.list_tools(params=SimpleNamespace(cursor=cursor))

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        return await self.session.call_tool(name, arguments)


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [Session, ClientOfPages])
async def test_every_page_of_tools_is_read(kind: Any) -> None:
    tools = await mcp_tools(kind(pages=3))
    assert [tool.name for tool in tools] == ["tool_0", "tool_1", "tool_2"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("session", "timeout", "told"),
    [
        (Session(), 0.01, "Error: The server of the tool 'tool_0' did not answer in time"),
        (
            Session(anyio.ClosedResourceError()),
            30,
            "Error: The tool 'tool_0' failed: ClosedResource",
        ),
        (
            Session(ConnectionError("secret")),
            30,
            "Error: The tool 'tool_0' failed: ConnectionError",
        ),
    ],
    ids=["slow", "dead", "lost"],
)
async def test_a_server_that_is_not_well_is_a_result_for_the_model(
    groq_server: LocalServer, session: Session, timeout: float, told: str
) -> None:
    tools = await mcp_tools(session, timeout=timeout)
    (result,) = await run(groq_server, tools, ToolCall("tool_0"))
    assert result.startswith(told)


@pytest.mark.anyio
async def test_the_text_of_an_embedded_resource_is_given_to_the_model(
    groq_server: LocalServer,
) -> None:
    types: Any = pytest.importorskip("mcp.types")
    resource = types.TextResourceContents(uri="file:///notes", text="Buy milk.")
    content = [types.EmbeddedResource(type="resource", resource=resource)]
    tools = await mcp_tools(Session(result=types.CallToolResult(content=content)))
    assert await run(groq_server, tools, ToolCall("tool_0")) == ["Buy milk."]


@pytest.mark.anyio
async def test_tools_whose_names_the_api_refuses_get_distinct_names(
    groq_server: LocalServer,
) -> None:
    served = server_module.MCPServer("weather")
    for name in ("天気", "地図", "find city"):
        served.add_tool(lambda name=name: f"result of {name}", name=name)
    async with mcp.Client(served) as session:
        tools = await mcp_tools(session)
        assert [tool.name for tool in tools] == ["tool", "tool_2", "find_city"]
        told = await run(groq_server, tools, ToolCall("tool"), ToolCall("tool_2"))
    assert told == ["result of 天気", "result of 地図"]


def test_a_sync_client_refuses_the_tools_of_a_server() -> None:
    tools = anyio.run(mcp_tools, Session())
    with Groq(api_key="key") as client, pytest.raises(TypeError, match="run it with `AsyncGroq`"):
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, tools=tools)

"""Tools of the caller's own MCP servers, for `run_tools`."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable
from importlib import import_module
from typing import Any, Protocol, cast

from typing_extensions import override

from .._types import is_dict
from .tools import FunctionTool, ToolCallError


class Session(Protocol):
    """The interface of a session: a `ClientSession` of the package `mcp` has it."""

    def list_tools(self, *, params: Any = None) -> Awaitable[Any]:
        """List the tools of the server, a page at a time."""
        ...

    def call_tool(self, name: str, arguments: dict[str, Any]) -> Awaitable[Any]:
        """Run a tool on the server."""
        ...


async def mcp_tools(session: Session, *, timeout: float | None = None) -> list[MCPTool]:
    """Return the tools of an MCP server, for `run_tools` of an async client.

        async with mcp.ClientSession(read, write) as session:
            await session.initialize()
            run = client.chat.completions.run_tools(
                model="...", messages=messages, tools=await mcp_tools(session)
            )

    If a call fails, even because the server is slow, dead or restarted, the model is told as the
    result of the call, and the run continues.

    Args:
        session: An initialized session, of the extra `mcp`.
        timeout: The longest duration of a call, in seconds; the default is the session's.

    See https://modelcontextprotocol.io
    """
    page = await session.list_tools()
    tools = list(page.tools)
    while page.next_cursor:
        params = import_module("mcp.types").PaginatedRequestParams(cursor=page.next_cursor)
        page = await session.list_tools(params=params)
        tools += page.tools
    return [MCPTool(session, tool, timeout) for tool in tools]


class MCPTool(FunctionTool[..., Any]):
    """A tool that an MCP server runs; see `mcp_tools`."""

    def __init__(self, session: Session, tool: Any, timeout: float | None) -> None:
        self._session = session
        self._timeout = timeout
        self._tool_name = tool.name
        self.name: str = re.sub(r"[^A-Za-z0-9_-]+", "_", tool.name)[:64]
        self.__name__: str = self.name
        self.is_async = True
        function: dict[str, Any] = {"name": self.name, "parameters": tool.input_schema}
        if tool.description:
            function["description"] = tool.description
        self.update({"type": "function", "function": function})

    async def __call__(self, /, **arguments: Any) -> str:
        import anyio

        try:
            with anyio.fail_after(self._timeout):
                result = await self._session.call_tool(self._tool_name, arguments)
        except TimeoutError as error:
            raise ToolCallError(
                f"The server of the tool {self.name!r} did not answer in time"
            ) from error
        text = _text_of(result)
        if getattr(result, "is_error", False):
            raise ToolCallError(text)
        return text

    @override
    def parse_arguments(self, text: str) -> dict[str, Any]:
        """Return the arguments that a model wrote; the server validates them.

        Raises `ToolCallError` if they are not a JSON object.
        """
        try:
            arguments: object = json.loads(text or "{}")
        except ValueError as error:
            raise ToolCallError(f"The arguments of {self.name!r} are no JSON") from error
        if not is_dict(arguments):
            raise ToolCallError(f"The arguments of {self.name!r} are no object")
        return arguments

    @override
    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError(f"{self!r} belongs to a session, which cannot be pickled")


def _text_of(result: Any) -> str:
    """Return a server's result as text for the model, with the kinds of other contents."""
    parts: list[str] = []
    for part in cast("list[Any]", getattr(result, "content", None) or []):
        text = getattr(part, "text", None)
        parts.append(text if isinstance(text, str) else f"[{getattr(part, 'type', 'content')}]")
    structured: object = getattr(result, "structured_content", None)
    if not parts and structured is not None:
        return json.dumps(structured)
    return "\n".join(parts)

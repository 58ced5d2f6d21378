"""Tools of the caller's own MCP servers, for `run_tools`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Protocol, cast

from typing_extensions import Self, override

from .._exceptions import GroqError
from .._types import is_dict
from .tool_calls import ToolCallError
from .tools import FunctionTool, derived_name

if TYPE_CHECKING:
    import anyio


_CONNECTION_CLOSED = -32000
"""The code of the error of a call whose connection was lost."""


class Session(Protocol):
    """The interface of a session: a `Client` or a `ClientSession` of the package `mcp` has it."""

    def list_tools(self) -> Awaitable[Any]:
        """List the tools of the server, the first page of them."""
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
    result of the call, and the run continues. A session over HTTP whose server dies in a call ends
    the block that it was opened in: an `MCPConnection` outlives that.

    Args:
        session: An initialized session, of the extra `mcp`, or an `MCPConnection`.
        timeout: The longest duration of a call, in seconds; the default is the session's.

    See https://modelcontextprotocol.io
    """
    page = await session.list_tools()
    tools = list(page.tools)
    while page.next_cursor:
        page = await _next_page(session, page.next_cursor)
        tools += page.tools
    names = _distinct_names([tool.name for tool in tools])
    return [MCPTool(session, tool, name, timeout) for tool, name in zip(tools, names, strict=True)]


def _distinct_names(names: list[str]) -> list[str]:
    """Convert names of a server to names that the API accepts, and number those that collide."""
    distinct: list[str] = []
    for name in map(derived_name, names):
        numbered = (f"{name[:60]}_{number}" for number in count(2))
        distinct.append(next(each for each in chain([name], numbered) if each not in distinct))
    return distinct


async def _next_page(session: Any, cursor: str) -> Any:
    if isinstance(session, MCPConnection):
        session = await session.session()
    if "cursor" in inspect.signature(session.list_tools).parameters:
        return await session.list_tools(cursor=cursor)
    params = import_module("mcp.types").PaginatedRequestParams(cursor=cursor)
    return await session.list_tools(params=params)


class MCPConnection:
    """A connection to an MCP server that outlives the server: a lost session is opened again.

        async with groq.MCPConnection(lambda: mcp.Client("https://example.com/mcp")) as server:
            run = client.chat.completions.run_tools(
                model="...", messages=messages, tools=await groq.mcp_tools(server)
            )

    If an HTTP server dies in a call, the block of a `mcp.Client` ends with an `ExceptionGroup`.
    This connection enters the block in a task of its own, so that only the call fails, which the
    model is told. The next call opens a new session.

    Args:
        connect: Returns a new `mcp.Client`, or another context manager of an initialized session.
    """

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[Session]]) -> None:
        self._connect = connect
        self._tasks: Any = None
        self._current: _SessionTask | None = None

    async def __aenter__(self) -> Self:
        import anyio

        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        try:
            await self.session()
        except BaseException:
            self._tasks.cancel_scope.cancel()
            await self._tasks.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._current is not None:
            self._current.closing.set()
        # The task group is not told of an exception in the block: it would put it into a group.
        await self._tasks.__aexit__(None, None, None)

    async def session(self) -> Session:
        """Return the session, or open a new one if it was lost.

        Raises what opening it raises.
        """
        return (await self._open_session())[1]

    async def _open_session(self) -> tuple[_SessionTask, Session]:
        current = self._current
        if current is None or current.is_lost:
            current = self._current = _SessionTask()
            self._tasks.start_soon(current.run, self._connect)
        await current.opened.wait()
        if current.session is None:
            raise current.error or GroqError("The connection to the MCP server was closed")
        return current, current.session

    async def list_tools(self) -> Any:
        """List the tools of the server, the first page of them."""
        return await (await self.session()).list_tools()

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        """Run a tool on the server.

        Raises `ToolCallError` if the connection is lost, or cannot be opened again.
        """
        import anyio

        try:
            current, session = await self._open_session()
        except Exception as error:
            raise ToolCallError("The MCP server cannot be reached") from error
        lost = ToolCallError("The connection to the MCP server was lost; the tool may have run")
        with anyio.CancelScope() as scope:
            current.calls.add(scope)
            try:
                return await session.call_tool(name, arguments)
            except Exception as error:
                if getattr(error, "code", None) != _CONNECTION_CLOSED:
                    raise
                current.mark_lost()
                raise lost from error
            finally:
                current.calls.discard(scope)
        raise lost


class _SessionTask:
    """A session whose block runs in a task of its own."""

    def __init__(self) -> None:
        import anyio

        self.session: Session | None = None
        self.error: Exception | None = None
        self.is_lost = False
        self.opened = anyio.Event()
        """Set once the session is there, or could not be opened."""
        self.closing = anyio.Event()
        """Set once the session is to be closed."""
        self.calls: set[anyio.CancelScope] = set()
        """The calls that wait for an answer."""

    async def run(self, connect: Callable[[], AbstractAsyncContextManager[Session]]) -> None:
        """Open the session, and keep it until it is lost or to be closed."""
        try:
            async with connect() as session:
                self.session = session
                self.opened.set()
                await self.closing.wait()
        except Exception as error:  # noqa: BLE001  # raised to whoever waits for the session
            self.error = error
        finally:
            self.mark_lost()
            self.opened.set()

    def mark_lost(self) -> None:
        """Give up the session, and end the calls that wait for it."""
        self.is_lost = True
        self.closing.set()
        for scope in self.calls:
            scope.cancel()


class MCPTool(FunctionTool[..., Any]):
    """A tool that an MCP server runs; see `mcp_tools`."""

    def __init__(self, session: Session, tool: Any, name: str, timeout: float | None) -> None:
        self._session = session
        self._timeout = timeout
        self._tool_name = tool.name
        self.name = name
        self.__name__ = name
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
        text = _result_text(result)
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


def _result_text(result: Any) -> str:
    """Return a server's result as text for the model, with the kinds of other contents."""
    parts: list[str] = []
    for part in cast("list[Any]", getattr(result, "content", None) or []):
        text = getattr(getattr(part, "resource", part), "text", None)  # of an embedded resource
        parts.append(text if isinstance(text, str) else f"[{getattr(part, 'type', 'content')}]")
    structured: object = getattr(result, "structured_content", None)
    if not parts and structured is not None:
        return json.dumps(structured)
    return "\n".join(parts)

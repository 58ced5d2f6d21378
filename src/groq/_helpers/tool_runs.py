"""The runs of `run_tools`, of both APIs: they send the requests and run the calls.

`tool_loop` decides on the next turn; `chat_tools` and `response_tools` have what is specific to an
API.
"""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from typing_extensions import Self, override

from .._exceptions import APIError
from .structured.errors import StructuredOutputError
from .tool_calls import OnToolError, PendingCall, ToolCallError, result_text
from .tool_loop import Loop
from .tools import FunctionTool

if TYPE_CHECKING:
    from .tools import Tool

LoopT = TypeVar("LoopT", bound=Loop[Any])
TurnT = TypeVar("TurnT")
ResultT = TypeVar("ResultT")


class AsyncRun(ABC, Generic[LoopT, TurnT, ResultT]):
    """An iterator over the turns of a run.

    Args:
        create: Sends the request of a turn.
        loop: The state of the run.

    Raises:
        TypeError: The client cannot run a tool.
    """

    def __init__(self, create: Callable[..., Awaitable[Any]], loop: LoopT) -> None:
        async_check_tools(loop.tools)
        self._create = create
        self._loop = loop

    @override
    def __repr__(self) -> str:
        stopped_by = self._loop.stopped_by
        state = f"stopped by {stopped_by}" if stopped_by else "running"
        return f"<{type(self).__name__}, {state}>"

    def __aiter__(self) -> Self:
        return self

    @abstractmethod
    async def __anext__(self) -> TurnT:
        """Run the calls of the last turn, and return the next one."""

    @abstractmethod
    def _result(self) -> ResultT:
        """Return the last answer."""

    async def until_done(self) -> ResultT:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If a type is requested, the answer has a value of that type as `parsed`, or as
        `output_parsed` in the Responses API. The value is `None` if the limit of turns was reached.
        """
        async for _ in self:
            pass
        return self._result()


class AsyncWholeRun(AsyncRun[LoopT, TurnT, ResultT]):
    """A run whose turns are whole answers."""

    async def __anext__(self) -> TurnT:
        await async_run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                answer = await self._create(**self._loop.next_arguments())
                return cast("TurnT", self._loop.take(answer))  # its loop returns that type
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        raise StopAsyncIteration


class AsyncStreamedRun(AsyncRun[LoopT, TurnT, ResultT]):
    """A run whose turns are streams."""

    _turn: TurnT | None = None
    """The turn that the caller reads."""

    @abstractmethod
    def _open(self, raw_stream: Any) -> TurnT:
        """Return the turn that a raw stream becomes."""

    @abstractmethod
    async def _whole_answer(self, turn: TurnT) -> object:
        """Read a turn to its end, and return the whole answer."""

    async def __anext__(self) -> TurnT:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            try:
                self._loop.take(await self._whole_answer(turn))
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        await async_run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                raw_stream = await self._create(**self._loop.next_arguments())
            except APIError as error:
                self._loop.correct(error)
            else:
                self._turn = self._open(raw_stream)
                return self._turn
        raise StopAsyncIteration


# >>> sync half: produced by scripts/mirror.py


class Run(ABC, Generic[LoopT, TurnT, ResultT]):
    """An iterator over the turns of a run.

    Args:
        create: Sends the request of a turn.
        loop: The state of the run.

    Raises:
        TypeError: The client cannot run a tool.
    """

    def __init__(self, create: Callable[..., Any], loop: LoopT) -> None:
        check_tools(loop.tools)
        self._create = create
        self._loop = loop

    @override
    def __repr__(self) -> str:
        stopped_by = self._loop.stopped_by
        state = f"stopped by {stopped_by}" if stopped_by else "running"
        return f"<{type(self).__name__}, {state}>"

    def __iter__(self) -> Self:
        return self

    @abstractmethod
    def __next__(self) -> TurnT:
        """Run the calls of the last turn, and return the next one."""

    @abstractmethod
    def _result(self) -> ResultT:
        """Return the last answer."""

    def until_done(self) -> ResultT:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If a type is requested, the answer has a value of that type as `parsed`, or as
        `output_parsed` in the Responses API. The value is `None` if the limit of turns was reached.
        """
        for _ in self:
            pass
        return self._result()


class WholeRun(Run[LoopT, TurnT, ResultT]):
    """A run whose turns are whole answers."""

    def __next__(self) -> TurnT:
        run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                answer = self._create(**self._loop.next_arguments())
                return cast("TurnT", self._loop.take(answer))  # its loop returns that type
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        raise StopIteration


class StreamedRun(Run[LoopT, TurnT, ResultT]):
    """A run whose turns are streams."""

    _turn: TurnT | None = None
    """The turn that the caller reads."""

    @abstractmethod
    def _open(self, raw_stream: Any) -> TurnT:
        """Return the turn that a raw stream becomes."""

    @abstractmethod
    def _whole_answer(self, turn: TurnT) -> object:
        """Read a turn to its end, and return the whole answer."""

    def __next__(self) -> TurnT:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            try:
                self._loop.take(self._whole_answer(turn))
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                raw_stream = self._create(**self._loop.next_arguments())
            except APIError as error:
                self._loop.correct(error)
            else:
                self._turn = self._open(raw_stream)
                return self._turn
        raise StopIteration


# <<<


# -------------------------------------------------------------------------------------- the calls

# Written by hand, because sync calls run one after the other, async ones in tasks and threads.


def check_tools(tools: Iterable[Tool]) -> None:
    """Raise `TypeError` for a tool that a sync client cannot run."""
    for tool in tools:
        if isinstance(tool, FunctionTool) and tool.is_async:
            raise TypeError(
                f"Expected tools that are not async but {tool.name!r} is; run it with `AsyncGroq`"
            )


def async_check_tools(tools: Iterable[Tool]) -> None:
    """Do nothing: an async client can run all tools."""


def run_calls(loop: Loop[Any]) -> None:
    """Run the calls of a turn, one after the other."""
    for call in loop.pending:
        if call.result is not None:
            continue  # finished before an error ended the run
        try:
            result = call.prepared()()
            if not _is_awaitable(result):
                call.result = result_text(result)
        except Exception as error:  # noqa: BLE001  # any exception of a tool is its result
            call.fail(error, loop.on_tool_error)
        except BaseException as error:
            if not _is_cancellation(error):
                raise
            call.fail(_cancelled(call), loop.on_tool_error)
        else:
            if call.result is None:
                if inspect.iscoroutine(result):
                    result.close()
                raise TypeError(
                    f"Expected a result from the tool {call.name!r} but received "
                    f"{type(result).__name__}, which is to be awaited; run it with `AsyncGroq`"
                )
    loop.settle()


async def async_run_calls(loop: Loop[Any]) -> None:
    """Run the calls of a turn, several at once."""
    if not loop.pending:
        return
    import anyio

    unfinished = iter([call for call in loop.pending if call.result is None])
    errors: list[BaseException] = []

    async def run_next_calls() -> None:
        for call in unfinished:
            try:
                await _async_run_call(call, loop.on_tool_error)
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:  # noqa: BLE001  # raised below, without an exception group
                errors.append(error)
                tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for _ in range(min(loop.max_concurrency, len(loop.pending))):
            tasks.start_soon(run_next_calls)
    if errors:
        raise errors[0]
    loop.settle()


async def _async_run_call(call: PendingCall, on_tool_error: OnToolError) -> None:
    import anyio

    try:
        prepared = call.prepared()
        result: object = None

        def run() -> None:
            # Set in the thread, so that the result is not lost if the run is cancelled meanwhile.
            nonlocal result
            result = prepared()
            if not _is_awaitable(result):
                call.result = result_text(result)

        if call.tool is not None and call.tool.is_async:
            result = prepared()
        else:
            await anyio.to_thread.run_sync(run)
        if call.result is None:
            call.result = result_text(await _awaited(result))
    except anyio.get_cancelled_exc_class():
        if anyio.current_effective_deadline() == -math.inf:
            raise  # the run was cancelled, and not the tool alone
        call.fail(_cancelled(call), on_tool_error)
    except Exception as error:  # noqa: BLE001  # any exception of a tool is its result
        call.fail(error, on_tool_error)


def _is_cancellation(error: BaseException) -> bool:
    """Return whether an event loop that a tool ran by itself was cancelled."""
    import asyncio

    return isinstance(error, asyncio.CancelledError)


def _cancelled(call: PendingCall) -> ToolCallError:
    return ToolCallError(f"The tool {call.name!r} was cancelled")


def _is_awaitable(result: object) -> bool:
    return inspect.isawaitable(result) or isinstance(result, AsyncIterable)


async def _awaited(result: object) -> object:
    """Return the final result of a tool: awaited, or collected from an async generator."""
    if isinstance(result, AsyncIterable):
        return [each async for each in cast("AsyncIterable[object]", result)]
    return await result if inspect.isawaitable(result) else result

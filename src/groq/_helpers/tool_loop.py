"""`run_tools` of both APIs: the loop of turns, and how the calls of a turn are run.

`Loop` decides on the next turn, without I/O. The runs send the requests and run the calls.
`tool_runner` has what is specific to chat, `response_tools` what is specific to the Responses API.
"""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from typing_extensions import Self, override

from .._constants import MAX_CALLS_AT_ONCE, MAX_CORRECTIONS, MAX_RESULT_CHARS
from .._exceptions import APIError
from .structured.corrections import correction, is_correctable
from .structured.errors import StructuredOutputError
from .tools import FunctionTool, OnToolError, PendingCall, ToolCallError, bounded, sendable, text_of

if TYPE_CHECKING:
    from .tools import Tool

AnswerT = TypeVar("AnswerT")
TurnT = TypeVar("TurnT")


class Loop(ABC, Generic[AnswerT]):
    """The state of a run: the calls that are still to be answered, and what may be corrected."""

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        max_turns: int = 10,
        on_tool_error: OnToolError = "answer",
        max_corrections: int = MAX_CORRECTIONS,
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
    ) -> None:
        check_number("max_turns", max_turns, 1)
        check_number("max_corrections", max_corrections, 0)
        check_number("max_concurrency", max_concurrency, 1)
        check_number("max_result_chars", max_result_chars, 1)
        check_on_tool_error(on_tool_error)
        self.tools: list[Tool] = list(tools)
        self.on_tool_error: OnToolError = on_tool_error
        self.max_concurrency = max_concurrency
        self.pending: list[PendingCall] = []
        self.stopped_by: Any = None
        self.arguments: dict[str, Any] = dict(arguments)
        self.turns_left = max_turns
        self._corrections_left = self._max_corrections = max_corrections
        self._max_result_chars = max_result_chars
        self._functions = functions_by_name(self.tools)

    @abstractmethod
    def next_arguments(self) -> dict[str, Any]:
        """Return the arguments of `create` for the next turn."""

    @abstractmethod
    def take(self, answer: Any) -> AnswerT:
        """Record an answer of the model and its calls."""

    @abstractmethod
    def add_message(self, role: str, content: str) -> None:
        """Add a message to the conversation."""

    @abstractmethod
    def add_result(self, call_id: str, content: str) -> None:
        """Add the result of a call to the conversation."""

    def count_turn(self) -> None:
        """Record that a turn is over, in which nothing was refused."""
        self.turns_left -= 1
        self._corrections_left = self._max_corrections

    def take_calls(self, calls: Iterable[tuple[str, str, str]]) -> None:
        """Record calls that are to be run: the id, the name and the arguments of each."""
        for call_id, name, arguments in calls:
            function = self._functions.get(name)
            if function is None and name in self._functions:
                self.stopped_by = "caller_tool"  # the caller has to answer it
                continue
            self.pending.append(PendingCall(sendable(call_id), name, arguments, function))
        if self.arguments.get("tool_choice") not in ("none", "auto"):
            # A `tool_choice` that forces a call would force one in each turn, forever.
            self.arguments.pop("tool_choice", None)

    def can_correct(self, error: Exception) -> bool:
        """Say whether the model is asked to correct an error."""
        if self.on_tool_error == "raise" and getattr(error, "code", None) == "tool_use_failed":
            return False
        return self._corrections_left > 0 and is_correctable(error)

    def correct(self, error: Exception) -> None:
        """Ask the model in the next turn to correct its answer, or raise the error."""
        if not self.can_correct(error):
            raise error
        self._corrections_left -= 1
        text = self.on_tool_error(error) if callable(self.on_tool_error) else None
        for message in correction(error, text):
            self.add_message(message["role"], str(message.get("content")))

    def settle(self) -> None:
        """Record the results of the calls, once all have finished."""
        for call in self.pending:
            self.add_result(call.id, bounded(sendable(call.result or ""), self._max_result_chars))
        self.pending.clear()


def check_number(name: str, value: object, least: int) -> None:
    """Raise `TypeError` or `ValueError` unless a value is a whole number of at least that size."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"Expected `{name}` to be a whole number but received {value!r}")
    if value < least:
        raise ValueError(f"Expected `{name}` to be at least {least} but received {value!r}")


def check_on_tool_error(value: object) -> None:
    """Raise `ValueError` for an invalid `on_tool_error`."""
    if value not in ("answer", "raise") and not callable(value):
        raise ValueError(
            f"Expected `on_tool_error` to be 'answer', 'raise' or a function but received {value!r}"
        )


def functions_by_name(tools: Iterable[Tool]) -> dict[str, FunctionTool[..., Any] | None]:
    """Return the functions by name; `None` for a tool that the caller runs."""
    functions: dict[str, FunctionTool[..., Any] | None] = {}
    for tool in tools:
        if not isinstance(tool, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # a plain function is a likely mistake
            raise TypeError(
                "Expected tools made by `@groq.function_tool`, or dicts, "
                f"but received {type(tool).__name__}"
            )
        function: Any = tool.get("function")
        if function is None:
            continue  # the server runs it
        name: str = function["name"]
        if name in functions:
            raise ValueError(f"Expected tools with names of their own but {name!r} comes twice")
        functions[name] = tool if isinstance(tool, FunctionTool) else None
    return functions


# --------------------------------------------------------------------------------------- the runs


LoopT = TypeVar("LoopT", bound=Loop[Any])


class Run(Generic[LoopT]):
    """The part that all runs share: their loop."""

    def __init__(self, loop: LoopT) -> None:
        self._loop = loop

    @override
    def __repr__(self) -> str:
        stopped_by = self._loop.stopped_by
        state = f"stopped by {stopped_by}" if stopped_by else "running"
        return f"<{type(self).__name__}, {state}>"


class AsyncWholeRun(Run[LoopT], Generic[LoopT, AnswerT]):
    """A run whose turns are whole answers."""

    def __init__(self, create: Callable[..., Awaitable[object]], loop: LoopT) -> None:
        async_check_tools(loop.tools)
        super().__init__(loop)
        self._create = create

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AnswerT:
        await async_run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                answer = await self._create(**self._loop.next_arguments())
                return cast("AnswerT", self._loop.take(answer))  # what its loop gives
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        raise StopAsyncIteration


class AsyncStreamedRun(Run[LoopT], Generic[LoopT, TurnT]):
    """A run whose turns are streams."""

    def __init__(self, create: Callable[..., Awaitable[Any]], loop: LoopT) -> None:
        async_check_tools(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: TurnT | None = None

    def _opened(self, raw_stream: Any) -> TurnT:
        """Return the turn that a stream carries."""
        raise NotImplementedError

    async def _answer_of(self, turn: TurnT) -> object:
        """Read a turn to its end, and return the whole answer."""
        raise NotImplementedError

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> TurnT:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            try:
                self._loop.take(await self._answer_of(turn))
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        await async_run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                raw_stream = await self._create(**self._loop.next_arguments())
            except APIError as error:
                self._loop.correct(error)
            else:
                self._turn = self._opened(raw_stream)
                return self._turn
        raise StopAsyncIteration


# >>> sync half: produced by scripts/mirror.py


class WholeRun(Run[LoopT], Generic[LoopT, AnswerT]):
    """A run whose turns are whole answers."""

    def __init__(self, create: Callable[..., object], loop: LoopT) -> None:
        check_tools(loop.tools)
        super().__init__(loop)
        self._create = create

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> AnswerT:
        run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                answer = self._create(**self._loop.next_arguments())
                return cast("AnswerT", self._loop.take(answer))  # what its loop gives
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        raise StopIteration


class StreamedRun(Run[LoopT], Generic[LoopT, TurnT]):
    """A run whose turns are streams."""

    def __init__(self, create: Callable[..., Any], loop: LoopT) -> None:
        check_tools(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: TurnT | None = None

    def _opened(self, raw_stream: Any) -> TurnT:
        """Return the turn that a stream carries."""
        raise NotImplementedError

    def _answer_of(self, turn: TurnT) -> object:
        """Read a turn to its end, and return the whole answer."""
        raise NotImplementedError

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> TurnT:
        if self._turn is not None:
            turn, self._turn = self._turn, None
            try:
                self._loop.take(self._answer_of(turn))
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                raw_stream = self._create(**self._loop.next_arguments())
            except APIError as error:
                self._loop.correct(error)
            else:
                self._turn = self._opened(raw_stream)
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


def _is_to_be_awaited(result: object) -> bool:
    return inspect.isawaitable(result) or isinstance(result, AsyncIterable)


def run_calls(loop: Loop[Any]) -> None:
    """Run the calls of a turn, one after the other."""
    for call in loop.pending:
        if call.result is not None:
            continue  # finished before an error ended the run
        try:
            result = call.prepared()()
            if not _is_to_be_awaited(result):
                call.result = text_of(result)
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

    waiting = iter([call for call in loop.pending if call.result is None])
    errors: list[BaseException] = []

    async def work() -> None:
        for call in waiting:
            try:
                await _async_run_call(call, loop.on_tool_error)
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:  # noqa: BLE001  # raised below, without an exception group
                errors.append(error)
                tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for _ in range(min(loop.max_concurrency, len(loop.pending))):
            tasks.start_soon(work)
    if errors:
        raise errors[0]
    loop.settle()


async def _async_run_call(call: PendingCall, on_tool_error: OnToolError) -> None:
    import anyio

    try:
        prepared = call.prepared()
        result: object = None

        def run() -> None:
            # Noted in the thread, so that it is not lost if the run is cancelled meanwhile.
            nonlocal result
            result = prepared()
            if not _is_to_be_awaited(result):
                call.result = text_of(result)

        if call.tool is not None and call.tool.is_async:
            result = prepared()
        else:
            await anyio.to_thread.run_sync(run)
        if call.result is None:
            call.result = text_of(await _awaited(result))
    except anyio.get_cancelled_exc_class():
        if anyio.current_effective_deadline() == -math.inf:
            raise  # the run was cancelled, and not the tool alone
        call.fail(_cancelled(call), on_tool_error)
    except Exception as error:  # noqa: BLE001  # any exception of a tool is its result
        call.fail(error, on_tool_error)


def _is_cancellation(error: BaseException) -> bool:
    """Say whether an event loop that a tool ran by itself was cancelled."""
    import asyncio

    return isinstance(error, asyncio.CancelledError)


def _cancelled(call: PendingCall) -> ToolCallError:
    return ToolCallError(f"The tool {call.name!r} was cancelled")


async def _awaited(result: object) -> object:
    """Return the final result of a tool: awaited, or collected from an async generator."""
    if isinstance(result, AsyncIterable):
        return [each async for each in cast("AsyncIterable[object]", result)]
    return await result if inspect.isawaitable(result) else result

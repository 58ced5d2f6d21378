"""`run_tools`: runs the tools that a model calls, and sends it the results until it is done.

`ToolLoop` holds the conversation and decides on the next turn, without I/O. The runners send the
requests and run the calls.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, cast

from typing_extensions import Self, override

from .._constants import MAX_CALLS_AT_ONCE, MAX_CORRECTIONS, MAX_RESULT_CHARS
from .._exceptions import APIError
from .._types import Maybe, ResponseFormatT, TypeForm, is_dict, is_list, omit
from .messages import given_back
from .shape import checked_completion
from .structured import (
    Parsers,
    StructuredOutputError,
    correction,
    is_correctable,
    parse_chat_completion,
    response_format_param,
)
from .tools import (
    FunctionTool,
    OnToolError,
    PendingCall,
    ToolCallError,
    bounded,
    sendable,
    text_of,
)

if TYPE_CHECKING:
    from .._streaming import AsyncStream, Stream
    from ..types.chat import (
        ChatCompletion,
        ChatCompletionChunk,
        ChatCompletionMessage,
        ChatCompletionMessageParam,
        ParsedChatCompletion,
    )
    from ..types.chat.completion_create_params import ResponseFormat
    from .chat_stream import AsyncChatCompletionStream, ChatCompletionStream
    from .tools import Tool

StoppedBy: TypeAlias = Literal["answer", "max_turns", "length", "content_filter", "caller_tool"]
"""Why a run ended: see `ToolRunner.stopped_by`."""

_FOR_TOOLS = ("tools", "tool_choice", "parallel_tool_calls", "disable_tool_validation")


class CallLoop(Protocol):
    """The interface of a loop whose calls are run."""

    pending: list[PendingCall]
    on_tool_error: OnToolError
    max_concurrency: int

    def settle(self) -> None:
        """Record the results of the calls."""
        ...


class ToolLoop(Generic[ResponseFormatT]):
    """The state of a run: the conversation, and the calls that are still to be answered."""

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
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        strict: bool | None = None,
        url: str = "",
    ) -> None:
        check_number("max_turns", max_turns, 1)
        check_number("max_corrections", max_corrections, 0)
        check_number("max_concurrency", max_concurrency, 1)
        check_number("max_result_chars", max_result_chars, 1)
        check_on_tool_error(on_tool_error)
        self.messages: list[ChatCompletionMessageParam] = list(arguments["messages"])
        self.tools: list[Tool] = list(tools)
        self.on_tool_error: OnToolError = on_tool_error
        self.max_concurrency = max_concurrency
        self.pending: list[PendingCall] = []
        self.last: ChatCompletion | None = None
        self.stopped_by: StoppedBy | None = None
        self._arguments = dict(arguments)
        self._turns_left = max_turns
        self._corrections_left = self._max_corrections = max_corrections
        self._max_result_chars = max_result_chars
        self._functions = functions_by_name(self.tools)
        self._url = url
        self._parsers: Parsers[ResponseFormatT] = Parsers(response_format, ())
        self._format = response_format_param(
            response_format, model=arguments["model"], strict=strict
        )
        self.is_typed: bool = False
        """Whether the next turn asks for the typed answer."""
        if self._parsers.output is None:
            self._arguments["response_format"] = self._format

    @property
    def response_format(self) -> Maybe[TypeForm[ResponseFormatT] | None]:
        """The type of the next turn's answer."""
        return self._parsers.kind if self.is_typed else omit

    def next_arguments(self) -> dict[str, Any]:
        """Return the arguments of `create` for the next turn."""
        asked = {**self._arguments, "messages": self.messages}
        if not self.is_typed:
            return {**asked, "tools": self.tools}
        # Groq does not support tools together with a response format.
        for name in _FOR_TOOLS:
            asked.pop(name, None)
        return {**asked, "response_format": self._format}

    def take(self, answer: object) -> ChatCompletion:
        """Record an answer of the model and its calls.

        Raises `APIResponseValidationError` if it is not a completion, and `StructuredOutputError`
        or `LengthFinishReasonError` for a typed answer that does not fit.
        """
        completion = checked_completion(answer, url=self._url)
        if self.is_typed:
            completion = parse_chat_completion(completion, self._parsers)
        self.last = completion
        self._turns_left -= 1
        self._corrections_left = self._max_corrections
        choice = completion.choices[0]
        said: Any = given_back(choice.message)
        self.messages.append(_sendable({"role": "assistant", "content": None, **said}))
        if self.is_typed or not choice.message.tool_calls:
            self._take_answer(completion)
        elif choice.finish_reason in ("length", "content_filter"):
            self._stop(choice.finish_reason)  # the last call may be cut off too
        elif not self._turns_left:
            self._stop("max_turns")  # no turn is left that would read the results
        else:
            self._take_calls(choice.message)
        return completion

    def _take_answer(self, completion: ChatCompletion) -> None:
        """Record an answer without calls, which is the last one unless a typed one is requested."""
        finish_reason = completion.choices[0].finish_reason
        if not self.is_typed and self._parsers.output is not None:
            try:
                self.last = parse_chat_completion(completion, self._parsers)
            except StructuredOutputError:
                if not self._turns_left:
                    self._stop("max_turns")
                    return
                # Ask once more, for the type and without tools.
                self.messages.pop()
                self.is_typed = True
                return
        cut = finish_reason in ("length", "content_filter")
        self._stop(cast("StoppedBy", finish_reason) if cut else "answer")  # compared just above

    def _take_calls(self, message: ChatCompletionMessage) -> None:
        for call in message.tool_calls or ():
            name = call.function.name
            function = self._functions.get(name)
            if function is None and name in self._functions:
                self._stop("caller_tool")  # the caller has to answer it
                continue
            self.pending.append(
                PendingCall(sendable(call.id), name, call.function.arguments, function)
            )
        if self._arguments.get("tool_choice") not in ("none", "auto"):
            # A `tool_choice` that forces a call would force one in each turn, forever.
            self._arguments.pop("tool_choice", None)

    def _stop(self, reason: StoppedBy) -> None:
        self.stopped_by = reason

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
        told = self.on_tool_error(error) if callable(self.on_tool_error) else None
        self.messages += correction(error, told)

    def settle(self) -> None:
        """Record the results of the calls, once all have finished."""
        for call in self.pending:
            content = bounded(sendable(call.result or ""), self._max_result_chars)
            self.messages.append({"role": "tool", "tool_call_id": call.id, "content": content})
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


def _sendable(value: Any) -> Any:
    """Replace text in a model's output that JSON cannot hold."""
    if isinstance(value, str):
        return sendable(value)
    if is_list(value):
        return [_sendable(each) for each in value]
    if is_dict(value):
        return {key: _sendable(each) for key, each in value.items()}
    return value


# ------------------------------------------------------------------------------------ the runners


class _Run(Generic[ResponseFormatT]):
    """The part that all runs share: the conversation so far."""

    def __init__(self, loop: ToolLoop[ResponseFormatT]) -> None:
        self._loop = loop

    @override
    def __repr__(self) -> str:
        state = f"stopped by {self.stopped_by}" if self.stopped_by else "running"
        return f"<{type(self).__name__}, {state}>"

    @property
    def messages(self) -> list[ChatCompletionMessageParam]:
        """The conversation so far, with answers and results.

        Messages that are added between two turns are sent with the next one.
        """
        return self._loop.messages

    @property
    def stopped_by(self) -> StoppedBy | None:
        """Why the run ended; `None` while it continues.

        `answer`: the model called no tool. `max_turns`: the limit of turns was reached. `length` or
        `content_filter`: the answer was cut off, and its calls were not run. `caller_tool`: the
        model called a tool without a function, whose call the caller has to answer.
        """
        return self._loop.stopped_by

    def _last(self) -> ParsedChatCompletion[ResponseFormatT]:
        from ..types.chat import ParsedChatCompletion

        last = self._loop.last
        if not isinstance(last, ParsedChatCompletion):
            # A run that is done had a turn; it has no value where none was asked for, or came.
            no_type: Parsers[Any] = Parsers(None, ())
            last = parse_chat_completion(cast("ChatCompletion", last), no_type)
        return cast("ParsedChatCompletion[ResponseFormatT]", last)  # decoded as that type


class AsyncToolRunner(_Run[ResponseFormatT]):
    """A run of tools: iterate over its turns, or call `until_done`.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather]
        )
        async for completion in runner:
            ...

    A turn is yielded before its calls are run, so that a loop that is left does not run them. An
    async client runs the calls of a turn concurrently: async functions in tasks, others in threads.
    Cancelling the run cancels the tasks, and waits for the threads. A sync client runs the calls
    one after the other, in the iterating thread.
    """

    def __init__(
        self,
        create: Callable[..., Awaitable[ChatCompletion]],
        loop: ToolLoop[ResponseFormatT],
    ) -> None:
        async_check_tools(loop.tools)
        super().__init__(loop)
        self._create = create

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatCompletion:
        await async_run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                return self._loop.take(await self._create(**self._loop.next_arguments()))
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        raise StopAsyncIteration

    async def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        async for _ in self:
            pass
        return self._last()


class AsyncStreamingToolRunner(_Run[ResponseFormatT]):
    """A run of tools whose turns are streams, as those of `client.chat.completions.stream`.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather], stream=True
        )
        async for turn in runner:
            async for text in turn.text_stream:
                print(text, end="")

    The rest of a turn is read before its calls are run, as `AsyncToolRunner` runs them. To stop
    within a turn, `close` it. If the server refuses a call that the model wrote, the turn ends
    early, and the next one corrects it.
    """

    def __init__(
        self,
        create: Callable[..., Awaitable[AsyncStream[ChatCompletionChunk]]],
        loop: ToolLoop[ResponseFormatT],
    ) -> None:
        async_check_tools(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: AsyncChatCompletionStream[ResponseFormatT] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AsyncChatCompletionStream[ResponseFormatT]:
        from .chat_stream import AsyncChatCompletionStream

        if self._turn is not None:
            turn, self._turn = self._turn, None
            try:
                self._loop.take(await turn.get_final_completion())
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        await async_run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                chunks = await self._create(**self._loop.next_arguments())
            except APIError as error:
                self._loop.correct(error)
            else:
                self._turn = AsyncChatCompletionStream(
                    raw_stream=chunks,
                    response_format=self._loop.response_format,
                    ends_with=self._loop.can_correct,
                )
                return self._turn
        raise StopAsyncIteration

    async def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        async for _ in self:
            pass
        return self._last()


# >>> sync half: produced by scripts/mirror.py


class ToolRunner(_Run[ResponseFormatT]):
    """A run of tools: iterate over its turns, or call `until_done`.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather]
        )
        for completion in runner:
            ...

    A turn is yielded before its calls are run, so that a loop that is left does not run them. An
    async client runs the calls of a turn concurrently: async functions in tasks, others in threads.
    Cancelling the run cancels the tasks, and waits for the threads. A sync client runs the calls
    one after the other, in the iterating thread.
    """

    def __init__(
        self,
        create: Callable[..., ChatCompletion],
        loop: ToolLoop[ResponseFormatT],
    ) -> None:
        check_tools(loop.tools)
        super().__init__(loop)
        self._create = create

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChatCompletion:
        run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                return self._loop.take(self._create(**self._loop.next_arguments()))
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        raise StopIteration

    def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        for _ in self:
            pass
        return self._last()


class StreamingToolRunner(_Run[ResponseFormatT]):
    """A run of tools whose turns are streams, as those of `client.chat.completions.stream`.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather], stream=True
        )
        for turn in runner:
            for text in turn.text_stream:
                print(text, end="")

    The rest of a turn is read before its calls are run, as `ToolRunner` runs them. To stop
    within a turn, `close` it. If the server refuses a call that the model wrote, the turn ends
    early, and the next one corrects it.
    """

    def __init__(
        self,
        create: Callable[..., Stream[ChatCompletionChunk]],
        loop: ToolLoop[ResponseFormatT],
    ) -> None:
        check_tools(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: ChatCompletionStream[ResponseFormatT] | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChatCompletionStream[ResponseFormatT]:
        from .chat_stream import ChatCompletionStream

        if self._turn is not None:
            turn, self._turn = self._turn, None
            try:
                self._loop.take(turn.get_final_completion())
            except (APIError, StructuredOutputError) as error:
                self._loop.correct(error)
        run_calls(self._loop)
        while self._loop.stopped_by is None:
            try:
                chunks = self._create(**self._loop.next_arguments())
            except APIError as error:
                self._loop.correct(error)
            else:
                self._turn = ChatCompletionStream(
                    raw_stream=chunks,
                    response_format=self._loop.response_format,
                    ends_with=self._loop.can_correct,
                )
                return self._turn
        raise StopIteration

    def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        for _ in self:
            pass
        return self._last()


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


def run_calls(loop: CallLoop) -> None:
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
        else:
            if call.result is None:
                if inspect.iscoroutine(result):
                    result.close()
                raise TypeError(
                    f"Expected a result from the tool {call.name!r} but received "
                    f"{type(result).__name__}, which is to be awaited; run it with `AsyncGroq`"
                )
    loop.settle()


async def async_run_calls(loop: CallLoop) -> None:
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
        call.fail(ToolCallError(f"The tool {call.name!r} was cancelled"), on_tool_error)
    except Exception as error:  # noqa: BLE001  # any exception of a tool is its result
        call.fail(error, on_tool_error)


async def _awaited(result: object) -> object:
    """Return the final result of a tool: awaited, or collected from an async generator."""
    if isinstance(result, AsyncIterable):
        return [each async for each in cast("AsyncIterable[object]", result)]
    return await result if inspect.isawaitable(result) else result

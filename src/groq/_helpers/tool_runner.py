"""Runs of tools: a model asks for calls, gets their results and is asked again, until it is done.

`ToolLoop` decides what is asked and what is answered, and does no I/O. The runners below it ask
and run the calls.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import Self

from .tools import FunctionTool, OnToolError, PendingCall, text_of, text_of_error

if TYPE_CHECKING:
    from .._streaming import AsyncStream, Stream
    from ..types.chat import (
        ChatCompletion,
        ChatCompletionChunk,
        ChatCompletionMessage,
        ChatCompletionMessageParam,
    )
    from .chat_stream import AsyncChatCompletionStream, ChatCompletionStream
    from .tools import Tool


class ToolLoop:
    """Knows what to ask next, and which calls are still to be answered."""

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        max_turns: int,
        on_tool_error: OnToolError,
    ) -> None:
        if max_turns < 1:
            raise ValueError(f"Expected `max_turns` to be at least 1 but received {max_turns!r}")
        self.messages: list[ChatCompletionMessageParam] = list(arguments["messages"])
        self.tools: list[Tool] = list(tools)
        self.on_tool_error: OnToolError = on_tool_error
        self.pending: list[PendingCall] = []
        self.last: ChatCompletion | None = None
        self.is_done: bool = False
        self._arguments = dict(arguments)
        self._turns_left = max_turns
        self._functions = _functions_by_name(self.tools)

    def next_arguments(self) -> dict[str, Any]:
        """Return the arguments of `create` for the next turn."""
        return {**self._arguments, "messages": self.messages, "tools": self.tools}

    def take(self, completion: ChatCompletion) -> None:
        """Take note of what the model answers, and of the calls that it waits for."""
        self.last = completion
        self._turns_left -= 1
        message = completion.choices[0].message
        self.messages.append(_given_back(message))
        calls = message.tool_calls or []
        self.is_done = not calls or not self._turns_left
        # Nobody would read the answers to the calls of a last turn.
        if self.is_done:
            return
        for call in calls:
            name = call.function.name
            function = self._functions.get(name)
            if function is None and name in self._functions:
                self.is_done = True  # the caller has to answer it
                continue
            self.pending.append(PendingCall(call.id, name, call.function.arguments, function))
        if self._arguments.get("tool_choice") not in ("none", "auto"):
            # A choice that forces a call would force one in each turn, without end.
            self._arguments.pop("tool_choice", None)

    def answer(self, call: PendingCall, result: str) -> None:
        """Take note of what a call came to."""
        self.pending.remove(call)
        self.messages.append({"role": "tool", "tool_call_id": call.id, "content": result})


def _functions_by_name(tools: Iterable[Tool]) -> dict[str, FunctionTool[..., Any] | None]:
    """Return the functions; a name without one is that of a tool that the caller runs."""
    functions: dict[str, FunctionTool[..., Any] | None] = {}
    for tool in tools:
        if not isinstance(tool, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # a plain function is a likely mistake
            raise TypeError(
                "Expected tools made by `@groq.function_tool`, or dicts, "
                f"but received {type(tool).__name__}"
            )
        if "function" not in tool:
            continue  # the server runs it
        name = tool["function"]["name"]
        if name in functions:
            raise ValueError(f"Expected tools with names of their own but {name!r} comes twice")
        functions[name] = tool if isinstance(tool, FunctionTool) else None
    return functions


def _given_back(message: ChatCompletionMessage) -> ChatCompletionMessageParam:
    """Return what the model said as it is given back: the server refuses what else was in it."""
    given: dict[str, Any] = {"role": "assistant", "content": message.content}
    if message.reasoning:
        given["reasoning"] = message.reasoning
    if message.tool_calls:
        given["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
            for call in message.tool_calls
        ]
    return cast("ChatCompletionMessageParam", given)  # an assistant's message


# -------------------------------------------------------------------------------------- the calls


def _run_calls(loop: ToolLoop) -> None:
    for call in loop.pending.copy():
        try:
            result = text_of(call.prepared()())
        except Exception as error:  # noqa: BLE001  # whatever a tool raises is its answer
            result = text_of_error(error, loop.on_tool_error)
        loop.answer(call, result)


async def _async_run_calls(loop: ToolLoop) -> None:
    if not loop.pending:
        return
    import anyio

    calls = loop.pending.copy()
    results: dict[int, str] = {}
    errors: list[Exception] = []

    async def run(place: int, call: PendingCall) -> None:
        try:
            results[place] = await _async_run_call(call, loop.on_tool_error)
        except Exception as error:  # noqa: BLE001  # raised below, by itself and not in a group
            errors.append(error)
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for place, call in enumerate(calls):
            tasks.start_soon(run, place, call)
    if errors:
        raise errors[0]
    for place, call in enumerate(calls):
        loop.answer(call, results[place])


async def _async_run_call(call: PendingCall, on_tool_error: OnToolError) -> str:
    from anyio import to_thread

    try:
        prepared = call.prepared()
        if call.tool and call.tool.is_async:
            return text_of(await prepared())
        return text_of(await to_thread.run_sync(prepared))
    except Exception as error:  # noqa: BLE001  # whatever a tool raises is its answer
        return text_of_error(error, on_tool_error)


def _refuse_async(tools: Iterable[Tool]) -> None:
    for tool in tools:
        if isinstance(tool, FunctionTool) and tool.is_async:
            raise TypeError(
                f"Expected tools that are not async but {tool.name!r} is; run it with `AsyncGroq`"
            )


# ------------------------------------------------------------------------------------ the runners


class _Run:
    """What all runs share: the conversation so far."""

    def __init__(self, loop: ToolLoop) -> None:
        self._loop = loop

    @property
    def messages(self) -> list[ChatCompletionMessageParam]:
        """The conversation so far, answers and results included.

        What is added to it between two turns is sent with the next one.
        """
        return self._loop.messages

    def _last(self) -> ChatCompletion:
        return cast("ChatCompletion", self._loop.last)  # a run that is done had a turn


class ToolRunner(_Run):
    """A run of tools: iterate over it for each turn, or have it run `until_done`.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather]
        )
        for completion in runner:
            ...

    A turn is handed out before its calls are run, so that leaving the loop leaves them undone.
    The calls of a turn run one after the other, in the thread that iterates.
    """

    def __init__(self, create: Callable[..., ChatCompletion], loop: ToolLoop) -> None:
        _refuse_async(loop.tools)
        super().__init__(loop)
        self._create = create

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChatCompletion:
        _run_calls(self._loop)
        if self._loop.is_done:
            raise StopIteration
        completion = self._create(**self._loop.next_arguments())
        self._loop.take(completion)
        return completion

    def until_done(self) -> ChatCompletion:
        """Run to the end and return the last answer.

        Its `finish_reason` is `tool_calls` if the turns ran out, or a tool is the caller's to run.
        """
        for _ in self:
            pass
        return self._last()


class AsyncToolRunner(_Run):
    """A run of tools: iterate over it for each turn, or have it run `until_done`.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather]
        )
        async for completion in runner:
            ...

    A turn is handed out before its calls are run, so that leaving the loop leaves them undone.
    The calls of a turn run at the same time: async functions as tasks, others in threads. When the
    run is cancelled the tasks are too, and threads are waited for.
    """

    def __init__(self, create: Callable[..., Awaitable[ChatCompletion]], loop: ToolLoop) -> None:
        super().__init__(loop)
        self._create = create

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatCompletion:
        await _async_run_calls(self._loop)
        if self._loop.is_done:
            raise StopAsyncIteration
        completion = await self._create(**self._loop.next_arguments())
        self._loop.take(completion)
        return completion

    async def until_done(self) -> ChatCompletion:
        """Run to the end and return the last answer.

        Its `finish_reason` is `tool_calls` if the turns ran out, or a tool is the caller's to run.
        """
        async for _ in self:
            pass
        return self._last()


class StreamingToolRunner(_Run):
    """A run of tools whose turns are streams, each as `client.chat.completions.stream` gives it.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather], stream=True
        )
        for turn in runner:
            for text in turn.text_stream:
                print(text, end="")

    What was not read of a turn is read before its calls are run, as `ToolRunner` runs them. To stop
    within a turn, `close` it.
    """

    def __init__(self, create: Callable[..., Stream[ChatCompletionChunk]], loop: ToolLoop) -> None:
        _refuse_async(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: ChatCompletionStream[None] | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChatCompletionStream[None]:
        from .chat_stream import ChatCompletionStream

        if self._turn is not None:
            self._loop.take(self._turn.get_final_completion())
            self._turn = None
        _run_calls(self._loop)
        if self._loop.is_done:
            raise StopIteration
        chunks = self._create(**self._loop.next_arguments())
        self._turn = ChatCompletionStream[None](raw_stream=chunks)
        return self._turn

    def until_done(self) -> ChatCompletion:
        """Run to the end and return the last answer.

        Its `finish_reason` is `tool_calls` if the turns ran out, or a tool is the caller's to run.
        """
        for _ in self:
            pass
        return self._last()


class AsyncStreamingToolRunner(_Run):
    """A run of tools whose turns are streams, each as `client.chat.completions.stream` gives it.

        runner = client.chat.completions.run_tools(
            model="...", messages=messages, tools=[get_weather], stream=True
        )
        async for turn in runner:
            async for text in turn.text_stream:
                print(text, end="")

    What was not read of a turn is read before its calls are run, as `AsyncToolRunner` runs them. To
    stop within a turn, `close` it.
    """

    def __init__(
        self, create: Callable[..., Awaitable[AsyncStream[ChatCompletionChunk]]], loop: ToolLoop
    ) -> None:
        super().__init__(loop)
        self._create = create
        self._turn: AsyncChatCompletionStream[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AsyncChatCompletionStream[None]:
        from .chat_stream import AsyncChatCompletionStream

        if self._turn is not None:
            self._loop.take(await self._turn.get_final_completion())
            self._turn = None
        await _async_run_calls(self._loop)
        if self._loop.is_done:
            raise StopAsyncIteration
        chunks = await self._create(**self._loop.next_arguments())
        self._turn = AsyncChatCompletionStream[None](raw_stream=chunks)
        return self._turn

    async def until_done(self) -> ChatCompletion:
        """Run to the end and return the last answer.

        Its `finish_reason` is `tool_calls` if the turns ran out, or a tool is the caller's to run.
        """
        async for _ in self:
            pass
        return self._last()

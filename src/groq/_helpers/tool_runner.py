"""`run_tools` of chat: runs the tools that a model calls, and sends it the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, cast

from typing_extensions import override

from .._types import Maybe, ResponseFormatT, TypeForm, is_dict, is_list, omit
from .messages import to_param
from .shape import checked_completion
from .structured.errors import StructuredOutputError
from .structured.output_types import response_format_param
from .structured.parsing import AnswerParser, parse_chat_completion
from .tool_loop import AsyncStreamedRun, AsyncWholeRun, Loop, Run, StreamedRun, WholeRun
from .tools import sendable

if TYPE_CHECKING:
    from .._streaming import AsyncStream, Stream
    from ..types.chat import (
        ChatCompletion,
        ChatCompletionChunk,
        ChatCompletionMessageParam,
        ParsedChatCompletion,
    )
    from ..types.chat.completion_create_params import ResponseFormat
    from .chat_stream import AsyncChatCompletionStream, ChatCompletionStream
    from .tools import Tool

StoppedBy: TypeAlias = Literal["answer", "max_turns", "length", "content_filter", "caller_tool"]
"""Why a run ended: see `ToolRunner.stopped_by`."""

_FOR_TOOLS = ("tools", "tool_choice", "parallel_tool_calls", "disable_tool_validation")


class ToolLoop(Loop["ChatCompletion"], Generic[ResponseFormatT]):
    """The state of a run on chat: the messages, and the type of the last answer."""

    stopped_by: StoppedBy | None

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        strict: bool | None = None,
        url: str = "",
        **limits: Any,
    ) -> None:
        super().__init__(arguments, tools, **limits)
        self.messages: list[ChatCompletionMessageParam] = list(arguments["messages"])
        self.last: ChatCompletion | None = None
        self._url = url
        self._parser: AnswerParser[ResponseFormatT] = AnswerParser(response_format, ())
        self._format = response_format_param(
            response_format, model=arguments["model"], strict=strict
        )
        self.is_typed: bool = False
        """Whether the next turn asks for the typed answer."""
        if self._parser.output is None:
            self.arguments["response_format"] = self._format

    @property
    def response_format(self) -> Maybe[TypeForm[ResponseFormatT] | None]:
        """The type of the next turn's answer."""
        return self._parser.kind if self.is_typed else omit

    @override
    def next_arguments(self) -> dict[str, Any]:
        request = {**self.arguments, "messages": self.messages}
        if not self.is_typed:
            return {**request, "tools": self.tools}
        # Groq does not support tools together with a response format.
        for name in _FOR_TOOLS:
            request.pop(name, None)
        return {**request, "response_format": self._format}

    @override
    def take(self, answer: object) -> ChatCompletion:
        """Record an answer of the model and its calls.

        Raises `APIResponseValidationError` if it is not a completion, and `StructuredOutputError`
        or `LengthFinishReasonError` for a typed answer that does not fit.
        """
        completion = checked_completion(answer, url=self._url)
        if self.is_typed:
            completion = parse_chat_completion(completion, self._parser)
        self.last = completion
        self.count_turn()
        choice = completion.choices[0]
        message: Any = to_param(choice.message)
        self.messages.append(_sendable({"role": "assistant", "content": None, **message}))
        if self.is_typed or not choice.message.tool_calls:
            self._take_answer(completion)
        elif choice.finish_reason in ("length", "content_filter"):
            self.stopped_by = choice.finish_reason  # the last call may be cut too
        elif not self.turns_left:
            self.stopped_by = "max_turns"  # no turn is left that would read the results
        else:
            calls = choice.message.tool_calls
            self.take_calls(
                (each.id, each.function.name, each.function.arguments) for each in calls
            )
        return completion

    def _take_answer(self, completion: ChatCompletion) -> None:
        """Record an answer without calls, which is the last one unless a typed one is requested."""
        finish_reason = completion.choices[0].finish_reason
        if not self.is_typed and self._parser.output is not None:
            try:
                self.last = parse_chat_completion(completion, self._parser)
            except StructuredOutputError:
                if not self.turns_left:
                    self.stopped_by = "max_turns"
                    return
                # Ask once more, for the type and without tools.
                self.messages.pop()
                self.is_typed = True
                return
        cut = finish_reason in ("length", "content_filter")
        self.stopped_by = cast("StoppedBy", finish_reason) if cut else "answer"  # just compared

    @override
    def add_message(self, role: str, content: str) -> None:
        message = {"role": role, "content": content}
        self.messages.append(cast("ChatCompletionMessageParam", message))  # `correction` made it

    @override
    def add_result(self, call_id: str, content: str) -> None:
        self.messages.append({"role": "tool", "tool_call_id": call_id, "content": content})


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


class _ChatRun(Run[ToolLoop[ResponseFormatT]]):
    """The part that all runs on chat share: the conversation so far."""

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
            no_type: AnswerParser[Any] = AnswerParser(None, ())
            last = parse_chat_completion(cast("ChatCompletion", last), no_type)
        return cast("ParsedChatCompletion[ResponseFormatT]", last)  # parsed as that type


class AsyncToolRunner(
    _ChatRun[ResponseFormatT], AsyncWholeRun[ToolLoop[ResponseFormatT], "ChatCompletion"]
):
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

    async def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        async for _ in self:
            pass
        return self._last()


class AsyncStreamingToolRunner(
    _ChatRun[ResponseFormatT],
    AsyncStreamedRun[ToolLoop[ResponseFormatT], "AsyncChatCompletionStream[ResponseFormatT]"],
):
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

    @override
    def _opened(
        self, raw_stream: AsyncStream[ChatCompletionChunk]
    ) -> AsyncChatCompletionStream[ResponseFormatT]:
        from .chat_stream import AsyncChatCompletionStream

        return AsyncChatCompletionStream(
            raw_stream=raw_stream,
            response_format=self._loop.response_format,
            ends_with=self._loop.can_correct,
        )

    @override
    async def _answer_of(self, turn: AsyncChatCompletionStream[ResponseFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        async with turn:
            return await turn.get_final_completion()

    async def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        async for _ in self:
            pass
        return self._last()


# >>> sync half: produced by scripts/mirror.py


class ToolRunner(_ChatRun[ResponseFormatT], WholeRun[ToolLoop[ResponseFormatT], "ChatCompletion"]):
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

    def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        for _ in self:
            pass
        return self._last()


class StreamingToolRunner(
    _ChatRun[ResponseFormatT],
    StreamedRun[ToolLoop[ResponseFormatT], "ChatCompletionStream[ResponseFormatT]"],
):
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

    @override
    def _opened(
        self, raw_stream: Stream[ChatCompletionChunk]
    ) -> ChatCompletionStream[ResponseFormatT]:
        from .chat_stream import ChatCompletionStream

        return ChatCompletionStream(
            raw_stream=raw_stream,
            response_format=self._loop.response_format,
            ends_with=self._loop.can_correct,
        )

    @override
    def _answer_of(self, turn: ChatCompletionStream[ResponseFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        with turn:
            return turn.get_final_completion()

    def until_done(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        If `response_format` is a type, `choices[0].message.parsed` is a value of that type, or
        `None` if the limit of turns was reached.
        """
        for _ in self:
            pass
        return self._last()


# <<<

"""`run_tools` of chat: runs the tools that a model calls, and sends it the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, cast

from typing_extensions import override

from .._types import Maybe, ResponseFormatT, TypeForm, omit
from .messages import sendable, to_param
from .shape import checked_completion
from .structured.output_types import response_format_param
from .structured.parsing import AnswerParser, parse_chat_completion
from .tool_calls import ToolCallValues
from .tool_loop import Loop
from .tool_runs import AsyncStreamedRun, AsyncWholeRun, StreamedRun, WholeRun

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


class ToolLoop(Loop["ChatCompletion"], Generic[ResponseFormatT]):
    """The state of a run on chat, whose conversation is a list of messages.

    Args:
        arguments: The arguments of `create`, without the tools and the response format.
        tools: The tools.
        response_format: The type of the last answer, or the parameter in the API's form.
        strict: Whether the typed answer uses strict mode; `None` uses it if the model supports it.
        options: Other arguments of `Loop`.
    """

    stopped_by: StoppedBy | None

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
        strict: bool | None = None,
        **options: Any,
    ) -> None:
        parser: AnswerParser[ResponseFormatT] = AnswerParser(response_format, ())
        format_argument: dict[str, Any] = {
            "response_format": response_format_param(
                response_format, model=arguments["model"], strict=strict
            )
        }
        if parser.output is None:  # it is not for the last answer alone
            arguments = {**arguments, **format_argument}
        super().__init__(
            arguments, tools, parser=parser, format_argument=format_argument, **options
        )
        self.messages: list[ChatCompletionMessageParam] = list(arguments["messages"])

    @override
    def _conversation_argument(self) -> dict[str, Any]:
        return {"messages": self.messages}

    @override
    def _checked(self, answer: object) -> ChatCompletion:
        return checked_completion(answer, url=self._url)

    @override
    def _parsed(self, answer: ChatCompletion) -> ChatCompletion:
        return parse_chat_completion(answer, self._parser)

    @override
    def _add_answer(self, answer: ChatCompletion) -> None:
        message: Any = to_param(answer.choices[0].message)
        self.messages.append(sendable({"role": "assistant", "content": None, **message}))

    @override
    def _remove_answer(self) -> None:
        self.messages.pop()

    @override
    def _calls(self, answer: ChatCompletion) -> list[ToolCallValues]:
        calls = () if self.is_typed else answer.choices[0].message.tool_calls or ()
        return [(sendable(call.id), call.function.name, call.function.arguments) for call in calls]

    @override
    def _early_end(self, answer: ChatCompletion, *, has_calls: bool) -> str | None:
        finish_reason = answer.choices[0].finish_reason
        # The last call may be cut off too. A typed answer that is cut off raises an error.
        is_cut_off = finish_reason in ("length", "content_filter")
        return finish_reason if is_cut_off and (has_calls or self._parser.output is None) else None

    @override
    def _add_message(self, role: str, content: str) -> None:
        message = {"role": role, "content": content}
        self.messages.append(cast("ChatCompletionMessageParam", message))  # of a `correction`

    @override
    def _add_result(self, call_id: str, content: str) -> None:
        self.messages.append({"role": "tool", "tool_call_id": call_id, "content": content})


# ------------------------------------------------------------------------------------ the runners


class _ChatRun(Generic[ResponseFormatT]):
    """The conversation and the result of a run, whole or streamed, sync or async."""

    _loop: ToolLoop[ResponseFormatT]

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

    def _result(self) -> ParsedChatCompletion[ResponseFormatT]:
        from ..types.chat import ParsedChatCompletion

        last = self._loop.last
        if not isinstance(last, ParsedChatCompletion):
            # No type was requested, or the turns ran out; a run that is done had one turn or more.
            no_type: AnswerParser[Any] = AnswerParser(None, ())
            last = parse_chat_completion(cast("ChatCompletion", last), no_type)
        return cast("ParsedChatCompletion[ResponseFormatT]", last)  # parsed as that type


class AsyncToolRunner(
    _ChatRun[ResponseFormatT],
    AsyncWholeRun[
        ToolLoop[ResponseFormatT], "ChatCompletion", "ParsedChatCompletion[ResponseFormatT]"
    ],
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


class AsyncStreamingToolRunner(
    _ChatRun[ResponseFormatT],
    AsyncStreamedRun[
        ToolLoop[ResponseFormatT],
        "AsyncChatCompletionStream[ResponseFormatT]",
        "ParsedChatCompletion[ResponseFormatT]",
    ],
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
    def _open(
        self, raw_stream: AsyncStream[ChatCompletionChunk]
    ) -> AsyncChatCompletionStream[ResponseFormatT]:
        from .chat_stream import AsyncChatCompletionStream

        return AsyncChatCompletionStream(
            raw_stream=raw_stream,
            response_format=self._loop.requested_type,
            ends_with=self._loop.can_correct,
        )

    @override
    async def _whole_answer(self, turn: AsyncChatCompletionStream[ResponseFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        async with turn:
            return await turn.get_final_completion()


# >>> sync half: produced by scripts/mirror.py


class ToolRunner(
    _ChatRun[ResponseFormatT],
    WholeRun[ToolLoop[ResponseFormatT], "ChatCompletion", "ParsedChatCompletion[ResponseFormatT]"],
):
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


class StreamingToolRunner(
    _ChatRun[ResponseFormatT],
    StreamedRun[
        ToolLoop[ResponseFormatT],
        "ChatCompletionStream[ResponseFormatT]",
        "ParsedChatCompletion[ResponseFormatT]",
    ],
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
    def _open(
        self, raw_stream: Stream[ChatCompletionChunk]
    ) -> ChatCompletionStream[ResponseFormatT]:
        from .chat_stream import ChatCompletionStream

        return ChatCompletionStream(
            raw_stream=raw_stream,
            response_format=self._loop.requested_type,
            ends_with=self._loop.can_correct,
        )

    @override
    def _whole_answer(self, turn: ChatCompletionStream[ResponseFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        with turn:
            return turn.get_final_completion()


# <<<

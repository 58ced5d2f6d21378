"""`run_tools` of the Responses API: the same tools as in chat, with a `Conversation`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, cast

from typing_extensions import override

from .._types import Maybe, omit
from .conversation import Conversation
from .responses import ResponseParser, TextFormatT, parse_response, text_param
from .shape import checked_response
from .structured.errors import StructuredOutputError
from .tool_loop import AsyncStreamedRun, AsyncWholeRun, Loop, Run, StreamedRun, WholeRun

if TYPE_CHECKING:
    from .._streaming import AsyncStream, Stream
    from ..types.responses import (
        ParsedResponse,
        Response,
        ResponseInputParam,
        ResponseStreamEvent,
        ResponseTextConfigParam,
    )
    from .response_stream import AsyncResponseStream, ResponseStream
    from .tools import Tool

ResponseStoppedBy: TypeAlias = Literal[
    "answer", "max_turns", "incomplete", "failed", "caller_tool", "approval"
]
"""Why a run ended: see `ResponseToolRunner.stopped_by`."""

_FOR_TOOLS = ("tools", "tool_choice", "parallel_tool_calls")


class ResponseToolLoop(Loop["Response"], Generic[TextFormatT]):
    """The state of a run: the conversation, and the type of the last answer."""

    stopped_by: ResponseStoppedBy | None

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        text: Maybe[ResponseTextConfigParam] = omit,
        text_format: Maybe[type[TextFormatT]] = omit,
        url: str = "",
        **limits: Any,
    ) -> None:
        super().__init__({**arguments, "text": text}, tools, **limits)
        given: str | ResponseInputParam = arguments["input"]
        # A given conversation is continued in place.
        self.conversation: Conversation = _conversation_of(given)
        self.last: Response | None = None
        self._url = url
        self._parser: ResponseParser[TextFormatT] = ResponseParser(text_format, ())
        self._typed_text = text_param(text, text_format)
        self.is_typed: bool = False
        """Whether the next turn asks for the typed answer."""

    @property
    def text_format(self) -> Maybe[type[TextFormatT]]:
        """The type of the next turn's answer."""
        return self._parser.kind if self.is_typed else omit

    @override
    def next_arguments(self) -> dict[str, Any]:
        request = {**self.arguments, "input": self.conversation}
        if not self.is_typed:
            return {**request, "tools": self.tools}
        # Groq does not support tools together with a response format.
        for name in _FOR_TOOLS:
            request.pop(name, None)
        return {**request, "text": self._typed_text}

    @override
    def take(self, answer: object) -> Response:
        """Record an answer of the model and its calls.

        Raises `APIResponseValidationError` if it is not a response, and `StructuredOutputError` for
        a typed answer that does not fit.
        """
        response = checked_response(answer, url=self._url)
        if self.is_typed:
            response = parse_response(response, self._parser)
        self.last = response
        self.count_turn()
        before = len(self.conversation)
        self.conversation.add(response)
        calls = self.conversation.function_calls
        if response.status in ("incomplete", "failed"):
            self.stopped_by = response.status  # the last call may be cut off too
        elif self.conversation.approval_requests:
            self.stopped_by = "approval"
        elif not calls:
            self._take_answer(response, before)
        elif not self.turns_left:
            self.stopped_by = "max_turns"  # no turn is left that would read the results
        else:
            self.take_calls((call.call_id, call.name, call.arguments) for call in calls)
        return response

    def _take_answer(self, response: Response, before: int) -> None:
        """Record an answer without calls, which is the last one unless a typed one is requested."""
        if not self.is_typed and self._parser.output is not None:
            try:
                self.last = parse_response(response, self._parser)
            except StructuredOutputError:
                if not self.turns_left:
                    self.stopped_by = "max_turns"
                    return
                # Ask once more, for the type and without tools.
                del self.conversation.items[before:]
                self.is_typed = True
                return
        self.stopped_by = "answer"

    @override
    def add_message(self, role: str, content: str) -> None:
        self.conversation.add(content, role=role)

    @override
    def add_result(self, call_id: str, content: str) -> None:
        self.conversation.add_result(call_id, content)


def _conversation_of(given: str | ResponseInputParam) -> Conversation:
    if isinstance(given, Conversation):
        return given
    if not isinstance(given, str):
        return Conversation(given)
    conversation = Conversation()
    conversation.add(given)
    return conversation


class _ResponseRun(Run[ResponseToolLoop[TextFormatT]]):
    """The part that all runs share: the conversation so far."""

    @property
    def conversation(self) -> Conversation:
        """The conversation so far, with answers and results.

        Items that are added between two turns are sent with the next one.
        """
        return self._loop.conversation

    @property
    def stopped_by(self) -> ResponseStoppedBy | None:
        """Why the run ended; `None` while it continues.

        `answer`: the model called no function. `max_turns`: the limit of turns was reached.
        `incomplete` or `failed`: the answer was cut off or failed, and its calls were not run.
        `caller_tool`: the model called a tool without a function. `approval`: the call of a remote
        tool needs approval, which the `conversation` can give for another run.
        """
        return self._loop.stopped_by

    def _last(self) -> ParsedResponse[TextFormatT]:
        from ..types.responses import ParsedResponse

        last = self._loop.last
        if not isinstance(last, ParsedResponse):
            # A run that is done had a turn; it has no value where none was asked for, or came.
            no_type: ResponseParser[Any] = ResponseParser(omit, ())
            last = parse_response(cast("Response", last), no_type)
        return cast("ParsedResponse[TextFormatT]", last)  # parsed as that type


class AsyncResponseToolRunner(
    _ResponseRun[TextFormatT], AsyncWholeRun[ResponseToolLoop[TextFormatT], "Response"]
):
    """A run of tools: iterate over its turns, or call `until_done`.

    A turn is yielded before its calls are run, so that a loop that is left does not run them. The
    calls are run as in `client.chat.completions.run_tools`.
    """

    async def until_done(self) -> ParsedResponse[TextFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        With a `text_format` its `output_parsed` is a value of that type, or `None` if the turns ran
        out.
        """
        async for _ in self:
            pass
        return self._last()


class AsyncStreamingResponseToolRunner(
    _ResponseRun[TextFormatT],
    AsyncStreamedRun[ResponseToolLoop[TextFormatT], "AsyncResponseStream[TextFormatT]"],
):
    """A run of tools whose turns are streams, as those of `client.responses.stream`.

    The rest of a turn is read before its calls are run. To stop within a turn, `close` it.
    If the server refuses a call that the model wrote, the turn ends early, and the next one
    corrects it.
    """

    @override
    def _opened(
        self, raw_stream: AsyncStream[ResponseStreamEvent]
    ) -> AsyncResponseStream[TextFormatT]:
        from .response_stream import AsyncResponseStream

        return AsyncResponseStream(
            raw_stream=raw_stream,
            text_format=self._loop.text_format,
            ends_with=self._loop.can_correct,
        )

    @override
    async def _answer_of(self, turn: AsyncResponseStream[TextFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        async with turn:
            return await turn.get_final_response()

    async def until_done(self) -> ParsedResponse[TextFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        With a `text_format` its `output_parsed` is a value of that type, or `None` if the turns ran
        out.
        """
        async for _ in self:
            pass
        return self._last()


# >>> sync half: produced by scripts/mirror.py


class ResponseToolRunner(
    _ResponseRun[TextFormatT], WholeRun[ResponseToolLoop[TextFormatT], "Response"]
):
    """A run of tools: iterate over its turns, or call `until_done`.

    A turn is yielded before its calls are run, so that a loop that is left does not run them. The
    calls are run as in `client.chat.completions.run_tools`.
    """

    def until_done(self) -> ParsedResponse[TextFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        With a `text_format` its `output_parsed` is a value of that type, or `None` if the turns ran
        out.
        """
        for _ in self:
            pass
        return self._last()


class StreamingResponseToolRunner(
    _ResponseRun[TextFormatT],
    StreamedRun[ResponseToolLoop[TextFormatT], "ResponseStream[TextFormatT]"],
):
    """A run of tools whose turns are streams, as those of `client.responses.stream`.

    The rest of a turn is read before its calls are run. To stop within a turn, `close` it.
    If the server refuses a call that the model wrote, the turn ends early, and the next one
    corrects it.
    """

    @override
    def _opened(self, raw_stream: Stream[ResponseStreamEvent]) -> ResponseStream[TextFormatT]:
        from .response_stream import ResponseStream

        return ResponseStream(
            raw_stream=raw_stream,
            text_format=self._loop.text_format,
            ends_with=self._loop.can_correct,
        )

    @override
    def _answer_of(self, turn: ResponseStream[TextFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        with turn:
            return turn.get_final_response()

    def until_done(self) -> ParsedResponse[TextFormatT]:
        """Run all turns and return the last answer; `stopped_by` says why it is the last.

        With a `text_format` its `output_parsed` is a value of that type, or `None` if the turns ran
        out.
        """
        for _ in self:
            pass
        return self._last()


# <<<

"""`run_tools` of the Responses API: the same tools as in chat, with a `Conversation`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, cast

from typing_extensions import override

from .._types import Maybe, omit
from .conversation import Conversation
from .responses import ResponseParser, TextFormatT, parse_response, text_param
from .shape import checked_response
from .tool_calls import ToolCallValues
from .tool_loop import Loop
from .tool_runs import AsyncStreamedRun, AsyncWholeRun, StreamedRun, WholeRun

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


class ResponseToolLoop(Loop["Response"], Generic[TextFormatT]):
    """The state of a run on the Responses API, whose conversation is a `Conversation`.

    Args:
        arguments: The arguments of `create`, without the tools and the text.
        tools: The tools.
        text: The `text` of each request.
        text_format: The type of the last answer.
        options: Other arguments of `Loop`.
    """

    stopped_by: ResponseStoppedBy | None

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        text: Maybe[ResponseTextConfigParam] = omit,
        text_format: Maybe[type[TextFormatT]] = omit,
        **options: Any,
    ) -> None:
        super().__init__(
            {**arguments, "text": text},
            tools,
            parser=ResponseParser(text_format, ()),
            format_argument={"text": text_param(text, text_format)},
            **options,
        )
        # A given conversation is continued in place.
        self.conversation: Conversation = _conversation_of(arguments["input"])
        self._items_before = 0

    @override
    def _conversation_argument(self) -> dict[str, Any]:
        return {"input": self.conversation}

    @override
    def _checked(self, answer: object) -> Response:
        return checked_response(answer, url=self._url)

    @override
    def _parsed(self, answer: Response) -> Response:
        return parse_response(answer, self._parser)

    @override
    def _add_answer(self, answer: Response) -> None:
        self._items_before = len(self.conversation)
        self.conversation.add(answer)

    @override
    def _remove_answer(self) -> None:
        del self.conversation.items[self._items_before :]

    @override
    def _calls(self, answer: Response) -> list[ToolCallValues]:
        calls = self.conversation.function_calls
        return [(call.call_id, call.name, call.arguments) for call in calls]

    @override
    def _early_end(self, answer: Response, *, has_calls: bool) -> str | None:
        if answer.status in ("incomplete", "failed"):
            return answer.status  # the last call may be cut off too
        return "approval" if self.conversation.approval_requests else None

    @override
    def _add_message(self, role: str, content: str) -> None:
        self.conversation.add(content, role=role)

    @override
    def _add_result(self, call_id: str, content: str) -> None:
        self.conversation.add_result(call_id, content)


def _conversation_of(given: str | ResponseInputParam) -> Conversation:
    if isinstance(given, Conversation):
        return given
    if not isinstance(given, str):
        return Conversation(given)
    conversation = Conversation()
    conversation.add(given)
    return conversation


class _ResponseRun(Generic[TextFormatT]):
    """The conversation and the result of a run, whole or streamed, sync or async."""

    _loop: ResponseToolLoop[TextFormatT]

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

    def _result(self) -> ParsedResponse[TextFormatT]:
        from ..types.responses import ParsedResponse

        last = self._loop.last
        if not isinstance(last, ParsedResponse):
            # No type was requested, or the turns ran out; a run that is done had one turn or more.
            no_type: ResponseParser[Any] = ResponseParser(omit, ())
            last = parse_response(cast("Response", last), no_type)
        return cast("ParsedResponse[TextFormatT]", last)  # parsed as that type


class AsyncResponseToolRunner(
    _ResponseRun[TextFormatT],
    AsyncWholeRun[ResponseToolLoop[TextFormatT], "Response", "ParsedResponse[TextFormatT]"],
):
    """A run of tools: iterate over its turns, or call `until_done`.

    A turn is yielded before its calls are run, so that a loop that is left does not run them. The
    calls are run as in `client.chat.completions.run_tools`.
    """


class AsyncStreamingResponseToolRunner(
    _ResponseRun[TextFormatT],
    AsyncStreamedRun[
        ResponseToolLoop[TextFormatT],
        "AsyncResponseStream[TextFormatT]",
        "ParsedResponse[TextFormatT]",
    ],
):
    """A run of tools whose turns are streams, as those of `client.responses.stream`.

    The rest of a turn is read before its calls are run. To stop within a turn, `close` it.
    If the server refuses a call that the model wrote, the turn ends early, and the next one
    corrects it.
    """

    @override
    def _open(
        self, raw_stream: AsyncStream[ResponseStreamEvent]
    ) -> AsyncResponseStream[TextFormatT]:
        from .response_stream import AsyncResponseStream

        return AsyncResponseStream(
            raw_stream=raw_stream,
            text_format=self._loop.requested_type,
            ends_with=self._loop.can_correct,
        )

    @override
    async def _whole_answer(self, turn: AsyncResponseStream[TextFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        async with turn:
            return await turn.get_final_response()


# >>> sync half: produced by scripts/mirror.py


class ResponseToolRunner(
    _ResponseRun[TextFormatT],
    WholeRun[ResponseToolLoop[TextFormatT], "Response", "ParsedResponse[TextFormatT]"],
):
    """A run of tools: iterate over its turns, or call `until_done`.

    A turn is yielded before its calls are run, so that a loop that is left does not run them. The
    calls are run as in `client.chat.completions.run_tools`.
    """


class StreamingResponseToolRunner(
    _ResponseRun[TextFormatT],
    StreamedRun[
        ResponseToolLoop[TextFormatT],
        "ResponseStream[TextFormatT]",
        "ParsedResponse[TextFormatT]",
    ],
):
    """A run of tools whose turns are streams, as those of `client.responses.stream`.

    The rest of a turn is read before its calls are run. To stop within a turn, `close` it.
    If the server refuses a call that the model wrote, the turn ends early, and the next one
    corrects it.
    """

    @override
    def _open(self, raw_stream: Stream[ResponseStreamEvent]) -> ResponseStream[TextFormatT]:
        from .response_stream import ResponseStream

        return ResponseStream(
            raw_stream=raw_stream,
            text_format=self._loop.requested_type,
            ends_with=self._loop.can_correct,
        )

    @override
    def _whole_answer(self, turn: ResponseStream[TextFormatT]) -> object:
        # An answer that does not fit ends the turn before its stream ends.
        with turn:
            return turn.get_final_response()


# <<<

"""`run_tools` of the Responses API: the same tools as in chat, with a `Conversation`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from typing_extensions import Self, override

from .._constants import MAX_CALLS_AT_ONCE, MAX_RESULT_CHARS
from .conversation import Conversation
from .tool_runner import (
    async_check_tools,
    async_run_calls,
    check_number,
    check_on_tool_error,
    check_tools,
    functions_by_name,
    run_calls,
)
from .tools import OnToolError, PendingCall, bounded, sendable

if TYPE_CHECKING:
    from ..types.responses import Response, ResponseInputParam
    from .response_stream import AsyncResponseStream, ResponseStream
    from .tools import Tool

ResponseStoppedBy: TypeAlias = Literal[
    "answer", "max_turns", "incomplete", "failed", "caller_tool", "approval"
]
"""Why a run ended: see `ResponseToolRunner.stopped_by`."""


class ResponseToolLoop:
    """The state of a run: the conversation, and the calls that are still to be answered."""

    def __init__(
        self,
        arguments: Mapping[str, Any],
        tools: Iterable[Tool],
        *,
        max_turns: int = 10,
        on_tool_error: OnToolError = "answer",
        max_concurrency: int = MAX_CALLS_AT_ONCE,
        max_result_chars: int = MAX_RESULT_CHARS,
    ) -> None:
        check_number("max_turns", max_turns, 1)
        check_number("max_concurrency", max_concurrency, 1)
        check_number("max_result_chars", max_result_chars, 1)
        check_on_tool_error(on_tool_error)
        given: str | ResponseInputParam = arguments["input"]
        # A given conversation is continued in place.
        self.conversation: Conversation = _conversation_of(given)
        self.tools: list[Tool] = list(tools)
        self.on_tool_error: OnToolError = on_tool_error
        self.max_concurrency = max_concurrency
        self.pending: list[PendingCall] = []
        self.last: Response | None = None
        self.stopped_by: ResponseStoppedBy | None = None
        self._arguments = dict(arguments)
        self._turns_left = max_turns
        self._max_result_chars = max_result_chars
        self._functions = functions_by_name(self.tools)

    def next_arguments(self) -> dict[str, Any]:
        """Return the arguments of `create` for the next turn."""
        return {**self._arguments, "input": self.conversation, "tools": self.tools}

    def take(self, response: Response) -> Response:
        """Record an answer of the model and its calls."""
        self.last = response
        self._turns_left -= 1
        self.conversation.add(response)
        calls = self.conversation.function_calls
        if response.status in ("incomplete", "failed"):
            self.stopped_by = response.status  # the last call may be cut off too
        elif self.conversation.approval_requests:
            self.stopped_by = "approval"
        elif not calls:
            self.stopped_by = "answer"
        elif not self._turns_left:
            self.stopped_by = "max_turns"  # no turn is left that would read the results
        else:
            for call in calls:
                function = self._functions.get(call.name)
                if function is None and call.name in self._functions:
                    self.stopped_by = "caller_tool"  # the caller has to answer it
                    continue
                self.pending.append(PendingCall(call.call_id, call.name, call.arguments, function))
            if self._arguments.get("tool_choice") not in ("none", "auto"):
                # A `tool_choice` that forces a call would force one in each turn, forever.
                self._arguments.pop("tool_choice", None)
        return response

    def settle(self) -> None:
        """Record the results of the calls, once all have finished."""
        for call in self.pending:
            output = bounded(sendable(call.result or ""), self._max_result_chars)
            self.conversation.add_result(call.id, output)
        self.pending.clear()


def _conversation_of(given: str | ResponseInputParam) -> Conversation:
    if isinstance(given, Conversation):
        return given
    if not isinstance(given, str):
        return Conversation(given)
    conversation = Conversation()
    conversation.add(given)
    return conversation


class _Run:
    """The part that all runs share: the conversation so far."""

    def __init__(self, loop: ResponseToolLoop) -> None:
        self._loop = loop

    @override
    def __repr__(self) -> str:
        state = f"stopped by {self.stopped_by}" if self.stopped_by else "running"
        return f"<{type(self).__name__}, {state}>"

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

    def _last(self) -> Response:
        return cast("Response", self._loop.last)  # a run that is done had a turn


class AsyncResponseToolRunner(_Run):
    """A run of tools: iterate over its turns, or call `until_done`.

    A turn is yielded before its calls are run, so that a loop that is left does not run them. The
    calls are run as in `client.chat.completions.run_tools`.
    """

    def __init__(self, create: Callable[..., Awaitable[Response]], loop: ResponseToolLoop) -> None:
        async_check_tools(loop.tools)
        super().__init__(loop)
        self._create = create

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Response:
        await async_run_calls(self._loop)
        if self._loop.stopped_by is not None:
            raise StopAsyncIteration
        return self._loop.take(await self._create(**self._loop.next_arguments()))

    async def until_done(self) -> Response:
        """Run all turns and return the last answer; `stopped_by` says why it is the last."""
        async for _ in self:
            pass
        return self._last()


class AsyncStreamingResponseToolRunner(_Run):
    """A run of tools whose turns are streams, as those of `client.responses.stream`.

    The rest of a turn is read before its calls are run. To stop within a turn, `close` it.
    """

    def __init__(
        self,
        create: Callable[..., Awaitable[Any]],
        loop: ResponseToolLoop,
    ) -> None:
        async_check_tools(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: AsyncResponseStream[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AsyncResponseStream[None]:
        from .response_stream import AsyncResponseStream

        if self._turn is not None:
            turn, self._turn = self._turn, None
            self._loop.take(await turn.get_final_response())
        await async_run_calls(self._loop)
        if self._loop.stopped_by is not None:
            raise StopAsyncIteration
        events = await self._create(**self._loop.next_arguments(), stream=True)
        self._turn = AsyncResponseStream(raw_stream=events)
        return self._turn

    async def until_done(self) -> Response:
        """Run all turns and return the last answer; `stopped_by` says why it is the last."""
        async for _ in self:
            pass
        return self._last()


# >>> sync half: produced by scripts/mirror.py


class ResponseToolRunner(_Run):
    """A run of tools: iterate over its turns, or call `until_done`.

    A turn is yielded before its calls are run, so that a loop that is left does not run them. The
    calls are run as in `client.chat.completions.run_tools`.
    """

    def __init__(self, create: Callable[..., Response], loop: ResponseToolLoop) -> None:
        check_tools(loop.tools)
        super().__init__(loop)
        self._create = create

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Response:
        run_calls(self._loop)
        if self._loop.stopped_by is not None:
            raise StopIteration
        return self._loop.take(self._create(**self._loop.next_arguments()))

    def until_done(self) -> Response:
        """Run all turns and return the last answer; `stopped_by` says why it is the last."""
        for _ in self:
            pass
        return self._last()


class StreamingResponseToolRunner(_Run):
    """A run of tools whose turns are streams, as those of `client.responses.stream`.

    The rest of a turn is read before its calls are run. To stop within a turn, `close` it.
    """

    def __init__(
        self,
        create: Callable[..., Any],
        loop: ResponseToolLoop,
    ) -> None:
        check_tools(loop.tools)
        super().__init__(loop)
        self._create = create
        self._turn: ResponseStream[None] | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ResponseStream[None]:
        from .response_stream import ResponseStream

        if self._turn is not None:
            turn, self._turn = self._turn, None
            self._loop.take(turn.get_final_response())
        run_calls(self._loop)
        if self._loop.stopped_by is not None:
            raise StopIteration
        events = self._create(**self._loop.next_arguments(), stream=True)
        self._turn = ResponseStream(raw_stream=events)
        return self._turn

    def until_done(self) -> Response:
        """Run all turns and return the last answer; `stopped_by` says why it is the last."""
        for _ in self:
            pass
        return self._last()


# <<<

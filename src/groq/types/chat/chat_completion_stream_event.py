"""The events of `client.chat.completions.stream`.

An event is small and quick to make, for most chunks have two of them. It shares the pieces of the
text with the stream, and joins those that had come by then when its snapshot is asked for. The
classes have no slots, because Python 3.12 and later create objects without slots faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, Protocol, TypeAlias, Union

from .chat_completion_chunk import ChatCompletionChunk
from .chat_completion_message import ExecutedTool
from .chat_completion_token_logprob import ChatCompletionTokenLogprob
from .parsed_chat_completion import ContentType, ParsedChatCompletion

__all__ = [
    "ChatCompletionStreamEvent",
    "ChunkEvent",
    "ContentDeltaEvent",
    "ContentDoneEvent",
    "ExecutedToolEvent",
    "FunctionToolCallArgumentsDeltaEvent",
    "FunctionToolCallArgumentsDoneEvent",
    "LogprobsContentDeltaEvent",
    "LogprobsContentDoneEvent",
    "LogprobsRefusalDeltaEvent",
    "LogprobsRefusalDoneEvent",
    "ParsedChatCompletionSnapshot",
    "ReasoningDeltaEvent",
    "ReasoningDoneEvent",
    "RefusalDeltaEvent",
    "RefusalDoneEvent",
]

if TYPE_CHECKING:
    ParsedChatCompletionSnapshot: TypeAlias = ParsedChatCompletion[object]
else:
    # With its parameter it would be a class of its own, which takes 30 ms to make.
    ParsedChatCompletionSnapshot = ParsedChatCompletion
"""An answer so far; `parsed` is the plain JSON so far."""


class Accumulated(Protocol):
    """The state that accumulates the chunks."""

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        """The response so far."""
        ...


@dataclass(eq=False)
class ChunkEvent:
    """A chunk as it arrived; the following events have its contents."""

    type: ClassVar[Literal["chunk"]] = "chunk"
    """Always `chunk`."""

    chunk: ChatCompletionChunk
    """The chunk."""

    _accumulated: Accumulated = field(repr=False)
    """The state that the chunk was added to."""

    @property
    def snapshot(self) -> ParsedChatCompletionSnapshot:
        """A new response of the events so far."""
        return self._accumulated.current_completion_snapshot


@dataclass(eq=False)
class GrowingText:
    """A growing text, which its events share."""

    choice_index: int
    """The index of its choice: 0."""

    parse: Callable[[str], object | None] | None = None
    """The decoder of its start, if a type was requested."""

    pieces: list[str] = field(default_factory=list[str])
    """The pieces so far; none is empty."""

    def up_to(self, count: int) -> str:
        """Return the first pieces as one text."""
        return "".join(self.pieces[:count])


@dataclass(eq=False)
class TextDelta:
    """A piece of a text."""

    delta: str
    """The piece, which is never empty."""

    _text: GrowingText = field(repr=False)
    """The text, including later pieces."""

    _count: int = field(repr=False)
    """The number of pieces up to this one."""

    @property
    def choice_index(self) -> int:
        """The index of its choice: 0."""
        return self._text.choice_index

    @property
    def snapshot(self) -> str:
        """The text up to this piece; joined at each access."""
        return self._text.up_to(self._count)


@dataclass(eq=False)
class ContentDeltaEvent(TextDelta):
    """A piece of the content."""

    type: ClassVar[Literal["content.delta"]] = "content.delta"
    """Always `content.delta`."""

    @property
    def parsed(self) -> object | None:
        """The content so far as plain JSON, with incomplete texts, lists and objects.

        `None` without a requested type, or while it is too short. It is decoded from the start
        each time.
        """
        parse = self._text.parse
        return None if parse is None else parse(self.snapshot)


@dataclass(eq=False)
class ContentDoneEvent(Generic[ContentType]):
    """The complete content."""

    type: ClassVar[Literal["content.done"]] = "content.done"
    """Always `content.done`."""

    content: str
    """The content."""

    parsed: ContentType | None
    """The content as the requested type; `None` without one."""

    choice_index: int
    """The index of its choice: 0."""


@dataclass(eq=False)
class ReasoningDeltaEvent(TextDelta):
    """A piece of the model's reasoning."""

    type: ClassVar[Literal["reasoning.delta"]] = "reasoning.delta"
    """Always `reasoning.delta`."""


@dataclass(eq=False)
class ReasoningDoneEvent:
    """The complete reasoning, when the answer begins.

    It is repeated if the model reasons again, with all the reasoning so far.
    """

    type: ClassVar[Literal["reasoning.done"]] = "reasoning.done"
    """Always `reasoning.done`."""

    reasoning: str
    """The reasoning."""

    choice_index: int
    """The index of its choice: 0."""


@dataclass(eq=False)
class RefusalDeltaEvent(TextDelta):
    """A piece of a refusal."""

    type: ClassVar[Literal["refusal.delta"]] = "refusal.delta"
    """Always `refusal.delta`."""


@dataclass(eq=False)
class RefusalDoneEvent:
    """The refusal of the model."""

    type: ClassVar[Literal["refusal.done"]] = "refusal.done"
    """Always `refusal.done`."""

    refusal: str
    """The complete refusal."""

    choice_index: int
    """The index of its choice: 0."""


@dataclass(eq=False)
class FunctionToolCallArgumentsDeltaEvent:
    """A piece of the arguments of a call; usually there is only one piece."""

    type: ClassVar[Literal["tool_calls.function.arguments.delta"]] = (
        "tool_calls.function.arguments.delta"
    )
    """Always `tool_calls.function.arguments.delta`."""

    name: str
    """The function's name."""

    index: int
    """The index of the call in `message.tool_calls`."""

    id: str | None
    """The id of the call so far."""

    arguments_delta: str
    """The piece."""

    _text: GrowingText = field(repr=False)
    """The arguments, including later pieces."""

    _count: int = field(repr=False)
    """The number of pieces up to this one."""

    @property
    def choice_index(self) -> int:
        """The index of its choice: 0."""
        return self._text.choice_index

    @property
    def arguments(self) -> str:
        """The arguments up to this piece; joined at each access."""
        return self._text.up_to(self._count)

    @property
    def parsed_arguments(self) -> object | None:
        """The arguments so far as plain JSON, decoded at each access.

        `None` for a tool without a type.
        """
        parse = self._text.parse
        return None if parse is None else parse(self.arguments)


@dataclass(eq=False)
class FunctionToolCallArgumentsDoneEvent:
    """A complete call."""

    type: ClassVar[Literal["tool_calls.function.arguments.done"]] = (
        "tool_calls.function.arguments.done"
    )
    """Always `tool_calls.function.arguments.done`."""

    name: str
    """The function's name."""

    index: int
    """The index of the call in `message.tool_calls`."""

    id: str
    """The id of the call."""

    arguments: str
    """The arguments as the text of the model."""

    parsed_arguments: object | None
    """The arguments as the type of the tool; `None` for a tool without a type."""

    choice_index: int
    """The index of its choice: 0."""


@dataclass(eq=False)
class ExecutedToolEvent:
    """A built-in tool that the server runs: first with the call, then with the result."""

    type: ClassVar[Literal["executed_tool"]] = "executed_tool"
    """Always `executed_tool`."""

    index: int
    """The index of the tool in `message.executed_tools`."""

    delta: ExecutedTool
    """The result."""

    snapshot: ExecutedTool
    """The tool, accumulated so far."""

    choice_index: int
    """The index of its choice: 0."""


@dataclass(eq=False)
class LogprobsDelta:
    """The log probabilities of a chunk's tokens."""

    choice_index: int
    """The index of their choice: 0."""

    _delta: list[ChatCompletionTokenLogprob] = field(repr=False)
    """The tokens of the chunk."""

    _tokens: list[ChatCompletionTokenLogprob] = field(repr=False)
    """All tokens, including later ones."""

    _count: int = field(repr=False)
    """The number of pieces up to these."""

    @property
    def snapshot(self) -> list[ChatCompletionTokenLogprob]:
        """The tokens up to this piece; listed at each access."""
        return self._tokens[: self._count]


@dataclass(eq=False)
class LogprobsContentDeltaEvent(LogprobsDelta):
    """The log probabilities of a piece of the content."""

    type: ClassVar[Literal["logprobs.content.delta"]] = "logprobs.content.delta"
    """Always `logprobs.content.delta`."""

    @property
    def content(self) -> list[ChatCompletionTokenLogprob]:
        """The tokens of the piece."""
        return self._delta


@dataclass(eq=False)
class LogprobsContentDoneEvent:
    """The log probabilities of the content's tokens."""

    type: ClassVar[Literal["logprobs.content.done"]] = "logprobs.content.done"
    """Always `logprobs.content.done`."""

    content: list[ChatCompletionTokenLogprob]
    """The tokens of the content."""

    choice_index: int
    """The index of their choice: 0."""


@dataclass(eq=False)
class LogprobsRefusalDeltaEvent(LogprobsDelta):
    """The log probabilities of a piece of the refusal."""

    type: ClassVar[Literal["logprobs.refusal.delta"]] = "logprobs.refusal.delta"
    """Always `logprobs.refusal.delta`."""

    @property
    def refusal(self) -> list[ChatCompletionTokenLogprob]:
        """The tokens of the piece."""
        return self._delta


@dataclass(eq=False)
class LogprobsRefusalDoneEvent:
    """The log probabilities of the refusal's tokens."""

    type: ClassVar[Literal["logprobs.refusal.done"]] = "logprobs.refusal.done"
    """Always `logprobs.refusal.done`."""

    refusal: list[ChatCompletionTokenLogprob]
    """The tokens of the refusal."""

    choice_index: int
    """The index of their choice: 0."""


ChatCompletionStreamEvent: TypeAlias = Union[
    ChunkEvent,
    ContentDeltaEvent,
    ContentDoneEvent[ContentType],
    ReasoningDeltaEvent,
    ReasoningDoneEvent,
    RefusalDeltaEvent,
    RefusalDoneEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    ExecutedToolEvent,
    LogprobsContentDeltaEvent,
    LogprobsContentDoneEvent,
    LogprobsRefusalDeltaEvent,
    LogprobsRefusalDoneEvent,
]
"""An event of a stream; `type` tells them apart."""

"""The events of `client.chat.completions.stream`.

An event is small and quick to make, for most chunks have two of them. It shares the pieces of the
text with the stream, and joins those that had come by then when its snapshot is asked for.
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
"""An answer as far as it has come; what is parsed is plain JSON, as far as that has come."""


class Accumulated(Protocol):
    """What adds up the chunks."""

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        """The answer as far as it has come."""
        ...


@dataclass(eq=False, slots=True)
class ChunkEvent:
    """A chunk as it came; the events that follow it say what is in it."""

    type: ClassVar[Literal["chunk"]] = "chunk"
    """Always `chunk`."""

    chunk: ChatCompletionChunk
    """The chunk."""

    _accumulated: Accumulated = field(repr=False)
    """What the chunk was added to."""

    @property
    def snapshot(self) -> ParsedChatCompletionSnapshot:
        """The answer as far as it has come when this is asked for, made anew each time."""
        return self._accumulated.current_completion_snapshot


@dataclass(eq=False, slots=True)
class GrowingText:
    """A text that grows, and that its events share."""

    choice_index: int
    """The choice that it belongs to: 0."""

    parse: Callable[[str], object | None] | None = None
    """What decodes the start of it, when a type was asked for."""

    pieces: list[str] = field(default_factory=list[str])
    """The pieces that have come by now; they are never empty."""

    def up_to(self, count: int) -> str:
        """Return the first pieces as one text."""
        return "".join(self.pieces[:count])


@dataclass(eq=False, slots=True)
class TextDelta:
    """A piece of a text."""

    delta: str
    """The piece, which is never empty."""

    _text: GrowingText = field(repr=False)
    """The text, with what comes later."""

    _count: int = field(repr=False)
    """How many pieces of it had come with this one."""

    @property
    def choice_index(self) -> int:
        """The choice that it belongs to: 0."""
        return self._text.choice_index

    @property
    def snapshot(self) -> str:
        """The text as far as it had come with this piece; joined anew each time."""
        return self._text.up_to(self._count)


@dataclass(eq=False, slots=True)
class ContentDeltaEvent(TextDelta):
    """A piece of the content."""

    type: ClassVar[Literal["content.delta"]] = "content.delta"
    """Always `content.delta`."""

    @property
    def parsed(self) -> object | None:
        """The content so far as plain JSON, with texts, lists and objects as far as they go.

        `None` if no type was asked for, or nothing can be told yet. It is decoded from the start
        each time.
        """
        parse = self._text.parse
        return None if parse is None else parse(self.snapshot)


@dataclass(eq=False, slots=True)
class ContentDoneEvent(Generic[ContentType]):
    """The whole content."""

    type: ClassVar[Literal["content.done"]] = "content.done"
    """Always `content.done`."""

    content: str
    """The content."""

    parsed: ContentType | None
    """The content as the type that was asked for; `None` if none was."""

    choice_index: int
    """The choice that it belongs to: 0."""


@dataclass(eq=False, slots=True)
class ReasoningDeltaEvent(TextDelta):
    """A piece of what the model thinks."""

    type: ClassVar[Literal["reasoning.delta"]] = "reasoning.delta"
    """Always `reasoning.delta`."""


@dataclass(eq=False, slots=True)
class ReasoningDoneEvent:
    """What the model thought, once it turns to the answer.

    It comes again if the model thinks again, with all that it thought until then.
    """

    type: ClassVar[Literal["reasoning.done"]] = "reasoning.done"
    """Always `reasoning.done`."""

    reasoning: str
    """What the model thought."""

    choice_index: int
    """The choice that it belongs to: 0."""


@dataclass(eq=False, slots=True)
class RefusalDeltaEvent(TextDelta):
    """A piece of what the model says where it refuses to answer."""

    type: ClassVar[Literal["refusal.delta"]] = "refusal.delta"
    """Always `refusal.delta`."""


@dataclass(eq=False, slots=True)
class RefusalDoneEvent:
    """What the model says where it refuses to answer."""

    type: ClassVar[Literal["refusal.done"]] = "refusal.done"
    """Always `refusal.done`."""

    refusal: str
    """The whole refusal."""

    choice_index: int
    """The choice that it belongs to: 0."""


@dataclass(eq=False, slots=True)
class FunctionToolCallArgumentsDeltaEvent:
    """A piece of the arguments of a call; mostly the arguments come in one piece."""

    type: ClassVar[Literal["tool_calls.function.arguments.delta"]] = (
        "tool_calls.function.arguments.delta"
    )
    """Always `tool_calls.function.arguments.delta`."""

    name: str
    """The function's name."""

    index: int
    """The place of the call in `message.tool_calls`."""

    id: str | None
    """The id of the call, as far as it has come."""

    arguments_delta: str
    """The piece."""

    _text: GrowingText = field(repr=False)
    """The arguments, with what comes later."""

    _count: int = field(repr=False)
    """How many pieces of them had come with this one."""

    @property
    def choice_index(self) -> int:
        """The choice that it belongs to: 0."""
        return self._text.choice_index

    @property
    def arguments(self) -> str:
        """The arguments as far as they had come with this piece; joined anew each time."""
        return self._text.up_to(self._count)

    @property
    def parsed_arguments(self) -> object | None:
        """The arguments so far as plain JSON, decoded from the start each time.

        `None` if the tool came with no type to decode to.
        """
        parse = self._text.parse
        return None if parse is None else parse(self.arguments)


@dataclass(eq=False, slots=True)
class FunctionToolCallArgumentsDoneEvent:
    """A whole call."""

    type: ClassVar[Literal["tool_calls.function.arguments.done"]] = (
        "tool_calls.function.arguments.done"
    )
    """Always `tool_calls.function.arguments.done`."""

    name: str
    """The function's name."""

    index: int
    """The place of the call in `message.tool_calls`."""

    id: str
    """The id of the call."""

    arguments: str
    """The arguments, as the model wrote them."""

    parsed_arguments: object | None
    """The arguments as the tool's own type; `None` if the tool came with no type to decode to."""

    choice_index: int
    """The choice that it belongs to: 0."""


@dataclass(eq=False, slots=True)
class ExecutedToolEvent:
    """A built-in tool that the server runs: once with the question, once with the result."""

    type: ClassVar[Literal["executed_tool"]] = "executed_tool"
    """Always `executed_tool`."""

    index: int
    """The place of the tool in `message.executed_tools`."""

    delta: ExecutedTool
    """What came."""

    snapshot: ExecutedTool
    """All that has come of this tool."""

    choice_index: int
    """The choice that it belongs to: 0."""


@dataclass(eq=False, slots=True)
class LogprobsDelta:
    """How likely the tokens of a chunk were."""

    choice_index: int
    """The choice that they belong to: 0."""

    _delta: list[ChatCompletionTokenLogprob] = field(repr=False)
    """The tokens of the chunk."""

    _tokens: list[ChatCompletionTokenLogprob] = field(repr=False)
    """All tokens, also those that come later."""

    _count: int = field(repr=False)
    """How many of them had come with these."""

    @property
    def snapshot(self) -> list[ChatCompletionTokenLogprob]:
        """The tokens as far as they had come; listed anew each time."""
        return self._tokens[: self._count]


@dataclass(eq=False, slots=True)
class LogprobsContentDeltaEvent(LogprobsDelta):
    """How likely the tokens of a piece of the content were."""

    type: ClassVar[Literal["logprobs.content.delta"]] = "logprobs.content.delta"
    """Always `logprobs.content.delta`."""

    @property
    def content(self) -> list[ChatCompletionTokenLogprob]:
        """The tokens of the piece."""
        return self._delta


@dataclass(eq=False, slots=True)
class LogprobsContentDoneEvent:
    """How likely the tokens of the content were."""

    type: ClassVar[Literal["logprobs.content.done"]] = "logprobs.content.done"
    """Always `logprobs.content.done`."""

    content: list[ChatCompletionTokenLogprob]
    """The tokens of the content."""

    choice_index: int
    """The choice that they belong to: 0."""


@dataclass(eq=False, slots=True)
class LogprobsRefusalDeltaEvent(LogprobsDelta):
    """How likely the tokens of a piece of the refusal were."""

    type: ClassVar[Literal["logprobs.refusal.delta"]] = "logprobs.refusal.delta"
    """Always `logprobs.refusal.delta`."""

    @property
    def refusal(self) -> list[ChatCompletionTokenLogprob]:
        """The tokens of the piece."""
        return self._delta


@dataclass(eq=False, slots=True)
class LogprobsRefusalDoneEvent:
    """How likely the tokens of the refusal were."""

    type: ClassVar[Literal["logprobs.refusal.done"]] = "logprobs.refusal.done"
    """Always `logprobs.refusal.done`."""

    refusal: list[ChatCompletionTokenLogprob]
    """The tokens of the refusal."""

    choice_index: int
    """The choice that they belong to: 0."""


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
"""What a stream of events is made of; `type` tells them apart."""

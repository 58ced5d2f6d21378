"""The events of `client.responses.stream` that tell how far a text has come.

They take the place of the plain events of the same `type`, with the same fields and a snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

__all__ = [
    "FunctionCallArgumentsDeltaEvent",
    "FunctionCallArgumentsDoneEvent",
    "TextDeltaEvent",
    "TextDoneEvent",
]

TextFormat = TypeVar("TextFormat")


@dataclass(eq=False, slots=True)
class GrowingDelta:
    """A piece of something that grows."""

    delta: str
    """The piece."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    sequence_number: int | None
    """The place of the event in the stream."""

    _pieces: list[str] = field(repr=False)
    """All pieces, with those that come later."""

    _count: int = field(repr=False)
    """How many of them had come with this one."""

    @property
    def snapshot(self) -> str:
        """All of it that had come with this piece; joined anew each time."""
        return "".join(self._pieces[: self._count])


@dataclass(eq=False, slots=True)
class TextDeltaEvent(GrowingDelta):
    """A piece of a text, which knows what came before it."""

    type: ClassVar[Literal["response.output_text.delta"]] = "response.output_text.delta"
    """Always `response.output_text.delta`."""

    content_index: int
    """The place of the part in the item, from 0."""


@dataclass(eq=False, slots=True)
class FunctionCallArgumentsDeltaEvent(GrowingDelta):
    """A piece of the arguments of a function, which knows what came before it."""

    type: ClassVar[Literal["response.function_call_arguments.delta"]] = (
        "response.function_call_arguments.delta"
    )
    """Always `response.function_call_arguments.delta`."""


@dataclass(eq=False, slots=True)
class TextDoneEvent(Generic[TextFormat]):
    """A text that is whole, decoded to the type that was asked for."""

    type: ClassVar[Literal["response.output_text.done"]] = "response.output_text.done"
    """Always `response.output_text.done`."""

    text: str
    """The whole text."""

    parsed: TextFormat | None
    """The text as the type that was asked for; `None` if none was."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    content_index: int
    """The place of the part in the item, from 0."""

    sequence_number: int | None
    """The place of the event in the stream."""


@dataclass(eq=False, slots=True)
class FunctionCallArgumentsDoneEvent:
    """The arguments of a function, whole and decoded."""

    type: ClassVar[Literal["response.function_call_arguments.done"]] = (
        "response.function_call_arguments.done"
    )
    """Always `response.function_call_arguments.done`."""

    name: str
    """The name of the function."""

    arguments: str
    """The arguments, as the JSON text that the model wrote."""

    parsed_arguments: Any
    """The arguments as the type of the tool; `None` for a tool that has none."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    sequence_number: int | None
    """The place of the event in the stream."""

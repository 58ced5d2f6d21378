"""The events of `client.responses.stream` that have a snapshot of the text.

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
    """A piece of a growing text."""

    delta: str
    """The piece."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    sequence_number: int | None
    """The index of the event in the stream."""

    _pieces: list[str] = field(repr=False)
    """All pieces, including later ones."""

    _count: int = field(repr=False)
    """The number of tokens up to this piece."""

    @property
    def snapshot(self) -> str:
        """The text up to this piece; joined at each access."""
        return "".join(self._pieces[: self._count])


@dataclass(eq=False, slots=True)
class TextDeltaEvent(GrowingDelta):
    """A piece of a text, with a snapshot of the text so far."""

    type: ClassVar[Literal["response.output_text.delta"]] = "response.output_text.delta"
    """Always `response.output_text.delta`."""

    content_index: int
    """The index of the part in the item, from 0."""


@dataclass(eq=False, slots=True)
class FunctionCallArgumentsDeltaEvent(GrowingDelta):
    """A piece of the arguments of a function, with a snapshot of the arguments so far."""

    type: ClassVar[Literal["response.function_call_arguments.delta"]] = (
        "response.function_call_arguments.delta"
    )
    """Always `response.function_call_arguments.delta`."""


@dataclass(eq=False, slots=True)
class TextDoneEvent(Generic[TextFormat]):
    """A complete text, decoded to the requested type."""

    type: ClassVar[Literal["response.output_text.done"]] = "response.output_text.done"
    """Always `response.output_text.done`."""

    text: str
    """The complete text."""

    parsed: TextFormat | None
    """The text as the requested type; `None` without one."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    sequence_number: int | None
    """The index of the event in the stream."""


@dataclass(eq=False, slots=True)
class FunctionCallArgumentsDoneEvent:
    """The complete, decoded arguments of a function."""

    type: ClassVar[Literal["response.function_call_arguments.done"]] = (
        "response.function_call_arguments.done"
    )
    """Always `response.function_call_arguments.done`."""

    name: str
    """The name of the function."""

    arguments: str
    """The arguments as the JSON text of the model."""

    parsed_arguments: Any
    """The arguments as the type of the tool; `None` for a tool without a type."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    sequence_number: int | None
    """The index of the event in the stream."""

"""`ResponseTextDoneEvent`: a text is whole."""

from __future__ import annotations

from typing import Any, Literal

from ..._models import BaseModel

__all__ = ["ResponseTextDoneEvent"]


class ResponseTextDoneEvent(BaseModel):
    """A text is whole."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    content_index: int
    """The place of the part in the item, from 0."""

    text: str
    """The whole text."""

    logprobs: list[Any] | None = None
    """How likely the tokens were; no model tells yet."""

    type: Literal["response.output_text.done"]
    """Always `response.output_text.done`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

"""`ResponseTextDoneEvent`: A text is complete."""

from __future__ import annotations

from typing import Any, Literal

from ..._models import BaseModel

__all__ = ["ResponseTextDoneEvent"]


class ResponseTextDoneEvent(BaseModel):
    """A text is complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    text: str
    """The complete text."""

    logprobs: list[Any] | None = None
    """The log probabilities of the tokens; no model returns them yet."""

    type: Literal["response.output_text.done"]
    """Always `response.output_text.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

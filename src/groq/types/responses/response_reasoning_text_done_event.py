"""`ResponseReasoningTextDoneEvent`: the reasoning is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseReasoningTextDoneEvent"]


class ResponseReasoningTextDoneEvent(BaseModel):
    """The reasoning is complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    text: str
    """The complete text."""

    type: Literal["response.reasoning_text.done"]
    """Always `response.reasoning_text.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

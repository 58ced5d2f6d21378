"""`ResponseRefusalDoneEvent`: A refusal is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseRefusalDoneEvent"]


class ResponseRefusalDoneEvent(BaseModel):
    """A refusal is complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    refusal: str
    """All of them."""

    type: Literal["response.refusal.done"]
    """Always `response.refusal.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

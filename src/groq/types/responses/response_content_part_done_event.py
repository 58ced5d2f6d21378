"""`ResponseContentPartDoneEvent`: A part of an item is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response_content_part import Part

__all__ = ["ResponseContentPartDoneEvent"]


class ResponseContentPartDoneEvent(BaseModel):
    """A part of an item is complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    part: Part
    """The complete part."""

    type: Literal["response.content_part.done"]
    """Always `response.content_part.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseOutputItemAddedEvent`: an item of the output has begun."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response_output_item import ResponseOutputItem

__all__ = ["ResponseOutputItemAddedEvent"]


class ResponseOutputItemAddedEvent(BaseModel):
    """An item of the output has begun."""

    item: ResponseOutputItem
    """The item, usually still empty."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.output_item.added"]
    """Always `response.output_item.added`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

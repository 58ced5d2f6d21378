"""`ResponseOutputItemDoneEvent`: an item of the output is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response_output_item import ResponseOutputItem

__all__ = ["ResponseOutputItemDoneEvent"]


class ResponseOutputItemDoneEvent(BaseModel):
    """An item of the output is complete."""

    item: ResponseOutputItem
    """The complete item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.output_item.done"]
    """Always `response.output_item.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

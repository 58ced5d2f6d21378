"""`ResponseOutputItemDoneEvent`: an item of the output is whole."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response_output_item import ResponseOutputItem

__all__ = ["ResponseOutputItemDoneEvent"]


class ResponseOutputItemDoneEvent(BaseModel):
    """An item of the output is whole."""

    item: ResponseOutputItem
    """The whole item."""

    output_index: int
    """The place of the item in the output, from 0."""

    type: Literal["response.output_item.done"]
    """Always `response.output_item.done`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

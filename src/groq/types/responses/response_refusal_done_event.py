"""`ResponseRefusalDoneEvent`: the words with which a model refuses are whole."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseRefusalDoneEvent"]


class ResponseRefusalDoneEvent(BaseModel):
    """The words with which a model refuses are whole."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    content_index: int
    """The place of the part in the item, from 0."""

    refusal: str
    """All of them."""

    type: Literal["response.refusal.done"]
    """Always `response.refusal.done`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

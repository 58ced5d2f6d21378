"""`ResponseRefusalDeltaEvent`: a piece of the words with which a model refuses."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseRefusalDeltaEvent"]


class ResponseRefusalDeltaEvent(BaseModel):
    """A piece of the words with which a model refuses."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    content_index: int
    """The place of the part in the item, from 0."""

    delta: str
    """The piece."""

    type: Literal["response.refusal.delta"]
    """Always `response.refusal.delta`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

"""`ResponseRefusalDeltaEvent`: A piece of a refusal."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseRefusalDeltaEvent"]


class ResponseRefusalDeltaEvent(BaseModel):
    """A piece of a refusal."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    delta: str
    """The piece."""

    type: Literal["response.refusal.delta"]
    """Always `response.refusal.delta`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

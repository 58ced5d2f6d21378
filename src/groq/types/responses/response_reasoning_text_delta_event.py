"""`ResponseReasoningTextDeltaEvent`: A piece of the model's reasoning."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseReasoningTextDeltaEvent"]


class ResponseReasoningTextDeltaEvent(BaseModel):
    """A piece of the model's reasoning."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    content_index: int
    """The index of the part in the item, from 0."""

    delta: str
    """The piece."""

    type: Literal["response.reasoning_text.delta"]
    """Always `response.reasoning_text.delta`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

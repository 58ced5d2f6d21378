"""`ResponseReasoningSummaryTextDeltaEvent`: A piece of a summary of the reasoning."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseReasoningSummaryTextDeltaEvent"]


class ResponseReasoningSummaryTextDeltaEvent(BaseModel):
    """A piece of a summary of the reasoning."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    summary_index: int
    """The index of the summary in the item, from 0."""

    delta: str
    """The piece."""

    type: Literal["response.reasoning_summary_text.delta"]
    """Always `response.reasoning_summary_text.delta`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseReasoningSummaryTextDoneEvent`: A summary of the reasoning is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseReasoningSummaryTextDoneEvent"]


class ResponseReasoningSummaryTextDoneEvent(BaseModel):
    """A summary of the reasoning is complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    summary_index: int
    """The index of the summary in the item, from 0."""

    text: str
    """The complete text."""

    type: Literal["response.reasoning_summary_text.done"]
    """Always `response.reasoning_summary_text.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

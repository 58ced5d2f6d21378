"""`ResponseReasoningSummaryTextDoneEvent`: a summary of what a model thinks is whole."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseReasoningSummaryTextDoneEvent"]


class ResponseReasoningSummaryTextDoneEvent(BaseModel):
    """A summary of what a model thinks is whole."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    summary_index: int
    """The place of the summary in the item, from 0."""

    text: str
    """All of it."""

    type: Literal["response.reasoning_summary_text.done"]
    """Always `response.reasoning_summary_text.done`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

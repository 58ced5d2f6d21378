"""`ResponseReasoningItem`: what a model thought."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["Content", "ResponseReasoningItem", "Summary"]


class Summary(BaseModel):
    """A summary of the reasoning."""

    text: str
    """The summary."""

    type: Literal["summary_text"]
    """Always `summary_text`."""


class Content(BaseModel):
    """Text of the reasoning."""

    text: str
    """The reasoning."""

    type: Literal["reasoning_text"]
    """Always `reasoning_text`."""


class ResponseReasoningItem(BaseModel):
    """The reasoning before the answer."""

    id: str
    """The id of the item."""

    summary: list[Summary]
    """Summaries; Groq leaves this empty."""

    type: Literal["reasoning"]
    """Always `reasoning`."""

    content: list[Content] | None = None
    """The reasoning itself."""

    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """The status of the reasoning."""

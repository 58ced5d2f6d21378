"""`ResponseReasoningItem`: what a model thought."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["Content", "ResponseReasoningItem", "Summary"]


class Summary(BaseModel):
    """A summary of what a model thought."""

    text: str
    """The summary."""

    type: Literal["summary_text"]
    """Always `summary_text`."""


class Content(BaseModel):
    """Words that a model thought in."""

    text: str
    """The thoughts."""

    type: Literal["reasoning_text"]
    """Always `reasoning_text`."""


class ResponseReasoningItem(BaseModel):
    """What a model thought before it answered."""

    id: str
    """The id of the item."""

    summary: list[Summary]
    """Summaries; Groq leaves this empty."""

    type: Literal["reasoning"]
    """Always `reasoning`."""

    content: list[Content] | None = None
    """The thoughts themselves."""

    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far the thoughts have come."""

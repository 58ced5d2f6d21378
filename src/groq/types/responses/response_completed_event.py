"""`ResponseCompletedEvent`: A response is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseCompletedEvent"]


class ResponseCompletedEvent(BaseModel):
    """A response is complete."""

    response: Response
    """The complete answer."""

    type: Literal["response.completed"]
    """Always `response.completed`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

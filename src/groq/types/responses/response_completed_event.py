"""`ResponseCompletedEvent`: an answer is whole."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseCompletedEvent"]


class ResponseCompletedEvent(BaseModel):
    """An answer is whole."""

    response: Response
    """The whole answer."""

    type: Literal["response.completed"]
    """Always `response.completed`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

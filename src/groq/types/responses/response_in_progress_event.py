"""`ResponseInProgressEvent`: A response is being generated."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseInProgressEvent"]


class ResponseInProgressEvent(BaseModel):
    """A response is being generated."""

    response: Response
    """The response so far."""

    type: Literal["response.in_progress"]
    """Always `response.in_progress`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

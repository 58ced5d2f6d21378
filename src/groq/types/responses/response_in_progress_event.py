"""`ResponseInProgressEvent`: an answer is being written."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseInProgressEvent"]


class ResponseInProgressEvent(BaseModel):
    """An answer is being written."""

    response: Response
    """The answer as far as it has come."""

    type: Literal["response.in_progress"]
    """Always `response.in_progress`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

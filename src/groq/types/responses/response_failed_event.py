"""`ResponseFailedEvent`: A response has failed."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseFailedEvent"]


class ResponseFailedEvent(BaseModel):
    """A response has failed."""

    response: Response
    """The response so far; `response.error` has the error."""

    type: Literal["response.failed"]
    """Always `response.failed`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

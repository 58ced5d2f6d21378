"""`ResponseFailedEvent`: an answer has failed."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseFailedEvent"]


class ResponseFailedEvent(BaseModel):
    """An answer has failed."""

    response: Response
    """What there is of the answer; `response.error` says what went wrong."""

    type: Literal["response.failed"]
    """Always `response.failed`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

"""`ResponseCreatedEvent`: an answer has begun."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseCreatedEvent"]


class ResponseCreatedEvent(BaseModel):
    """An answer has begun."""

    response: Response
    """The answer as far as it has come."""

    type: Literal["response.created"]
    """Always `response.created`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

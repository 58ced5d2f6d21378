"""`ResponseCreatedEvent`: A response has begun."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseCreatedEvent"]


class ResponseCreatedEvent(BaseModel):
    """A response has begun."""

    response: Response
    """The response so far."""

    type: Literal["response.created"]
    """Always `response.created`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseIncompleteEvent`: A response was cut off."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseIncompleteEvent"]


class ResponseIncompleteEvent(BaseModel):
    """A response was cut off."""

    response: Response
    """The response so far; `response.incomplete_details` has the reason."""

    type: Literal["response.incomplete"]
    """Always `response.incomplete`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseIncompleteEvent`: an answer was cut."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel
from .response import Response

__all__ = ["ResponseIncompleteEvent"]


class ResponseIncompleteEvent(BaseModel):
    """An answer was cut."""

    response: Response
    """What there is of the answer; `response.incomplete_details` says why."""

    type: Literal["response.incomplete"]
    """Always `response.incomplete`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

"""`ResponseErrorEvent`: the stream ends with an error; iterating raises it as `APIError`."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseErrorEvent"]


class ResponseErrorEvent(BaseModel):
    """The stream ends with an error; iterating raises it as `APIError`."""

    message: str
    """What went wrong, in words."""

    code: str | None = None
    """What kind of error it is."""

    param: str | None = None
    """The parameter that it is about."""

    type: Literal["error"]
    """Always `error`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

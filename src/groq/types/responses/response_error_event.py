"""`ResponseErrorEvent`: the stream ends with an error; iterating raises it as `APIError`."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseErrorEvent"]


class ResponseErrorEvent(BaseModel):
    """The stream ends with an error; iterating raises it as `APIError`."""

    message: str
    """The message of the error."""

    code: str | None = None
    """The type of the error."""

    param: str | None = None
    """The invalid parameter."""

    type: Literal["error"]
    """Always `error`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

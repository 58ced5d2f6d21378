"""`ResponseCodeInterpreterCallInProgressEvent`: a program is being written."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseCodeInterpreterCallInProgressEvent"]


class ResponseCodeInterpreterCallInProgressEvent(BaseModel):
    """A program is being written."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.code_interpreter_call.in_progress"]
    """Always `response.code_interpreter_call.in_progress`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

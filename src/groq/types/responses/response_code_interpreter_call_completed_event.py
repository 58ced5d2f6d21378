"""`ResponseCodeInterpreterCallCompletedEvent`: A program has finished."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseCodeInterpreterCallCompletedEvent"]


class ResponseCodeInterpreterCallCompletedEvent(BaseModel):
    """A program has finished."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.code_interpreter_call.completed"]
    """Always `response.code_interpreter_call.completed`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseCodeInterpreterCallInterpretingEvent`: A program is running."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseCodeInterpreterCallInterpretingEvent"]


class ResponseCodeInterpreterCallInterpretingEvent(BaseModel):
    """A program is running."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    type: Literal["response.code_interpreter_call.interpreting"]
    """Always `response.code_interpreter_call.interpreting`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseCodeInterpreterCallCodeDoneEvent`: A program is complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseCodeInterpreterCallCodeDoneEvent"]


class ResponseCodeInterpreterCallCodeDoneEvent(BaseModel):
    """A program is complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    code: str
    """The complete program."""

    type: Literal["response.code_interpreter_call_code.done"]
    """Always `response.code_interpreter_call_code.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

"""`ResponseCodeInterpreterCallCodeDeltaEvent`: a piece of a program."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseCodeInterpreterCallCodeDeltaEvent"]


class ResponseCodeInterpreterCallCodeDeltaEvent(BaseModel):
    """A piece of a program."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    delta: str
    """The piece."""

    type: Literal["response.code_interpreter_call_code.delta"]
    """Always `response.code_interpreter_call_code.delta`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

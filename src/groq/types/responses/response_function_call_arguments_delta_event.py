"""`ResponseFunctionCallArgumentsDeltaEvent`: a piece of the arguments of a function."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseFunctionCallArgumentsDeltaEvent"]


class ResponseFunctionCallArgumentsDeltaEvent(BaseModel):
    """A piece of the arguments of a function."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    delta: str
    """The piece."""

    type: Literal["response.function_call_arguments.delta"]
    """Always `response.function_call_arguments.delta`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

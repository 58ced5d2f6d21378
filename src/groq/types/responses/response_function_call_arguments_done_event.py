"""`ResponseFunctionCallArgumentsDoneEvent`: the arguments of a function are complete."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseFunctionCallArgumentsDoneEvent"]


class ResponseFunctionCallArgumentsDoneEvent(BaseModel):
    """The arguments of a function are complete."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The index of the item in the output, from 0."""

    arguments: str
    """The arguments as the JSON text of the model."""

    name: str | None = None
    """The name of the function."""

    type: Literal["response.function_call_arguments.done"]
    """Always `response.function_call_arguments.done`."""

    sequence_number: int | None = None
    """The index of the event in the stream."""

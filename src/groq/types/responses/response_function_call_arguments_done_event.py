"""`ResponseFunctionCallArgumentsDoneEvent`: the arguments of a function are whole."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseFunctionCallArgumentsDoneEvent"]


class ResponseFunctionCallArgumentsDoneEvent(BaseModel):
    """The arguments of a function are whole."""

    item_id: str
    """The id of the item."""

    output_index: int
    """The place of the item in the output, from 0."""

    arguments: str
    """The arguments, as the JSON text that the model wrote."""

    name: str | None = None
    """The name of the function."""

    type: Literal["response.function_call_arguments.done"]
    """Always `response.function_call_arguments.done`."""

    sequence_number: int | None = None
    """The place of the event in the stream."""

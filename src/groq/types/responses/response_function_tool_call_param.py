"""`ResponseFunctionToolCallParam`: a function that a model wanted called, given back."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseFunctionToolCallParam"]


class ResponseFunctionToolCallParam(TypedDict, total=False):
    """A function that a model wanted called, given back."""

    arguments: Required[str]
    """The arguments, as the JSON text that the model wrote."""

    call_id: Required[str]
    """What the result gives as `call_id`."""

    name: Required[str]
    """The name of the function."""

    type: Required[Literal["function_call"]]
    """Always `function_call`."""

    id: str
    """The id of the item."""

    status: Literal["in_progress", "completed", "incomplete"]
    """How far the call had come."""

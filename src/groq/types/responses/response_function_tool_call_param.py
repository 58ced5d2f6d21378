"""`ResponseFunctionToolCallParam`: A function call of the model, sent back."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseFunctionToolCallParam"]


class ResponseFunctionToolCallParam(TypedDict, total=False):
    """A function call of the model, sent back."""

    arguments: Required[str]
    """The arguments as the JSON text of the model."""

    call_id: Required[str]
    """The id for `call_id` of the result."""

    name: Required[str]
    """The name of the function."""

    type: Required[Literal["function_call"]]
    """Always `function_call`."""

    id: str
    """The id of the item."""

    status: Literal["in_progress", "completed", "incomplete"]
    """The status of the call."""

"""`ResponseFunctionToolCall`: A function call of the model."""

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseFunctionToolCall"]


class ResponseFunctionToolCall(BaseModel):
    """A function call of the model.

    Its result is a `function_call_output` in the next input, with the same `call_id`.
    """

    arguments: str
    """The arguments as the JSON text of the model."""

    call_id: str
    """The id for `call_id` of the result."""

    name: str
    """The name of the function."""

    type: Literal["function_call"]
    """Always `function_call`."""

    id: str | None = None
    """The id of the item."""

    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """The status of the call."""

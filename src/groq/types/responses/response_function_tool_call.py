"""`ResponseFunctionToolCall`: a function that a model wants called."""

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseFunctionToolCall"]


class ResponseFunctionToolCall(BaseModel):
    """A function that a model wants called.

    Its result is a `function_call_output` in the next input, with the same `call_id`.
    """

    arguments: str
    """The arguments, as the JSON text that the model wrote."""

    call_id: str
    """What the result gives as `call_id`."""

    name: str
    """The name of the function."""

    type: Literal["function_call"]
    """Always `function_call`."""

    id: str | None = None
    """The id of the item."""

    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far the call has come."""

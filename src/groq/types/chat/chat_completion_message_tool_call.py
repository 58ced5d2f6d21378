"""`ChatCompletionMessageToolCall`: a call that the model wants made."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ChatCompletionMessageToolCall", "Function"]


class Function(BaseModel):
    """The function that the model wants called."""

    arguments: str
    """The arguments as JSON. The model wrote them: they can be invalid, or not fit the schema."""

    name: str
    """The function's name."""


class ChatCompletionMessageToolCall(BaseModel):
    """A call that the model wants made."""

    id: str
    """What the message with the result gives as `tool_call_id`."""

    function: Function
    """The function to call."""

    type: Literal["function"]
    """Always `function`."""

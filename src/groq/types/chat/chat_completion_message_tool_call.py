"""`ChatCompletionMessageToolCall`: a tool call of the model."""

from __future__ import annotations

from typing import Literal

from ..._models import BaseModel

__all__ = ["ChatCompletionMessageToolCall", "Function"]


class Function(BaseModel):
    """The function call of the model."""

    arguments: str
    """The arguments as JSON text of the model, which may be invalid or not fit the schema."""

    name: str
    """The function's name."""


class ChatCompletionMessageToolCall(BaseModel):
    """A tool call of the model."""

    id: str
    """The id for `tool_call_id` of the message with the result."""

    function: Function
    """The function to call."""

    type: Literal["function"]
    """Always `function`."""

"""`ParsedFunctionToolCall`: a call that the model wants made, with its arguments decoded."""

from __future__ import annotations

from .chat_completion_message_tool_call import ChatCompletionMessageToolCall, Function

__all__ = ["ParsedFunction", "ParsedFunctionToolCall"]


class ParsedFunction(Function):
    """The function that the model wants called, with its arguments decoded."""

    parsed_arguments: object | None = None
    """The arguments as the tool's own type; `None` if the tool came with no type to decode to."""


class ParsedFunctionToolCall(ChatCompletionMessageToolCall):
    """A call that the model wants made, with its arguments decoded."""

    function: ParsedFunction  # pyright: ignore[reportIncompatibleVariableOverride]  # a subclass
    """The function to call."""

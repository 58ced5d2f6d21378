"""`ParsedFunctionToolCall`: A tool call of the model, with decoded arguments."""

from __future__ import annotations

from .chat_completion_message_tool_call import ChatCompletionMessageToolCall, Function

__all__ = ["ParsedFunction", "ParsedFunctionToolCall"]


class ParsedFunction(Function):
    """The function call of the model, with decoded arguments."""

    parsed_arguments: object | None = None
    """The arguments as the type of the tool; `None` for a tool without a type."""


class ParsedFunctionToolCall(ChatCompletionMessageToolCall):
    """A tool call of the model, with decoded arguments."""

    function: ParsedFunction  # pyright: ignore[reportIncompatibleVariableOverride]  # a subclass
    """The function to call."""

"""`ChatCompletionAssistantMessageParam`: an earlier message of the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_text_param import ChatCompletionContentPartTextParam
from .chat_completion_message_tool_call_param import ChatCompletionMessageToolCallParam

__all__ = ["ChatCompletionAssistantMessageParam", "FunctionCall"]


class FunctionCall(TypedDict, total=False):
    """Deprecated: the function call of the model; see `tool_calls`."""

    arguments: str
    """The arguments as the JSON text of the model."""

    name: str
    """The function's name."""


class ChatCompletionAssistantMessageParam(TypedDict, total=False):
    """An earlier message of the model. A `ChatCompletionMessage` can be sent back as it is."""

    role: Required[Literal["assistant"]]
    """Always `assistant`."""

    content: str | Iterable[ChatCompletionContentPartTextParam] | None
    """The text; required unless there are `tool_calls`."""

    function_call: FunctionCall
    """Deprecated: the function call of the model; see `tool_calls`."""

    name: str
    """A name that distinguishes it from others in the same role."""

    reasoning: str | None
    """The reasoning."""

    tool_calls: Iterable[ChatCompletionMessageToolCallParam]
    """The tool calls of the model. A `tool` message with the result must follow for each."""

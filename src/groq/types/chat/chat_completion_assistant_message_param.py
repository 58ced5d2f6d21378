"""`ChatCompletionAssistantMessageParam`: what the model said before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_text_param import ChatCompletionContentPartTextParam
from .chat_completion_message_tool_call_param import ChatCompletionMessageToolCallParam

__all__ = ["ChatCompletionAssistantMessageParam", "FunctionCall"]


class FunctionCall(TypedDict, total=False):
    """The function that the model wanted called, in the old form; see `tool_calls`."""

    arguments: str
    """The arguments as JSON, as the model wrote them."""

    name: str
    """The function's name."""


class ChatCompletionAssistantMessageParam(TypedDict, total=False):
    """What the model said before. A `ChatCompletionMessage` can be given back as it is."""

    role: Required[Literal["assistant"]]
    """Always `assistant`."""

    content: str | Iterable[ChatCompletionContentPartTextParam] | None
    """The text; needed unless there are `tool_calls`."""

    function_call: FunctionCall
    """The function that the model wanted called, in the old form; see `tool_calls`."""

    name: str
    """A name that tells it from others in the same role."""

    reasoning: str | None
    """What the model thought."""

    tool_calls: Iterable[ChatCompletionMessageToolCallParam]
    """The calls that the model wanted made. A `tool` message with the result follows for each."""

"""`ParsedChatCompletion`: a completion decoded to the requested type."""

from __future__ import annotations

from typing import Generic, TypeVar

from .chat_completion import ChatCompletion, Choice
from .chat_completion_message import ChatCompletionMessage
from .parsed_function_tool_call import ParsedFunctionToolCall

__all__ = [
    "ContentType",
    "ParsedChatCompletion",
    "ParsedChatCompletionMessage",
    "ParsedChoice",
]

ContentType = TypeVar("ContentType")


class ParsedChatCompletionMessage(ChatCompletionMessage, Generic[ContentType]):
    """The message of the model, decoded. It can be sent back in the next request.

    Decoded values do not count as set: `to_dict` and requests leave them out, and
    `model_dump` includes them.
    """

    tool_calls: list[ParsedFunctionToolCall] | None = None  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of a subclass
    """The tool calls of the model."""

    parsed: ContentType | None = None
    """The content as the requested type; `None` without content."""

    refusal: str | None = None
    """The refusal of the model."""


class ParsedChoice(Choice, Generic[ContentType]):
    """One answer to the request, decoded."""

    message: ParsedChatCompletionMessage[ContentType]  # pyright: ignore[reportIncompatibleVariableOverride]  # a subclass
    """The message of the model."""


class ParsedChatCompletion(ChatCompletion, Generic[ContentType]):
    """A decoded answer of `client.chat.completions.parse` and `.stream`."""

    choices: list[ParsedChoice[ContentType]]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of a subclass
    """The answer: `choices[0].message.parsed`."""

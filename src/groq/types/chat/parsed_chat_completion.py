"""`ParsedChatCompletion`: an answer whose content was decoded to the type that was asked for."""

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
    """What the model answers, decoded. It can be given back among the messages of a request.

    What was decoded does not count as set: `to_dict` and requests leave it out, and
    `model_dump` has it.
    """

    tool_calls: list[ParsedFunctionToolCall] | None = None  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of a subclass
    """The calls that the model wants made."""

    parsed: ContentType | None = None
    """The content as the type that was asked for; `None` if there is no content."""

    refusal: str | None = None
    """What the model says where it refuses to answer."""


class ParsedChoice(Choice, Generic[ContentType]):
    """One answer to the request, decoded."""

    message: ParsedChatCompletionMessage[ContentType]  # pyright: ignore[reportIncompatibleVariableOverride]  # a subclass
    """What the model answers."""


class ParsedChatCompletion(ChatCompletion, Generic[ContentType]):
    """An answer whose content was decoded, of `client.chat.completions.parse` and `.stream`."""

    choices: list[ParsedChoice[ContentType]]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride]  # a list of a subclass
    """The answer: `choices[0].message.parsed`."""

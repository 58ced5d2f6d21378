"""`ChatCompletionMessageUnionParam`: any message of a conversation."""

from typing import TypeAlias, Union

from .chat_completion_message import ChatCompletionMessage
from .chat_completion_message_param import ChatCompletionMessageParam

__all__ = ["ChatCompletionMessageUnionParam"]

ChatCompletionMessageUnionParam: TypeAlias = Union[
    ChatCompletionMessageParam, ChatCompletionMessage
]
"""A message to send, or one of an answer that is sent back: the item type of a conversation."""

"""`ChatCompletionUserMessageParam`: the content of the message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_param import ChatCompletionContentPartParam

__all__ = ["ChatCompletionUserMessageParam"]


class ChatCompletionUserMessageParam(TypedDict, total=False):
    """The content of the message."""

    content: Required[str | Iterable[ChatCompletionContentPartParam]]
    """A text, or parts: texts, images, documents."""

    role: Required[Literal["user"]]
    """Always `user`."""

    name: str
    """A name that distinguishes the user from others in the same role."""

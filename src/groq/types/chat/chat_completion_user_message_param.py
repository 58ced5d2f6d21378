"""`ChatCompletionUserMessageParam`: what the user says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_param import ChatCompletionContentPartParam

__all__ = ["ChatCompletionUserMessageParam"]


class ChatCompletionUserMessageParam(TypedDict, total=False):
    """What the user says."""

    content: Required[str | Iterable[ChatCompletionContentPartParam]]
    """A text, or parts: text, pictures, documents."""

    role: Required[Literal["user"]]
    """Always `user`."""

    name: str
    """A name that tells the user from others in the same role."""

"""`ChatCompletionSystemMessageParam`: instructions for the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .chat_completion_content_part_text_param import ChatCompletionContentPartTextParam

__all__ = ["ChatCompletionSystemMessageParam"]


class ChatCompletionSystemMessageParam(TypedDict, total=False):
    """Instructions for the whole conversation."""

    content: Required[str | Iterable[ChatCompletionContentPartTextParam]]
    """The text."""

    role: Required[Literal["system", "developer"]]
    """`system`, or `developer` for models that know that name."""

    name: str
    """A name that distinguishes it from others in the same role."""

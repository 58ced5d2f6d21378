"""`ChatCompletionContentPartTextParam`: text in a message."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionContentPartTextParam"]


class ChatCompletionContentPartTextParam(TypedDict, total=False):
    """Text in a message."""

    text: Required[str]
    """The text."""

    type: Required[Literal["text"]]
    """Always `text`."""

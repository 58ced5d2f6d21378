"""`ChatCompletionStreamOptionsParam`: the options of a stream."""

from __future__ import annotations

from typing_extensions import TypedDict

__all__ = ["ChatCompletionStreamOptionsParam"]


class ChatCompletionStreamOptionsParam(TypedDict, total=False):
    """Options of a stream."""

    include_usage: bool
    """Whether to send a last chunk with `usage` and without choices; `False` by default."""

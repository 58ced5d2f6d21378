"""`ChatCompletionStreamOptionsParam`: what else a stream tells."""

from __future__ import annotations

from typing_extensions import TypedDict

__all__ = ["ChatCompletionStreamOptionsParam"]


class ChatCompletionStreamOptionsParam(TypedDict, total=False):
    """What else a stream tells."""

    include_usage: bool
    """Whether one more chunk follows, with `usage` and no choices; `False` by default."""

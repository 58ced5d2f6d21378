"""`ChatCompletionFunctionMessageParam`: the result of a function call; deprecated."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionFunctionMessageParam"]


class ChatCompletionFunctionMessageParam(TypedDict, total=False):
    """Deprecated: the result of a function call; use a `tool` message."""

    content: Required[str | None]
    """The result."""

    name: Required[str]
    """The function that was called."""

    role: Required[Literal["function"]]
    """Always `function`."""

"""`ChatCompletionFunctionMessageParam`: the result of a function call, in the old form."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionFunctionMessageParam"]


class ChatCompletionFunctionMessageParam(TypedDict, total=False):
    """The result of a function call, in the old form; new requests send a `tool` message."""

    content: Required[str | None]
    """The result."""

    name: Required[str]
    """The function that was called."""

    role: Required[Literal["function"]]
    """Always `function`."""

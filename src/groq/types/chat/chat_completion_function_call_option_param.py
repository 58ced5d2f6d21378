"""`ChatCompletionFunctionCallOptionParam`: the function that the model must call."""

from __future__ import annotations

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionFunctionCallOptionParam"]


class ChatCompletionFunctionCallOptionParam(TypedDict, total=False):
    """Deprecated: the function that the model must call; use `tool_choice`."""

    name: Required[str]
    """The function's name."""

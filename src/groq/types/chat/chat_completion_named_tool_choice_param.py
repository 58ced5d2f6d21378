"""`ChatCompletionNamedToolChoiceParam`: the tool that the model must call."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionNamedToolChoiceParam", "Function"]


class Function(TypedDict, total=False):
    """The function that the model must call."""

    name: Required[str]
    """The function's name."""


class ChatCompletionNamedToolChoiceParam(TypedDict, total=False):
    """The tool that the model must call."""

    function: Required[Function]
    """The function to call."""

    type: Required[Literal["function"]]
    """Always `function`."""

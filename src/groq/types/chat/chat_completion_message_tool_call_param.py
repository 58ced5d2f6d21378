"""`ChatCompletionMessageToolCallParam`: a tool call of the model, sent back."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionMessageToolCallParam", "Function"]


class Function(TypedDict, total=False):
    """The function call of the model."""

    arguments: Required[str]
    """The arguments as the JSON text of the model."""

    name: Required[str]
    """The function's name."""


class ChatCompletionMessageToolCallParam(TypedDict, total=False):
    """A tool call of the model, sent back."""

    id: Required[str]
    """Its id, chosen by the model."""

    function: Required[Function]
    """The function to call."""

    type: Required[Literal["function"]]
    """Always `function`."""

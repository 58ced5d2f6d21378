"""`ChatCompletionMessageToolCallParam`: a call that the model wanted made, given back."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionMessageToolCallParam", "Function"]


class Function(TypedDict, total=False):
    """The function that the model wanted called."""

    arguments: Required[str]
    """The arguments as JSON, as the model wrote them."""

    name: Required[str]
    """The function's name."""


class ChatCompletionMessageToolCallParam(TypedDict, total=False):
    """A call that the model wanted made, given back."""

    id: Required[str]
    """The id that the model gave it."""

    function: Required[Function]
    """The function to call."""

    type: Required[Literal["function"]]
    """Always `function`."""

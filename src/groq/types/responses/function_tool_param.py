"""`FunctionToolParam`: a function of yours that a model may call."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["FunctionToolParam"]


class FunctionToolParam(TypedDict, total=False):
    """A function of yours that a model may call."""

    name: Required[str]
    """The name: letters, digits, underscores and dashes, 64 at most."""

    parameters: Required[dict[str, object] | None]
    """The JSON Schema of the arguments."""

    type: Required[Literal["function"]]
    """Always `function`."""

    description: str | None
    """What the function does: the model goes by it."""

    strict: bool | None
    """Whether the arguments follow the schema to the letter."""

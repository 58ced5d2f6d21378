"""`FunctionToolParam`: your own function that a model may call."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["FunctionToolParam"]


class FunctionToolParam(TypedDict, total=False):
    """Your own function that a model may call."""

    name: Required[str]
    """The name: at most 64 letters, digits, underscores and dashes."""

    parameters: Required[dict[str, object] | None]
    """The JSON Schema of the arguments."""

    type: Required[Literal["function"]]
    """Always `function`."""

    description: str | None
    """A description of the function, for the model."""

    strict: bool | None
    """Whether the arguments follow the schema exactly."""

"""`FunctionDefinition`: a function that the model may call."""

from __future__ import annotations

from typing_extensions import Required, TypedDict

from .function_parameters import FunctionParameters

__all__ = ["FunctionDefinition"]


class FunctionDefinition(TypedDict, total=False):
    """A function that the model may call."""

    name: Required[str]
    """Its name: at most 64 letters, digits, `_` and `-`."""

    description: str
    """Its description, by which the model decides when and how to call it."""

    parameters: FunctionParameters
    """Its parameters as a JSON Schema; no parameters if it is omitted."""

    strict: bool
    """Whether calls must follow the schema exactly; `False` by default.

    A strict schema has `additionalProperties: false`, and requires every property.
    """

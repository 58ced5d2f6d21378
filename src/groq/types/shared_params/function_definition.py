"""`FunctionDefinition`: a function that the model may call."""

from __future__ import annotations

from typing_extensions import Required, TypedDict

from .function_parameters import FunctionParameters

__all__ = ["FunctionDefinition"]


class FunctionDefinition(TypedDict, total=False):
    """A function that the model may call."""

    name: Required[str]
    """Its name: letters, digits, `_` and `-`, at most 64 characters."""

    description: str
    """What it does; the model decides by it when to call the function, and how."""

    parameters: FunctionParameters
    """Its parameters as a JSON Schema; none when left out."""

    strict: bool
    """Whether a call has to follow the schema to the letter; `False` by default.

    A strict schema has `additionalProperties: false`, and requires every property.
    """

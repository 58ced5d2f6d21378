"""`FunctionParameters`: the parameters of a function, as a JSON Schema."""

from typing import TypeAlias

__all__ = ["FunctionParameters"]

FunctionParameters: TypeAlias = dict[str, object]
"""A JSON Schema of type `object`: a property for each parameter."""

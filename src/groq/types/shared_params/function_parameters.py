"""`FunctionParameters`: the parameters of a function, as a JSON Schema."""

from ..shared.function_parameters import FunctionParameters

__all__ = ["FunctionParameters"]

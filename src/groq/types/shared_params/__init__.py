"""Request types that several parts of the API share."""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "FunctionDefinition",
    "FunctionParameters",
]

if TYPE_CHECKING:
    from .function_definition import FunctionDefinition as FunctionDefinition
    from .function_parameters import FunctionParameters as FunctionParameters
else:
    __getattr__, __dir__ = lazy_names(__name__, __all__)

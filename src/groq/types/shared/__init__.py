"""Models and names that several parts of the API share."""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "Debug",
    "ErrorObject",
    "FunctionDefinition",
    "FunctionParameters",
    "ServiceTier",
]

if TYPE_CHECKING:
    from .debug import Debug as Debug
    from .error_object import ErrorObject as ErrorObject
    from .function_definition import FunctionDefinition as FunctionDefinition
    from .function_parameters import FunctionParameters as FunctionParameters
    from .service_tier import ServiceTier as ServiceTier
else:
    __getattr__, __dir__ = lazy_names(__name__, __all__)

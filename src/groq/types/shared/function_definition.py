"""`FunctionDefinition`: a function that the model may call."""

from __future__ import annotations

from ..._models import BaseModel
from .function_parameters import FunctionParameters

__all__ = ["FunctionDefinition"]


class FunctionDefinition(BaseModel):
    """A function that the model may call, as a model; `shared_params` has the request type."""

    name: str
    """Its name: at most 64 letters, digits, `_` and `-`."""

    description: str | None = None
    """Its description, by which the model decides when and how to call it."""

    parameters: FunctionParameters | None = None
    """Its parameters as a JSON Schema; no parameters if it is omitted."""

    strict: bool | None = None
    """Whether calls must follow the schema exactly; `False` by default."""

"""`FunctionDefinition`: a function that the model may call."""

from __future__ import annotations

from ..._models import BaseModel
from .function_parameters import FunctionParameters

__all__ = ["FunctionDefinition"]


class FunctionDefinition(BaseModel):
    """A function that the model may call, as a model; `shared_params` has the request type."""

    name: str
    """Its name: letters, digits, `_` and `-`, at most 64 characters."""

    description: str | None = None
    """What it does; the model decides by it when to call the function, and how."""

    parameters: FunctionParameters | None = None
    """Its parameters as a JSON Schema; none when left out."""

    strict: bool | None = None
    """Whether a call has to follow the schema to the letter; `False` when left out."""

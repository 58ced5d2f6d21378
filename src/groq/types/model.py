"""`Model`: a model that can be asked."""

from __future__ import annotations

import builtins
from typing import Literal

from pydantic.json_schema import SkipJsonSchema

from .._models import BaseModel

__all__ = ["Model"]


class Model(BaseModel):
    """A model that can be asked."""

    id: str
    """Its name, the `model` of a request."""

    created: int
    """When it was made, in seconds since 1970, UTC."""

    object: Literal["model"]
    """Always `model`."""

    owned_by: str
    """Who made it."""

    active: SkipJsonSchema[bool | None] = None
    """Whether it answers requests today."""

    context_window: SkipJsonSchema[int | None] = None
    """Tokens that prompt and answer may have together."""

    max_completion_tokens: SkipJsonSchema[int | None] = None
    """Tokens that an answer may have."""

    public_apps: SkipJsonSchema[builtins.object | None] = None
    """Applications that may use it, where it is not open to all."""

"""`ModelListResponse`: all models."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
from .model import Model

__all__ = ["ModelListResponse"]


class ModelListResponse(BaseModel):
    """All models, the answer of `client.models.list`."""

    data: list[Model]
    """The models."""

    object: Literal["list"]
    """Always `list`."""

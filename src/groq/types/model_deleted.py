"""`ModelDeleted`: a model that is gone."""

from __future__ import annotations

from .._models import BaseModel

__all__ = ["ModelDeleted"]


class ModelDeleted(BaseModel):
    """A model that is gone, the answer of `client.models.delete`."""

    id: str
    """The model that was to be deleted."""

    deleted: bool
    """Whether it is."""

    object: str
    """Always `model`."""

"""`ModelDeleted`: a model that is gone."""

from __future__ import annotations

from .._models import BaseModel

__all__ = ["ModelDeleted"]


class ModelDeleted(BaseModel):
    """A deleted model: the response of `client.models.delete`."""

    id: str
    """The id of the model."""

    deleted: bool
    """Whether it was deleted."""

    object: str
    """Always `model`."""

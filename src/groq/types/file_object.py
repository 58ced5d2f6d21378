"""`FileObject`: a file that was uploaded, or that a batch wrote."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel

__all__ = ["FileObject"]


class FileObject(BaseModel):
    """A file that was uploaded, or that a batch wrote."""

    id: str | None = None
    """What the other calls of `client.files` take, and `client.batches.create`."""

    bytes: int | None = None
    """Its size, in bytes."""

    created_at: int | None = None
    """When it was made, in seconds since 1970, UTC."""

    filename: str | None = None
    """The name that it was uploaded under."""

    object: Literal["file"] | None = None
    """Always `file`."""

    purpose: Literal["batch", "batch_output"] | None = None
    """`batch` for requests, `batch_output` for answers."""

"""`FileObject`: A file that was uploaded or written by a batch."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel

__all__ = ["FileObject"]


class FileObject(BaseModel):
    """A file that was uploaded or written by a batch."""

    id: str | None = None
    """The id for other calls of `client.files`, and for `client.batches.create`."""

    bytes: int | None = None
    """Its size, in bytes."""

    created_at: int | None = None
    """When it was created, in seconds since 1970, UTC."""

    filename: str | None = None
    """Its name when it was uploaded."""

    object: Literal["file"] | None = None
    """Always `file`."""

    purpose: Literal["batch", "batch_output"] | None = None
    """`batch` for requests, `batch_output` for answers."""

"""`FileDeleteResponse`: a file that is gone."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel

__all__ = ["FileDeleteResponse"]


class FileDeleteResponse(BaseModel):
    """A file that is gone, the answer of `client.files.delete`."""

    id: str
    """The file that was to be deleted."""

    deleted: bool
    """Whether it is."""

    object: Literal["file"]
    """Always `file`."""

"""`FileDeleteResponse`: a file that is gone."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel

__all__ = ["FileDeleteResponse"]


class FileDeleteResponse(BaseModel):
    """A deleted file: the response of `client.files.delete`."""

    id: str
    """The id of the file."""

    deleted: bool
    """Whether it was deleted."""

    object: Literal["file"]
    """Always `file`."""

"""`FileListResponse`: all files."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
from .file_object import FileObject as Data

__all__ = ["Data", "FileListResponse"]


class FileListResponse(BaseModel):
    """All files, the answer of `client.files.list`."""

    data: list[Data]
    """The files."""

    object: Literal["list"]
    """Always `list`."""

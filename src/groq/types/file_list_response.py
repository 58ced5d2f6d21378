"""`FileListResponse`: all files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Literal

from .._page import Page
from .file_object import FileObject as Data

__all__ = ["Data", "FileListResponse"]


class FileListResponse(Page):
    """The response of `client.files.list`: iterate over it for all files, or use `data`."""

    data: list[Data]
    """The files of this page."""

    object: Literal["list"]
    """Always `list`."""

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Data]: ...  # type: ignore[override]  # items
        def __aiter__(self) -> AsyncIterator[Data]: ...

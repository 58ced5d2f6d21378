"""`FileCreateParams`: what is uploaded."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

from .._types import FileTypes

__all__ = ["FileCreateParams"]


class FileCreateParams(TypedDict, total=False):
    """The arguments of `client.files.create`."""

    file: Required[FileTypes]
    """A path, bytes, an open binary file, or a tuple of (name, content, media type, headers)."""

    purpose: Required[Literal["batch"]]
    """The purpose of the file, `batch`, for a `.jsonl` file of at most 100 MB."""

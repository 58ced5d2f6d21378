"""`Embedding`: a text as a vector."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel

__all__ = ["Embedding"]


class Embedding(BaseModel):
    """A text as a vector."""

    embedding: list[float] | str
    """The vector; in base64 a string of little-endian 32-bit floats."""

    index: int
    """The place of the text in the request, from 0."""

    object: Literal["embedding"]
    """Always `embedding`."""

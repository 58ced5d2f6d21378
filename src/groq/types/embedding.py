"""`Embedding`: the embedding of a text."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
from .._types import is_list

__all__ = ["Embedding"]


class Embedding(BaseModel):
    """The embedding of a text."""

    embedding: list[float] | str
    """The vector; in base64 a string of little-endian 32-bit floats."""

    index: int
    """The index of the text in the request, from 0."""

    object: Literal["embedding"]
    """Always `embedding`."""

    def _repr_markdown_(self) -> str | None:
        """Return the text for a notebook: the size of the vector, not its thousand numbers."""
        vector: object = getattr(self, "embedding", None)
        if not is_list(vector):
            return None
        return f"Embedding {self.index}: {len(vector):,} numbers"

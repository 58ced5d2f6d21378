"""`CreateEmbeddingResponse`: texts as vectors."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
from .._types import is_list
from .embedding import Embedding

__all__ = ["CreateEmbeddingResponse", "Usage"]


class Usage(BaseModel):
    """What the vectors cost, in tokens."""

    prompt_tokens: int
    """Tokens in the texts."""

    total_tokens: int
    """Tokens in all: the same, since no text is written."""


class CreateEmbeddingResponse(BaseModel):
    """Texts as vectors, the answer of `client.embeddings.create`."""

    data: list[Embedding]
    """A vector for each text, in the order of the request."""

    model: str
    """The model that made them."""

    object: Literal["list"]
    """Always `list`."""

    usage: Usage
    """What they cost."""

    def _repr_markdown_(self) -> str | None:
        """Return what a notebook shows: how many vectors there are, and of what size."""
        data: object = getattr(self, "data", None)
        if not is_list(data):
            return None
        sizes = {
            len(each.embedding) for each in self.data if is_list(getattr(each, "embedding", None))
        }
        return f"{len(data):,} embeddings of {', '.join(map(str, sorted(sizes)))} numbers"

"""`CreateEmbeddingResponse`: texts as vectors."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
from .._types import is_list
from .embedding import Embedding

__all__ = ["CreateEmbeddingResponse", "Usage"]


class Usage(BaseModel):
    """The usage, in tokens."""

    prompt_tokens: int
    """Tokens of the texts."""

    total_tokens: int
    """All tokens: the same number, since there is no completion."""


class CreateEmbeddingResponse(BaseModel):
    """Embeddings: the response of `client.embeddings.create`."""

    data: list[Embedding]
    """An embedding for each text, in the order of the request."""

    model: str
    """The model."""

    object: Literal["list"]
    """Always `list`."""

    usage: Usage
    """The usage."""

    def _repr_markdown_(self) -> str | None:
        """Return the text for a notebook: the number and the size of the vectors."""
        data: object = getattr(self, "data", None)
        if not is_list(data):
            return None
        sizes = {
            len(each.embedding) for each in self.data if is_list(getattr(each, "embedding", None))
        }
        return f"{len(data):,} embeddings of {', '.join(map(str, sorted(sizes)))} numbers"

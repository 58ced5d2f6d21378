"""`CreateEmbeddingResponse`: texts as vectors."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
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

"""`EmbeddingCreateParams`: what is turned into vectors."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

from .._types import SequenceNotStr
from .embedding_model import EmbeddingModel

__all__ = ["EmbeddingCreateParams"]


class EmbeddingCreateParams(TypedDict, total=False):
    """The arguments of `client.embeddings.create`."""

    input: Required[str | SequenceNotStr[str]]
    """A text, or several. None may be empty or longer than the model's context."""

    model: Required[str | EmbeddingModel]
    """The model that makes the vectors."""

    encoding_format: Literal["float", "base64"]
    """Vectors as lists of floats or as base64; `float` by default."""

    user: str | None
    """An id of the end user, for finding misuse."""

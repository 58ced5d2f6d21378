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
    """The model."""

    encoding_format: Literal["float", "base64"]
    """The format of the vectors, `float` or `base64`; `float` by default."""

    user: str | None
    """An id of the end user, for detecting abuse."""

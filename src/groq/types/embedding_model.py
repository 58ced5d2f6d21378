"""Names of embedding models."""

from typing import Literal, TypeAlias

__all__ = ["EmbeddingModel"]

EmbeddingModel: TypeAlias = Literal["nomic-embed-text-v1_5",]
"""Models that turn text into vectors. Any other string is accepted too."""

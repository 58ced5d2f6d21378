"""Names of embedding models."""

from typing import Literal, TypeAlias

__all__ = ["EmbeddingModel"]

EmbeddingModel: TypeAlias = Literal["nomic-embed-text-v1_5",]
"""Embedding models. Any other string is accepted too."""

"""Names of models that listen."""

from typing import Literal, TypeAlias

__all__ = ["AudioModel"]

AudioModel: TypeAlias = Literal[
    "whisper-large-v3",
    "whisper-large-v3-turbo",
]
"""Models that transcribe and translate speech. Any other string is accepted too."""

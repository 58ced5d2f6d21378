"""Names of speech-to-text models."""

from typing import Literal, TypeAlias

__all__ = ["AudioModel"]

AudioModel: TypeAlias = Literal[
    "whisper-large-v3",
    "whisper-large-v3-turbo",
]
"""Speech-to-text models. Any other string is accepted too."""

"""Names of models that speak."""

from typing import Literal, TypeAlias

__all__ = ["SpeechModel"]

SpeechModel: TypeAlias = Literal[
    "playai-tts",
    "playai-tts-arabic",
]
"""Models that read text aloud. Any other string is accepted too."""

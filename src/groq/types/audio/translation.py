"""`Translation`: what was said, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._models import BaseModel
from .transcription_segment import TranscriptionSegment

__all__ = ["Translation"]


class Translation(BaseModel):
    """What was said, in English.

    All but the text comes with `response_format="verbose_json"` alone.
    """

    text: str
    """The whole text."""

    if TYPE_CHECKING:  # see `groq.types`
        task: str = ""
        """`translate`."""

        language: str = ""
        """The language, by its English name; mostly that of the text."""

        duration: float = 0.0
        """The length of the recording, in seconds."""

        segments: list[TranscriptionSegment] = []
        """The text in stretches, with their times."""

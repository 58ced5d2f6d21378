"""`Transcription`: what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._models import BaseModel
from .transcription_segment import TranscriptionSegment
from .transcription_word import TranscriptionWord

__all__ = ["Transcription"]


class Transcription(BaseModel):
    """What was said.

    All but the text comes with `response_format="verbose_json"` alone.
    """

    text: str
    """The whole text."""

    if TYPE_CHECKING:  # see `groq.types`
        task: str = ""
        """`transcribe`."""

        language: str = ""
        """The language, by its English name or its code."""

        duration: float = 0.0
        """The length of the recording, in seconds."""

        segments: list[TranscriptionSegment] = []
        """The text in stretches, with their times."""

        words: list[TranscriptionWord] = []
        """The text word by word, when `timestamp_granularities` has `word`."""

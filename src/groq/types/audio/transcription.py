"""`Transcription`: what was said."""

from __future__ import annotations

from pydantic.json_schema import SkipJsonSchema

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

    task: SkipJsonSchema[str | None] = None
    """`transcribe`."""

    language: SkipJsonSchema[str | None] = None
    """The language, by its English name or its code."""

    duration: SkipJsonSchema[float | None] = None
    """The length of the recording, in seconds."""

    segments: SkipJsonSchema[list[TranscriptionSegment] | None] = None
    """The text in stretches, with their times."""

    words: SkipJsonSchema[list[TranscriptionWord] | None] = None
    """The text word by word, when `timestamp_granularities` has `word`."""

"""`Translation`: what was said, in English."""

from __future__ import annotations

from pydantic.json_schema import SkipJsonSchema

from ..._models import BaseModel
from .transcription_segment import TranscriptionSegment

__all__ = ["Translation"]


class Translation(BaseModel):
    """What was said, in English.

    All but the text comes with `response_format="verbose_json"` alone.
    """

    text: str
    """The whole text."""

    task: SkipJsonSchema[str | None] = None
    """`translate`."""

    language: SkipJsonSchema[str | None] = None
    """The language, by its English name; mostly that of the text."""

    duration: SkipJsonSchema[float | None] = None
    """The length of the recording, in seconds."""

    segments: SkipJsonSchema[list[TranscriptionSegment] | None] = None
    """The text in stretches, with their times."""

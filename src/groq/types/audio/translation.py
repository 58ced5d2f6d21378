"""`Translation`: the translated text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._models import BaseModel
from .transcription_segment import TranscriptionSegment

__all__ = ["Translation"]


class Translation(BaseModel):
    """The translated text.

    Fields other than the text require `response_format="verbose_json"`.
    """

    text: str
    """The complete text."""

    if TYPE_CHECKING:  # see `groq.types`
        task: str = ""
        """`translate`."""

        language: str = ""
        """The language, by its English name; usually that of the text."""

        duration: float = 0.0
        """The length of the recording, in seconds."""

        segments: list[TranscriptionSegment] = []
        """The text in segments, with their times."""

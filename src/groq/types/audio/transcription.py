"""`Transcription`: the transcribed text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._models import BaseModel
from .transcription_segment import TranscriptionSegment
from .transcription_word import TranscriptionWord

__all__ = ["Transcription"]


class Transcription(BaseModel):
    """The transcribed text.

    Fields other than the text require `response_format="verbose_json"`.
    """

    text: str
    """The complete text."""

    if TYPE_CHECKING:  # see `groq.types`
        task: str = ""
        """`transcribe`."""

        language: str = ""
        """The language, by its English name or its code."""

        duration: float = 0.0
        """The length of the recording, in seconds."""

        segments: list[TranscriptionSegment] = []
        """The text in segments, with their times."""

        words: list[TranscriptionWord] = []
        """The text word by word, if `timestamp_granularities` has `word`."""

    def to_srt(self) -> str:
        """Return subtitles in the SubRip format, one for each segment.

        Raises `ValueError` without segments: ask with `response_format="verbose_json"`.
        """
        cues = enumerate(self._cues(","), 1)
        return "".join(f"{number}\n{times}\n{text}\n\n" for number, (times, text) in cues)

    def to_vtt(self) -> str:
        """Return subtitles in the WebVTT format, one for each segment.

        Raises `ValueError` without segments: ask with `response_format="verbose_json"`.

        Source: https://www.w3.org/TR/webvtt1/
        """
        escapes = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
        cues = (f"{times}\n{text.translate(escapes)}\n\n" for times, text in self._cues("."))
        return "WEBVTT\n\n" + "".join(cues)

    def _cues(self, point: str) -> list[tuple[str, str]]:
        segments: list[dict[str, Any]] | None = (self.model_extra or {}).get("segments")
        if segments is None:
            raise ValueError(
                "Expected a transcription with segments: ask for `response_format='verbose_json'`"
            )
        return [
            (
                f"{_clock(each['start'], point)} --> {_clock(each['end'], point)}",
                # A blank line would end the subtitle, and what follows be lost.
                " ".join(each["text"].split()),
            )
            for each in segments
        ]


def _clock(seconds: float, point: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{milliseconds:03}"

"""`TranscriptionSegment`: a segment of speech, with its times."""

from __future__ import annotations

from typing_extensions import NotRequired, TypedDict

__all__ = ["TranscriptionSegment"]


class TranscriptionSegment(TypedDict):
    """A segment of speech, with its times and the confidence of the model."""

    id: int
    """Its index among the segments, from 0."""

    start: float
    """Its start, in seconds."""

    end: float
    """Its end, in seconds."""

    text: str
    """The text."""

    seek: NotRequired[int]
    """The position of the model's window, in hundredths of a second."""

    tokens: NotRequired[list[int]]
    """The numbers of the text's tokens."""

    temperature: NotRequired[float]
    """The temperature of the text."""

    avg_logprob: NotRequired[float]
    """The mean log probability of the tokens; below -1 the text is doubtful."""

    compression_ratio: NotRequired[float]
    """The compression ratio of the text; above 2.4 it is too repetitive."""

    no_speech_prob: NotRequired[float]
    """The probability that nobody speaks, from 0 to 1."""

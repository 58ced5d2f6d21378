"""`TranscriptionSegment`: a stretch of speech, with its times."""

from __future__ import annotations

from typing_extensions import NotRequired, TypedDict

__all__ = ["TranscriptionSegment"]


class TranscriptionSegment(TypedDict):
    """A stretch of speech, with its times and with how sure the model is."""

    id: int
    """Its place among the segments, from 0."""

    start: float
    """When it begins, in seconds."""

    end: float
    """When it ends, in seconds."""

    text: str
    """What is said."""

    seek: NotRequired[int]
    """Where the model's window stood, in hundredths of a second."""

    tokens: NotRequired[list[int]]
    """The numbers of the text's tokens."""

    temperature: NotRequired[float]
    """The temperature that the text was written at."""

    avg_logprob: NotRequired[float]
    """How sure the model is: the mean log probability of the tokens; below -1 is doubtful."""

    compression_ratio: NotRequired[float]
    """How much the text repeats itself; above 2.4 is doubtful."""

    no_speech_prob: NotRequired[float]
    """How likely it is that nobody speaks, from 0 to 1."""

"""`TranscriptionSegment`: a stretch of speech, with its times."""

from __future__ import annotations

from ..._models import BaseModel

__all__ = ["TranscriptionSegment"]


class TranscriptionSegment(BaseModel):
    """A stretch of speech, with its times and with how sure the model is."""

    id: int
    """Its place among the segments, from 0."""

    start: float
    """When it begins, in seconds."""

    end: float
    """When it ends, in seconds."""

    text: str
    """What is said."""

    seek: int | None = None
    """Where the model's window stood, in hundredths of a second."""

    tokens: list[int] | None = None
    """The numbers of the text's tokens."""

    temperature: float | None = None
    """The temperature that the text was written at."""

    avg_logprob: float | None = None
    """How sure the model is: the mean log probability of the tokens; below -1 is doubtful."""

    compression_ratio: float | None = None
    """How much the text repeats itself; above 2.4 is doubtful."""

    no_speech_prob: float | None = None
    """How likely it is that nobody speaks, from 0 to 1."""

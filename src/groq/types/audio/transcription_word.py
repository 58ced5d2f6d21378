"""`TranscriptionWord`: a spoken word, with its times."""

from __future__ import annotations

from typing_extensions import TypedDict

__all__ = ["TranscriptionWord"]


class TranscriptionWord(TypedDict):
    """A spoken word, with its times."""

    word: str
    """The word."""

    start: float
    """Its start, in seconds."""

    end: float
    """Its end, in seconds."""

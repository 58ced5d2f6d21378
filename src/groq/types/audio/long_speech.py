"""`LongSpeech`: a text of any length, read aloud."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LongSpeech"]


@dataclass(frozen=True)
class LongSpeech:
    """Speech from a text of any length, as one WAV file."""

    content: bytes
    """The file."""

    duration: float
    """Its length, in seconds."""

    model: str = ""
    """The model that spoke."""

    characters: int = 0
    """The number of characters that were sent, which decides the price."""

    def __repr__(self) -> str:
        return f"<LongSpeech of {self.duration:.1f} s>"

    def read(self) -> bytes:
        """Return the file, as the answer of `create` does."""
        return self.content

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the file to the disk."""
        Path(file).write_bytes(self.content)

"""Recordings of any length, split at silence into parts small enough for one request."""

from __future__ import annotations

import array
import io
import math
import os
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

from typing_extensions import Self, override

from .._exceptions import GroqError
from .parts import Part

MAX_BYTES = 24_000_000
"""The largest part in bytes; the API accepts 25 MB, including the form around it."""

_SEARCH_SECONDS = 30.0
"""Seconds around the end of a part that are searched for silence, or half of a shorter part."""
_STEP_SECONDS = 0.02
"""Seconds for which loudness is measured at a time."""
_WINDOW_STEPS = 25
"""Measurements that are averaged: half a second, longer than pauses within a sentence."""
_BLOCK_FRAMES = 65_536
"""Frames that are decoded at a time."""


@dataclass(frozen=True)
class Span:
    """One part of a recording, in seconds, with its overlaps and its cuts."""

    start: float
    """The start of the part."""
    end: float
    """The end of the part."""
    cut_before: float
    """The cut before the part, which begins a little earlier, so that no word is split."""
    cut_after: float
    """The cut after the part, which ends a little later."""


class Recording(AbstractContextManager["Recording"]):
    """A recording that is split into parts."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._resources = ExitStack()
        try:
            wave_path = _wave_path(Path(path), self._resources)
            file = self._resources.enter_context(wave_path.open("rb"))
            reader = wave.open(file, "rb")  # noqa: SIM115  # the stack closes it
            self._wave = self._resources.enter_context(reader)
        except BaseException:
            self._resources.close()
            raise
        self.rate = self._wave.getframerate()
        self._frame = self._wave.getnchannels() * self._wave.getsampwidth()
        # The header of a WAV file that was written to a pipe does not know its length.
        available = (os.fstat(file.fileno()).st_size - file.tell()) // self._frame
        self._frames = min(self._wave.getnframes(), available)
        self.duration = self._frames / self.rate

    @override
    def __enter__(self) -> Self:
        return self

    @override
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self._resources.close()

    def spans(self, part_seconds: float, overlap: float) -> list[Span]:
        """Return the parts, cut at the quietest places and extended by `overlap` seconds.

        Both sides of a part are extended. Including that, a part has at most `MAX_BYTES`.
        """
        if part_seconds <= 0:
            raise ValueError(f"Expected `part_seconds` above 0 but received {part_seconds!r}")
        if overlap < 0:
            raise ValueError(f"Expected an `overlap` of 0 or more but received {overlap!r}")
        longest = min(part_seconds, MAX_BYTES / (self.rate * self._frame) - 2 * overlap)
        if longest <= 0:
            raise ValueError(
                f"Expected an `overlap` that leaves room in a part but received {overlap!r}"
            )
        search_seconds = min(_SEARCH_SECONDS, longest / 2)
        cuts = [0.0]
        while (remaining := self.duration - cuts[-1]) > longest:
            # Parts of similar length, because a tiny last one is billed as ten seconds.
            even_length = remaining / math.ceil(remaining / longest)
            latest = cuts[-1] + min(even_length + search_seconds / 2, longest)
            cuts.append(self._quietest(latest - search_seconds, latest))
        cuts.append(self.duration)
        return [
            Span(max(0.0, start - overlap), min(self.duration, end + overlap), start, end)
            for start, end in pairwise(cuts)
        ]

    def parts(self, spans: list[Span]) -> Iterator[Part]:
        """Yield the parts as WAV files, each created when it is needed."""
        for index, span in enumerate(spans):
            file = io.BytesIO()
            with wave.open(file, "wb") as writer:
                writer.setnchannels(self._wave.getnchannels())
                writer.setsampwidth(self._wave.getsampwidth())
                writer.setframerate(self.rate)
                writer.writeframes(self._read(span.start, span.end))
            yield Part(index, file.getvalue())

    def _read(self, start: float, end: float) -> bytes:
        first = round(start * self.rate)
        self._wave.setpos(min(first, self._frames))
        return self._wave.readframes(round(end * self.rate) - first)

    def _quietest(self, start: float, latest: float) -> float:
        """Return the quietest time between two times."""
        loudness = self._loudness(start, latest)
        sums = [
            sum(loudness[index : index + _WINDOW_STEPS])
            for index in range(len(loudness) - _WINDOW_STEPS)
        ]
        if not sums:
            return latest
        # Of equally quiet places, such as digital silence, the middle of the first.
        first = last = sums.index(min(sums))
        while last + 1 < len(sums) and sums[last + 1] == sums[first]:
            last += 1
        return start + ((first + last + _WINDOW_STEPS) / 2) * _STEP_SECONDS

    def _loudness(self, start: float, end: float) -> list[int]:
        samples = _samples(self._read(start, end), self._wave.getsampwidth())
        step = round(self.rate * _STEP_SECONDS) * self._wave.getnchannels()
        pieces = (samples[index : index + step] for index in range(0, len(samples), step))
        return [max(piece) - min(piece) for piece in pieces]


def _samples(frames: bytes, width: int) -> array.array[int]:
    """Return the samples as integers; of 24-bit samples, the upper 16 bits."""
    if width == 1:
        return array.array("B", frames)
    if width == 3:
        upper = bytearray(len(frames) // 3 * 2)
        upper[0::2] = frames[1::3]
        upper[1::2] = frames[2::3]
        frames = bytes(upper)
    samples = array.array("i" if width == 4 else "h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _wave_path(path: Path, resources: ExitStack) -> Path:
    """Return a WAV file that the standard library can read: the recording, or a decoded copy."""
    if not path.is_file():
        raise FileNotFoundError(f"Expected a recording but there is no file {str(path)!r}")
    try:
        with wave.open(str(path), "rb"):
            return path
    except (wave.Error, EOFError):
        pass
    folder = resources.enter_context(tempfile.TemporaryDirectory(prefix="groq-"))
    decoded = Path(folder, "decoded.wav")
    if _decode_with_soundfile(path, decoded) or _decode_with_ffmpeg(path, decoded):
        return decoded
    raise GroqError(
        f"Expected a recording that can be cut but received {path.name!r}. WAV needs nothing; "
        "`pip install 'groq[audio]'` reads FLAC, OGG and MP3; ffmpeg, where it is installed, "
        "reads the rest"
    )


def _decode_with_soundfile(path: Path, decoded: Path) -> bool:
    try:
        import soundfile  # type: ignore[import-untyped]  # it has no types
    except (ImportError, OSError):  # the library that it wraps is missing
        return False
    try:
        file: Any = soundfile.SoundFile(str(path))
    except soundfile.LibsndfileError:
        return False
    with file, wave.open(str(decoded), "wb") as writer:
        writer.setnchannels(file.channels)
        writer.setsampwidth(2)
        writer.setframerate(file.samplerate)
        while block := bytes(file.buffer_read(_BLOCK_FRAMES, dtype="int16")):
            writer.writeframes(block)
    return True


def _decode_with_ffmpeg(path: Path, decoded: Path) -> bool:
    program = shutil.which("ffmpeg")
    if program is None:
        return False
    # The API downsamples to 16 kHz mono anyway.
    options = ("-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", "-f", "wav")
    # With `file:`, a name with a colon is not read as a protocol.
    done = subprocess.run(  # noqa: S603  # no shell, and the names cannot be taken for options
        [program, "-nostdin", "-v", "error", "-i", f"file:{path}", *options, f"file:{decoded}"],
        check=False,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GroqError(
            f"Expected a recording but ffmpeg cannot read {path.name!r}: {' '.join(reason[-1:])}"
        )
    return True

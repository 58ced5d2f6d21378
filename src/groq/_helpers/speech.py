"""Speech of any length: splits a text at its sentences, and joins recordings without clicks."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Iterable
from typing import NamedTuple

from .._exceptions import GroqError
from ..types.audio.long_speech import LongSpeech
from .parts import Part

MAX_CHARACTERS = 200
"""The longest text of one request, in characters."""

_ABBREVIATIONS = r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bvs)(?<!\be\.g)(?<!\bi\.e)"
_CLOSERS = r"[\"')\]\u201d\u2019\u00bb]*"
# Where a text may be split, best places first; the match stays before the split. Besides Latin
# punctuation there are Arabic marks, and those of East Asia, which are not followed by a space.
_BREAKS = [
    re.compile(
        rf"(?:{_ABBREVIATIONS}\.|[!?\u2026\u061f]){_CLOSERS}(?=\s|$)|\n|[\u3002\uff01\uff1f]"
    ),
    re.compile(rf"[,;:\u060c\u061b\u2013\u2014]{_CLOSERS}(?=\s|$)|[\u3001\uff0c\uff1a\uff1b]"),
    re.compile(r"\S(?=\s)"),
]
_DIRECTION = re.compile(r"\[[^\[\]]*\]")
_FADE_SECONDS = 0.005
"""The length of the fade on each side of a seam, in seconds."""


def split_text(text: str, limit: int = MAX_CHARACTERS) -> list[str]:
    """Split a text into pieces of at most `limit` characters.

    It is split between sentences, and a longer sentence at a comma, between words, or anywhere. A
    direction such as `[cheerful]` is never split.
    """
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        end = _piece_end(rest, limit)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


def _piece_end(text: str, limit: int) -> int:
    # One more character shows whether a word ends at the limit.
    inside = [
        range(each.start() + 1, each.end()) for each in _DIRECTION.finditer(text[: 2 * limit])
    ]
    for place in _BREAKS:
        ends = [each.end() for each in place.finditer(text, 0, limit + 1)]
        fitting = [end for end in ends if end <= limit and not any(end in each for each in inside)]
        if fitting:
            return fitting[-1]
    start = next((each.start - 1 for each in inside if limit in each and each.start > 1), None)
    return start or limit


def text_parts(text: str) -> list[Part]:
    """Return the pieces in which a text is spoken.

    Raises `ValueError` for a text without words.
    """
    pieces = split_text(text)
    if not pieces:
        raise ValueError(f"Expected a text to read aloud for `input` but received {text[:50]!r}")
    return [Part(place, piece.encode()) for place, piece in enumerate(pieces)]


def join_wavs(
    files: Iterable[bytes], parts: Iterable[Part], *, model: str, pause: float
) -> LongSpeech:
    """Join WAV files of one format, the recordings of `parts`, `pause` seconds apart.

    At each seam the sound fades out and in over a few milliseconds, which avoids clicks.
    """
    joined = io.BytesIO()
    wave_format: _WaveFormat | None = None
    with wave.open(joined, "wb") as writer:
        for found, frames in map(_read, files):
            if wave_format is None:
                wave_format = found
                writer.setnchannels(wave_format.channels)
                writer.setsampwidth(wave_format.width)
                writer.setframerate(wave_format.rate)
            elif found != wave_format:
                raise GroqError(
                    f"Expected recordings of one format but received {wave_format}, {found}"
                )
            else:
                silence = b"\x80" if wave_format.width == 1 else bytes(wave_format.width)
                writer.writeframesraw(
                    silence * wave_format.channels * int(wave_format.rate * pause)
                )
            writer.writeframesraw(_faded(frames, wave_format))
        duration = writer.tell() / writer.getframerate()
    characters = sum(len(part.content.decode()) for part in parts)
    return LongSpeech(joined.getvalue(), duration, model, characters)


class _WaveFormat(NamedTuple):
    channels: int
    width: int
    """Bytes per sample."""
    rate: int
    """Samples per second."""


def _read(file: bytes) -> tuple[_WaveFormat, bytes]:
    try:
        with wave.open(io.BytesIO(file), "rb") as reader:
            # A server that streams does not know the length: all data is read.
            wave_format = _WaveFormat(
                reader.getnchannels(), reader.getsampwidth(), reader.getframerate()
            )
            return wave_format, reader.readframes(reader.getnframes())
    except (wave.Error, EOFError) as error:
        raise GroqError(f"Expected a WAV file but received {file[:16]!r}") from error


def _faded(frames: bytes, wave_format: _WaveFormat) -> bytes:
    width = wave_format.width
    size = width * wave_format.channels
    count = len(frames) // size
    fade = min(int(wave_format.rate * _FADE_SECONDS), count // 2)
    changed = bytearray(frames[: count * size])
    zero = 128 if width == 1 else 0
    for place in range(fade):
        for frame in (place, count - 1 - place):
            for start in range(frame * size, (frame + 1) * size, width):
                sample = int.from_bytes(changed[start : start + width], "little", signed=width > 1)
                softer = zero + (sample - zero) * place // fade
                changed[start : start + width] = softer.to_bytes(width, "little", signed=width > 1)
    return bytes(changed)

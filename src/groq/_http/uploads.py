"""Files to upload: where their bytes are, how many there are, and how they get into a form.

A file is read in pieces while it is sent. Each attempt reads it again, from where it stood when
the call was made.
"""

from __future__ import annotations

import io
import mimetypes
import os
import stat
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias, Union, cast

from .._types import FileTypes, RequestFiles

PIECE = 64 * 1024
"""Bytes that are read at once."""

_ADVICE = "pass its bytes, a `pathlib.Path`, a file opened with mode 'rb', or a tuple (name, file)"
_NAMES = (
    # What audio files begin with. A server tells the format from the name's extension alone.
    (b"fLaC", "upload.flac"),
    (b"ID3", "upload.mp3"),
    (b"\xff\xfb", "upload.mp3"),
    (b"\xff\xf3", "upload.mp3"),
    (b"\xff\xf2", "upload.mp3"),
    (b"OggS", "upload.ogg"),
    (b"\x1aE\xdf\xa3", "upload.webm"),
)
_EXTENSIONS = {
    "audio/flac": "flac",
    "audio/x-flac": "flac",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/mp4": "mp4",
    "audio/m4a": "m4a",
    "audio/x-m4a": "m4a",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/wav": "wav",
    "audio/wave": "wav",
    "audio/x-wav": "wav",
    "audio/webm": "webm",
    "video/mp4": "mp4",
    "video/mpeg": "mpeg",
    "video/webm": "webm",
    "application/jsonl": "jsonl",
}


class Source:
    """Where the bytes of a body or of a file in it come from.

    `can_resend` says whether they can be read once more, `length` how many there are, if that is
    known, and `failure` why they could not be read.

    Raises `OSError` for a file that cannot be read, and `ValueError` for a device without an end.
    """

    def __init__(self, content: IO[bytes] | bytes | os.PathLike[str]) -> None:
        self._content = content
        self._start = 0
        self._is_spent = False
        self.length: int | None
        self.can_seek = True
        self.failure: OSError | None = None
        if isinstance(content, bytes):
            self.length = len(content)
        elif isinstance(content, os.PathLike):
            self._measure_path(content)
        else:
            self._measure(content)

    def _measure(self, file: IO[bytes]) -> None:
        """Note where an open file stands, and how much follows."""
        if isinstance(file, io.TextIOBase) or isinstance(file.read(0), str):
            raise TypeError("Expected a file opened in binary mode; open it with mode 'rb'")
        try:
            self._start = file.tell()
            file.seek(0, io.SEEK_END)
            self.length = file.tell() - self._start
            file.seek(self._start)
        except (OSError, AttributeError):  # a pipe, a socket, or an object that only reads
            self.length = None
            self.can_seek = False

    def _measure_path(self, path: os.PathLike[str]) -> None:
        """Note how much there is behind a path, and that it can be read."""
        mode = os.stat(path).st_mode
        if stat.S_ISREG(mode):
            with open(path, "rb") as file:
                self.length = os.fstat(file.fileno()).st_size
                if self.length == 0 and file.read(1):
                    self.length = None  # made while it is read, as those in /proc are
        elif stat.S_ISFIFO(mode):
            self.length = None
            self.can_seek = False
        elif stat.S_ISDIR(mode):
            raise IsADirectoryError(f"Expected a file but {os.fspath(path)!r} is a directory")
        else:
            raise ValueError(f"Expected a file but {os.fspath(path)!r} is a device or a socket")

    @property
    def can_resend(self) -> bool:
        """Whether the bytes can still be sent in full."""
        return self.can_seek or not self._is_spent

    def head(self) -> bytes:
        """Return the first bytes, to tell what they are; nothing if looking would lose them."""
        if isinstance(self._content, bytes):
            return self._content[:16]
        if isinstance(self._content, os.PathLike) or not self.can_seek:
            return b""
        self._content.seek(self._start)
        head = self._content.read(16)
        self._content.seek(self._start)
        return head

    def __iter__(self) -> Iterator[bytes]:
        try:
            if isinstance(self._content, bytes):
                yield self._content
            elif isinstance(self._content, os.PathLike):
                self._is_spent = True
                with open(self._content, "rb") as file:
                    yield from self._read(file)
            else:
                self._is_spent = True
                if self.can_seek:
                    self._content.seek(self._start)
                yield from self._read(self._content)
        except OSError as error:
            # It reaches the caller by way of the transport, whose own errors are of this class too.
            self.failure = error
            raise

    def _read(self, file: IO[bytes]) -> Iterator[bytes]:
        """Read a file in pieces. Raises `OSError` if it has not the length that was announced."""
        read = 0
        while piece := file.read(PIECE):
            read += len(piece)
            if self.length is not None and read > self.length:
                break
            yield piece
        if self.length is not None and read != self.length:
            change = "grew" if read > self.length else "shrank"
            raise OSError(f"The file {change} while it was sent; it had {self.length} bytes before")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._content, bytes):
            yield self._content
            return
        # Reading a disk or a pipe blocks: it is done in a thread, a piece at a time.
        from anyio import to_thread

        pieces = iter(self)
        try:
            while (piece := await to_thread.run_sync(next, pieces, None)) is not None:
                yield piece
        finally:
            cast("Any", pieces).close()  # a generator: it closes the file that it opened


class OneWay:
    """An iterable of bytes, given as a body; an iterator among them can be read but once."""

    length = None
    failure = None

    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces
        self._is_iterator = isinstance(pieces, (Iterator, AsyncIterator))
        self._is_spent = False

    @property
    def can_resend(self) -> bool:
        """Whether the bytes can still be sent in full."""
        return not (self._is_iterator and self._is_spent)

    def __iter__(self) -> Iterator[bytes]:
        self._is_spent = True
        yield from self._pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._is_spent = True
        if hasattr(self._pieces, "__aiter__"):
            async for piece in self._pieces:
                yield piece
        else:
            for piece in self._pieces:
                yield piece


Part: TypeAlias = Union[bytes, Source, OneWay]


class BodyStream:
    """The body of a request that is sent piece by piece, and whole at each attempt."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    @property
    def length(self) -> int | None:
        """The number of bytes; `None` if a part does not know its own."""
        lengths = [len(part) if isinstance(part, bytes) else part.length for part in self._parts]
        known = [length for length in lengths if length is not None]
        return sum(known) if len(known) == len(lengths) else None

    @property
    def can_resend(self) -> bool:
        """Whether every part can still be sent in full."""
        return all(isinstance(part, bytes) or part.can_resend for part in self._parts)

    @property
    def failure(self) -> OSError | None:
        """Why a file could not be read while it was sent; `None` if none failed."""
        failures = (part.failure for part in self._parts if not isinstance(part, bytes))
        return next((failure for failure in failures if failure is not None), None)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                async for piece in part:
                    yield piece

    def close(self) -> None:
        """Do nothing: what was opened to be read is closed where reading it ends."""

    async def aclose(self) -> None:
        """Do nothing: what was opened to be read is closed where reading it ends."""


@dataclass
class Upload:
    """A file in a form: its source, and what the form says of it."""

    name: str
    """The name of the field."""
    filename: str
    source: Source
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def uploads(files: RequestFiles) -> list[Upload]:
    """Take files in any form that callers pass and find their names, types and sizes.

    Raises `TypeError` for what is no file, and `OSError` for one that cannot be read.
    """
    items = files.items() if isinstance(files, Mapping) else files
    return [_upload(name, file) for name, file in items]


def file_from_path(path: str) -> FileTypes:
    """Read the file at `path` and return (name, content), as the `file` parameters take it."""
    return (os.path.basename(path), Path(path).read_bytes())


def _upload(name: str, file: FileTypes) -> Upload:
    # However short the tuple is, what it lacks is `None`.
    parts: tuple[Any, ...] = file if isinstance(file, tuple) else (None, file)
    if len(parts) not in (2, 3, 4):
        raise TypeError(
            f"Expected a tuple (name, file[, media type[, headers]]) for `{name}` "
            f"but received {len(parts)} entries"
        )
    filename, content, media_type, headers = (*parts, None, None)[:4]
    source = Source(_binary(name, content))
    filename = filename or _filename(content, media_type, source)
    if not is_unicode(filename):
        raise ValueError(
            f"Expected a file name that is Unicode for `{name}` but received {filename!r}; "
            "pass a tuple (name, file) with another one"
        )
    media_type = media_type or mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return Upload(name, filename, source, media_type, headers or {})


def _binary(name: str, content: Any) -> IO[bytes] | bytes | os.PathLike[str]:
    if isinstance(content, (bytes, os.PathLike)):
        return cast("bytes | os.PathLike[str]", content)
    if isinstance(content, (bytearray, memoryview)):
        return bytes(cast("bytes", content))
    if hasattr(content, "read"):
        return cast("IO[bytes]", content)
    raise TypeError(
        f"Expected a file for `{name}` but received {type(content).__name__}; {_ADVICE}"
    )


def _filename(content: Any, media_type: str | None, source: Source) -> str:
    """Name a file that has no name: from its path, its media type, or its first bytes."""
    path: object = getattr(content, "name", None)
    if hasattr(content, "__fspath__"):
        path = cast("object", os.fspath(content))  # text or bytes
    # A file made from a descriptor has a number for a name, one made in memory has none.
    if isinstance(path, str) and os.path.basename(path):
        return os.path.basename(path)
    if media_type and (extension := _EXTENSIONS.get(media_type.partition(";")[0].lower())):
        return f"upload.{extension}"
    head = source.head()
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "upload.wav"
    if head[4:8] == b"ftyp":
        return "upload.m4a" if head[8:11] == b"M4A" else "upload.mp4"
    return next((name for magic, name in _NAMES if head.startswith(magic)), "upload")


def is_unicode(text: str) -> bool:
    """Say whether a text can be sent: a name that is not UTF-8 on the disk is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

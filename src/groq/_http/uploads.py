"""Files to upload: their sources, their sizes and their parts of a form.

A file is read in pieces while it is sent. Each attempt reads it again, from its position at the
time of the call.
"""

from __future__ import annotations

import contextlib
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
"""Bytes that are read at a time."""

_ADVICE = "pass its bytes, a `pathlib.Path`, a file opened with mode 'rb', or a tuple (name, file)"
_NAMES = (
    # The first bytes of audio files. The server goes by the extension of the name alone.
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
    """The source of a body, or of a file in it.

    `can_resend` says whether it can be read again, `length` is its size in bytes if that is known,
    and `failure` is the error if it could not be read.

    Raises `OSError` for a file that cannot be read, and `ValueError` for a device or a socket.
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
        """Note the position of an open file, and how many bytes follow."""
        if isinstance(file, io.TextIOBase) or isinstance(file.read(0), str):
            raise TypeError("Expected a file opened in binary mode; open it with mode 'rb'")
        try:
            self._start = file.tell()
            file.seek(0, io.SEEK_END)
            self.length = file.tell() - self._start
            file.seek(self._start)
        except (OSError, AttributeError):  # a pipe, a socket, or an object with `read` alone
            self.length = None
            self.can_seek = False

    def _measure_path(self, path: os.PathLike[str]) -> None:
        """Note the size of the file at a path, and check that it can be read."""
        mode = os.stat(path).st_mode
        if stat.S_ISREG(mode):
            with open(path, "rb") as file:
                self.length = os.fstat(file.fileno()).st_size
                if self.length == 0 and file.read(1):
                    self.length = None  # its content is generated, as in /proc
        elif stat.S_ISFIFO(mode):
            self.length = None
            self.can_seek = False
        elif stat.S_ISDIR(mode):
            raise IsADirectoryError(f"Expected a file but {os.fspath(path)!r} is a directory")
        else:
            raise ValueError(f"Expected a file but {os.fspath(path)!r} is a device or a socket")

    @property
    def can_resend(self) -> bool:
        """Whether the bytes can be sent in full."""
        return self.can_seek or not self._is_spent

    def head(self) -> bytes:
        """Return the first bytes, to recognise a format; none if the source cannot seek."""
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
            # The transport raises errors of this class too: `failure` tells them apart.
            self.failure = error
            raise

    def _read(self, file: IO[bytes]) -> Iterator[bytes]:
        """Read a file in pieces. Raises `OSError` if its size has changed."""
        read = 0
        while piece := file.read(PIECE):
            read += len(piece)
            if self.length is not None and read > self.length:
                break
            yield piece
        if self.length is not None and read != self.length:
            change = "grew" if read > self.length else "shrank"
            raise OSError(f"The file {change} during the upload; it had {self.length} bytes before")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if isinstance(self._content, bytes):
            yield self._content
            return
        # Reading a disk or a pipe blocks, so a thread reads each piece.
        from anyio import to_thread

        pieces = iter(self)
        try:
            while (piece := await to_thread.run_sync(next, pieces, None)) is not None:
                yield piece
        finally:
            # A generator, which closes its file. The thread of a task that was cancelled may still
            # be reading; the generator is then closed when the thread lets go of it.
            with contextlib.suppress(ValueError):
                cast("Any", pieces).close()


class OneWay:
    """An iterable of bytes as a body; an iterator can be read only once."""

    length = None
    failure = None

    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces
        self._is_iterator = isinstance(pieces, (Iterator, AsyncIterator))
        self._is_spent = False

    @property
    def can_resend(self) -> bool:
        """Whether the bytes can be sent in full."""
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
    """A request body that is sent in pieces, and in full at each attempt."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    @property
    def length(self) -> int | None:
        """The size in bytes; `None` if that of a part is unknown."""
        lengths = [len(part) if isinstance(part, bytes) else part.length for part in self._parts]
        known = [length for length in lengths if length is not None]
        return sum(known) if len(known) == len(lengths) else None

    @property
    def can_resend(self) -> bool:
        """Whether every part can be sent in full."""
        return all(isinstance(part, bytes) or part.can_resend for part in self._parts)

    @property
    def failure(self) -> OSError | None:
        """The error of a file that could not be read during the upload; `None` without one."""
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
        """Do nothing: each file is closed by the code that reads it."""

    async def aclose(self) -> None:
        """Do nothing: each file is closed by the code that reads it."""


@dataclass
class Upload:
    """A file in a form."""

    name: str
    """The name of the form field."""
    filename: str
    source: Source
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def uploads(files: RequestFiles) -> list[Upload]:
    """Return uploads, with names, types and sizes, of files in any form that callers pass.

    Raises `TypeError` for a value that is not a file, and `OSError` if one cannot be read.
    """
    items = files.items() if isinstance(files, Mapping) else files
    return [_upload(name, file) for name, file in items]


def file_from_path(path: str) -> FileTypes:
    """Read the file at `path` and return (name, content), as the `file` parameters take it."""
    return (os.path.basename(path), Path(path).read_bytes())


def _upload(name: str, file: FileTypes) -> Upload:
    # A tuple may be short; its missing entries are `None`.
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
    """Choose a name for a file: from its path, its media type, or its first bytes."""
    path: object = getattr(content, "name", None)
    if hasattr(content, "__fspath__"):
        path = cast("object", os.fspath(content))  # text or bytes
    # The name of a file opened by descriptor is a number; a file in memory has none.
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
    """Say whether a text can be encoded; the name of a file that is not UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

"""`Checkpoint`: a file of results that a run of many requests goes on from.

It has the format of the output of a batch.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from .._http import codec
from .._types import is_mapping
from .batches import BatchResult, read_result

_SYNCED_EVERY = 1.0
"""Seconds between syncs of the file to the disk."""

_BEGINNING = b'{"id":"batch_req_'
"""How each line begins."""


class Checkpoint:
    """A file of results that is appended by whole lines, safe against being killed.

    A line is written before its result is returned, and synced to the disk within a second. Several
    threads can write.

    Raises:
        ValueError: The file has a line that is not a result. The file is left as it is.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file: IO[bytes] = open(path, "a+b", buffering=0)  # noqa: SIM115  # until `close`
        self._synced_at = time.monotonic()
        self._lock = threading.Lock()
        try:
            contents = _read_contents(path)
            self._repair(contents)
        except BaseException:
            self._file.close()
            raise
        self.known = frozenset(contents.names)

    def _repair(self, contents: _Contents) -> None:
        """Remove an incomplete last line, or complete it if it only lacks its line feed."""
        self._file.truncate(contents.size)
        self._file.write(contents.missing)

    def add(self, result: BatchResult) -> None:
        """Write a result."""
        line = memoryview(result_line(result))
        with self._lock:
            while line:
                line = line[self._file.write(line) :]
            if time.monotonic() - self._synced_at > _SYNCED_EVERY:
                self._sync()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced_at = time.monotonic()

    def close(self) -> None:
        """Sync the file to the disk and close it."""
        with self._lock:
            if not self._file.closed:
                self._sync()
                self._file.close()


@dataclass
class _Contents:
    """What a file of results holds."""

    names: set[str] = field(default_factory=set[str])
    """The `custom_id` of each result."""
    size: int = 0
    """The bytes of its results; more bytes are an incomplete line."""
    missing: bytes = b""
    """The line feed, if the last result lacks it."""


def _read_contents(path: str | os.PathLike[str]) -> _Contents:
    contents = _Contents()
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            is_whole = line.endswith(b"\n")
            if not is_whole or line.strip():
                custom_id = _custom_id(line)
                if custom_id is None:
                    if not is_whole and (number > 1 or _is_our_beginning(line)):
                        break  # the process was killed during a write, or the disk was full
                    raise ValueError(
                        f"Expected a result in line {number} of {os.fspath(path)!r} but found "
                        f"{line[:100]!r}; a checkpoint is a file of results, not of requests"
                    )
                contents.names.add(custom_id)
                contents.missing = b"" if is_whole else b"\n"
            contents.size += len(line)
    return contents


def _custom_id(line: bytes) -> str | None:
    """Return the name of a result; `None` if the line is not a result."""
    try:
        read: object = codec.loads(line)
    except (ValueError, RecursionError):
        return None
    if not is_mapping(read) or "response" not in read:
        return None
    custom_id = read.get("custom_id")
    return custom_id if isinstance(custom_id, str) else None


def _is_our_beginning(line: bytes) -> bool:
    """Whether an incomplete line may be one that `result_line` wrote."""
    return line[: len(_BEGINNING)] == _BEGINNING[: len(line)]


def result_line(result: BatchResult) -> bytes:
    """Return a result as a line of a batch's output file."""
    if result.answer is not None:
        body: object = result.answer
    elif result.error is not None:
        body = {"error": result.error}
    else:
        body = None
    line = {
        "id": f"batch_req_{result.custom_id}",
        "custom_id": result.custom_id,
        "response": {
            "status_code": result.status_code,
            "request_id": result.request_id,
            "body": body,
        },
        "error": None,
    }
    return codec.encode(line) + b"\n"


def read_results(path: str | os.PathLike[str]) -> Iterator[BatchResult]:
    """Read the results from a file: a checkpoint, or the output of a batch.

    Raises:
        ValueError: A line is not a result.
    """
    with open(path, "rb") as file:
        for line in filter(bytes.strip, file):
            yield read_result(line)

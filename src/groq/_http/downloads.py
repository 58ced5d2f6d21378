"""Writing a response body to a file, so that nobody ever sees a part of it there."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def _whole_file(file: str | os.PathLike[str]) -> Generator[IO[bytes], None, None]:
    """Open a temporary file that replaces `file` once it is complete.

    An existing file keeps its mode and its hard links. A pipe, a device or an open file of a
    process, such as `/dev/stdout`, is written to directly, and so is a file in a folder where none
    can be created.
    """
    is_open_elsewhere = os.fsdecode(file).startswith(("/dev/", "/proc/"))
    if is_open_elsewhere or (os.path.exists(file) and not os.path.isfile(file)):
        with open(file, "ab") as target:  # what was written to it before stays
            yield target
        return
    path = Path(os.path.realpath(file))
    partial = path.with_name(f".{secrets.token_hex(8)}.part")  # of any name, if it is long
    try:  # around all lines, because a signal may raise between any two of them
        try:
            partial.touch(exist_ok=False)
        except PermissionError:
            with open(path, "wb") as target:
                yield target
            return
        with open(partial, "wb") as target:
            yield target
        _put_in_place(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _put_in_place(partial: Path, path: Path) -> None:
    if not path.exists():
        partial.replace(path)
    elif path.stat().st_nlink == 1:
        shutil.copymode(path, partial)
        partial.replace(path)
    else:  # a new file would part it from its other names
        with open(partial, "rb") as whole, open(path, "wb") as target:
            shutil.copyfileobj(whole, target)


def write_whole(file: str | os.PathLike[str], pieces: Iterator[bytes]) -> None:
    """Write a file from its pieces."""
    with _whole_file(file) as target:
        for piece in pieces:
            target.write(piece)


async def async_write_whole(file: str | os.PathLike[str], pieces: AsyncIterator[bytes]) -> None:
    """Write a file from its pieces, in a thread because disks block."""
    from anyio import to_thread

    with _whole_file(file) as target:
        async for piece in pieces:
            await to_thread.run_sync(target.write, piece)

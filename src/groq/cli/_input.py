"""Input from a pipe or a file."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import threading
from collections.abc import Generator
from pathlib import Path

from ._terminal import print_note

_SILENT_WAIT = 2.0
"""The longest wait in seconds for a pipe that is not announced."""

_SHELLS = {"ash", "bash", "busybox", "dash", "fish", "ksh", "mksh", "sh", "zsh"}


def has_terminal() -> bool:
    """Return whether stdin is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_pipe() -> str:
    """Read stdin to its end; nothing if it is a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    with _announce_wait("stdin"):
        data = sys.stdin.buffer.read()
    return data.decode("utf-8-sig", "replace").rstrip("\r\n")


def read_file(path: Path) -> bytes:
    """Read a file whole, or a named pipe to its end."""
    with _announce_wait(str(path)):
        return path.read_bytes()


def is_shared() -> bool:
    """Return whether another program reads stdin, too, so that this command must not read it.

    A loop such as `while read line; do groq chat "$line"; done` reads it line by line: a file has
    then been read in part, and a pipe is the stdin of the shell itself (where `/proc` tells).
    """
    try:
        stdin = sys.stdin.fileno()
        mode = os.fstat(stdin).st_mode
        if stat.S_ISCHR(mode):  # A terminal, or `/dev/null`: the question leaves nothing unread.
            return False
        if stat.S_ISREG(mode):
            return os.lseek(stdin, 0, os.SEEK_CUR) > 0
        shell = Path("/proc", str(os.getppid()))
        is_shell = (shell / "comm").read_text(encoding="utf-8").strip() in _SHELLS
        return is_shell and os.path.samestat(os.stat(shell / "fd" / "0"), os.fstat(stdin))
    except (AttributeError, OSError):  # There is no stdin or no /proc, or stdin is not a file.
        return False


@contextlib.contextmanager
def _announce_wait(name: str) -> Generator[None]:
    """Announce that the command waits for a pipe, if the wait is long."""
    message = f"waiting for the end of {name}; Ctrl-C stops"
    timer = threading.Timer(_SILENT_WAIT, print_note, [message])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

"""What comes through a pipe."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import threading
from collections.abc import Generator
from pathlib import Path

from ._terminal import note

_PATIENCE = 2.0
"""Seconds; who waits longer for a pipe wants to know why."""

_SHELLS = {"ash", "bash", "busybox", "dash", "fish", "ksh", "mksh", "sh", "zsh"}


def has_terminal() -> bool:
    """Say whether a person types."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_pipe() -> str:
    """Read what another program or a file gives; nothing at a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    with _saying_what_is_awaited("stdin"):
        data = sys.stdin.buffer.read()
    return data.decode("utf-8-sig", "replace").rstrip("\r\n")


def read_file(path: Path) -> bytes:
    """Read a file whole, or a named pipe to its end."""
    with _saying_what_is_awaited(str(path)):
        return path.read_bytes()


def is_shared() -> bool:
    """Say whether somebody else reads stdin, too, so that it is not this command's to use up.

    A loop such as `while read line; do groq chat "$line"; done` reads it line by line: a file has
    then been read in part, and a pipe is the stdin of the shell itself (where `/proc` tells).
    """
    try:
        ours = sys.stdin.fileno()
        if stat.S_ISREG(os.fstat(ours).st_mode):
            return os.lseek(ours, 0, os.SEEK_CUR) > 0
        shell = Path("/proc", str(os.getppid()))
        is_shell = (shell / "comm").read_text(encoding="utf-8").strip() in _SHELLS
        return is_shell and os.path.samestat(os.stat(shell / "fd" / "0"), os.fstat(ours))
    except (AttributeError, OSError):  # There is no stdin, it is no file, or there is no /proc.
        return False


@contextlib.contextmanager
def _saying_what_is_awaited(name: str) -> Generator[None]:
    """Say that the command waits for a pipe, if it does so for long."""
    words = f"waiting for the end of {name}; Ctrl-C stops"
    timer = threading.Timer(_PATIENCE, note, [words])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

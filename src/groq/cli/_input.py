"""What comes through a pipe."""

from __future__ import annotations

import sys


def has_terminal() -> bool:
    """Say whether a person types."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_pipe() -> str:
    """Read what another program or a file gives; nothing at a terminal."""
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace").rstrip("\r\n")

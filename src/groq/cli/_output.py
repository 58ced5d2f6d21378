"""The files that a command writes."""

from __future__ import annotations

from pathlib import Path

from ._errors import CommandError


def check_output(path: str, *, may_replace: bool) -> None:
    """Check that a file can and may be written, before any request is sent.

    Args:
        path: The path of the file.
        may_replace: Whether an existing file may be replaced.

    Raises:
        CommandError: The folder does not exist, or the path does already.
    """
    target = Path(path)
    if target.is_dir():
        raise CommandError(f"{path} is a folder", status=1)
    if not target.parent.is_dir():
        raise CommandError(f"there is no folder {str(target.parent)!r}", status=1)
    if target.is_file() and not may_replace:
        raise CommandError(f"{path} exists already; --force replaces it", status=1)

"""Files that a command writes."""

from __future__ import annotations

from pathlib import Path

from ._errors import CommandError


def check_output(path: str, *, may_replace: bool) -> None:
    """Refuse a file that cannot or must not be written, before anything is asked of the API.

    Args:
        path: Where the result will go.
        may_replace: Whether a file of that name may be lost.

    Raises:
        CommandError: There is no such folder, or there is a file or folder of that name.
    """
    target = Path(path)
    if target.is_dir():
        raise CommandError(f"{path} is a folder", status=1)
    if not target.parent.is_dir():
        raise CommandError(f"there is no folder {str(target.parent)!r}", status=1)
    if target.is_file() and not may_replace:
        raise CommandError(f"{path} exists already; --force replaces it", status=1)

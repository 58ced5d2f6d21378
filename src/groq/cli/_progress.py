"""The progress of a batch, on stderr: rich's bar, a plain one, or a line for each change."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING

from typing_extensions import Self

from ._terminal import escape_controls, is_colourful, print_note, raw

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_WIDTH = 40
_COLUMNS = 80
"""The assumed width of a terminal that does not report one."""


class Progress:
    """Shows the state of a batch, and how many of its requests are done."""

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent
        self._is_terminal = sys.stderr.isatty()
        self._shown = ""
        self._bar = None if is_silent else _rich_bar()

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task("", total=None)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self._shown and self._is_terminal:
            print(file=sys.stderr)

    def show(self, status: str, done: int, total: int) -> None:
        """Show a state; the total is 0 as long as it is unknown."""
        status = escape_controls(status).replace("_", " ").replace("\n", " ")
        if self._is_silent:
            return
        if self._bar is not None:
            (task,) = self._bar.task_ids
            # Before the batch has counted its requests, the bar only pulses.
            self._bar.update(task, description=status, completed=done, total=total or None)
        elif self._is_terminal:
            self._draw(f"{status:12}", f"{done}/{total or '?'}", done / total if total else 0)
        elif status != self._shown:
            print_note(f"{status}, {done} of {total}" if total else status)
            self._shown = status

    def _draw(self, status: str, count: str, fraction: float) -> None:
        """Draw a line that fits the terminal, over the previous one."""
        # The last column stays free, because a terminal wraps after it.
        width = (os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS) - 1
        bar_width = min(_WIDTH, width - len(f"{status} [] {count}"))
        filled = int(bar_width * min(fraction, 1)) if bar_width > 0 else 0
        bar = f" [{'#' * filled}{'-' * (bar_width - filled)}]" if bar_width > 0 else ""
        line = f"{status}{bar} {count}"[:width]
        # Spaces erase the rest of a longer line.
        raw(sys.stderr).write(f"\r{line.ljust(len(self._shown))}")
        sys.stderr.flush()
        self._shown = line


def _rich_bar() -> Bar | None:
    """Return rich's bar, if rich is installed and stderr is a terminal."""
    if not is_colourful(sys.stderr):
        return None
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar
    except ImportError:
        return None
    return Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(file=raw(sys.stderr)),
    )

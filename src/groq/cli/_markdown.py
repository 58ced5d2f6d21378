"""Markdown, rendered while it arrives, where rich and a terminal are there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ._errors import CommandError
from ._terminal import is_colourful, neutral, raw, write

if TYPE_CHECKING:
    from rich.live import Live


class MarkdownWriter:
    """Shows a text that grows; what is there is rendered anew with each piece."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._text = ""
        live.start()

    def __call__(self, piece: str) -> None:
        """Add a piece."""
        from rich.markdown import Markdown

        self._text += piece
        self._live.update(Markdown(neutral(self._text)))

    def close(self) -> None:
        """Leave the whole text on the terminal."""
        self._live.stop()


def markdown_writer() -> MarkdownWriter | Callable[[str], None]:
    """Return what writes an answer: as it is into a file or a pipe, rendered on a terminal."""
    if not is_colourful(sys.stdout):
        return write
    try:
        from rich.console import Console
        from rich.live import Live
    except ImportError as error:
        raise CommandError("--markdown needs rich: pip install 'groq[cli]'", status=1) from error
    # Redirected streams would pass by what neutralises them.
    console = Console(file=raw(sys.stdout))
    return MarkdownWriter(Live(console=console, redirect_stdout=False, redirect_stderr=False))

"""Markdown, rendered while it arrives, where rich and a terminal are there."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ._errors import CommandError
from ._terminal import is_colourful, neutral, raw, write

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.live import Live
    from rich.segment import Segment

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)", re.MULTILINE)
# The next block begins at the margin: what is indented may belong to the item of a list before it.
_BLOCK_END = re.compile(r"\n[ \t]*\n(?=\S)")


class MarkdownWriter:
    """Shows a text that grows: whole blocks once and for all, the last one anew with each piece."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._text = ""
        self._live: Live | None = None

    def __call__(self, piece: str) -> None:
        """Add a piece."""
        self._text += neutral(piece)
        for end in [match.start() for match in _BLOCK_END.finditer(self._text)][::-1]:
            if _is_whole(self._text[:end]):
                self._print(self._text[:end])
                self._text = self._text[end:].lstrip("\n")
                break
        if self._live is None:
            from rich.live import Live

            # Redirected streams would pass by what neutralises them.
            self._live = Live(
                console=self._console,
                redirect_stdout=False,
                redirect_stderr=False,
                transient=True,
                refresh_per_second=15,
            )
            self._live.start()
        self._live.update(_Rendered(self._text, is_tail=True))

    def close(self) -> None:
        """Leave the whole text on the terminal."""
        self._print(self._text)

    def _print(self, text: str) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.stop()
        if text.strip():
            self._console.print(_Rendered(text), end="")


def _is_whole(text: str) -> bool:
    """Say whether no block of code is open at the end of a text."""
    return len(_FENCE.findall(text)) % 2 == 0


class _Rendered:
    """A text of Markdown, without the spaces that rich would fill lines with.

    Args:
        text: The text.
        is_tail: Whether it is cut to the last lines that the terminal has room for: what is above
            them cannot be drawn over again.
    """

    def __init__(self, text: str, *, is_tail: bool = False) -> None:
        self._text = text
        self._is_tail = is_tail

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.markdown import Markdown
        from rich.segment import Segment

        lines = console.render_lines(Markdown(self._text, hyperlinks=False), options, pad=False)
        for line in lines[-max(1, console.height - 1) :] if self._is_tail else lines:
            yield from _without_end(line)
            yield Segment.line()


def _without_end(line: list[Segment]) -> list[Segment]:
    """Return a line without the spaces at its end, unless they have a colour of their own."""
    from rich.segment import Segment

    kept = list(line)
    while kept:
        text, style, _ = kept.pop()
        has_colour = style is not None and style.bgcolor is not None
        if rest := text if has_colour else text.rstrip():
            return [*kept, Segment(rest, style)]
    return kept


def markdown_writer(*, is_wanted: bool | None) -> MarkdownWriter | Callable[[str], None]:
    """Return what writes an answer: as it is into a file or a pipe, rendered on a terminal.

    Args:
        is_wanted: Whether it is rendered; `None` is yes where rich is installed.

    Raises:
        CommandError: It is wanted, and rich is not installed.
    """
    if is_wanted is False or not is_colourful(sys.stdout):
        return write
    try:
        from rich.console import Console
    except ImportError as error:
        if is_wanted is None:
            return write
        raise CommandError("--markdown needs rich: pip install 'groq[cli]'", status=1) from error
    return MarkdownWriter(Console(file=raw(sys.stdout)))

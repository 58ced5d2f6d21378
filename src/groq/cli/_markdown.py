"""Renders Markdown as it arrives, with rich, on a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ._errors import CommandError
from ._terminal import escape_controls, is_colourful, raw, write

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.live import Live
    from rich.segment import Segment

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)", re.MULTILINE)
# The next block begins at the margin, since indented text may belong to a list item before it.
_BLOCK_END = re.compile(r"\n[ \t]*\n(?=\S)")


class MarkdownWriter:
    """Shows a text that grows: complete blocks once, and the last one again with each piece."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._text = ""
        self._live: Live | None = None

    def __call__(self, piece: str) -> None:
        """Add a piece."""
        self._text += escape_controls(piece)
        for end in [match.start() for match in _BLOCK_END.finditer(self._text)][::-1]:
            if _is_whole(self._text[:end]):
                self._print(self._text[:end])
                self._text = self._text[end:].lstrip("\n")
                break
        if self._live is None:
            from rich.live import Live

            # With its own redirection, rich would bypass the stream that escapes controls.
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
        """Print the rest of the text."""
        self._print(self._text)

    def _print(self, text: str) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.stop()
        if text.strip():
            self._console.print(_Rendered(text), end="")


def _is_whole(text: str) -> bool:
    """Return whether a text does not end inside a code block."""
    return len(_FENCE.findall(text)) % 2 == 0


class _Rendered:
    """Rendered Markdown without the trailing spaces that rich adds.

    Args:
        text: The text.
        is_tail: Whether it is cut to the last lines that fit the terminal, since lines above it
            cannot be redrawn.
    """

    def __init__(self, text: str, *, is_tail: bool = False) -> None:
        self._text = text
        self._is_tail = is_tail

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.markdown import Markdown
        from rich.segment import Segment

        lines = console.render_lines(Markdown(self._text, hyperlinks=False), options, pad=False)
        for line in lines[-max(1, console.height - 1) :] if self._is_tail else lines:
            yield from _without_trailing_spaces(line)
            yield Segment.line()


def _without_trailing_spaces(line: list[Segment]) -> list[Segment]:
    """Return a line without trailing spaces, unless they have a background colour."""
    from rich.segment import Segment

    kept = list(line)
    while kept:
        text, style, _ = kept.pop()
        has_colour = style is not None and style.bgcolor is not None
        if rest := text if has_colour else text.rstrip():
            return [*kept, Segment(rest, style)]
    return kept


def markdown_writer(*, is_wanted: bool | None) -> MarkdownWriter | Callable[[str], None]:
    """Return a function that writes an answer: unchanged to a file or a pipe, else rendered.

    Args:
        is_wanted: Whether to render it; `None` renders it if rich is installed.

    Raises:
        CommandError: It is to be rendered, but rich is not installed.
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

"""What goes to the terminal, and how it looks there."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Generator, Iterable, Sequence
from typing import Any, TextIO

_DIM = "2"
RED = "31"
GREEN = "32"
YELLOW = "33"

# C0 and C1 without tab and line feed, DEL, and what overrides the direction of text (UAX #9, 2).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def neutral(text: str) -> str:
    r"""Return a text that a terminal shows and never obeys.

    A control character becomes its escape, such as `\u001b`, which JSON reads as the same text. A
    carriage return is left out: it is the better half of a Windows line end.
    """
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\r", ""))


class _SafeTerminal:
    """A terminal that shows control characters in what is written to it instead of obeying them.

    Everything that is printed passes here. `raw` is for what this package styles.
    """

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        self.raw.write(neutral(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


@contextlib.contextmanager
def safe_output() -> Generator[None]:
    """Make sure that there is an output, that any text can be written, and no terminal obeys it."""
    before = sys.stdout, sys.stderr
    with contextlib.ExitStack() as opened:
        for name in ("stdout", "stderr"):
            stream: Any = getattr(sys, name)
            if stream is None:  # The caller has closed it: `groq chat … >&-`.
                stream = opened.enter_context(open(os.devnull, "w", encoding="utf-8"))
            elif hasattr(stream, "reconfigure"):  # Not where a program put something else there.
                stream.reconfigure(errors="replace")
            setattr(sys, name, _SafeTerminal(stream) if stream.isatty() else stream)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


def raw(stream: TextIO) -> TextIO:
    """Return a stream that obeys what is written to it; clean what comes from elsewhere first."""
    return stream.raw if isinstance(stream, _SafeTerminal) else stream


def discard_output() -> None:
    """Send what is left for stdout nowhere: its reader has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def note(text: str) -> None:
    """Tell the user something beside the answer, on stderr."""
    _tell(text, _DIM)


def complain(text: str) -> None:
    """Tell the user what went wrong, on stderr."""
    _tell(text, RED)


def write(text: str, *, is_thought: bool = False) -> None:
    """Write a piece of an answer at once: to stdout, thoughts to stderr."""
    stream = sys.stderr if is_thought else sys.stdout
    if text:
        write_styled(text, _DIM if is_thought else "", stream)
        stream.flush()


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their headers, with rich's table where a terminal and rich are there."""
    if is_colourful(sys.stdout):
        try:
            from rich.console import Console
            from rich.table import Table
            from rich.text import Text
        except ImportError:
            pass
        else:
            table = Table(box=None, header_style="bold", pad_edge=False)
            for header in headers:
                # A name that is cut is of no use: it goes on in the next line.
                table.add_column(header, overflow="fold")
            for row in rows:
                table.add_row(*(Text(neutral(cell)) for cell in row))
            Console(file=raw(sys.stdout), highlight=False).print(table)
            return
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def print_finding(label: str, value: str, *, is_wrong: bool = False) -> None:
    """Print one line of a report at once, in red if something is wrong."""
    print(f"{label:12} ", end="")
    value = _one_line(without_secrets(value))
    write_styled(f"WRONG: {value}" if is_wrong else value, RED if is_wrong else "", sys.stdout)
    print(flush=True)


def is_colourful(stream: TextIO) -> bool:
    """Say whether colours are wanted, as https://no-color.org has it."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def without_secrets(text: str) -> str:
    """Leave out the key, which a server may repeat, and credentials in URLs."""
    key = os.environ.get("GROQ_API_KEY", "").strip()
    if len(key) >= 8:
        text = text.replace(key, "[key]")
    return re.sub(r"//[^/@\s]+@", "//", text)


def _one_line(text: str) -> str:
    r"""Show line feeds as `\n`, so that nobody adds a line that seems to be from this command."""
    return text.replace("\n", "\\n")


def _tell(text: str, style: str) -> None:
    write_styled(f"groq: {_one_line(without_secrets(text))}", style, sys.stderr)
    print(file=sys.stderr, flush=True)


def write_styled(text: str, style: str, stream: TextIO) -> None:
    """Write a text in a style, where colours are wanted."""
    if style and is_colourful(stream):
        raw(stream).write(f"\x1b[{style}m{neutral(text)}\x1b[0m")
    else:
        stream.write(text)

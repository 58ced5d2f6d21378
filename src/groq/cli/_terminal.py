"""Output to the terminal: styles, and escapes made harmless."""

from __future__ import annotations

import codecs
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

# C0 and C1 without tab and line feed, DEL, and the characters that override the direction of text
# (UAX #9, 2).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def escape_controls(text: str) -> str:
    r"""Return a text without control characters that a terminal would obey.

    A control character becomes its escape, such as `\u001b`, which JSON reads as the same text. A
    carriage return is left out, since Windows ends lines with one.
    """
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\r", ""))


class _SafeTerminal:
    """A terminal that shows control characters instead of obeying them.

    All output passes through it. `raw` is for the styles of this package.
    """

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        self.raw.write(escape_controls(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


@contextlib.contextmanager
def safe_output() -> Generator[None]:
    """Make stdout and stderr exist, accept any text, and show control characters."""
    original = sys.stdout, sys.stderr
    with contextlib.ExitStack() as opened:
        for name in ("stdout", "stderr"):
            stream: Any = getattr(sys, name)
            if stream is None:  # The shell has closed it: `groq chat … >&-`.
                stream = opened.enter_context(open(os.devnull, "w", encoding="utf-8"))
            elif hasattr(stream, "reconfigure"):  # A program may have replaced it.
                stream.reconfigure(errors="replace")
            setattr(sys, name, _SafeTerminal(stream) if stream.isatty() else stream)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = original


def raw(stream: TextIO) -> TextIO:
    """Return a stream that obeys control characters; escape text from elsewhere first."""
    return stream.raw if isinstance(stream, _SafeTerminal) else stream


def discard_output(stream: TextIO | None = None) -> None:
    """Discard the rest of stdout, or of another stream, because it can no longer be written."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, (stream or sys.stdout).fileno())
    os.close(devnull)


def print_note(text: str) -> None:
    """Write a note for the user to stderr."""
    _write_message(text, _DIM)


def print_error(text: str) -> None:
    """Write an error message to stderr."""
    _write_message(text, RED)


def write(text: str, *, is_reasoning: bool = False) -> None:
    """Write a piece of an answer without buffering: to stdout, or to stderr if it is reasoning."""
    stream = sys.stderr if is_reasoning else sys.stdout
    if text:
        write_styled(text, _DIM if is_reasoning else "", stream)
        stream.flush()


def write_bytes(pieces: Iterable[bytes]) -> None:
    """Write bytes to stdout; on a terminal as text, without control characters that it obeys."""
    if sys.stdout.isatty():
        sys.stdout.writelines(codecs.iterdecode(pieces, "utf-8", "replace"))
    else:
        sys.stdout.buffer.writelines(pieces)
    sys.stdout.flush()


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their headers, in rich's table if rich is installed and on a terminal."""
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
                # A name that is cut off is useless, so it is wrapped.
                table.add_column(header, overflow="fold")
            for row in rows:
                table.add_row(*(Text(escape_controls(cell)) for cell in row))
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
    """Return whether to use colours (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def without_secrets(text: str) -> str:
    """Remove the key, which a server may repeat, and credentials in URLs."""
    key = os.environ.get("GROQ_API_KEY", "").strip()
    if len(key) >= 8:
        text = text.replace(key, "[key]")
    return re.sub(r"//[^/@\s]+@", "//", text)


def _one_line(text: str) -> str:
    r"""Show line feeds as `\n`, so that a text cannot fake a line of this command."""
    return text.replace("\n", "\\n")


def _write_message(text: str, style: str) -> None:
    try:
        write_styled(f"groq: {_one_line(without_secrets(text))}", style, sys.stderr)
        print(file=sys.stderr, flush=True)
    except OSError:  # A note that nobody can read does not cost the answer.
        discard_output(sys.stderr)


def write_styled(text: str, style: str, stream: TextIO) -> None:
    """Write a text, in a style if colours are on."""
    if style and is_colourful(stream):
        raw(stream).write(f"\x1b[{style}m{escape_controls(text)}\x1b[0m")
    else:
        stream.write(text)

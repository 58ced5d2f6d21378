"""What goes to the terminal, and how it looks there."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from typing import TextIO

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIM = "2"
_RED = "31"


def prepare() -> None:
    """Make sure that there is an output, and that no character of an answer breaks it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # The caller has closed it: `groq chat … >&-`.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for good
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


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
    _tell(text, _RED)


def write(text: str, *, is_thought: bool = False) -> None:
    """Write a piece of an answer at once: to stdout, thoughts to stderr."""
    stream = sys.stderr if is_thought else sys.stdout
    if stream.isatty():
        # A model could be made to write sequences that a terminal obeys.
        text = clean(text)
    if text:
        stream.write(_styled(text, _DIM, stream) if is_thought else text)
        stream.flush()


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their headers, with rich's table where a terminal and rich are there."""
    rows = [[clean(cell) for cell in row] for row in rows]
    if is_colourful(sys.stdout):
        try:
            from rich.console import Console
            from rich.markup import escape
            from rich.table import Table
        except ImportError:
            pass
        else:
            table = Table(*headers, box=None, header_style="bold", pad_edge=False)
            for row in rows:
                table.add_row(*map(escape, row))
            Console(file=sys.stdout, highlight=False).print(table)
            return
    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def print_finding(label: str, value: str, *, is_wrong: bool = False) -> None:
    """Print one line of a report at once, in red if something is wrong."""
    value = _without_secrets(clean(value))
    value = _styled(f"WRONG: {value}", _RED, sys.stdout) if is_wrong else value
    print(f"{label:12} {value}", flush=True)


def is_colourful(stream: TextIO) -> bool:
    """Say whether colours are wanted, as https://no-color.org has it."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def clean(text: str) -> str:
    """Leave out control characters, apart from tabs and line breaks."""
    return _CONTROL.sub("", text)


def _without_secrets(text: str) -> str:
    """Leave out the key, which a server may repeat, and credentials in URLs."""
    key = os.environ.get("GROQ_API_KEY", "").strip()
    if len(key) >= 8:
        text = text.replace(key, "[key]")
    return re.sub(r"//[^/@\s]+@", "//", text)


def _tell(text: str, style: str) -> None:
    line = f"groq: {_without_secrets(clean(text))}"
    print(_styled(line, style, sys.stderr), file=sys.stderr, flush=True)


def _styled(text: str, style: str, stream: TextIO) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if is_colourful(stream) else text

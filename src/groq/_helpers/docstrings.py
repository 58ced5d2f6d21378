"""Parses docstrings for the descriptions of a function and of its arguments.

Three formats are supported: Google's (`Args:`), NumPy's (`Parameters` above a line of dashes) and
reStructuredText (`:param name:`).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import TypeAlias

_ARGUMENT_SECTIONS = (
    "args|arguments|parameters|params|keyword args|keyword arguments|other parameters"
)
_OTHER_SECTIONS = (
    "attributes|returns?|yields?|raises|examples?|notes?|warnings?|warns|references|see also|todo"
)
_HEADING = re.compile(
    rf"(?:(?P<arguments>{_ARGUMENT_SECTIONS})|{_OTHER_SECTIONS})(?P<colon>:?)", re.IGNORECASE
)
_FIELD = re.compile(r":(?P<field>[a-z]+( [^:`]+)?):(?P<text>\s.*|$)")
_ARGUMENT_FIELDS = ("param", "parameter", "arg", "argument", "key", "keyword")
_GOOGLE_ENTRY = re.compile(r"\*{0,2}(?P<name>\w+)\s*(\(.*?\))?\s*:\s*(?P<text>.*)")
_NUMPY_ENTRY = re.compile(r"(?P<names>\*{0,2}\w+(,\s*\*{0,2}\w+)*)\s*(:.*)?")

_Entry: TypeAlias = tuple[str, str]
_Reader: TypeAlias = Callable[[list[str]], Iterator[_Entry]]


def read_docstring(docstring: str) -> tuple[str, dict[str, str]]:
    """Return the description of a function, and those of its arguments by name."""
    lines = inspect.cleandoc(docstring).splitlines()
    description: list[str] = []
    sections: list[tuple[_Reader, list[str]]] = [(_no_entries, description)]
    for line, next_line in zip(lines, [*lines[1:], ""], strict=False):
        if reader := _section_reader(line, next_line):
            sections.append((reader, []))
        sections[-1][1].append(line)
    entries = (entry for reader, section in sections for entry in reader(section))
    return "\n".join(description).strip(), {name: text for name, text in entries if text}


def _section_reader(line: str, next_line: str) -> _Reader | None:
    """Return the parser of the section that begins at a line, if one does."""
    if _FIELD.match(line):
        return _field
    heading = _HEADING.fullmatch(line.rstrip())
    is_numpy = set(next_line.strip()) == {"-"}
    if not heading or bool(heading["colon"]) is is_numpy:
        return None
    if not heading["arguments"]:
        return _no_entries
    return _numpy_entries if is_numpy else _google_entries


def _no_entries(section: list[str]) -> Iterator[_Entry]:
    return iter(())


def _field(section: list[str]) -> Iterator[_Entry]:
    first, *rest = section
    if found := _FIELD.match(first):
        kind, *words = found["field"].split()
        if kind in _ARGUMENT_FIELDS and words:
            more = takewhile(lambda line: not line or line[0].isspace(), rest)
            yield words[-1].lstrip("*"), _joined([found["text"], *more])


def _google_entries(section: list[str]) -> Iterator[_Entry]:
    for first, rest in _indented_blocks([line for line in section[1:] if line.strip()]):
        if found := _GOOGLE_ENTRY.fullmatch(first.strip()):
            yield found["name"], _joined([found["text"], *rest])


def _numpy_entries(section: list[str]) -> Iterator[_Entry]:
    for first, rest in _indented_blocks([line for line in section[2:] if line.strip()]):
        if found := _NUMPY_ENTRY.fullmatch(first.strip()):
            for name in found["names"].split(","):
                yield name.strip().lstrip("*"), _joined(rest)


def _indented_blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Group lines into entries: a line with the indent of the first one begins a new entry."""
    blocks: list[tuple[str, list[str]]] = []
    for line in lines:
        if not blocks or _indent(line) <= _indent(blocks[0][0]):
            blocks.append((line, []))
        else:
            blocks[-1][1].append(line)
    return blocks


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _joined(lines: list[str]) -> str:
    return " ".join(filter(None, (line.strip() for line in lines)))

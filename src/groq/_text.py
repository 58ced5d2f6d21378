"""Untrusted text, made safe to show."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return text with its control characters escaped as in a Python literal."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


MAX_ERROR_TEXT = 4096
"""The most characters of a body that the message of an error repeats."""


def cut(text: str, length: int) -> str:
    """Return text cut to a length, with a mark where it was cut."""
    return text if len(text) <= length else text[:length] + " …"

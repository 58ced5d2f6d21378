"""Text that comes from elsewhere, in a form that can be shown."""

from __future__ import annotations

import re


def printable(text: str) -> str:
    """Return text with its control characters written out, as Python does in a literal."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


def without_userinfo(text: str) -> str:
    """Return text in which no URL has a user and a password."""
    return re.sub(r"//[^/?#\s]*@", "//", text)

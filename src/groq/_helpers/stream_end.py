"""`StreamEnd`: how a stream came to its end."""

from __future__ import annotations

from collections.abc import Callable

from .._exceptions import GroqError


class StreamEnd:
    """How a stream came to its end: whole, closed before that, or with an error."""

    is_whole = False
    is_closed = False
    error: Exception | None = None

    def __init__(self, ends_with: Callable[[Exception], bool] | None = None) -> None:
        self.ends_with = ends_with
        """Says of which errors iterating ends without raising them; the final answer does."""

    def check(self) -> None:
        """Raise if what came is not a whole answer."""
        if self.error is not None:
            raise self.error
        if not self.is_whole:
            raise GroqError("The stream was closed before its end: the answer is not whole.")

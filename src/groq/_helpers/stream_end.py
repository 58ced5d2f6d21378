"""`StreamEnd`: how a stream ended."""

from __future__ import annotations

from collections.abc import Callable

from .._exceptions import GroqError


class StreamEnd:
    """How a stream ended: complete, closed early, or with an error."""

    is_whole = False
    is_closed = False
    error: Exception | None = None

    def __init__(self, ends_with: Callable[[Exception], bool] | None = None) -> None:
        self.ends_with = ends_with
        """Selects errors that end the iteration silently; the final answer raises them."""

    def check(self) -> None:
        """Raise if the answer is not complete."""
        if self.error is not None:
            raise self.error
        if not self.is_whole:
            raise GroqError("The stream was closed before its end: the answer is incomplete.")

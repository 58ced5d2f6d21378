"""The timing of an answer: first token, tokens per second, stalls."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ._charts import Row, draw, rates, spans
from ._terminal import GREEN, RED, YELLOW, note

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionChunk

_STALL = 0.25
"""The shortest pause between two pieces that counts as a stall, in seconds."""


class Timing:
    """Records the time of each piece of a stream, from its own construction on."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.thoughts: list[float] = []
        """The times of the pieces of the reasoning, in seconds."""
        self.words: list[float] = []
        """The times of the pieces of the answer, in seconds."""
        self._tokens: int | None = None

    @property
    def moments(self) -> list[float]:
        """The times of all pieces, in seconds."""
        return [*self.thoughts, *self.words]

    def watch(self, stream: Iterable[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
        """Yield the pieces, and record their times."""
        from .._helpers.cost import usage_of

        for chunk in stream:
            moment = time.perf_counter() - self._begun
            for choice in chunk.choices or ():
                if getattr(choice.delta, "reasoning", None):
                    self.thoughts.append(moment)
                if getattr(choice.delta, "content", None):
                    self.words.append(moment)
            usage = usage_of(chunk)
            if usage is not None:
                self._tokens = usage.completion_tokens
            yield chunk

    def rows(self) -> list[Row]:
        """Return the rows of the chart: the wait, the reasoning, the answer, and the stalls."""
        moments = sorted(self.moments)
        first, end = moments[0], moments[-1]
        steps = [(a, b) for a, b in pairwise(moments) if b - a >= _STALL]
        longest = f", the longest {max(b - a for a, b in steps):.2f} s" if steps else ""
        rows = [
            Row(
                "waiting", spans([(0, first)], end), f"first token in {1000 * first:.0f} ms", YELLOW
            )
        ]
        if self.thoughts:
            rows.append(Row("thinking", rates(self.thoughts, end), f"{len(self.thoughts)} pieces"))
        if self.words:
            rows.append(Row("answer", rates(self.words, end), self._rate(end - first), GREEN))
        rows.append(Row("stalls", spans(steps, end), f"{len(steps)}{longest}", RED))
        return rows

    def _rate(self, seconds: float) -> str:
        count, unit = len(self.moments), "pieces"
        if self._tokens:
            count, unit = self._tokens, "tokens"
        return (
            f"{count / seconds:.0f} {unit} a second" if seconds > 0 else f"{count} {unit} at once"
        )


def print_timing(timing: Timing, svg: str | None = None) -> None:
    """Draw the chart on stderr, and write it as SVG if a path is given."""
    if timing.moments:
        draw(timing.rows(), max(timing.moments), svg)
    else:
        note("no piece came")

"""The timing of an answer: first token, tokens per second, stalls."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ._charts import Row, draw, rates, spans
from ._terminal import GREEN, RED, YELLOW, print_note

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionChunk

_STALL = 0.25
"""The shortest pause between two pieces that counts as a stall, in seconds."""


class Timing:
    """Records the time of each piece of a stream, from its own construction on."""

    def __init__(self) -> None:
        # Imported first, so that the time of the import does not count.
        from .._helpers.cost import usage_of

        self._usage_of = usage_of
        self._started_at = time.perf_counter()
        self.reasoning_times: list[float] = []
        """The times of the pieces of the reasoning, in seconds."""
        self.content_times: list[float] = []
        """The times of the pieces of the answer, in seconds."""
        self._tokens: int | None = None

    @property
    def times(self) -> list[float]:
        """The times of all pieces, in seconds."""
        return [*self.reasoning_times, *self.content_times]

    def watch(self, stream: Iterable[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
        """Yield the pieces, and record their times."""
        for chunk in stream:
            seconds = time.perf_counter() - self._started_at
            for choice in chunk.choices or ():
                if getattr(choice.delta, "reasoning", None):
                    self.reasoning_times.append(seconds)
                if getattr(choice.delta, "content", None):
                    self.content_times.append(seconds)
            usage = self._usage_of(chunk)
            if usage is not None:
                self._tokens = usage.completion_tokens
            yield chunk

    def rows(self) -> list[Row]:
        """Return the rows of the chart: the wait, the reasoning, the answer, and the stalls."""
        times = sorted(self.times)
        first, end = times[0], times[-1]
        stalls = [(a, b) for a, b in pairwise(times) if b - a >= _STALL]
        longest = f", the longest {max(b - a for a, b in stalls):.2f} s" if stalls else ""
        rows = [
            Row(
                "waiting", spans([(0, first)], end), f"first token in {1000 * first:.0f} ms", YELLOW
            )
        ]
        if self.reasoning_times:
            rows.append(
                Row(
                    "thinking",
                    rates(self.reasoning_times, end),
                    f"{len(self.reasoning_times)} pieces",
                )
            )
        if self.content_times:
            rows.append(
                Row("answer", rates(self.content_times, end), self._rate(end - first), GREEN)
            )
        rows.append(Row("stalls", spans(stalls, end), f"{len(stalls)}{longest}", RED))
        return rows

    def _rate(self, seconds: float) -> str:
        count, unit = len(self.times), "pieces"
        if self._tokens:
            count, unit = self._tokens, "tokens"
        return (
            f"{count / seconds:.0f} {unit} a second" if seconds > 0 else f"{count} {unit} at once"
        )


def print_timing(timing: Timing, svg: str | None = None) -> None:
    """Draw the chart on stderr, and write it as SVG if a path is given."""
    if timing.times:
        draw(timing.rows(), max(timing.times), svg)
    else:
        print_note("no piece came")

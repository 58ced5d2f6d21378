"""When the pieces of an answer came: first token, tokens a second, stalls."""

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
"""Seconds of silence between two pieces that are worth a word."""


class Timing:
    """Notes when each piece of a stream comes. It begins when it is made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.thoughts: list[float] = []
        """Seconds from the beginning to each piece of what the model thinks."""
        self.words: list[float] = []
        """Seconds from the beginning to each piece of what it says."""
        self._tokens: int | None = None

    @property
    def moments(self) -> list[float]:
        """Seconds from the beginning to each piece."""
        return [*self.thoughts, *self.words]

    def watch(self, stream: Iterable[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
        """Give the pieces on, and note when they came."""
        for chunk in stream:
            moment = time.perf_counter() - self._begun
            for choice in chunk.choices:
                if choice.delta.reasoning:
                    self.thoughts.append(moment)
                if choice.delta.content:
                    self.words.append(moment)
            usage = chunk.x_groq.usage if chunk.x_groq else chunk.usage
            if usage is not None:
                self._tokens = usage.completion_tokens
            yield chunk

    def rows(self) -> list[Row]:
        """Return the chart: the wait, the thoughts, the words, and where nothing came."""
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

"""When the pieces of an answer came: first token, tokens a second, stalls."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ._errors import CommandError
from ._terminal import note

if TYPE_CHECKING:
    from ..types.chat import ChatCompletionChunk

_STALL = 0.25
"""Seconds of silence between two pieces that are worth a word."""
_COLUMNS = 60
_HEIGHTS = " ▁▂▃▄▅▆▇█"


class Timing:
    """Notes when each piece of a stream comes. It begins when it is made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.moments: list[float] = []
        """Seconds from the beginning to each piece with words."""

    def watch(self, stream: Iterable[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
        """Give the pieces on, and note when they came."""
        for chunk in stream:
            if any(choice.delta.content or choice.delta.reasoning for choice in chunk.choices):
                self.moments.append(time.perf_counter() - self._begun)
            yield chunk

    def summary(self) -> str:
        """Say in a line how the stream went."""
        if not self.moments:
            return "no piece came"
        first, last = self.moments[0], self.moments[-1]
        steps = [later - earlier for earlier, later in pairwise(self.moments)]
        rate = f"{len(steps) / (last - first):.0f} pieces a second" if last > first else "one piece"
        stalls = [step for step in steps if step >= _STALL]
        longest = f", the longest {max(stalls):.2f} s" if stalls else ""
        words = f"first token in {1000 * first:.0f} ms, {rate}, {last:.2f} s in all"
        return f"{words}, {len(stalls)} stalls{longest}"

    def chart(self) -> str:
        """Draw how many pieces came in each part of the time, in one line."""
        counts = [0] * _COLUMNS
        for moment in self.moments:
            counts[min(_COLUMNS - 1, int(_COLUMNS * moment / self.moments[-1]))] += 1
        most = max(counts)
        return "".join(_HEIGHTS[-(-8 * count // most)] for count in counts)


def print_timing(timing: Timing, svg: str | None = None) -> None:
    """Print chart and summary on stderr, and write them as SVG if a path is given."""
    lines = [timing.chart(), timing.summary()] if timing.moments else [timing.summary()]
    for line in lines:
        note(line)
    if svg is None:
        return
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError as error:
        raise CommandError("an SVG needs rich: pip install 'groq[cli]'", status=1) from error
    console = Console(record=True, file=io.StringIO(), width=100)
    for line in lines:
        console.print(Text(line))
    Path(svg).write_text(console.export_svg(title="groq chat --timing"), encoding="utf-8")

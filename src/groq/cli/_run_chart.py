"""A chart of a run: answers, refusals, and the remaining rate limits."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from ._charts import COLUMNS, Row, column_of, draw, rates
from ._terminal import GREEN, RED, YELLOW, print_note

if TYPE_CHECKING:
    import httpx


_COUNT = re.compile("[0-9]{1,18}")


class RunChart:
    """Records the limits that each response reports."""

    def __init__(self) -> None:
        self._started_at = time.monotonic()
        self._answered: list[float] = []
        self._refused: list[float] = []
        self._remaining: dict[str, list[tuple[float, int, int]]] = {}

    def watch(self, response: httpx.Response) -> None:
        """Record a response."""
        seconds = time.monotonic() - self._started_at
        (self._refused if response.status_code == 429 else self._answered).append(seconds)
        for unit in ("requests", "tokens"):
            remaining = response.headers.get(f"x-ratelimit-remaining-{unit}", "")
            limit = response.headers.get(f"x-ratelimit-limit-{unit}", "")
            if _COUNT.fullmatch(remaining) and _COUNT.fullmatch(limit) and int(limit):
                self._remaining.setdefault(unit, []).append((seconds, int(remaining), int(limit)))

    def draw(self, svg: str | None) -> None:
        """Draw the answers per second, the refusals, and the remaining limits."""
        end = max([*self._answered, *self._refused, 0.0])
        if not end:
            print_note("no answer came")
            return
        caption = f"{len(self._answered)}, {len(self._answered) / end:.0f} a second"
        rows = [Row("answers", rates(self._answered, end), caption, GREEN)]
        for unit, samples in self._remaining.items():
            least = min(remaining for _, remaining, _ in samples)
            caption = f"at least {least:,} of {samples[-1][2]:,}"
            rows.append(Row(f"{unit} left", _levels(samples, end), caption, YELLOW))
        rows.append(Row("refused (429)", rates(self._refused, end), str(len(self._refused)), RED))
        draw(rows, end, svg)


def _levels(samples: list[tuple[float, int, int]], end: float) -> list[float]:
    """Return the last known share of a limit in each column."""
    levels: list[float] = [-1.0] * COLUMNS
    for seconds, remaining, limit in samples:
        levels[column_of(seconds, end)] = remaining / limit
    known = 1.0
    for column, level in enumerate(levels):
        known = level if level >= 0 else known
        levels[column] = known
    return levels

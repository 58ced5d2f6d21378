"""A chart of a run: answers, refusals, and the remaining rate limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ._charts import COLUMNS, Row, column_of, draw, rates
from ._terminal import GREEN, RED, YELLOW, note

if TYPE_CHECKING:
    import httpx


class RunChart:
    """Records the limits that each response reports."""

    def __init__(self) -> None:
        self._started_at = time.monotonic()
        self._answered: list[float] = []
        self._refused: list[float] = []
        self._left: dict[str, list[tuple[float, int, int]]] = {}

    def watch(self, response: httpx.Response) -> None:
        """Record a response."""
        moment = time.monotonic() - self._started_at
        (self._refused if response.status_code == 429 else self._answered).append(moment)
        for kind in ("requests", "tokens"):
            left = response.headers.get(f"x-ratelimit-remaining-{kind}", "")
            limit = response.headers.get(f"x-ratelimit-limit-{kind}", "")
            if left.isdecimal() and limit.isdecimal() and int(limit):
                self._left.setdefault(kind, []).append((moment, int(left), int(limit)))

    def draw(self, svg: str | None) -> None:
        """Draw the answers per second, the refusals, and the remaining limits."""
        end = max([*self._answered, *self._refused, 0.0])
        if not end:
            note("no answer came")
            return
        words = f"{len(self._answered)}, {len(self._answered) / end:.0f} a second"
        rows = [Row("answers", rates(self._answered, end), words, GREEN)]
        for kind, left in self._left.items():
            least = min(remaining for _, remaining, _ in left)
            words = f"at least {least:,} of {left[-1][2]:,}"
            rows.append(Row(f"{kind} left", _levels(left, end), words, YELLOW))
        rows.append(Row("refused (429)", rates(self._refused, end), str(len(self._refused)), RED))
        draw(rows, end, svg)


def _levels(left: list[tuple[float, int, int]], end: float) -> list[float]:
    """Return the last known share of a limit in each column."""
    levels: list[float] = [-1.0] * COLUMNS
    for moment, remaining, limit in left:
        levels[column_of(moment, end)] = remaining / limit
    known = 1.0
    for column, level in enumerate(levels):
        known = level if level >= 0 else known
        levels[column] = known
    return levels

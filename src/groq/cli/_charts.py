"""Charts of what happened over time, for the terminal and as SVG."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ._terminal import GREEN, RED, YELLOW, write_styled

COLUMNS = 50
"""The number of columns of a chart, each a span of time."""
_HEIGHTS = " ▁▂▃▄▅▆▇█"
_COLOURS = {GREEN: "#2e7d32", YELLOW: "#b26a00", RED: "#c62828", "": "#5c6bc0"}
_WIDTH, _LINE_HEIGHT, _BAR_HEIGHT, _LABEL_WIDTH = 860, 44, 32, 120


@dataclass
class Row:
    """A line of a chart: values over time."""

    label: str
    values: Sequence[float]
    """Values from 0 to 1, one for each column."""
    caption: str
    style: str = ""

    def bars(self) -> str:
        """Draw the values as one line of blocks."""
        return "".join(_HEIGHTS[math.ceil(8 * max(0.0, min(1.0, each)))] for each in self.values)


def column_of(seconds: float, end: float) -> int:
    """Return the column that a moment falls into."""
    return min(COLUMNS - 1, int(COLUMNS * seconds / end)) if end > 0 else 0


def rates(times: Iterable[float], end: float) -> list[float]:
    """Return how many moments fall into each column, scaled so that the highest is 1."""
    counts = [0] * COLUMNS
    for seconds in times:
        counts[column_of(seconds, end)] += 1
    highest = max(counts) or 1
    return [count / highest for count in counts]


def spans(periods: Iterable[tuple[float, float]], end: float) -> list[float]:
    """Return 1 for each column that a period touches."""
    values = [0.0] * COLUMNS
    for start, stop in periods:
        for column in range(column_of(start, end), column_of(stop, end) + 1):
            values[column] = 1.0
    return values


def draw(rows: Sequence[Row], end: float, svg: str | None = None) -> None:
    """Draw a chart on stderr, and write it as SVG if a path is given.

    Args:
        rows: The lines of the chart.
        end: The length of the time axis, in seconds.
        svg: The path of the SVG file.
    """
    for row in rows:
        write_styled(f"{row.label:>13} ", "", sys.stderr)
        write_styled(row.bars(), row.style, sys.stderr)
        write_styled(f" {row.caption}\n", "", sys.stderr)
    write_styled(f"{'':13} 0 s{f'{end:.2f} s':>{COLUMNS - 3}}\n", "", sys.stderr)
    sys.stderr.flush()
    if svg is not None:
        Path(svg).write_text(_svg(rows, end), encoding="utf-8")


def _svg(rows: Sequence[Row], end: float) -> str:
    step = (_WIDTH - _LABEL_WIDTH - 260) / COLUMNS
    right = _LABEL_WIDTH + COLUMNS * step
    parts: list[str] = []
    for number, row in enumerate(rows):
        baseline = 16 + number * _LINE_HEIGHT + _BAR_HEIGHT
        parts.append(
            f'<text x="{_LABEL_WIDTH - 10}" y="{baseline - 10}" '
            f'text-anchor="end">{row.label}</text>'
        )
        parts += [
            f'<rect x="{_LABEL_WIDTH + column * step:.1f}" '
            f'y="{baseline - value * _BAR_HEIGHT:.1f}" '
            f'width="{step:.1f}" height="{value * _BAR_HEIGHT:.1f}" fill="{_COLOURS[row.style]}"/>'
            for column, value in enumerate(row.values)
            if value > 0
        ]
        parts.append(f'<path d="M{_LABEL_WIDTH} {baseline}H{right:.1f}" stroke="#9e9e9e"/>')
        parts.append(f'<text x="{right + 10:.1f}" y="{baseline - 10}">{escape(row.caption)}</text>')
    axis_y = 16 + len(rows) * _LINE_HEIGHT + 12
    parts.append(f'<text x="{_LABEL_WIDTH}" y="{axis_y}">0 s</text>')
    parts.append(f'<text x="{right:.1f}" y="{axis_y}" text-anchor="end">{end:.2f} s</text>')
    title = escape("; ".join(f"{row.label}: {row.caption}" for row in rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {axis_y + 14}" role="img" '
        # Bars that stand side by side are to have no seam.
        f'width="{_WIDTH}" height="{axis_y + 14}" shape-rendering="crispEdges" '
        'font-family="sans-serif" font-size="13">\n'
        f"<title>{title}</title>\n"
        '<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )

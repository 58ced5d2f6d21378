"""Draws the chart of a report: a bar for each client and row, on a logarithmic scale."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

from .report import Measured, Report
from .rows import Row

__all__ = ["chart"]

_WIDTH = 800
_LEFT = 268
_RIGHT = 56
_TOP = 76
_BAR = 12
_GAP = 12
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)

# Clients; bare libraries stand in the table alone.
_BARS = 3

# The card has its own background, so that the text is readable wherever the picture stands.
_STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de; }
  text { fill: #1f2328; font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; }
  .title { font-size: 16px; font-weight: 600; }
  .small { fill: #59636e; font-size: 11px; }
  .grid { stroke: #e3e8ee; }
  .floor { stroke: #59636e; stroke-dasharray: 4 3; }
  .bar0 { fill: #d1480f; } .bar1 { fill: #8c959f; } .bar2 { fill: #c3cad2; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #30363d; }
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .grid { stroke: #21262d; }
    .floor { stroke: #9198a1; }
    .bar0 { fill: #f97341; } .bar1 { fill: #7d8590; } .bar2 { fill: #4b535d; }
  }
"""


def chart(report: Report) -> str:
    """Return the chart as an SVG document."""
    rows = [(row, cells) for row, cells in report.rows.items() if _ratios(cells)]
    columns = list(report.columns)[:_BARS]
    step = _BAR * len(columns) + _GAP
    bottom = _TOP + step * len(rows)
    height = bottom + 64
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>CPU time as a multiple of bare httpx and json, {report.date}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="6"/>',
        _text(20, 28, "CPU time ÷ the same work in bare httpx and json", "title"),
        *_legend(report),
        *_axis(bottom),
    ]
    for number, (row, cells) in enumerate(rows):
        parts += _row(row, cells, columns, _TOP + step * number + _GAP / 2)
    about = report.machine
    parts.append(
        _text(
            20,
            height - 32,
            "Logarithmic scale. The dashed line is the same work with no client at all.",
            "small",
        )
    )
    parts.append(
        _text(
            20,
            height - 14,
            f"{about['cpu']}, {about['cores']} cores, {about['python']}, {report.date}",
            "small",
        )
    )
    return "\n".join([*parts, "</svg>", ""])


def _ratios(cells: dict[str, Measured]) -> dict[str, float]:
    """Return the ratio of each column that has one."""
    return {column: cell.ratio for column, cell in cells.items() if cell.ratio is not None}


def _row(row: Row, cells: dict[str, Measured], columns: list[str], y: float) -> list[str]:
    """Draw the bars of a row, its title to the left and each ratio at the end of its bar."""
    ratios = _ratios(cells)
    middle = y + _BAR * len(columns) / 2 + 4
    parts = [_text(_LEFT - 10, middle, row.title, anchor="end")]
    for number, column in enumerate(columns):
        if column not in ratios:
            continue
        # A bar begins at the floor: to the left of it stands what is faster.
        top, (start, end) = y + _BAR * number, sorted((_x(1), _x(ratios[column])))
        parts.append(
            f'<rect class="bar{number}" x="{start:.1f}" y="{top:.1f}" '
            f'width="{end - start:.1f}" height="{_BAR - 1}" rx="1"/>'
        )
        parts.append(_text(end + 4, top + _BAR - 2, str(cells[column]), "small"))
    return parts


def _legend(report: Report) -> list[str]:
    parts: list[str] = []
    x = 20
    for number, head in enumerate(list(report.columns.values())[:_BARS]):
        parts.append(f'<rect class="bar{number}" x="{x}" y="44" width="10" height="10" rx="1"/>')
        parts.append(_text(x + 16, 53, head))
        x += 40 + 7 * len(head)
    return parts


def _axis(bottom: float) -> list[str]:
    parts: list[str] = []
    for tick in _TICKS:
        x = _x(tick)
        kind = "floor" if tick == 1 else "grid"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(_text(x, bottom + 14, f"{tick:g}", "small", anchor="middle"))
    return parts


def _x(ratio: float) -> float:
    """Return where a ratio stands on the logarithmic scale."""
    share = math.log(max(ratio, _TICKS[0]) / _TICKS[0]) / math.log(_TICKS[-1] / _TICKS[0])
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    shown = f' class="{kind}"' if kind else ""
    return f'<text{shown} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'

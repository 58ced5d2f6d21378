"""What a run found: as a table, and as JSON."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .rows import Row

__all__ = ["THIS", "Measured", "Report"]

# The column of this project; the other columns are named like the package and its version.
THIS = "this"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds >= 1:
        return f"{seconds:.3g} s"
    if seconds >= 0.001:
        return f"{seconds * 1e3:.3g} ms"
    return f"{seconds * 1e6:.3g} µs"


def _machine() -> dict[str, object]:
    """Describe the machine, without its name."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _cpu() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@dataclass(frozen=True)
class Measured:
    """One cell: what the client took, and its floor in the same run."""

    unit: str
    client: float
    floor: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the floor the client took."""
        return None if self.floor is None else self.client / self.floor

    def __str__(self) -> str:
        if self.ratio is not None:
            return f"{self.ratio:.2f}" if self.ratio < 10 else f"{self.ratio:.1f}"
        if self.unit == "seconds":
            return duration(self.client)
        if self.unit == "bytes":
            return f"{self.client / 1024:+.3g} KiB"
        return f"{self.client:.2f}"


@dataclass
class Report:
    """All cells of a run, by row and column."""

    date: str = field(default_factory=lambda: datetime.date.today().isoformat())
    machine: Mapping[str, object] = field(default_factory=_machine)
    versions: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    rows: dict[Row, dict[str, Measured]] = field(default_factory=dict[Row, dict[str, Measured]])

    @property
    def columns(self) -> dict[str, str]:
        """The columns, and how they are headed."""
        heads: dict[str, str] = {}
        for column, versions in self.versions.items():
            package = "groq" if column == THIS else column.partition(" ")[0]
            # Sources that are not installed have no version to tell.
            name = f"{package} {versions[package]}" if package in versions else package
            heads[column] = f"{name}, this" if column == THIS else name
        return heads

    def table(self) -> str:
        """Return a table in Markdown, aligned to be read as text."""
        lines = [["work", "floor", *self.columns.values(), "goal"]]
        for row, cells in self.rows.items():
            floor = next((cell.floor for cell in cells.values() if cell.floor is not None), None)
            figures = [str(cells.get(column, "")) for column in self.columns]
            lines.append([row.title, "" if floor is None else duration(floor), *figures, row.goal])
        widths = [max(len(line[index]) for line in lines) for index in range(len(lines[0]))]
        lines.insert(1, ["-" * width for width in widths])
        return "\n".join(
            "| "
            + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
            + " |"
            for line in lines
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values; times are seconds for one unit of work."""
        return {
            "date": self.date,
            "machine": dict(self.machine),
            "versions": self.versions,
            "rows": [
                {
                    "row": row.key,
                    "title": row.title,
                    "goal": row.goal,
                    "results": {
                        column: {
                            "unit": cell.unit,
                            "client": cell.client,
                            "floor": cell.floor,
                            "ratio": cell.ratio,
                        }
                        for column, cell in cells.items()
                    },
                }
                for row, cells in self.rows.items()
            ],
        }

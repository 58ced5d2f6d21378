"""Count the rows that hold for whichever `groq` the interpreter imports.

usage: python -m tests.faults.score [pytest arguments]

A row counts once as sync and once as async; async holds when each of its backends does. Rows that
need a name which this `groq` does not have are skipped, and not counted.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent

_MODE = re.compile(r"[-\[](sync|asyncio|trio|aiohttp)\]$")
"""How the id of each test ends."""


class Score:
    """A pytest plugin that adds up the rows."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note whether a row holds; a fault in its teardown counts as well."""
        found = _MODE.search(report.nodeid)
        if found is None or report.skipped:
            return
        heading = Path(report.nodeid.partition("::")[0]).stem.removeprefix("test_")
        kind = "sync" if found[1] == "sync" else "async"
        row = (heading, report.nodeid[: found.start()], kind)
        if report.failed or report.when == "call":
            self._rows[row] = self._rows.get(row, True) and not report.failed

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the numbers, by heading and in all."""
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for (heading, _, kind), holds in self._rows.items():
            for name in (heading, "all"):
                counts[name, kind][0] += holds
                counts[name, kind][1] += 1
        import groq

        terminalreporter.write_sep("=", f"rows that hold for groq {groq.__version__}")
        names = sorted({name for name, _ in counts}, key=lambda name: (name == "all", name))
        for name in names:
            parts = [
                f"{kind} {counts[name, kind][0]:4d} of {counts[name, kind][1]:4d}"
                for kind in ("sync", "async")
            ]
            terminalreporter.write_line(f"{name:12} " + "   ".join(parts))


def main() -> int:
    """Run the table and print how many rows hold."""
    options = ["-q", "--no-header", "-p", "no:cacheprovider", "-W", "error"]
    # The interpreter says which groq it is, not the settings of the project.
    settings = ["-o", "pythonpath=", "-o", "addopts=", "-p", "no:hypothesispytest"]
    settings += ["--confcutdir", str(HERE)]
    return int(pytest.main([str(HERE), *options, *settings, *sys.argv[1:]], plugins=[Score()]))


if __name__ == "__main__":
    sys.exit(main())

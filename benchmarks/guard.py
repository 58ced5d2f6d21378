"""Counts what the hot paths do, and compares it with stored bounds: a guard that no clock disturbs.

`python -m benchmarks.guard` counts the calls of functions, and where valgrind is installed the
instructions too, for a chunk or a request, with the `groq` of this interpreter. A count above its
bound in `bounds.json` fails. `--write` stores twice today's counts as the bounds.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Literal

from .measure import Result, Trial, Work
from .subject import Subject
from .worker import measure

_BOUNDS = Path(__file__).with_name("bounds.json")

_ROWS = (
    "stream.one_event_sync",
    "stream.one_event_async",
    "stream.many_events_sync",
    "stream.many_events_async",
    "stream.events",
    "request.small",
    "request.long_conversation",
    "request.embeddings",
    # One event a read; many events a read depend on how fast the server is.
    "sockets.fast",
    "sockets.requests",
)

# Under valgrind the start of a process takes seconds: only where each is another path.
_SLOWLY_COUNTED = (
    "stream.one_event_sync",
    "stream.one_event_async",
    "stream.events",
    "request.small",
)

Counts = dict[str, dict[str, float]]


class Counting(Trial):
    """A trial that counts the calls of functions, those written in C included."""

    def compare(self, client: Work, floor: Work, *, units: int = 1) -> Result:
        calls = 0

        def count(frame: FrameType, event: str, argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        client()  # The first round builds what is built once.
        sys.setprofile(count)
        try:
            client()
        finally:
            sys.setprofile(None)
        return Result("calls", calls / units)

    def slope(
        self,
        client: Callable[[int], object],
        floor: Callable[[int], object],
        short: int,
        long: int,
        *,
        at_once: int = 1,
    ) -> Result:
        few, many = (
            self.compare(partial(client, size), lambda: None).client for size in (short, long)
        )
        return Result("calls", (many - few) / ((long - short) * at_once))


class Counted(Trial):
    """A trial that has valgrind count while it works; its result is the units of the work."""

    def compare(self, client: Work, floor: Work, *, units: int = 1) -> Result:
        client()  # The first round builds what is built once.
        _have_valgrind_count("on")
        client()
        _have_valgrind_count("off")
        return Result("units", units)


def _have_valgrind_count(switch: Literal["on", "off"]) -> None:
    """Switch the counting in the valgrind that runs this process."""
    command = ["vgdb", f"--pid={os.getpid()}", "instrumentation", switch]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def count_calls(row: str) -> float:
    """Return the calls for one chunk or request."""
    return measure(row, Counting(Subject("groq"), quick=True)).client


def _count_alone(row: str) -> float:
    """Return the same, counted in a process of its own: each server has its own certificate."""
    command = [sys.executable, "-m", "benchmarks.guard", "--calls", row]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def count_instructions(row: str) -> float:
    """Return the instructions for one chunk or request; one in fifty is of the switch."""
    # Imports are not counted, which would take most of the time.
    command = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
    command += ["--callgrind-out-file=/dev/null", sys.executable]
    command += ["-m", "benchmarks.guard", "--work", row]
    # Hashes that change from run to run would change the count too.
    variables = {**os.environ, "PYTHONHASHSEED": "0"}
    process = subprocess.run(command, check=True, env=variables, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", process.stderr)
    if collected is None:
        raise ValueError(f"Expected a line `Collected : …` from valgrind, got {process.stderr!r}.")
    return int(collected[1]) / float(process.stdout)


def _count() -> Counts:
    counts: Counts = {"calls": {row: _count_alone(row) for row in _ROWS}}
    if shutil.which("valgrind"):
        counts["instructions"] = {row: count_instructions(row) for row in _SLOWLY_COUNTED}
    return counts


def _check(counts: Counts, bounds: Counts) -> bool:
    """Print every count beside its bound, and say whether all are within."""
    within = True
    for kind, rows in counts.items():
        for row, counted in rows.items():
            bound = bounds[kind][row]
            verdict = "" if counted <= bound else "  too many"
            within = within and counted <= bound
            print(f"{row:28} {counted:14,.1f} {kind:12} of at most {bound:14,.1f}{verdict}")
    return within


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.guard", description=__doc__)
    parser.add_argument("--write", action="store_true", help="store twice today's counts")
    parser.add_argument("--work", metavar="ROW", help="do a row's work, for valgrind to count")
    parser.add_argument("--calls", metavar="ROW", help="only count the calls of a row")
    options = parser.parse_args()
    if options.calls:
        print(count_calls(options.calls))
        return
    if options.work:
        print(measure(options.work, Counted(Subject("groq"), quick=True)).client)
        return
    counts = _count()
    if options.write:
        bounds = {
            kind: {row: round(2 * counted, 1) for row, counted in rows.items()}
            for kind, rows in counts.items()
        }
        _BOUNDS.write_text(json.dumps(bounds, indent=2) + "\n")
    if not _check(counts, json.loads(_BOUNDS.read_text())):
        sys.exit(1)


if __name__ == "__main__":
    _main()

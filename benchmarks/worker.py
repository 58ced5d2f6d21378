"""Measures one row in the interpreter that runs it, and prints the result as JSON.

`python -m benchmarks.worker stream.one_event_sync --package groq`
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module

from .measure import Result, Timing, Trial, Work
from .rows import ROWS
from .subject import Subject

__all__ = ["measure"]


def measure(key: str, trial: Trial) -> Result:
    """Measure the row with that key."""
    (row,) = [row for row in ROWS if row.key == key]
    module, name = row.function
    function: Callable[[Trial], Result] = getattr(import_module(f"benchmarks.{module}"), name)
    return function(trial)


class Profiling(Trial):
    """A trial that prints where the client spends its time."""

    def compare(self, client: Work, floor: Work, *, units: int = 1) -> Result:
        client()
        profile = cProfile.Profile()
        profile.runcall(client)
        statistics = pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime")
        statistics.print_stats(30)
        return Result("seconds", 0)

    def slope(
        self,
        client: Callable[[int], object],
        floor: Callable[[int], object],
        short: int,
        long: int,
        *,
        at_once: int = 1,
    ) -> Result:
        return self.compare(lambda: client(long), lambda: floor(long))


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker", description=__doc__)
    parser.add_argument("row", choices=[row.key for row in ROWS])
    parser.add_argument(
        "--package", choices=["groq", "openai", "httpx2", "aiohttp"], default="groq"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    kind = Profiling if options.profile else Timing
    trial = kind(Subject(options.package), rounds=options.rounds, quick=options.quick)
    print(json.dumps(asdict(measure(options.row, trial))))


if __name__ == "__main__":
    _main()

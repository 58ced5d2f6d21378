"""How work is measured: CPU time of several rounds, the client and its floor in turns.

A time is that of the fastest round. A slope is the median of all rounds: the difference of two
fastest rounds, over sockets, varies by half from run to run.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Literal

from .subject import Subject

__all__ = ["Result", "Timing", "Trial", "Work", "exponent", "fastest"]

Work = Callable[[], object]

_ROUNDS_OF_A_SLOPE = 3
"""How many times as many rounds a slope has."""


@dataclass(frozen=True)
class Result:
    """What a row found: for the client under test and, where there is one, for its floor."""

    unit: Literal["seconds", "bytes", "exponent", "calls", "units"]
    client: float
    floor: float | None = None


class Trial:
    """A row's way to have its work measured: how is decided by the kind of trial."""

    def __init__(self, subject: Subject, *, rounds: int = 7, quick: bool = False) -> None:
        self.subject = subject
        self.rounds = rounds
        self.quick = quick

    def amount(self, full: int, quick: int) -> int:
        """Say how much work a round has."""
        return quick if self.quick else full

    def compare(self, client: Work, floor: Work, *, units: int = 1) -> Result:
        """Do the same work both ways; the result is for one of its `units`."""
        raise NotImplementedError

    def slope(
        self,
        client: Callable[[int], object],
        floor: Callable[[int], object],
        short: int,
        long: int,
        *,
        at_once: int = 1,
    ) -> Result:
        """Do less work and more of it, both ways; the result is for one unit of the difference.

        `at_once` says how many do that much work at the same time.
        """
        raise NotImplementedError


class Timing(Trial):
    """A trial that takes the CPU time of both."""

    def compare(self, client: Work, floor: Work, *, units: int = 1) -> Result:
        # The first, unmeasured round warms caches up, and shows that both read the same answer.
        expected, answer = floor(), client()
        if answer != expected:
            raise ValueError(f"The client read {answer!r}, its floor {expected!r}.")
        client_time, floor_time = fastest([client, floor], self.rounds)
        return Result("seconds", client_time / units, floor_time / units)

    def slope(
        self,
        client: Callable[[int], object],
        floor: Callable[[int], object],
        short: int,
        long: int,
        *,
        at_once: int = 1,
    ) -> Result:
        expected, answer = floor(short), client(short)
        if answer != expected:
            raise ValueError(f"The client read {answer!r}, its floor {expected!r}.")
        works = [partial(each, size) for each in (client, floor) for size in (short, long)]
        turns = _turns(works, _ROUNDS_OF_A_SLOPE * self.rounds)
        units = (long - short) * at_once
        return Result(
            "seconds",
            median(turn[1] - turn[0] for turn in turns) / units,
            median(turn[3] - turn[2] for turn in turns) / units,
        )


def fastest(works: Sequence[Work], rounds: int) -> list[float]:
    """Return the shortest CPU time of each."""
    return list(map(min, zip(*_turns(works, rounds), strict=True)))


def _turns(works: Sequence[Work], rounds: int) -> list[list[float]]:
    """Return the CPU times of each round; the works take turns, so that all share the weather."""
    return [list(map(_time, works)) for _ in range(rounds)]


def _time(work: Work) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Fit time = constant · size ** exponent by least squares on logarithms."""
    x = [math.log(size) for size in sizes]
    y = [math.log(seconds) for seconds in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)

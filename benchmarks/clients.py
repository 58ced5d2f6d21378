"""What it costs to make a client."""

from __future__ import annotations

from .imports import run_python
from .measure import Result, Trial

_MAKE = """
import time
from {package} import {name}
start = time.process_time()
first = {name}(api_key="key")
made = time.process_time()
others = [{name}(api_key="key") for _ in range({further})]
print(made - start, (time.process_time() - made) / {further})
"""


def first(trial: Trial) -> Result:
    """The first client of a process, after the import."""
    return Result("seconds", _make(trial)[0])


def further(trial: Trial) -> Result:
    """Each client after the first."""
    return Result("seconds", _make(trial)[1])


def _make(trial: Trial) -> tuple[float, float]:
    package, (name, _) = trial.subject.package, trial.subject.names
    code = _MAKE.format(package=package, name=name, further=20)
    turns = [run_python(code) for _ in range(trial.rounds)]
    return min(turn[0] for turn in turns), min(turn[1] for turn in turns)

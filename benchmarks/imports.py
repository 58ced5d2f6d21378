"""Cold starts: the CPU time of imports, and of all that comes before the first question."""

from __future__ import annotations

import subprocess
import sys

from .measure import Result, Trial

_FLOOR = "import httpx, pydantic"

# The interpreter's own start is left out: it is the same for all, and would flatter the ratio.
_TIMED = """
import time
start = time.process_time()
{code}
print(time.process_time() - start)
"""


def package(trial: Trial) -> Result:
    """`import groq`."""
    return _compare(trial, f"import {trial.subject.package}")


def ready(trial: Trial) -> Result:
    """Import, a client, and `client.chat.completions`."""
    package, (name, _) = trial.subject.package, trial.subject.names
    return _compare(trial, f"from {package} import {name}; {name}(api_key='key').chat.completions")


def run_python(code: str) -> list[float]:
    """Runs the code in a fresh interpreter, and returns the numbers that it prints."""
    command = [sys.executable, "-c", code]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [float(number) for number in process.stdout.split()]


def _compare(trial: Trial, code: str) -> Result:
    codes = [_TIMED.format(code=work) for work in (code, _FLOOR)]
    # The first, uncounted turn writes the bytecode.
    turns = [[run_python(code)[0] for code in codes] for _ in range(trial.rounds + 1)][1:]
    client, floor = map(min, zip(*turns, strict=True))
    return Result("seconds", client, floor)

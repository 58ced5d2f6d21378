"""Cold starts: the CPU time of imports, and of all that comes before the first question."""

from __future__ import annotations

import subprocess
import sys

from . import HTTP_LIBRARY
from .measure import Result, Trial
from .server import streaming_server

_FLOOR = f"import {HTTP_LIBRARY}, pydantic"

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


_FIRST_REQUEST = """
from {package} import {name}
client = {name}(api_key="key", base_url="{url}", max_retries=0)
client.chat.completions.create(messages=[{{"role": "user", "content": "Hi"}}], model="m")
"""

_FIRST_BARE_REQUEST = """
import {library} as httpx
client = httpx.Client(base_url="{url}", timeout=60, follow_redirects=True)
client.post("/openai/v1/chat/completions", json={{"model": "m"}}).json()
"""


def first_request(trial: Trial) -> Result:
    """All that comes before the first answer over TLS: import, context, connection, request."""
    package, (name, _) = trial.subject.package, trial.subject.names
    with streaming_server() as urls:
        url = trial.subject.base_url(urls.tls)
        code = _FIRST_REQUEST.format(package=package, name=name, url=url)
        return _compare(trial, code, _FIRST_BARE_REQUEST.format(library=HTTP_LIBRARY, url=urls.tls))


def run_python(code: str) -> list[float]:
    """Run the code in a fresh interpreter, and return the numbers that it prints."""
    command = [sys.executable, "-c", code]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [float(number) for number in process.stdout.split()]


def _compare(trial: Trial, code: str, floor: str = _FLOOR) -> Result:
    codes = [_TIMED.format(code=work) for work in (code, floor)]
    # The first, uncounted turn writes the bytecode.
    turns = [[run_python(code)[0] for code in codes] for _ in range(trial.rounds + 1)][1:]
    fastest = [min(turn) for turn in zip(*turns, strict=True)]
    return Result("seconds", *fastest)

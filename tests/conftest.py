"""What all tests share: both event loops, an environment of their own, and no way out."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any, cast

import hypothesis
import pytest

if os.environ.get("TESTED_HTTP_LIBRARY") == "httpx2":
    import httpx2

    # Wherever a test says httpx, it is httpx2.
    httpx2.alias_httpx()

from groq.testing import LocalServer  # after the alias

pytest_plugins = ["groq.testing.pytest_plugin", "twins"]

# The same examples each time, so that a failure is there again; `nox -s fuzz` looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("fuzz", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("same")


@pytest.fixture(scope="session", params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    backend: str = request.param
    return backend


@pytest.fixture
def groq_server() -> Iterator[LocalServer]:
    """Give a server that takes any request: these tests are about the client, not about Groq."""
    with LocalServer(pace=0, strict=False) as server:
        yield server


@pytest.fixture(autouse=True)
def no_key_and_no_proxy_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GROQ_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail a test that would reach another machine; names under `.invalid` reach nowhere."""
    host: object = None
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = cast("tuple[object, ...]", arguments[1])[0]
    if isinstance(host, (str, bytes)):
        name = host if isinstance(host, str) else host.decode()
        here = name.startswith(("127.", "::1", "localhost")) or name.endswith(".invalid")
        assert here, f"A test would connect to {name!r}."


# A shell that starts the tests in the background has them ignore Ctrl-C, and with them each program
# that they start: tests of Ctrl-C would wait for ever. A handler is not handed on to programs.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A hook sees every connection of the process, whichever library makes it.
sys.addaudithook(_stay_on_this_machine)

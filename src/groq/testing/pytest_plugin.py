"""Fixtures for pytest: `pytest_plugins = ["groq.testing.pytest_plugin"]`.

A test that is marked `groq_tape` asks Groq once and is answered from its tape ever after. The tape
is `tapes/<module>/<test>.jsonl` beside the test.

```python
import pytest

from groq import Groq


@pytest.mark.groq_tape
def test_models_are_listed() -> None:
    assert Groq().models.list().data
```
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ._received import describe
from ._server import LocalServer
from ._tape import Mode, Tape
from ._upstream import GROQ

if TYPE_CHECKING:
    from groq import AsyncGroq, Groq

_MARKER = """\
groq_tape(ignore=(), speed=inf, path=None): record the answers of Groq once, with the key in \
GROQ_API_KEY, and replay them ever after; `ignore` names paths in bodies that do not count, `path` \
is the tape."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for tapes and verdicts."""
    group = parser.getgroup("groq")
    group.addoption(
        "--groq-record",
        choices=("once", "none", "missing", "all"),
        default="once",
        help="what tests marked `groq_tape` record: tapes that are not there (once), nothing, what "
        "is missing on the tapes, or everything anew",
    )
    group.addoption(
        "--groq-verdict",
        choices=("report", "fail", "off"),
        default="report",
        help="what becomes of the verdict on clients of `groq_server`: %(default)s",
    )
    group.addoption("--groq-upstream", default=GROQ, help="whom tapes record: %(default)s")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", _MARKER)


def _tape_of(item: pytest.Item) -> Tape | None:
    """Return the tape of a test, or `None`."""
    marker = item.get_closest_marker("groq_tape")
    if marker is None:
        return None
    return _marked_tape(item, *marker.args, **marker.kwargs)


def _marked_tape(
    item: pytest.Item,
    *,
    ignore: tuple[str, ...] = (),
    speed: float = math.inf,
    path: str | os.PathLike[str] | None = None,
) -> Tape:
    # A plugin that a test module names is loaded after the options are parsed.
    wanted = str(item.config.getoption("--groq-record", "once"))
    upstream = str(item.config.getoption("--groq-upstream", GROQ))
    file = item.path.parent / (path or _path_of(item))
    modes: dict[str, Mode] = {"none": "replay", "missing": "record_missing", "all": "record"}
    mode = modes.get(wanted, "replay" if file.exists() else "record")
    if mode == "replay" and not file.exists():
        pytest.fail(f"There is no tape {file}, and none is to be recorded.", pytrace=False)
    if mode != "replay" and upstream == GROQ and not os.environ.get("GROQ_API_KEY"):
        pytest.fail(f"To record the tape {file}, set GROQ_API_KEY.", pytrace=False)
    return Tape(file, mode, upstream, speed, ignore)


def _path_of(item: pytest.Item) -> Path:
    name = ".".join(item.nodeid.split("::")[1:])
    return Path("tapes", item.path.stem, re.sub(r"[^\w.\[\]-]+", "_", name) + ".jsonl")


@pytest.fixture
def groq_server(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    """Return a fresh local server that streams without pauses. It sets no environment variable.

    The summary of the run has the verdict on its clients.
    """
    with LocalServer(pace=0, tape=_tape_of(request.node)) as server:
        yield server
    found = [str(finding) for finding in server.verdict()]
    wanted = request.config.getoption("--groq-verdict", "report")
    if found and wanted == "fail":
        pytest.fail("\n".join(["The verdict on the client:", *found]), pytrace=False)
    if wanted == "report":
        # Properties are part of a test's report, even from a worker of pytest-xdist.
        request.node.user_properties += [("groq_verdict", each) for each in found]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the verdict, test by test."""
    lines = [
        f"{report.nodeid}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == "groq_verdict"
    ]
    if lines:
        terminalreporter.section("the verdict on clients of Groq")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(autouse=True)
def _groq_tape(request: pytest.FixtureRequest) -> Iterator[None]:
    """Answer a marked test from its tape, and fail for requests that are not on it."""
    if request.node.get_closest_marker("groq_tape") is None:
        yield
        return
    server: LocalServer = request.getfixturevalue("groq_environment")
    yield
    if unexpected := server.unexpected_requests:
        pytest.fail(f"These are not on the tape:\n{describe(unexpected)}", pytrace=False)


@pytest.fixture
def groq_client(groq_server: LocalServer) -> Iterator[Groq]:
    """Return a client of `groq_server`."""
    with groq_server.client() as client:
        yield client


@pytest.fixture
def scripted_groq_server(groq_server: LocalServer) -> Iterator[LocalServer]:
    """Return `groq_server`, and fail the test for unused replies and unscripted requests."""
    yield groq_server
    groq_server.assert_script_done()


@pytest.fixture
def groq_async_client(groq_server: LocalServer) -> AsyncGroq:
    """Return an asynchronous client of `groq_server`."""
    return groq_server.async_client()


@pytest.fixture
def groq_environment(groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    """Return `groq_server`, which the environment names for new clients."""
    key = os.environ.get("GROQ_API_KEY") if groq_server.passes_on else None
    monkeypatch.setenv("GROQ_BASE_URL", groq_server.url)
    monkeypatch.setenv("GROQ_API_KEY", key or "local")
    for name in ("NO_PROXY", "no_proxy"):
        # A proxy cannot reach this machine's loopback.
        monkeypatch.setenv(name, ",".join(filter(None, [os.environ.get(name), "127.0.0.1"])))
    return groq_server

"""What the tests of the command line share."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from groq.cli import main
from groq.testing import LocalServer

KEY = "gsk_a-key-that-nobody-may-see"

Run = Callable[..., "Outcome"]


class Outcome:
    """What a command left behind."""

    def __init__(self, status: int | str | None, captured: tuple[str, str]) -> None:
        self.status = status
        self.stdout, self.stderr = captured
        assert KEY not in self.stdout + self.stderr
        assert "Traceback" not in self.stderr


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, without a terminal."""

    def run(*arguments: str, stdin: bytes = b"") -> Outcome:
        with io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8") as piped:
            monkeypatch.setattr(sys, "stdin", piped)
            try:
                status: int | str | None = main(arguments)
            except SystemExit as left:
                status = left.code
        return Outcome(status, capsys.readouterr())

    return run


@pytest.fixture
def server(groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    """Stand in for Groq: the environment has its URL and a key."""
    monkeypatch.setenv("GROQ_BASE_URL", groq_server.url)
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    return groq_server


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what commands remember away from the user's own."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder / "groq"

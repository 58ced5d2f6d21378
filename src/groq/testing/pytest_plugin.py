"""Fixtures for pytest; ask for them with `pytest_plugins = ["groq.testing.pytest_plugin"]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ._server import LocalServer

if TYPE_CHECKING:
    from groq import AsyncGroq, Groq


@pytest.fixture
def groq_server() -> Iterator[LocalServer]:
    """Gives a fresh local server that streams without pauses. It sets no environment variable."""
    with LocalServer(pace=0) as server:
        yield server


@pytest.fixture
def groq_client(groq_server: LocalServer) -> Iterator[Groq]:
    """Gives a client of `groq_server`."""
    with groq_server.client() as client:
        yield client


@pytest.fixture
def scripted_groq_server(groq_server: LocalServer) -> Iterator[LocalServer]:
    """Gives `groq_server`, and fails the test for untaken replies and unscripted requests."""
    yield groq_server
    groq_server.assert_script_done()


@pytest.fixture
def groq_async_client(groq_server: LocalServer) -> AsyncGroq:
    """Gives an asynchronous client of `groq_server`, which its event loop closes or forgets."""
    return groq_server.async_client()


@pytest.fixture
def groq_environment(groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    """Gives `groq_server`; clients that are made meanwhile find it by the environment."""
    values = {"GROQ_BASE_URL": groq_server.url, "GROQ_API_KEY": "local"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return groq_server

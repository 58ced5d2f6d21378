"""Fixtures for pytest; ask for them with `pytest_plugins = ["groq.testing.pytest_plugin"]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from ._server import LocalServer

if TYPE_CHECKING:
    from groq import Groq


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

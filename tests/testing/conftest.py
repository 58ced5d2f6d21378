"""What the tests of `groq.testing` share."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from groq.testing import LocalServer

# Without one of their own, clients load every certificate of the system first.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def groq_server() -> Iterator[LocalServer]:
    """Give a server whose verdict nobody tells: these tests are bad clients on purpose."""
    with LocalServer(pace=0) as server:
        yield server


def http_client(server: LocalServer) -> httpx.Client:
    """Make a plain HTTP client, which shows what is on the wire."""
    return httpx.Client(
        base_url=f"{server.url}/openai/v1",
        headers={"authorization": "Bearer any"},
        timeout=60,
        trust_env=False,
        verify=NO_TLS,
    )


@pytest.fixture
def http(groq_server: LocalServer) -> Iterator[httpx.Client]:
    """Give a plain HTTP client of `groq_server`."""
    with http_client(groq_server) as client:
        yield client

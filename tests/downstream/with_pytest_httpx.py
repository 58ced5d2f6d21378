"""pytest-httpx answers for the clients that are made by default."""

from __future__ import annotations

import asyncio
import sys

import pytest
from pytest_httpx import HTTPXMock

from groq import AsyncGroq, Groq


def test_both_clients_are_answered(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={"object": "list", "data": []}, is_reusable=True)
    Groq(api_key="k").models.list()

    async def ask() -> None:
        async with AsyncGroq(api_key="k") as client:
            await client.models.list()

    asyncio.run(ask())
    assert len(httpx_mock.get_requests()) == 2


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "--noconftest", "-c", "/dev/null", "-p", "no:cacheprovider"]))

"""pytest-httpx2, which is respx for httpx2, answers for the clients that are made by default."""

from __future__ import annotations

import asyncio
import sys

import pytest
import respx

from groq import AsyncGroq, Groq


def test_both_clients_are_answered(httpx2_mock: respx.MockRouter) -> None:
    route = httpx2_mock.get("https://api.groq.com/openai/v1/models")
    route.respond(json={"object": "list", "data": []})
    with Groq(api_key="k", http_library="httpx2") as client:
        client.models.list()

    async def ask() -> None:
        async with AsyncGroq(api_key="k", http_library="httpx2") as client:
            await client.models.list()

    asyncio.run(ask())
    assert route.call_count == 2


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "--noconftest", "-c", "/dev/null", "-p", "no:cacheprovider"]))

"""VCR.py records a stream of this client, and replays it when the server is gone."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import vcr

from groq import AsyncGroq, Groq
from groq.testing import LocalServer

ASKED: dict[str, Any] = {
    "messages": [{"role": "user", "content": "Count"}],
    "model": "openai/gpt-oss-20b",
    "stream": True,
}


def read(**options: Any) -> str:
    with Groq(api_key="k", **options) as client:
        chunks = list(client.chat.completions.create(**ASKED))
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def read_async(**options: Any) -> str:
    async def chunks() -> list[Any]:
        async with AsyncGroq(api_key="k", **options) as client:
            return [chunk async for chunk in await client.chat.completions.create(**ASKED)]

    return "".join(chunk.choices[0].delta.content or "" for chunk in asyncio.run(chunks()))


for library in ("httpx", "httpx2"):
    for reading in (read, read_async):
        with tempfile.TemporaryDirectory() as folder:
            cassette = Path(folder, "count.yaml")
            with LocalServer(pace=0) as server:
                server.reply("One two three.")
                options = {"base_url": server.url, "http_library": library}
                with vcr.use_cassette(cassette):
                    assert reading(**options) == "One two three."
                assert len(server.requests) == 1
            assert "One" in cassette.read_text()
            with vcr.use_cassette(cassette, record_mode="none"):
                assert reading(**options) == "One two three."

"""VCR.py records a stream of this client, and replays it when the server is gone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import vcr

from groq import Groq
from groq.testing import LocalServer


def read(client: Groq) -> str:
    stream = client.chat.completions.create(
        messages=[{"role": "user", "content": "Count"}], model="openai/gpt-oss-20b", stream=True
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


with tempfile.TemporaryDirectory() as folder:
    cassette = Path(folder, "count.yaml")
    with LocalServer(pace=0) as server:
        server.reply("One two three.")
        with vcr.use_cassette(cassette), server.client() as client:
            assert read(client) == "One two three."
        assert len(server.requests) == 1
        url = server.url
    assert "One" in cassette.read_text()
    with vcr.use_cassette(cassette, record_mode="none"), Groq(base_url=url, api_key="k") as client:
        assert read(client) == "One two three."

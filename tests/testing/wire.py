"""What tests say over the wire, without the client of this project."""

from __future__ import annotations

import json
from typing import Any

import httpx

MESSAGES = [{"role": "user", "content": "Count to three"}]


def read(response: httpx.Response, status: int) -> dict[str, Any]:
    """Read an answer that is a JSON object and have that status."""
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    return body


def chat(http: httpx.Client, **parameters: Any) -> dict[str, Any]:
    """Ask for a whole completion."""
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, **parameters}
    return read(http.post("/chat/completions", json=body), 200)


def stream(http: httpx.Client, **parameters: Any) -> httpx.Response:
    """Ask for a streamed completion, and read it to its end."""
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "stream": True, **parameters}
    return http.post("/chat/completions", json=body)


def chunks_of(response: httpx.Response) -> list[dict[str, Any]]:
    """Give the chunks of a stream that ends as it should."""
    assert response.headers["content-type"] == "text/event-stream"
    *events, done, rest = response.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    return [json.loads(event.removeprefix("data: ")) for event in events]


def deltas_of(response: httpx.Response) -> list[dict[str, Any]]:
    """Give the deltas of a stream."""
    return [chunk["choices"][0]["delta"] for chunk in chunks_of(response) if chunk["choices"]]


def content_of(response: httpx.Response) -> str:
    """Give the text of a stream."""
    return "".join(delta.get("content", "") for delta in deltas_of(response))

"""One request does not hold up the others, and what one can ask for has bounds."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from groq.testing import LocalServer

from .conftest import http_client
from .wire import MESSAGES

MODEL = "openai/gpt-oss-20b"


def ask(http: httpx.Client, **more: Any) -> httpx.Response:
    body = {"model": MODEL, "messages": MESSAGES, **more}
    return http.post("/chat/completions", json=body, timeout=60)


def run_batch(http: httpx.Client, lines: int, until: str) -> str:
    """Have a batch run until it has a status, and give its id."""
    line = {"method": "POST", "url": "/v1/chat/completions"}
    body = {"model": MODEL, "messages": MESSAGES}
    content = "\n".join(
        json.dumps({**line, "custom_id": str(number), "body": body}) for number in range(lines)
    )
    files = {"file": ("batch.jsonl", content.encode())}
    file_id = http.post("/files", files=files, data={"purpose": "batch"}).json()["id"]
    asked = {"input_file_id": file_id, "endpoint": line["url"], "completion_window": "24h"}
    batch = http.post("/batches", json=asked).json()
    while batch["status"] != until:
        batch = http.get(f"/batches/{batch['id']}", timeout=60).json()
    return str(batch["id"])


Slow: TypeAlias = Callable[[httpx.Client], Callable[[], object]]
"""Prepares a request that takes long, and gives what sends it."""


def of_a_batch(http: httpx.Client) -> Callable[[], object]:
    batch_id = run_batch(http, 8_000, "in_progress")
    return lambda: http.get(f"/batches/{batch_id}", timeout=60)


def of_json(**more: Any) -> Slow:
    def prepare(http: httpx.Client) -> Callable[[], object]:
        body = {"model": MODEL, "messages": MESSAGES, **more}
        request = http.build_request("POST", "/chat/completions", json=body, timeout=60)
        return lambda: http.send(request)

    return prepare


def of_bytes(content: bytes) -> Slow:
    def prepare(http: httpx.Client) -> Callable[[], object]:
        connection = socket.create_connection((http.base_url.host, http.base_url.port or 0))

        def send() -> None:
            sending = threading.Thread(target=connection.sendall, args=(content,))
            sending.start()
            with connection:
                while connection.recv(1 << 20):
                    pass
                sending.join()

        return send

    return prepare


LONG = {"type": "array", "items": {"type": "integer"}, "minItems": 10**6}
SCHEMA = {"type": "object", "properties": {"a": LONG}, "required": ["a"]}
GET = b"GET / HTTP/1.1\r\nhost: a\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
SLOW = {
    "a schema": of_json(
        response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": SCHEMA}}
    ),
    "many messages": of_json(messages=MESSAGES * 50_000),
    "a batch": of_a_batch,
    "requests in one go": of_bytes((GET + b"\r\n") * 4_000 + GET + b"connection: close\r\n\r\n"),
    "tiny chunks": of_bytes(CHUNKED + b"1\r\n \r\n" * 40_000 + b"0\r\n\r\n"),
}


@pytest.mark.parametrize("prepare", SLOW.values(), ids=SLOW)
def test_a_slow_request_does_not_block_others(prepare: Slow) -> None:
    with LocalServer(pace=0) as server, http_client(server) as http, http_client(server) as other:
        slow = threading.Thread(target=prepare(http))
        assert other.get("/models").status_code == 200
        slow.start()
        answered = 0
        while slow.is_alive():
            assert other.get("/models", timeout=60).status_code == 200
            answered += slow.is_alive()
        slow.join()
    # One that waits for the slow one is answered when that one ends.
    assert answered > 2


def test_a_form_has_bounded_parts(http: httpx.Client) -> None:
    answer = http.post("/files", files=[("a", (None, "1"))] * 1001)
    assert (answer.status_code, "at most 1000 parts" in answer.text) == (400, True)


def test_a_request_that_takes_too_long_to_check_is_too_large(http: httpx.Client) -> None:
    answer = ask(http, messages=MESSAGES * 100_000)
    assert (answer.status_code, "cannot check" in answer.text) == (413, True)


def test_embeddings_are_bounded() -> None:
    with LocalServer(models=["e/e"], strict=False) as server, http_client(server) as http:
        answer = http.post("/embeddings", json={"model": "e/e", "input": ["a"] * 2049})
    assert answer.status_code == 400 and "2048" in answer.text


def test_the_output_of_a_batch_is_bounded() -> None:
    with LocalServer(pace=0) as server, http_client(server) as http:
        server.reply("x" * 8_000_000, times=None)
        batch_id = run_batch(http, 20, "completed")
        counts = http.get(f"/batches/{batch_id}").json()["request_counts"]
    assert counts["total"] == 20 and 0 < counts["failed"] < 20

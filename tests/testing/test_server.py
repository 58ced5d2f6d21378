"""The server as a server: connections, HTTP, threads, and how it stops."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

import httpx
import pytest

import groq.testing
from faults.times import in_time
from groq.testing import (
    Answer,
    Cut,
    Gate,
    HalfClose,
    HoldOpen,
    LocalServer,
    Pause,
    ReceivedRequest,
    Reply,
    ReplyFunction,
    Stall,
)
from groq.testing._answers import Ending, Step
from groq.types.chat import ChatCompletionMessageParam

from .conftest import http_client
from .wire import MESSAGES, content_of, stream

BODY = json.dumps({"model": "openai/gpt-oss-20b", "messages": MESSAGES, "stream": True}).encode()


def request_bytes(*headers: str, body: bytes = b"", line: str = "GET / HTTP/1.1") -> bytes:
    return "\r\n".join([line, "host: local", *headers, "", ""]).encode() + body


def chat_bytes(body: bytes) -> bytes:
    """Return a request for a chat completion."""
    return request_bytes(
        "authorization: Bearer x",
        f"content-length: {len(body)}",
        line="POST /openai/v1/chat/completions HTTP/1.1",
        body=body,
    )


def exchange(server: LocalServer, *pieces: bytes) -> bytes:
    """Send bytes as they are, and read until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        for piece in pieces:
            connection.sendall(piece)
        received = b""
        while data := connection.recv(65536):
            received += data
        return received


def server_threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("groq-local")]


def test_connections_are_kept_alive(groq_server: LocalServer, http: httpx.Client) -> None:
    for _ in range(3):
        assert content_of(stream(http))
        http.get("/models")
    assert {request.connection for request in groq_server.requests} == {1}
    assert groq_server.open_connections == 1


def test_requests_sent_in_one_go_are_answered_in_turn(groq_server: LocalServer) -> None:
    asked = chat_bytes(BODY)
    received = exchange(groq_server, asked + asked, request_bytes("connection: close"))
    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert received.count(b"data: [DONE]") == 2


def test_any_number_of_streams_may_be_asked_for_in_one_go(groq_server: LocalServer) -> None:
    asked = chat_bytes(BODY)
    groq_server.inject(Cut(after=1, how="end"), times=None)
    received = exchange(groq_server, asked * 500 + request_bytes("connection: close"))
    assert received.count(b"HTTP/1.1 200 ") == 501


def test_what_is_no_request_after_a_stream_is_refused_once(
    groq_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    asked = chat_bytes(BODY)
    groq_server.inject(Cut(after=1, how="end"))
    received = exchange(groq_server, asked + b"NONE\r\n\r\n")
    assert received.count(b"HTTP/1.1 400 ") == 1
    assert not caplog.records


def test_a_request_may_come_byte_by_byte_and_in_chunks(groq_server: LocalServer) -> None:
    asked = request_bytes(
        "authorization: Bearer x",
        "transfer-encoding: chunked",
        "connection: close",
        line="POST /openai/v1/chat/completions HTTP/1.1",
    )
    chunked = b"".join(
        b"%x;note=1\r\n%b\r\n" % (len(piece), piece) for piece in (BODY[:9], BODY[9:])
    )
    whole = asked + chunked + b"0\r\ntrailer: 1\r\n\r\n"
    received = exchange(groq_server, *(whole[i : i + 1] for i in range(len(whole))))
    assert b"data: [DONE]" in received
    assert groq_server.last_request.body == BODY


def test_a_client_that_waits_for_leave_gets_it(groq_server: LocalServer) -> None:
    received = exchange(
        groq_server,
        request_bytes("expect: 100-continue", "content-length: 2", "connection: close"),
        b"{}",
    )
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_http_1_0_client_gets_a_stream_that_ends_with_the_connection(
    groq_server: LocalServer,
) -> None:
    received = exchange(
        groq_server,
        request_bytes(
            "authorization: Bearer x",
            f"content-length: {len(BODY)}",
            line="POST /openai/v1/chat/completions HTTP/1.0",
            body=BODY,
        ),
    )
    assert b"transfer-encoding" not in received
    assert received.endswith(b"\n\ndata: [DONE]\n\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (request_bytes("no colon"), 400),
        (request_bytes("content-length: many"), 400),
        (request_bytes("transfer-encoding: chunked", body=b"xyz\r\n"), 400),
        (request_bytes("x: " + "y" * 300_000), 431),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (request_bytes("host: other"), 400),
        (request_bytes("x: a\0b"), 400),
        (request_bytes("x: a\rb"), 400),
        (request_bytes("x : a"), 400),
        (request_bytes("content-length: 1", "content-length: 2", body=b"ab"), 400),
        (request_bytes("content-length: 2", "transfer-encoding: chunked", body=b"0\r\n\r\n"), 400),
        (request_bytes("transfer-encoding: gzip, chunked", body=b"0\r\n\r\n"), 501),
        (request_bytes("content-length: 99999999999"), 413),
        (request_bytes("expect: a miracle", "content-length: 1"), 417),
        (
            request_bytes(
                "content-type: multipart/form-data; boundary=b", "content-length: 1", body=b"x"
            ),
            400,
        ),
    ],
)
def test_invalid_http_is_refused(groq_server: LocalServer, sent: bytes, status: int) -> None:
    received = exchange(groq_server, b"\r\n" + sent)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(received.partition(b"\r\n\r\n")[2])["error"]["message"]


def test_a_client_that_speaks_tls_to_a_server_without_it_is_refused_at_once() -> None:
    with LocalServer(head_timeout=600) as server:
        address = ("127.0.0.1", server.port)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with socket.create_connection(address, timeout=30) as connection:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(connection, server_hostname="localhost")


def test_headers_that_do_not_come_to_an_end_are_not_waited_for() -> None:
    def check(slowness: float) -> None:
        with LocalServer(head_timeout=0.05 * slowness) as server:
            assert exchange(server, b"GET / HTTP/1.1\r\nhost: lo").startswith(b"HTTP/1.1 408 ")

    in_time(check)


@pytest.mark.parametrize("header", ["content-length: 9", "transfer-encoding: chunked"])
def test_a_body_that_does_not_come_to_an_end_is_not_waited_for(header: str) -> None:
    with LocalServer(body_timeout=0.05) as server:
        assert exchange(server, request_bytes(header, body=b"5\r\n")).startswith(b"HTTP/1.1 408 ")


def test_clients_that_send_no_body_do_not_keep_others_waiting_for_memory() -> None:
    head = request_bytes("expect: 100-continue", f"content-length: {9 * 1024 * 1024}")
    with LocalServer(body_timeout=0.05) as server, contextlib.ExitStack() as stack:
        # Eight of them have all the memory; the others wait until those are refused.
        address = ("127.0.0.1", server.port)
        silent = [
            stack.enter_context(socket.create_connection(address, timeout=30)) for _ in range(20)
        ]
        for connection in silent:
            connection.sendall(head)
        for connection in silent:
            assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_request_that_has_come_takes_no_more_memory_than_its_body() -> None:
    both_are_there = threading.Barrier(2)

    def reply(_: ReceivedRequest) -> str:
        both_are_there.wait(timeout=30)
        return "Hello"

    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "tools": [tool]}

    def ask(server: LocalServer) -> int:
        with http_client(server) as http:
            # A body of unknown length reserves what the server keeps: here, all the memory.
            pieces = iter([json.dumps(body).encode()])
            return http.post("/chat/completions", content=pieces, timeout=60).status_code

    with LocalServer(pace=0, keep_bytes=64 * 1024 * 1024) as server, ThreadPoolExecutor(2) as pool:
        server.reply(reply, times=2)
        assert list(pool.map(ask, [server, server])) == [200, 200]


def test_a_client_that_ends_its_sending_half_is_answered_to_the_end() -> None:
    asked = chat_bytes(BODY)
    with LocalServer(pace=0.001) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(asked)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while data := connection.recv(65536):
                received += data
    assert received.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


def test_a_connection_whose_client_sends_no_more_is_closed_after_the_answer(
    groq_server: LocalServer,
) -> None:
    # A schema is answered in another thread, so the end arrives before the answer.
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    body = json.dumps({**json.loads(BODY), "stream": False, "response_format": form}).encode()
    asked = chat_bytes(body)
    with socket.create_connection(("127.0.0.1", groq_server.port), timeout=30) as connection:
        connection.sendall(asked)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("size", "is_streamed"), [(400_000, False), (2, True)])
def test_requests_that_were_sent_in_one_go_are_all_answered(
    groq_server: LocalServer, size: int, is_streamed: bool
) -> None:
    body = json.dumps(
        {
            "model": "openai/gpt-oss-20b",
            "messages": [{"role": "user", "content": "h" * size}],
            "stream": is_streamed,
        }
    ).encode()
    asked = chat_bytes(body)
    with socket.create_connection(("127.0.0.1", groq_server.port), timeout=30) as connection:
        connection.sendall(asked * 6)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 ") == 6


def test_raw_steps_are_sent_unchanged(groq_server: LocalServer) -> None:
    def raw(*steps: Step, ending: Ending = "close") -> Answer:
        return Answer(steps, is_raw=True, ending=ending)

    groq_server.reply_with(raw(b"HTTP/1.1 200 Fine\r\n", Pause(0.01), b"content-le"))
    assert exchange(groq_server, request_bytes()) == b"HTTP/1.1 200 Fine\r\ncontent-le"
    groq_server.reply_with(raw(b"HTTP/1.1 204 A\r\n\r\n", HalfClose(), Pause(0.01)))
    assert exchange(groq_server, request_bytes()) == b"HTTP/1.1 204 A\r\n\r\n"
    groq_server.reply_with(lambda _: raw(ending="reset"))
    with pytest.raises(ConnectionResetError):
        exchange(groq_server, request_bytes())


def test_an_answer_may_come_before_the_body(groq_server: LocalServer) -> None:
    answer = Answer([b"HTTP/1.1 413 No\r\n\r\n"], is_raw=True, ending="close")
    groq_server.reply_with(answer, waits_for_body=False)
    assert exchange(groq_server, request_bytes("content-length: 9")) == b"HTTP/1.1 413 No\r\n\r\n"
    assert groq_server.last_request.body == b""


@pytest.mark.parametrize("body", [b"no", [b"n", b"o"]])
def test_a_body_that_nobody_waited_for_is_no_request(
    groq_server: LocalServer, caplog: pytest.LogCaptureFixture, body: bytes | list[Step]
) -> None:
    groq_server.reply_with(Answer(body, status=413, length=2), waits_for_body=False)
    received = exchange(groq_server, request_bytes("content-length: 20", body=bytes(20)))
    head, _, content = received.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert content == b"no"
    assert len(groq_server.requests) == 1
    assert not caplog.records


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", Answer([b"a", b"b"])),
        ("HEAD", Answer([b"a", b"b"], length=2)),
        ("HEAD", Answer([b"a", b"b"], delay=0.001)),
        ("GET", Answer(b"ab", status=204)),
        ("GET", Answer([b"a", b"b"], status=204)),
        ("GET", Answer(b"ab", status=304)),
        ("GET", Answer([b"a", b"b"], status=304)),
    ],
)
def test_an_answer_that_may_have_no_body_has_none(
    groq_server: LocalServer, method: str, answer: Answer
) -> None:
    groq_server.reply_with(answer)
    asked = request_bytes(line=f"{method} / HTTP/1.1")
    received = exchange(groq_server, asked, request_bytes("connection: close"))
    first, second, rest = received.split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 %d " % answer.status)
    assert second.startswith(b"HTTP/1.1 200 OK\r\n")
    assert rest.startswith(b"This is the local server")


def test_wait_for_close_notices_a_closed_connection(groq_server: LocalServer) -> None:
    assert not groq_server.wait_for_close(1, timeout=0)
    exchange(groq_server, request_bytes("connection: close"))
    assert groq_server.wait_for_close(1, timeout=30)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "integer"}, "minItems": 10**9},
        {"type": "string", "minLength": 10**10},
        {"type": "object", "minProperties": 10**9},
        {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"},
    ],
)
def test_a_schema_that_asks_for_too_much_is_refused_at_once(
    http: httpx.Client, schema: dict[str, Any]
) -> None:
    described = {"type": "json_schema", "json_schema": {"name": "large", "schema": schema}}
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "response_format": described}
    response = http.post("/chat/completions", json=body, timeout=300)
    assert response.status_code == 400
    assert "makes up no value" in response.json()["error"]["message"]


def test_the_bodies_that_are_kept_are_bounded() -> None:
    body = json.dumps({"model": "m", "input": "x" * 8_000_000}).encode()
    with LocalServer() as server, http_client(server) as http:
        for _ in range(20):
            http.post("/embeddings", content=body)
        assert 10 <= len(server.requests) < 20


def test_the_bodies_of_unexpected_requests_are_bounded() -> None:
    recording = {"file": ("a.wav", b"x" * 8_000_000)}
    with LocalServer(strict=False) as server, http_client(server) as http:
        for _ in range(20):
            http.post("/audio/transcriptions", files=recording, data={"model": "whisper-large-v3"})
        assert 10 <= len(server.unexpected_requests) < 20


def test_a_browser_may_ask(http: httpx.Client) -> None:
    asked = {
        "origin": "http://localhost:3000",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    preflight = http.options("/chat/completions", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
    answer = http.get("/models", headers={"origin": "http://localhost:3000"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in http.get("/models").headers


def test_a_head_request_has_the_headers_of_a_get_request(http: httpx.Client) -> None:
    asked, looked = http.get("/models"), http.head("/models")
    assert (looked.status_code, looked.content) == (200, b"")
    assert looked.headers["content-length"] == asked.headers["content-length"]


@pytest.mark.parametrize("name", ["openai/gpt-oss-20b", "openai%2Fgpt-oss-20b"])
def test_the_name_of_a_model_may_have_a_slash(http: httpx.Client, name: str) -> None:
    assert http.get(f"/models/{name}").json()["id"] == "openai/gpt-oss-20b"


@pytest.mark.parametrize(
    "path",
    ["/models/", "/chat/completions/", "/files/a/b", "/files/a/content/b", "/nothing"],
)
def test_an_unknown_path_is_named_in_the_refusal(http: httpx.Client, path: str) -> None:
    refused = http.get(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_url")
    assert f"GET /openai/v1{path}." in refused.json()["error"]["message"]


def test_a_target_may_be_a_whole_url(groq_server: LocalServer) -> None:
    line = "GET http://local:80/openai/v1/models?a=b HTTP/1.1"
    asked = request_bytes("connection: close", "authorization: Bearer x", line=line)
    assert exchange(groq_server, asked).startswith(b"HTTP/1.1 200 ")
    assert groq_server.last_request.path == "/openai/v1/models"


def test_a_preflight_answer_has_no_length(groq_server: LocalServer) -> None:
    line = "OPTIONS /openai/v1/models HTTP/1.1"
    asked = request_bytes("connection: close", "origin: http://page.invalid", line=line)
    head = exchange(groq_server, asked)
    assert head.startswith(b"HTTP/1.1 204 ") and b"content-length" not in head


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (BODY, {"content-encoding": "gzip"}, 415),
        (BODY, {"content-encoding": "identity"}, 200),
        (BODY, {"content-type": "text/plain"}, 200),
        (BODY.decode().encode("utf-16"), {}, 400),
        (b"\xef\xbb\xbf" + BODY, {}, 400),
        (BODY[:-1] + b', "temperature": NaN}', {}, 400),
        (BODY[:-1] + b', "temperature": 1e999}', {}, 400),
        (BODY[:-1] + b', "seed": 1%b}' % (b"0" * 400), {}, 400),
        (b'{"a":' * 100_000, {}, 400),
        (BODY.replace(b"user", rb"\ud800"), {}, 400),
        (BODY.replace(b'"h', rb'"\ud83d'), {}, 200),
        (b"[" + BODY + b"]", {}, 400),
    ],
)
def test_a_body_is_json_in_utf_8(
    http: httpx.Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert http.post("/chat/completions", content=body, headers=headers).status_code == status


def test_an_iterable_that_fails_ends_the_connection(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    def broken() -> object:
        yield b"some"
        raise LookupError("no more")

    groq_server.reply_with_bytes(broken)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the annotation says less than it gives
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/models")
    assert http.get("/models").status_code == 200


def test_three_hundred_streams_run_at_once() -> None:
    asked = request_bytes(
        "authorization: Bearer x",
        f"content-length: {len(BODY)}",
        "connection: close",
        line="POST /openai/v1/chat/completions HTTP/1.1",
        body=BODY,
    )

    async def read_one(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asked)
        received = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        return received

    async def read_all(port: int) -> list[bytes]:
        return await asyncio.gather(*(read_one(port) for _ in range(300)))

    gate = Gate()
    with LocalServer(pace=0.001) as server:
        # The last stream to come finds all the others waiting before their first token.
        server.reply(Reply("one two three four five"), Stall(until=gate), times=299)
        server.reply(open_gate_and_say(gate))
        answers = asyncio.run(read_all(server.port))
    assert {answer.count(b"data: ") for answer in answers} == {8, 4}
    assert {answer.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n") for answer in answers} == {True}


def open_gate_and_say(gate: Gate) -> ReplyFunction:
    def reply(request: ReceivedRequest) -> str:
        gate.open()
        return "open"

    return reply


@pytest.mark.anyio
async def test_it_serves_async_programs(anyio_backend_name: str) -> None:
    async with LocalServer(pace=0) as server:
        server.reply("hello")
        headers = {"authorization": "Bearer x"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
            url = f"{server.url}/openai/v1/chat/completions"
            response = await http.post(url, content=BODY)
    assert content_of(response) == "hello"
    assert not server_threads()


def test_large_bodies_wait_for_room_in_memory_and_small_ones_do_not() -> None:
    size = 8 * 1024 * 1024
    head = request_bytes(
        "authorization: Bearer x",
        "expect: 100-continue",
        f"content-length: {size}",
        line="POST /openai/v1/chat/completions HTTP/1.1",
    )
    with LocalServer() as server, contextlib.ExitStack() as stack:

        def begin() -> socket.socket:
            address = ("127.0.0.1", server.port)
            connection = stack.enter_context(socket.create_connection(address, timeout=30))
            connection.sendall(head)
            return connection

        first, *others = [begin() for _ in range(8)]
        for connection in [first, *others]:
            assert connection.recv(100).startswith(b"HTTP/1.1 100")
        leaves, stays = begin(), begin()
        assert b" 200 " in exchange(server, request_bytes("connection: close"))
        for connection in [leaves, stays]:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(100)
            connection.settimeout(30)
        leaves.close()
        first.close()
        assert stays.recv(100).startswith(b"HTTP/1.1 100")
        others[0].sendall(b"x" * size)
        assert others[0].recv(100).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("keep_bytes", [8 * 1024 * 1024, 256 * 1024 * 1024])
def test_many_large_uploads_at_once_are_all_answered(keep_bytes: int) -> None:
    content = bytes(9 * 1024 * 1024)
    with LocalServer(keep_bytes=keep_bytes) as server, ThreadPoolExecutor(20) as pool:

        def upload(number: int) -> int:
            return httpx.post(
                f"{server.url}/openai/v1/files",
                headers={"authorization": "Bearer x"},
                data={"purpose": "batch"},
                files={"file": (f"{number}.jsonl", content)},
                timeout=60,
                trust_env=False,
            ).status_code

        assert list(pool.map(upload, range(20))) == [200] * 20


def test_closing_ends_open_streams_and_leaves_nothing_behind() -> None:
    with LocalServer() as server:
        server.reply("one two", Stall(after=1), times=2)
        server.reply("one", HoldOpen())
        connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
        for connection in connections[:3]:
            connection.sendall(
                request_bytes(
                    "authorization: Bearer x",
                    f"content-length: {len(BODY)}",
                    line="POST /openai/v1/chat/completions HTTP/1.1",
                    body=BODY,
                )
            )
        server.wait_for_requests(3, timeout=30)
        assert len(server_threads()) == 1
    assert not server_threads()
    assert server.open_connections == 0
    assert len(server.requests) == 3
    for connection in connections:
        connection.close()


def test_closing_does_not_wait_for_a_handshake() -> None:
    # No certificate: the client never says anything.
    server = LocalServer(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)).start()
    closing = threading.Thread(target=server.close, daemon=True)
    with socket.create_connection(("127.0.0.1", server.port)):
        # The connections are accepted in turn.
        with socket.create_connection(("127.0.0.1", server.port)) as second:
            second.sendall(b"no handshake")
            with contextlib.suppress(OSError):
                second.recv(100)  # It is refused, so the first one has been accepted.
        closing.start()
        closing.join(30)
        assert not closing.is_alive()


def test_a_server_may_be_started_again_and_not_twice() -> None:
    server = LocalServer()
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.url
    server.start()
    with pytest.raises(RuntimeError, match="running already"):
        server.start()
    first = server.port
    server.close()
    server.close()
    with server:
        assert httpx.get(server.url, trust_env=False).status_code == 200
    assert first > 0


def test_a_port_that_is_taken_is_an_error(groq_server: LocalServer) -> None:
    with pytest.raises(OSError, match="in use"):
        LocalServer(port=groq_server.port).start()
    assert len(server_threads()) == 1


def test_it_makes_clients_of_itself() -> None:
    with LocalServer(pace=0) as server:
        server.reply("hello", times=None)
        with server.client(max_retries=0) as client:
            messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hi"}]
            completion = client.chat.completions.create(
                model="openai/gpt-oss-20b", messages=messages
            )
            assert completion.choices[0].message.content == "hello"
            assert client.max_retries == 0
        assert server.async_client().base_url == client.base_url


def test_its_clients_reach_it_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with LocalServer(pace=0) as server, server.client(max_retries=0) as client:
        assert client.models.list().data


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_server_raises_no_warnings() -> None:
    # In debug mode, asyncio also logs callbacks that take long, as they do on a busy machine.
    program = """
import logging, socket, threading
from groq.testing import LocalServer
logging.getLogger("asyncio").setLevel(logging.ERROR)
with LocalServer(pace=0) as server:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n")
        connection.recv(100)
    others = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
for other in others:
    other.close()
assert threading.active_count() == 1
forgotten = LocalServer().start()
"""
    done = run("-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_local_server_needs_nothing_but_python() -> None:
    # The distribution groq-local-server takes these files out of the package.
    folder = Path(groq.testing.__file__).parent
    command = [
        folder.parent / "cli" / name for name in ("serve.py", "_arguments.py", "_terminal.py")
    ]
    own = {"groq.testing", "groq.cli._arguments", "groq.cli._terminal"}
    for file in [*folder.glob("*.py"), *command]:
        package = f"groq.{file.parent.name}"
        allowed = {*sys.stdlib_module_names}
        allowed |= {"pytest"} if file.name == "pytest_plugin.py" else set()
        for statement in ast.parse(file.read_text()).body:
            if isinstance(statement, ast.Import):
                assert {alias.name.partition(".")[0] for alias in statement.names} <= allowed, file
            elif isinstance(statement, ast.ImportFrom) and not statement.level:
                assert (statement.module or "").partition(".")[0] in allowed, file
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level:
                for alias in node.names:
                    dots = "." * node.level
                    imported = resolve_name(dots + (node.module or alias.name), package)
                    assert imported in own or imported.startswith("groq.testing."), file


def test_serve_prints_its_address_and_stops_quietly() -> None:
    command = [sys.executable, "-c", "from groq.testing import serve; serve(pace=0)"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(url, timeout=30) as response:
            assert b"local server" in response.read()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_the_pytest_plugin_gives_a_fresh_server_to_each_test(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["groq.testing.pytest_plugin"]\n')
    (tmp_path / "test_it.py").write_text(
        """
import os
import urllib.request

def test_first(groq_server):
    assert b"local server" in urllib.request.urlopen(groq_server.url).read()
    assert len(groq_server.requests) == 1

def test_second(groq_server):
    assert groq_server.requests == []

def test_third(groq_server, groq_client):
    groq_server.reply("hello")
    messages = [{"role": "user", "content": "hi"}]
    completion = groq_client.chat.completions.create(model="openai/gpt-oss-20b", messages=messages)
    assert completion.choices[0].message.content == "hello"
    assert "GROQ_BASE_URL" not in os.environ
"""
    )
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_the_repr_of_a_server_says_where_it_listens() -> None:
    server = LocalServer()
    assert repr(server) == "<LocalServer, not running>"
    with server:
        assert repr(server) == f"<LocalServer, {server.url}>"

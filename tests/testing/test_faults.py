"""Faults as a client meets them, over real sockets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

import httpx
import pytest

from faults.times import in_time
from groq.testing import (
    Answer,
    Cut,
    ErrorEvent,
    Gate,
    HoldOpen,
    LocalServer,
    MalformedEvent,
    Pause,
    Reply,
    SlowStart,
    Stall,
)

from .wire import MESSAGES, chat, content_of, stream

BODY = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "stream": True}


def events_until_the_end(http: httpx.Client) -> tuple[list[bytes], Exception | None]:
    """Read a stream as far as it goes, and give what ended it."""
    events: list[bytes] = []
    with http.stream("POST", "/chat/completions", json=BODY) as response:
        try:
            events.extend(response.iter_raw())
        except httpx.TransportError as error:
            return events, error
    return events, None


@pytest.mark.parametrize(
    ("how", "error"),
    [("close", httpx.RemoteProtocolError), ("reset", httpx.ReadError), ("end", type(None))],
)
def test_a_stream_is_cut_after_some_chunks(
    groq_server: LocalServer,
    http: httpx.Client,
    how: Literal["close", "reset", "end"],
    error: type[Exception],
) -> None:
    groq_server.reply("one two three", Cut(after=2, how=how))
    events, ended_by = events_until_the_end(http)
    assert isinstance(ended_by, error)
    assert len(events) == 2
    assert b'"one"' in events[1]


def test_a_whole_answer_is_cut_in_the_middle(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.reply("one two three", Cut(at_byte=20))
    with pytest.raises(httpx.RemoteProtocolError, match="20 bytes"):
        chat(http)
    groq_server.reply("one two three", Cut(at_byte=20, how="end"))
    assert len(http.post("/chat/completions", json={**BODY, "stream": False}).content) == 20


def test_a_stalled_stream_ends_with_the_client(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("one two", Stall(after=2))
    with http.stream("POST", "/chat/completions", json=BODY) as response:
        chunks = response.iter_raw()
        assert b"assistant" in next(chunks)
        assert b'"one"' in next(chunks)
    assert content_of(stream(http))


def test_a_stall_is_over_after_its_seconds(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.reply("one two", Stall(after=2, seconds=0.01))
    assert content_of(stream(http)) == "one two"


def test_a_stall_is_over_when_the_test_opens_the_gate(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    gate = Gate()
    groq_server.reply("one two", Stall(after=2, until=gate))
    with http.stream("POST", "/chat/completions", json=BODY) as response:
        chunks = response.iter_raw()
        assert b'"one"' in [next(chunks), next(chunks)][1]
        assert gate.wait_until_reached(30)
        gate.open()
        assert b'"two"' in next(chunks).replace(b" ", b"")
    groq_server.reply("one two", Stall(until=gate))
    assert content_of(stream(http)) == "one two"


def test_an_answer_starts_late(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.inject(SlowStart(5))
    with pytest.raises(httpx.ReadTimeout):
        http.get("/models", timeout=0.05)
    assert http.get("/models").status_code == 200


def test_a_malformed_event_is_added_to_the_stream(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("one two", MalformedEvent(after=2))
    events = stream(http).text.split("\n\n")
    with pytest.raises(json.JSONDecodeError):
        json.loads(events[2].removeprefix("data: "))
    assert events[-2] == "data: [DONE]"


@pytest.mark.parametrize("form", ["named", "plain", "x_groq"])
def test_an_error_event_ends_the_stream(
    groq_server: LocalServer, http: httpx.Client, form: Literal["named", "plain", "x_groq"]
) -> None:
    groq_server.reply("one two", ErrorEvent("out of order", after=2, form=form))
    *_, event, rest = stream(http).text.split("\n\n")
    assert rest == ""
    assert event.startswith("event: error\n") is (form == "named")
    data = json.loads(event.removeprefix("event: error\n").removeprefix("data: "))
    if form == "x_groq":
        assert data["x_groq"]["error"] == "out of order"
    else:
        assert data["error"]["message"] == "out of order"


def test_an_error_event_can_carry_any_object(groq_server: LocalServer, http: httpx.Client) -> None:
    error = {"message": "bad call", "code": "tool_use_failed", "failed_generation": "{"}
    groq_server.reply("one", ErrorEvent(error, after=0))
    assert (
        stream(http).text
        == f"event: error\ndata: {json.dumps({'error': error}, separators=(',', ':'))}\n\n"
    )


def test_the_connection_is_held_open_after_the_last_event(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    def check(slowness: float) -> None:
        groq_server.reply("one", HoldOpen())
        timeout = 0.2 * slowness
        with http.stream("POST", "/chat/completions", json=BODY, timeout=timeout) as response:
            seen = b""
            with pytest.raises(httpx.ReadTimeout):
                for piece in response.iter_raw():
                    seen += piece
        assert seen.endswith(b"data: [DONE]\n\n")

    in_time(check)


def test_faults_add_up(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.inject(Stall(after=1, seconds=0.01))
    groq_server.reply("one two", MalformedEvent(after=2), Cut(after=3))
    events, ended_by = events_until_the_end(http)
    assert isinstance(ended_by, httpx.RemoteProtocolError)
    assert events[2] == b'data: {"id": "chatcmpl-\n\n'


def test_a_failure_has_status_headers_and_the_shape_of_the_api(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.fail(429, retry_after=2, headers={"x-ratelimit-remaining-tokens": "0"}, times=2)
    for _ in range(2):
        response = http.get("/models")
        assert response.status_code == 429
        assert response.headers["retry-after"] == "2"
        assert response.headers["x-ratelimit-remaining-tokens"] == "0"
        assert response.headers["x-request-id"].startswith("req_")
        assert response.json()["error"]["code"] == "rate_limit_exceeded"
    assert http.get("/models").status_code == 200


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 408, 409, 413, 422, 498, 500, 502, 503, 599]
)
def test_every_status_can_be_scripted(
    groq_server: LocalServer, http: httpx.Client, status: int
) -> None:
    groq_server.fail(status)
    response = http.get("/models")
    assert response.status_code == status
    assert set(response.json()["error"]) >= {"message", "type"}


def test_a_failure_carries_the_error_that_the_test_gives(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.fail(400, error={"message": "no", "code": "tool_use_failed"})
    groq_server.fail(503, error="Later, please")
    assert http.get("/models").json() == {"error": {"message": "no", "code": "tool_use_failed"}}
    assert http.get("/models").json()["error"]["message"] == "Later, please"


def test_a_scripted_answer_waits_for_its_path(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.fail(503, path="/openai/v1/files")
    groq_server.fail(502, path="/batches")
    assert http.get("/models").status_code == 200
    assert http.get("/batches").status_code == 502
    assert http.get("/files").status_code == 503


def test_recorded_bytes_go_out_in_the_given_chunks(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    pieces = [b"da", b"ta: {}", b"\n\n"]
    groq_server.reply_with_bytes(pieces, content_type="text/event-stream", pace=0.001, times=2)
    for _ in range(2):
        assert events_until_the_end(http) == (pieces, None)


def test_a_body_may_be_generated_while_it_is_sent(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply_with_bytes(lambda: (b"x" * 1000 for _ in range(1000)), times=2)
    assert {len(http.get("/anything").content) for _ in range(2)} == {1_000_000}


def test_a_web_page_can_be_returned_as_an_error(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply_with_bytes(b"<html>", status=502, content_type="text/html")
    response = http.get("/models")
    assert (response.status_code, response.text) == (502, "<html>")
    assert response.headers["content-type"] == "text/html"


def test_a_recorded_stream_goes_out_event_by_event(
    groq_server: LocalServer, http: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    recorded = b"data: 1\n\ndata: 2\r\n\r\nevent: error\ndata: 3\n\ndata: unfinished"
    file = tmp_path_factory.mktemp("recorded") / "answer.sse"
    file.write_bytes(recorded)
    groq_server.reply_with_file(file)
    events, ended_by = events_until_the_end(http)
    assert ended_by is None
    assert events == [
        b"data: 1\n\n",
        b"data: 2\r\n\r\n",
        b"event: error\ndata: 3\n\n",
        b"data: unfinished",
    ]


def test_a_recorded_error_goes_out_with_the_given_status(
    groq_server: LocalServer, http: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("recorded") / "answer.json"
    file.write_bytes(b'{"error": {}}')
    groq_server.reply_with_file(file, status=400)
    response = http.get("/models")
    assert (response.status_code, response.json()) == (400, {"error": {}})
    assert response.headers["content-type"] == "application/json"


def test_tokens_keep_the_pace_that_a_reply_asks_for(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply(Reply("a b c d e", pace=0.01))
    begun = time.monotonic()
    assert content_of(stream(http)) == "a b c d e"
    assert time.monotonic() - begun >= 0.04


def test_a_pause_is_not_counted_as_a_chunk() -> None:
    answer = Answer([b"1", Pause(1), b"2", b"3"])
    assert [*Cut(after=2)(answer).steps()] == [b"1", Pause(1), b"2"]
    assert Cut(after=0)(answer).read() == b""
    assert MalformedEvent(after=9)(answer).read() == b'123data: {"id": "chatcmpl-\n\n'


def test_a_gate_may_be_opened_after_the_server_has_gone() -> None:
    gate = Gate()
    with LocalServer() as server:
        server.reply("one", Stall(until=gate))
        with httpx.Client(headers={"authorization": "Bearer x"}, trust_env=False) as http:
            url = f"{server.url}/openai/v1/chat/completions"
            with http.stream("POST", url, json=BODY):
                assert gate.wait_until_reached(30)
    gate.open()
    assert not [each for each in threading.enumerate() if each.name == "groq-local-server"]


STRANGE: Any = "strange"
WRONG_VALUES: list[Callable[[Any], object]] = [
    lambda server: server.fail(9999),
    lambda server: server.fail(429, headers={"a b": "c"}),
    lambda server: server.reply_with_bytes(b"", status=99),
    lambda server: server.reply_with_bytes(b"", headers={"a": "b\r\nc: d"}),
    lambda server: server.reply_with_bytes("text"),
    lambda server: server.reply_with("text"),
    lambda server: server.reply(None),
    lambda server: server.reply("text", "cut"),
    lambda server: server.inject("cut"),
    lambda server: server.limit_rate(requests_per_minute=0),
    lambda server: server.limit_rate(requests=1, requests_window=0),
    lambda server: server.add_to_script([5]),
    lambda server: server.add_to_script([{"inject": []}]),
    lambda _: Cut(after=-1),
    lambda _: Cut(how=STRANGE),
    lambda _: Cut(at_byte=-1),
    lambda _: Stall(seconds=-1),
    lambda _: ErrorEvent(form=STRANGE),
    lambda _: LocalServer(pace=-1),
    lambda _: LocalServer(keep_bytes=-1),
    lambda _: LocalServer(keep_requests=-1),
    lambda _: LocalServer(head_timeout=0),
    lambda _: LocalServer(body_timeout=0),
]


@pytest.mark.parametrize("script", WRONG_VALUES)
def test_a_wrong_value_is_refused_where_it_is_given(
    groq_server: LocalServer, script: Callable[[Any], object]
) -> None:
    with pytest.raises((TypeError, ValueError), match=r"[Ee]xpected|minimum number"):
        script(groq_server)
    assert groq_server.pending == 0

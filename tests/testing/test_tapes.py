"""Tapes: exchanges with another server are recorded once, and replayed as they were."""

from __future__ import annotations

import json
import math
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from faults.times import in_time
from groq import Groq
from groq.testing import Answer, Cut, Gate, LocalServer, Pause, SlowStart, Stall, Tape

from .conftest import NO_TLS, http_client
from .wire import chat, read, stream

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "recordings"
KEY = "gsk_" + "k" * 52


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return tmp_path / "tapes" / "tape.jsonl"


def lines_of(tape: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in tape.read_text(encoding="utf-8").split("\n") if line]


def at_once(tape: Path, **options: Any) -> LocalServer:
    return LocalServer(tape=Tape(tape, speed=math.inf, **options))


def recorded(upstream: LocalServer, tape: Path, ask: Callable[[httpx.Client], Any]) -> Any:
    """Ask through a server that records, and give what came of it."""
    with LocalServer.record(tape, upstream=upstream.url) as server, http_client(server) as http:
        return ask(http)


def replayed(tape: Path, ask: Callable[[httpx.Client], Any], **options: Any) -> Any:
    """Ask a server that replays, and give what came of it."""
    with at_once(tape, **options) as server, http_client(server) as http:
        return ask(http)


def post(body: bytes, path: str = "/chat/completions") -> Callable[[httpx.Client], httpx.Response]:
    return lambda http: http.post(path, content=body)


# What is recorded, and how exactly it is replayed


def odd_chunks() -> list[bytes]:
    """Chunks that end in the middle of events, characters and lines, and some that are no text."""
    text = 'data: {"delta":"Grüße 👋 \\u2028"}\n\ndata: [DONE]\n\n'.encode()
    whole = [
        b'data: {"a":1}\n\n',
        b'data: {"a":2}\n\ndata: "text"\n\n',
        b'event: error\ndata: {"a": 3}\n\n',
        b": ping\n\n",
        b'data: {"a":1,"a":1.0}\n\n',
        b'data: {"n":NaN}\r\n\r\n',
        b"\x00\xff\xfe",
        "\u2028\u0085\x7f\n".encode(),
        b"[" * 3_000,
    ]
    return [*whole, *(text[place : place + 1] for place in range(len(text)))]


def test_chunks_are_replayed_to_the_byte(groq_server: LocalServer, tape: Path) -> None:
    # Each chunk comes by itself, so that the recorder sees the chunks that were sent.
    groq_server.reply_with_bytes(odd_chunks(), content_type="text/event-stream", pace=0.002)
    live = recorded(groq_server, tape, stream)
    again = replayed(tape, stream)
    assert again.content == live.content == b"".join(odd_chunks())
    chunks = [line for line in lines_of(tape) if "at" in line and not {"status", "end"} & {*line}]
    assert len(chunks) == len(odd_chunks())
    again = recorded_anew(tape)
    assert [{**line, "at": 0} for line in again] == [{**line, "at": 0} for line in chunks]


def recorded_anew(tape: Path) -> list[dict[str, Any]]:
    """Record what a tape plays, and give its chunks."""
    copy = tape.with_name("copy.jsonl")
    with LocalServer(tape=Tape(tape)) as upstream:
        recorded(upstream, copy, stream)
    return [line for line in lines_of(copy) if "at" in line and not {"status", "end"} & {*line}]


@pytest.mark.skipif(not RECORDINGS.exists(), reason="the recordings are beside the repository")
@pytest.mark.parametrize("name", [path.name for path in RECORDINGS.glob("*.[sj][sj]*")])
def test_every_recording_is_replayed_to_the_byte(
    groq_server: LocalServer, tape: Path, name: str
) -> None:
    file = RECORDINGS / name
    answers = [file.read_bytes()]
    if file.suffix == ".jsonl":
        answers = file.read_bytes().splitlines(keepends=True)
    for answer in answers:
        if file.suffix == ".sse":
            groq_server.reply_with_file(file)
        else:
            groq_server.reply_with_bytes(answer)

    def ask(http: httpx.Client) -> list[bytes]:
        return [stream(http).content for _ in answers]

    assert recorded(groq_server, tape, ask) == answers
    assert replayed(tape, ask) == answers


def test_status_and_headers_are_kept(groq_server: LocalServer, tape: Path) -> None:
    groq_server.fail(429, retry_after=7, headers={"x-ratelimit-remaining-tokens": "3"})
    live = recorded(groq_server, tape, stream)
    again = replayed(tape, stream)
    assert (again.status_code, again.headers) == (429, live.headers)
    assert again.headers["retry-after"] == "7"
    assert again.headers["x-ratelimit-remaining-tokens"] == "3"
    assert again.headers["date"] == live.headers["date"]


def test_a_tape_is_read_line_by_line(groq_server: LocalServer, tape: Path) -> None:
    groq_server.reply_with_bytes(
        [b'data: {"delta":"Gr\xc3\xbc\xc3\x9fe"}\n\n', b"data: [DONE]\n\n"],
        content_type="text/event-stream",
        pace=0.01,
    )
    recorded(groq_server, tape, stream)
    first, request, head, chunk, done, end = lines_of(tape)
    assert first == {"tape": 1, "upstream": groq_server.url}
    assert request["request"] == "POST /openai/v1/chat/completions"
    assert request["json"]["messages"] == [{"role": "user", "content": "Count to three"}]
    assert (head["status"], head["headers"]["content-type"]) == (200, "text/event-stream")
    assert (chunk["events"], done["events"]) == ([{"delta": "Grüße"}], ["[DONE]"])
    assert end["end"] == "whole"
    assert head["at"] <= chunk["at"] <= done["at"] <= end["at"]
    assert "Grüße" in tape.read_text(encoding="utf-8")


def test_a_recording_begins_the_tape_anew(groq_server: LocalServer, tape: Path) -> None:
    recorded(groq_server, tape, chat)
    recorded(groq_server, tape, lambda http: http.get("/models"))
    assert [line["request"] for line in lines_of(tape) if "request" in line] == [
        "GET /openai/v1/models"
    ]


# Secrets


def test_nothing_secret_is_on_the_tape(groq_server: LocalServer, tape: Path) -> None:
    secret = "s3cret-value-of-someone"
    echo = [b'data: {"key":"' + KEY[:20].encode(), KEY[20:].encode() + b'"}\n\n']
    groq_server.reply_with_bytes(
        echo, pace=0.01, headers={"set-cookie": f"a={secret}", "x-api-key": secret, "x-open": KEY}
    )
    tool = {"type": "mcp", "server_url": "https://a", "headers": {"x-api-key": secret, "a": "b"}}

    def ask(http: httpx.Client) -> httpx.Response:
        return http.post(
            "/chat/completions",
            params={"api_key": secret, "page": "2", "said": KEY},
            json={"tools": [tool], "user": KEY, "authorization": secret, "max_tokens": 5},
            headers={"authorization": f"Bearer {KEY}", "cookie": f"b={secret}", "x-said": KEY},
        )

    assert recorded(groq_server, tape, ask).content == b"".join(echo)
    text = tape.read_text(encoding="utf-8")
    assert KEY not in text and KEY[20:] not in text and secret not in text
    assert "page=2" in text and '"a": "b"' in text and '"max_tokens": 5' in text
    again = replayed(tape, ask)
    assert len(again.content) == len(b"".join(echo))  # The lengths of chunks are true.
    assert "set-cookie" not in again.headers
    assert groq_server.last_request.headers["authorization"] == f"Bearer {KEY}"


def test_credentials_of_the_other_server_are_not_on_the_tape(
    groq_server: LocalServer, tape: Path
) -> None:
    url = groq_server.url.replace("://", "://me:my-password@")
    with LocalServer.record(tape, upstream=url) as server, http_client(server) as http:
        http.get("/models")
    assert "my-password" not in tape.read_text(encoding="utf-8")


# What is the same request


def test_a_request_is_matched_by_its_meaning(groq_server: LocalServer, tape: Path) -> None:
    asked = b'{"model": "m", "n": 1, "messages": [{"a": 1, "b": 2}]}'
    live = recorded(groq_server, tape, post(asked))
    other = b'{ "messages":[ {"b":2, "a":1.0} ],\n"n":1,"model":"\\u006d"}'
    assert replayed(tape, post(other)).content == live.content
    refused = read(replayed(tape, post(other.replace(b'"a":1.0', b'"a":true'))), 400)["error"]
    assert refused["code"] == "not_on_tape"
    assert "`messages[0].a` is 1 on the tape and true here" in refused["message"]


@pytest.mark.parametrize("ignore", ["metadata.run", "$.metadata.*", "metadata", "*.run"])
def test_paths_may_be_left_out_of_the_comparison(
    groq_server: LocalServer, tape: Path, ignore: str
) -> None:
    recorded(groq_server, tape, post(b'{"metadata": {"run": 1}, "x": [1]}'))
    ask = post(b'{"metadata": {"run": 2}, "x": [1]}')
    assert replayed(tape, ask).headers["x-should-retry"] == "false"
    assert replayed(tape, ask, ignore=[ignore]).json()["error"].get("code") != "not_on_tape"


def test_items_of_a_list_may_be_left_out(groq_server: LocalServer, tape: Path) -> None:
    recorded(groq_server, tape, post(b'{"messages": [{"content": "1"}, {"content": "2"}]}'))
    ask = post(b'{"messages": [{"content": "1"}, {"content": "3"}]}')
    for ignore, found in [("messages[1]", 1), ("messages[0]", 0), ("messages[*].content", 1)]:
        code = replayed(tape, ask, ignore=[ignore]).json()["error"].get("code")
        assert (code != "not_on_tape") is bool(found)


def test_a_form_is_matched_by_its_fields_and_files(groq_server: LocalServer, tape: Path) -> None:
    def ask(audio: bytes = b"sound" * 500_000, **fields: str) -> Callable[[httpx.Client], Any]:
        data = {"model": "whisper-large-v3", "language": "en", **fields}
        files = {"file": ("a.wav", audio)}
        return lambda http: http.post("/audio/transcriptions", data=data, files=files)

    live = recorded(groq_server, tape, ask())
    assert "sound" not in tape.read_text(encoding="utf-8")
    assert replayed(tape, ask()).json() == live.json()
    assert groq_server.last_request.files["file"].size == 2_500_000
    assert "sha256" in replayed(tape, ask(b"other")).json()["error"]["message"]
    assert replayed(tape, ask(language="de")).status_code == 400
    assert replayed(tape, ask(language="de"), ignore=["language"]).json() == live.json()


def test_a_binary_body_is_matched_by_its_digest(groq_server: LocalServer, tape: Path) -> None:
    recorded(groq_server, tape, post(b"\xff\x00"))
    assert "not valid JSON" in replayed(tape, post(b"\xff\x00")).text
    assert "not_on_tape" in replayed(tape, post(b"\xff\x01")).text


# What is played, what is not


def test_equal_requests_are_answered_in_their_order(groq_server: LocalServer, tape: Path) -> None:
    for word in ("one", "two"):
        groq_server.reply(word)

    def ask(http: httpx.Client) -> list[str]:
        return [chat(http)["choices"][0]["message"]["content"] for _ in range(2)]

    assert recorded(groq_server, tape, ask) == ["one", "two"]
    with at_once(tape) as server, http_client(server) as http:
        assert ask(http) == ["one", "two"]
        assert "were all given" in read(stream_not(http), 400)["error"]["message"]
        server.reset()
        assert ask(http) == ["one", "two"]


def stream_not(http: httpx.Client) -> httpx.Response:
    body = {
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "user", "content": "Count to three"}],
    }
    return http.post("/chat/completions", json=body)


def test_assert_script_done_reports_requests_missing_from_the_tape(
    groq_server: LocalServer, tape: Path
) -> None:
    recorded(groq_server, tape, lambda http: http.get("/models"))
    with at_once(tape) as server, http_client(server) as http:
        with pytest.raises(AssertionError, match="1 are left"):
            server.assert_script_done()
        http.get("/models")
        server.assert_script_done()
        assert "it has no GET /openai/v1/files" in http.get("/files").text
        with pytest.raises(AssertionError, match="GET /openai/v1/files"):
            server.assert_script_done()


def test_missing_requests_can_be_recorded(groq_server: LocalServer, tape: Path) -> None:
    for path in ("/models", "/files"):
        with (
            LocalServer(tape=Tape(tape, "record_missing", groq_server.url)) as server,
            http_client(server) as http,
        ):
            assert http.get("/models").status_code == http.get(path).status_code == 200
    assert [request.path for request in groq_server.requests] == [
        "/openai/v1/models",
        "/openai/v1/models",
        "/openai/v1/files",
    ]
    with at_once(tape) as server, http_client(server) as http:
        for path in ("/models", "/models", "/files"):
            assert http.get(path).status_code == 200
        server.assert_script_done()


def test_missing_requests_can_be_answered_by_the_server(
    groq_server: LocalServer, tape: Path
) -> None:
    groq_server.reply("from the tape")
    recorded(groq_server, tape, chat)
    with at_once(tape, mode="answer_missing") as server, http_client(server) as http:
        server.reply("from the script")
        said = [chat(http)["choices"][0]["message"]["content"] for _ in range(2)]
        assert said == ["from the tape", "from the script"]


def test_a_script_takes_precedence_over_the_tape(groq_server: LocalServer, tape: Path) -> None:
    recorded(groq_server, tape, stream)
    with at_once(tape) as server, http_client(server) as http:
        server.fail(503)
        server.inject(Cut(after=2))
        assert stream(http).status_code == 503
        with pytest.raises(httpx.RemoteProtocolError):
            stream(http)


def test_the_client_of_this_project_records_and_replays(
    groq_server: LocalServer, tape: Path
) -> None:
    groq_server.reply("one two three")

    def ask(client: Groq) -> list[str | None]:
        stream = client.chat.completions.create(
            model="openai/gpt-oss-20b",
            messages=[{"role": "user", "content": "Count to three"}],
            stream=True,
        )
        return [chunk.choices[0].delta.content for chunk in stream]

    with LocalServer.record(tape, upstream=groq_server.url) as server, server.client() as client:
        live = ask(client)
    with LocalServer(tape=tape) as server, server.client() as client:
        assert ask(client) == live
    assert "one" in live


# Time


def test_answers_are_played_at_their_pace(groq_server: LocalServer, tape: Path) -> None:
    recorded(groq_server, tape, stream)
    first, request, head, *_, end = lines_of(tape)
    for_ever = [
        first,
        request,
        head,
        {"at": head["at"], "text": "data: soon\n\n"},
        {"at": 3600, "text": "data: late\n\n"},
        {**end, "at": 3600},
    ]
    tape.write_text("\n".join(map(json.dumps, for_ever)))
    with LocalServer(tape=tape) as server, http_client(server) as http:
        http.timeout = httpx.Timeout(5, read=0.5)
        body = {"model": "openai/gpt-oss-20b", "messages": request["json"]["messages"]}
        with http.stream("POST", "/chat/completions", json={**body, "stream": True}) as response:
            came = response.iter_raw()
            assert next(came) == b"data: soon\n\n"
            with pytest.raises(httpx.ReadTimeout):
                next(came)
    for speed in (1e6, math.inf):
        with LocalServer(tape=Tape(tape, speed=speed)) as server, http_client(server) as http:
            assert stream(http).content == b"data: soon\n\ndata: late\n\n"


def test_an_answer_is_passed_on_while_it_comes(groq_server: LocalServer, tape: Path) -> None:
    gate = Gate()
    groq_server.reply("one two", Stall(after=2, until=gate))
    with LocalServer.record(tape, upstream=groq_server.url) as server, server.client() as client:
        chunks = client.chat.completions.create(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        assert [next(chunks).choices[0].delta.content for _ in range(2)] == ["", "one"]
        gate.open()
        assert [chunk.choices[0].delta.content for chunk in chunks] == [" two", None]


# What went wrong goes wrong again


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(iter([b"a"]), ending="close"), httpx.RemoteProtocolError),
        (Answer(iter((b"a", Pause(0.05))), ending="reset"), httpx.ReadError),
        (Answer(iter([b"a"]), length=9, ending="close"), httpx.RemoteProtocolError),
        (Answer(iter(()), is_raw=True, ending="close"), httpx.RemoteProtocolError),
        (Answer(iter(()), is_raw=True, ending="reset"), httpx.ReadError),
    ],
)
def test_a_cut_stays_a_cut(
    groq_server: LocalServer, tape: Path, answer: Answer, error: type[Exception]
) -> None:
    groq_server.reply_with(answer)
    with pytest.raises(error):
        recorded(groq_server, tape, stream)
    with pytest.raises(error):
        replayed(tape, stream)


def raw_exchange(server: LocalServer) -> bytes:
    """Send a request as it is, and give the bytes of the answer without its date."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET /openai/v1/models HTTP/1.1\r\nhost: local\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.sub(rb"\r\ndate: [^\r]*", b"", received)


@pytest.mark.parametrize("reason", ["", "Fine", None])
def test_a_body_that_ends_with_the_connection_is_replayed_like_that(
    groq_server: LocalServer, tape: Path, reason: str | None
) -> None:
    answer = Answer([b"one ", b"two"], ends_with_connection=True, reason=reason)
    groq_server.reply_with(answer, times=None)
    live = raw_exchange(groq_server)
    with LocalServer.record(tape, upstream=groq_server.url) as server:
        through = raw_exchange(server)
    with at_once(tape) as server:
        again = raw_exchange(server)
    for received in (live, through, again):
        status, _, rest = received.partition(b"\r\n")
        assert status == f"HTTP/1.1 200 {'OK' if reason is None else reason}".encode()
        assert rest.endswith(b"\r\n\r\none two")
        assert b"transfer-encoding" not in rest
        assert b"content-length" not in rest


@pytest.mark.parametrize("form", ["@127.0.0.1:{}/", "*", "other", "http://127.0.0.1:{}/models"])
def test_a_request_is_passed_on_to_no_other_server(
    groq_server: LocalServer, tape: Path, form: str
) -> None:
    with LocalServer() as another, LocalServer.record(tape, upstream=groq_server.url) as server:
        asked = (
            f"GET {form.format(another.port)} HTTP/1.1\r\nhost: local\r\nconnection: close\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(asked.encode())
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        assert received.startswith(b"HTTP/1.1 40")
        assert [request.path for request in groq_server.requests] in ([], ["/models"])
        assert another.requests == []


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("DELETE", 200)]
)
def test_answers_without_a_body_are_replayed(
    groq_server: LocalServer, tape: Path, method: str, status: int
) -> None:
    groq_server.reply_with_bytes(b"", status=status)

    def ask(http: httpx.Client) -> list[int]:
        return [http.request(method, "/models").status_code, http.get("/files").status_code]

    assert recorded(groq_server, tape, ask) == replayed(tape, ask) == [status, 200]


def test_a_client_that_left_is_recorded_as_far_as_it_read(
    groq_server: LocalServer, tape: Path
) -> None:
    groq_server.reply("one two", Stall(after=2))

    def ask(http: httpx.Client) -> bytes:
        body = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Hi"}]}
        with http.stream("POST", "/chat/completions", json={**body, "stream": True}) as response:
            came = response.iter_raw()
            return next(came) + next(came)

    live = recorded(groq_server, tape, ask)
    assert groq_server.wait_for_close(timeout=30)
    assert lines_of(tape)[-1]["end"] == "left"
    assert replayed(tape, ask).startswith(live)


def test_a_client_that_leaves_before_the_answer_ends_the_other_request(
    groq_server: LocalServer, tape: Path
) -> None:
    def check(slowness: float) -> None:
        groq_server.reset()
        groq_server.inject(SlowStart(60))
        with (
            LocalServer.record(tape, upstream=groq_server.url) as server,
            http_client(server) as http,
        ):
            with pytest.raises(httpx.ReadTimeout):
                http.get("/models", timeout=0.3 * slowness)
            [request] = groq_server.requests
            assert groq_server.wait_for_close(request.connection, timeout=30)
            assert http.get("/models").status_code == 200

    in_time(check)


def test_an_unreachable_upstream_is_reported(tape: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        LocalServer.record(tape, upstream=f"http://me:secret@127.0.0.1:{port}") as server,
        http_client(server) as http,
    ):
        error = read(http.get("/models"), 502)["error"]
        assert error["code"] == "upstream_unreachable"
        assert f"http://127.0.0.1:{port}" in error["message"]
    assert not tape.exists()


def test_an_unwritable_tape_is_logged_and_the_client_is_answered(
    groq_server: LocalServer, tape: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tape.mkdir(parents=True)
    assert recorded(groq_server, tape, stream).status_code == 200
    assert "Cannot write the tape" in caplog.text


def test_requests_at_once_are_recorded_in_the_order_in_which_they_came(
    groq_server: LocalServer, tape: Path
) -> None:
    gates = [Gate() for _ in range(5)]
    for place, gate in enumerate(gates):
        groq_server.reply(f"{place}", Stall(after=2, until=gate))
    said: dict[int, bytes] = {}
    with LocalServer.record(tape, upstream=groq_server.url) as server:

        def ask(place: int) -> None:
            with http_client(server) as http:
                said[place] = stream(http).content

        threads: list[threading.Thread] = []
        for place, gate in enumerate(gates):
            threads.append(threading.Thread(target=ask, args=(place,)))
            threads[-1].start()
            assert gate.wait_until_reached(30)
        for gate, thread in zip(reversed(gates), reversed(threads), strict=True):
            gate.open()
            thread.join()
    again = replayed(tape, lambda http: [stream(http).content for _ in gates])
    assert again == [said[place] for place in range(5)]


# Tapes that cannot be read


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([""], "line 1"),
        (["[]"], "line 1: expected a JSON object"),
        (['{"tape": 2}'], "line 1: expected a tape of version 1"),
        (['{"tape": 1}', "{"], "line 2"),
        (['{"tape": 1}', '{"at": 1, "text": ""}'], "line 2: expected a `request`"),
        (['{"tape": 1}', '{"request": 1}'], "line 2: expected `request` to be"),
        (['{"tape": 1}', '{"request": "GET /", "form": [1]}'], "line 2: expected `form`"),
        (['{"tape": 1}', '{"request": "GET /"}'], "line 2: expected the `end`"),
        (['{"tape": 1}', *['{"request": "GET /"}'] * 2], "line 3: expected the `end`"),
        (['{"tape": 1}', '{"request": "GET /"}', '{"text": ""}'], "line 3: expected the `status`"),
        (['{"tape": 1}', '{"request": "GET /"}', '{"status": "a"}'], "line 3: expected `status`"),
        (['{"tape": 1}', '{"request": "GET /"}', '{"end": "a"}'], "line 3: expected `end`"),
        (['{"tape": 1}', '{"request": "GET /"}', '{"at": "a", "end": "left"}'], "line 3"),
        (
            ['{"tape": 1}', '{"request": "GET /"}', '{"status": 200}', '{"base64": "?"}'],
            "line 4",
        ),
        (['{"tape": 1}', '{"request": "GET /"}', '{"status": 200}', '{"x": 1}'], "line 4"),
        (
            ['{"tape": 1}', '{"request": "GET /"}', '{"status": 200, "headers": {"a": 1}}'],
            "line 3: expected the `headers`",
        ),
        (
            [
                '{"tape": 1}',
                '{"request": "GET /"}',
                '{"status": 200, "headers": {"content-length": "a"}}',
            ],
            "line 3",
        ),
    ],
)
def test_a_broken_tape_is_refused_with_the_number_of_the_line(
    tape: Path, lines: list[str], told: str
) -> None:
    tape.parent.mkdir()
    tape.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=r"tape\.jsonl, line") as raised:
        LocalServer(tape=tape)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "options", [{"speed": 0}, {"upstream": "api.groq.com"}, {"ignore": ["a..b"]}, {"ignore": [""]}]
)
def test_options_of_a_tape_are_checked(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="xpected"):
        Tape("tape.jsonl", **options)


def test_a_tape_that_is_not_there_is_an_error(tape: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LocalServer(tape=tape)


def test_serve_records_and_replays(groq_server: LocalServer, tape: Path) -> None:
    groq_server.reply("Hello")

    def ask(*arguments: str) -> str:
        command = [sys.executable, "-m", "groq", "serve", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            url = process.stdout.readline().decode().strip()
            headers = {"authorization": f"Bearer {KEY}"}
            with httpx.Client(base_url=f"{url}/openai/v1", headers=headers, verify=NO_TLS) as http:
                said: str = chat(http)["choices"][0]["message"]["content"]
                refused = http.get("/models").status_code
            process.terminate()
            process.wait(timeout=60)
        return f"{said} {refused}"

    assert ask("--record", str(tape), "--upstream", groq_server.url) == "Hello 200"
    tape.write_text("".join(tape.read_text().splitlines(keepends=True)[:5]))
    assert ask("--replay", str(tape), "--speed", "inf", "--ignore", "user") == "Hello 400"
    assert ask("--replay", str(tape), "--answer-missing") == "Hello 200"

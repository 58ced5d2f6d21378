"""What is tried again, how often, when, and with which bytes."""

from __future__ import annotations

import asyncio
import email.utils
import io
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

import groq
from groq import AsyncGroq, Groq, omit

from .script import (
    CLOSE,
    DONE,
    HOLD,
    RESET,
    Script,
    completion,
    failure,
    raw,
    stream,
    text,
    whole,
)
from .server import FaultServer
from .table import (
    KEY,
    MESSAGES,
    MODEL,
    MODES,
    Call,
    Case,
    Outcome,
    Raises,
    attempt,
    chat,
    models,
    raw_chat,
    run,
    run_async,
    table,
    then,
)
from .times import in_time

SOON = [("retry-after-ms", "1")]
OK = whole(completion())
TWICE = {"max_retries": 2}


class Waits:
    """Clients that write down how long they would wait, and hardly do."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        waits = self.waits

        class Impatient(Groq):
            def _calculate_retry_timeout(self, *args: Any, **kwargs: Any) -> float:
                waits.append(super()._calculate_retry_timeout(*args, **kwargs))
                return 0.001

        class AsyncImpatient(AsyncGroq):
            def _calculate_retry_timeout(self, *args: Any, **kwargs: Any) -> float:
                waits.append(super()._calculate_retry_timeout(*args, **kwargs))
                return 0.001

        self.sync_cls = Impatient
        self.async_cls = AsyncImpatient


def sends(
    mode: str, scripts: Sequence[Script], call: Call = chat, **options: Any
) -> tuple[FaultServer, list[float], Any]:
    """Make a call and return the server, the waits, and what came: a value or an error."""
    waits = Waits()
    options = {
        "max_retries": 2,
        "cls": waits.sync_cls if mode == "sync" else waits.async_cls,
        **options,
    }
    with FaultServer(scripts, otherwise=OK) as server:
        came = attempt(mode, server.origin, call, **options)
    return server, waits.waits, came


def fault(status: int, **headers: str) -> Script:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return whole(failure(), status, headers=named)


# Which answers are tried again

RETRIED = (408, 409, 429, 498, 500, 502, 503, 504, 529, 599)
FINAL = (400, 401, 403, 404, 405, 413, 418, 422, 424, 499)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", RETRIED)
def test_a_status_is_tried_twice_more(status: int, mode: str) -> None:
    server, waits, came = sends(mode, [fault(status)] * 3)

    assert len(server.requests) == 3
    assert len(waits) == 2
    assert came.status_code == status


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", FINAL)
def test_a_status_is_not_tried_again(status: int, mode: str) -> None:
    server, waits, came = sends(mode, [fault(status)])

    assert len(server.requests) == 1
    assert not waits
    assert came.status_code == status


COUNTS: dict[str, tuple[Sequence[Script], int, dict[str, Any]]] = {
    "a success after one failure": ([fault(500), OK], 2, {}),
    "a success after two failures": ([fault(500), fault(429), OK], 3, {}),
    "no retries": ([fault(500)], 1, {"max_retries": 0}),
    "one retry": ([fault(500)] * 2, 2, {"max_retries": 1}),
    "five retries": ([fault(500)] * 6, 6, {"max_retries": 5}),
    "x-should-retry true at 400": ([fault(400, x_should_retry="true"), OK], 2, {}),
    "x-should-retry false at 500": ([fault(500, x_should_retry="false")], 1, {}),
    "x-should-retry false at 429": ([fault(429, x_should_retry="false", retry_after="1")], 1, {}),
    "x-should-retry of neither at 500": ([fault(500, x_should_retry="maybe"), OK], 2, {}),
    "x-should-retry of neither at 400": ([fault(400, x_should_retry="")], 1, {}),
    "a connection that is closed": ([raw(CLOSE), OK], 2, {}),
    "a connection that is reset": ([raw(RESET), OK], 2, {}),
    "a head that is cut off": ([raw(b"HTTP/1.1 2", CLOSE), OK], 2, {}),
    "an answer that is no HTTP": ([raw(b"hello\r\n\r\n", CLOSE), OK], 2, {}),
    "a server that says nothing": ([raw(HOLD), OK], 2, {"timeout": 0.3}),
    "a body that is cut off": ([whole("{", length=9, then=[CLOSE]), OK], 2, {}),
    "a body that stalls": ([whole("{", length=9, then=[HOLD]), OK], 2, {"timeout": 0.3}),
    "an error whose body stalls": (
        [whole("{", 500, length=9, then=[HOLD]), OK],
        2,
        {"timeout": 0.5},
    ),
    "an error whose body is cut off": ([whole("{", 500, length=9, then=[CLOSE]), OK], 2, {}),
    "three closed connections": ([raw(CLOSE)] * 3, 3, {}),
    "an answer that is no JSON": ([whole("<html>")], 1, {}),
    "an answer that is no gzip": ([whole("{}", headers=[("content-encoding", "gzip")])], 1, {}),
    "a retry-after of an hour": ([fault(429, retry_after="3600")], 1, {}),
    "a retry-after of an hour at 503": ([fault(503, retry_after="3600")], 1, {}),
    "a retry-after of 61 seconds": ([fault(429, retry_after="61")], 1, {}),
    "a retry-after of a date in an hour": (
        [fault(429, retry_after=email.utils.formatdate(time.time() + 3600, usegmt=True))],
        1,
        {},
    ),
    "a retry-after of an hour in milliseconds": ([fault(429, retry_after_ms="3600000")], 1, {}),
    "a retry-after of 60 seconds": ([fault(429, retry_after="60"), OK], 2, {}),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", COUNTS)
def test_the_number_of_requests_for(what: str, mode: str) -> None:
    scripts, requests, options = COUNTS[what]

    def check(slowness: float) -> None:
        scaled = {name: value * slowness for name, value in options.items() if name == "timeout"}
        server, waits, came = sends(mode, scripts, **{**options, **scaled})
        assert len(server.requests) == requests
        assert len(waits) == requests - 1
        assert isinstance(came, Exception) == (scripts[-1] is not OK)
        if isinstance(came, Exception):
            assert isinstance(came, groq.APIError)

    if "timeout" in options:
        in_time(check)
    else:
        check(1)


# When

CLOCK = {
    "in thirty seconds": lambda: email.utils.formatdate(time.time() + 30, usegmt=True),
    "in thirty seconds, in another zone": lambda: email.utils.formatdate(time.time() + 30),
}

WAITS: dict[str, tuple[dict[str, str], float, float]] = {
    "nothing": ({}, 0.375, 0.5),
    "7 seconds": ({"retry_after": "7"}, 7, 7),
    "1.5 seconds": ({"retry_after": "1.5"}, 1.5, 1.5),
    "250 milliseconds": ({"retry_after_ms": "250"}, 0.25, 0.25),
    "milliseconds before seconds": ({"retry_after_ms": "250", "retry_after": "7"}, 0.25, 0.25),
    "odd milliseconds, then seconds": ({"retry_after_ms": "soon", "retry_after": "7"}, 7, 7),
    "a date in thirty seconds": ({"retry_after": "in thirty seconds"}, 1, 31),
    "a date in another zone": ({"retry_after": "in thirty seconds, in another zone"}, 1, 31),
    "a date that is over": ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.375, 0.5),
    **{
        f"a retry-after of {value!r}": ({"retry_after": value}, 0.375, 0.5)
        for value in (
            "0",
            "-5",
            "nan",
            "inf",
            "-inf",
            "1e999",
            "soon",
            "",
            "1,5",
            "0x10",
            "٣",
            "Mon, 99 Foo 2025 99:99:99 GMT",
            "Mon, 01 Jan 0000 00:00:00 GMT",
            "Fri, 31 Dec 999999999999 23:59:59 GMT",
            "Fri, 31 Dec 2010 23:59:59 +99999999999999999999",
        )
    },
    **{
        f"a retry-after-ms of {value!r}": ({"retry_after_ms": value}, 0.375, 0.5)
        for value in ("-5", "nan", "inf", "1e999", "soon", "")
    },
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("asked", WAITS)
def test_the_wait_that_is_asked_for_by(asked: str, mode: str) -> None:
    headers, least, most = WAITS[asked]
    headers = {name: CLOCK[value]() if value in CLOCK else value for name, value in headers.items()}
    sent = [
        (name.replace("_", "-"), value.encode().decode("latin-1"))
        for name, value in headers.items()
    ]
    server, waits, _ = sends(mode, [whole(failure(), 429, headers=sent), OK])

    assert len(server.requests) == 2
    assert least <= waits[0] <= most


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "value",
    [
        "9" * 400,
        "1" + "0" * 12,
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999999 23:59:59 GMT",
    ],
)
def test_a_wait_of_ages_is_never_slept_through(value: str, mode: str) -> None:
    _, waits, _ = sends(mode, [fault(429, retry_after=value), OK])

    assert not waits or waits[0] <= 0.5


@pytest.mark.parametrize("mode", MODES)
def test_waits_double_up_to_eight_seconds(mode: str) -> None:
    _, waits, _ = sends(mode, [fault(500)] * 8, max_retries=7)

    for wait, most in zip(waits, [0.5, 1, 2, 4, 8, 8, 8], strict=True):
        assert most * 0.75 <= wait <= most


@pytest.mark.parametrize("mode", MODES)
def test_waits_differ(mode: str) -> None:
    _, waits, _ = sends(mode, [fault(500, retry_after="0")] * 13, max_retries=12)

    assert len(set(waits[4:])) > 1


# With what

CASES = [
    Case(
        "every attempt sends the same bytes",
        [whole("", 500, headers=SOON)] * 2 + [OK],
        call=chat,
        client=TWICE,
        requests=3,
        check=lambda outcome: _same_requests(outcome),
    ),
    Case(
        "attempts are counted",
        [whole("", 500, headers=SOON)] * 2 + [OK],
        call=chat,
        client=TWICE,
        check=lambda outcome: _counts(outcome, ["0", "1", "2"]),
    ),
    Case(
        "a count of the caller stays",
        [whole("", 500, headers=SOON), OK],
        client=TWICE,
        call=lambda client: _with_headers(client, {"x-stainless-retry-count": "9"}),
        check=lambda outcome: _counts(outcome, ["9", "9"]),
    ),
    Case(
        "a count that the caller omits is not sent",
        [whole("", 500, headers=SOON), OK],
        client=TWICE,
        call=lambda client: _with_headers(client, {"x-stainless-retry-count": omit}),
        check=lambda outcome: _counts(outcome, [None, None]),
    ),
    Case(
        "a raw response says how many retries were taken",
        [whole("", 500, headers=SOON), OK],
        call=then(raw_chat, lambda response: response.retries_taken),
        client=TWICE,
        gives=1,
    ),
    Case(
        "retries of a call go before those of the client",
        [whole("", 500, headers=SOON), OK],
        call=lambda client: chat(client.with_options(max_retries=1)),
        requests=2,
    ),
    Case(
        "a GET is tried again",
        [whole("", 500, headers=SOON), whole({"data": []})],
        call=models,
        client=TWICE,
        requests=2,
    ),
    Case(
        "a DELETE is tried again",
        [whole("", 500, headers=SOON), whole({"deleted": True})],
        call=lambda client: client.models.delete("m"),
        client=TWICE,
        requests=2,
    ),
    Case(
        "a stream that does not begin is tried again",
        [whole("", 500, headers=SOON), stream(text("a"), DONE)],
        client=TWICE,
        requests=2,
        gives=["a"],
    ),
    Case(
        "a stream that has begun is not tried again",
        [stream(text("a"), RESET)],
        client=TWICE,
        requests=1,
        gives=["a"],
        raises=Raises("APIConnectionError"),
    ),
    Case(
        "a stream that is cut before its first chunk is not tried again",
        [stream(CLOSE)],
        client=TWICE,
        requests=1,
        gives=[],
        raises=Raises("APIConnectionError"),
    ),
    Case(
        "a stream with malformed JSON is not tried again",
        [stream(b"data: {\n\n", DONE)],
        client=TWICE,
        requests=1,
        gives=[],
        raises=Raises("APIError"),
    ),
    Case(
        "an answer that is tried again frees its connection",
        [whole("{", 500, headers=SOON, length=9, then=[HOLD]), OK],
        call=chat,
        client={**TWICE, "timeout": 0.8},
        then_serves=True,
    ),
    Case(
        "an answer that is tried again may keep its connection",
        [whole("{}", 500, headers=SOON), OK],
        call=chat,
        client=TWICE,
        requests=3,
        then_serves=True,
    ),
    Case(
        "an attempt keeps to the timeout of the call",
        [raw(HOLD), raw(HOLD)],
        call=lambda client: client.with_options(timeout=0.2, max_retries=1).models.list(),
        raises=Raises("APITimeoutError"),
    ),
    Case(
        "a rate limit of an hour is raised with it",
        [fault(429, retry_after="3600")],
        call=chat,
        client=TWICE,
        raises=Raises("RateLimitError", has={"retry_after": 3600}),
        new_api=True,
    ),
]


def _with_headers(client: Any, headers: Any) -> Any:
    return client.chat.completions.create(messages=MESSAGES, model=MODEL, extra_headers=headers)


def _counts(outcome: Outcome, expected: list[str | None]) -> None:
    found = [request.headers.get("x-stainless-retry-count") for request in outcome.server.requests]
    assert found == expected


def _same_requests(outcome: Outcome) -> None:
    first, *others = outcome.server.requests
    for other in others:
        assert other.body == first.body
        assert other.target == first.target
        changed = {"x-stainless-retry-count"}
        assert {**first.headers, **dict.fromkeys(changed)} == {
            **other.headers,
            **dict.fromkeys(changed),
        }


@table(CASES)
def test_retries(case: Case, mode: str) -> None:
    run(case, mode)


# What is raised on this side of the wire


class SoftTimeLimitExceeded(Exception):
    """As a task queue raises it inside whatever runs."""


class Stop(BaseException):
    """As an interpreter that shuts down raises it."""


def raised(
    mode: str, failing: BaseException, *, where: str = "transport"
) -> tuple[int, BaseException | None]:
    """Raise something inside a request; return how often, and what came out."""
    count = 0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        raise failing

    hook = handler if where == "request hook" else None
    transport = httpx.MockTransport(handler)
    options: dict[str, Any] = {"api_key": KEY, "max_retries": 2}
    waits = Waits()

    async def async_handler(request: httpx.Request) -> httpx.Response:
        return handler(request)

    came: BaseException | None = None
    if mode == "sync":
        hooks: Any = {"request": [hook]} if hook else {}
        with waits.sync_cls(
            http_client=httpx.Client(transport=transport, event_hooks=hooks), **options
        ) as client:
            try:
                client.models.list()
            except BaseException as error:
                came = error
    else:

        async def go() -> BaseException | None:
            hooks: Any = {"request": [async_handler]} if hook else {}
            made = httpx.AsyncClient(transport=transport, event_hooks=hooks)
            async with waits.async_cls(http_client=made, **options) as client:
                try:
                    await client.models.list()
                except BaseException as error:
                    return error
            return None

        came = run_async(mode, go)
    return count, came


TWO_BACKENDS = ("sync", "asyncio", "trio")


@pytest.mark.parametrize("mode", TWO_BACKENDS)
@pytest.mark.parametrize("where", ["transport", "request hook"])
@pytest.mark.parametrize(
    "failing",
    [
        SoftTimeLimitExceeded("now"),
        ValueError("a bug"),
        KeyError("a bug"),
        Stop(),
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_other_exceptions_propagate_without_a_retry(
    failing: BaseException, where: str, mode: str
) -> None:
    count, came = raised(mode, failing, where=where)

    assert came is failing
    assert count == 1


@pytest.mark.parametrize("mode", TWO_BACKENDS)
@pytest.mark.parametrize(
    "failing",
    [
        httpx.ConnectError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.ProxyError("x"),
        OSError("x"),
        RuntimeError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_of_the_transport_is_tried_again(failing: BaseException, mode: str) -> None:
    count, came = raised(mode, failing)

    assert type(came) is groq.APIConnectionError
    assert came.__cause__ is failing
    assert count == 3


@pytest.mark.parametrize("mode", TWO_BACKENDS)
@pytest.mark.parametrize(
    "failing",
    [
        httpx.ReadTimeout("x"),
        httpx.ConnectTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.PoolTimeout("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_timeout_of_the_transport_is_tried_again(failing: BaseException, mode: str) -> None:
    count, came = raised(mode, failing)

    assert type(came) is groq.APITimeoutError
    assert came.__cause__ is failing
    assert count == 3


@pytest.mark.parametrize("mode", ["asyncio"])
def test_a_cancellation_is_not_tried_again(mode: str) -> None:
    count, came = raised(mode, asyncio.CancelledError())

    assert isinstance(came, asyncio.CancelledError)
    assert count == 1


# Uploads

CONTENT = b"RIFF" + bytes(range(256)) * 1000 + b"WAVE"


class Upload:
    """A file in each of the ways to give one, made anew for each test."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "speech.wav"
        self.path.write_bytes(CONTENT)
        self.opened: list[Any] = []

    def open(self) -> Any:
        file = self.path.open("rb")
        self.opened.append(file)
        return file

    def pipe(self) -> Any:
        reading, writing = os.pipe()
        os.set_blocking(writing, True)
        os.write(writing, CONTENT[:1000])
        os.close(writing)
        file = os.fdopen(reading, "rb")
        self.opened.append(file)
        return file

    def close(self) -> None:
        for file in self.opened:
            file.close()


UPLOADS: dict[str, Callable[[Upload], Any]] = {
    "bytes": lambda upload: CONTENT,
    "a path": lambda upload: upload.path,
    "an open file": lambda upload: upload.open(),
    "a file in memory": lambda upload: io.BytesIO(CONTENT),
    "a tuple with bytes": lambda upload: ("a.wav", CONTENT),
    "a tuple with a path": lambda upload: ("a.wav", upload.path),
    "a tuple with an open file": lambda upload: ("a.wav", upload.open()),
    "a tuple with a file in memory": lambda upload: ("a.wav", io.BytesIO(CONTENT), "audio/wav"),
}


@pytest.fixture
def upload(tmp_path: Path) -> Iterator[Upload]:
    made = Upload(tmp_path)
    yield made
    made.close()


def transcribe(file: Any) -> Call:
    return lambda client: client.audio.transcriptions.create(file=file, model="whisper-large-v3")


TEXT = whole({"text": "Hello"})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", UPLOADS)
def test_an_upload_is_sent_whole_each_time_from(how: str, mode: str, upload: Upload) -> None:
    file = UPLOADS[how](upload)
    server, _, came = sends(mode, [fault(500), raw(RESET), TEXT], transcribe(file))

    assert came.text == "Hello"
    assert len(server.requests) == 3
    for request in server.requests:
        assert request.body.count(CONTENT) == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_file_that_has_been_read_in_part_is_sent_the_same_each_time(
    mode: str, upload: Upload
) -> None:
    file = upload.open()
    file.seek(100)
    server, _, _ = sends(mode, [fault(500), TEXT], transcribe(("a.wav", file)))

    first, second = server.requests
    assert CONTENT[100:] in first.body
    assert first.body_length == second.body_length


@pytest.mark.parametrize("mode", MODES)
def test_a_file_that_cannot_be_rewound_is_never_sent_empty(mode: str, upload: Upload) -> None:
    file = upload.pipe()
    server, _, came = sends(mode, [fault(500), TEXT], transcribe(("a.wav", file)))

    assert server.requests
    for request in server.requests:
        assert CONTENT[:1000] in request.body
    if len(server.requests) == 1:
        assert isinstance(came, groq.InternalServerError)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("failure_", [fault(500), raw(RESET)], ids=["500", "reset"])
def test_a_body_that_can_be_read_once_is_not_sent_again_empty(failure_: Script, mode: str) -> None:
    def post(client: Any) -> Any:
        def pieces() -> Iterator[bytes]:
            yield b"first "
            yield b"second"

        async def async_pieces() -> Any:
            yield b"first "
            yield b"second"

        content: Any = pieces() if isinstance(client, Groq) else async_pieces()
        return client.post("/upload", cast_to=object, content=content)

    server, _, came = sends(mode, [failure_, OK], post)

    assert len(server.requests) == 1
    assert server.requests[0].body == b"first second"
    assert isinstance(came, groq.APIError)


@pytest.mark.parametrize("mode", MODES)
def test_bytes_are_sent_again(mode: str) -> None:
    server, _, _ = sends(
        mode,
        [fault(500), OK],
        lambda client: client.post("/upload", cast_to=object, content=b"all"),
    )

    assert [request.body for request in server.requests] == [b"all", b"all"]


@pytest.mark.parametrize("mode", MODES)
def test_messages_of_a_generator_are_sent_again(mode: str) -> None:
    def create(client: Any) -> Any:
        return client.chat.completions.create(
            messages=(message for message in MESSAGES), model=MODEL
        )

    server, _, _ = sends(mode, [fault(500), OK], create)

    assert [request.json["messages"] for request in server.requests] == [MESSAGES] * 2


@pytest.mark.parametrize("mode", MODES)
def test_a_file_that_is_gone_is_an_error_that_names_it(mode: str, tmp_path: Path) -> None:
    server, _, came = sends(mode, [], transcribe(tmp_path / "gone.wav"))

    assert isinstance(came, FileNotFoundError)
    assert "gone.wav" in str(came)
    assert not server.requests


@pytest.mark.parametrize("mode", MODES)
def test_an_error_sent_before_the_upload_ends_is_raised(mode: str) -> None:
    early = whole(failure("Too large"), 413, then=[HOLD])
    import dataclasses

    _, _, came = sends(
        mode,
        [dataclasses.replace(early, waits_for_body=False)],
        transcribe(("a.wav", bytes(200_000))),
    )

    assert came.status_code == 413
    assert "Too large" in str(came)

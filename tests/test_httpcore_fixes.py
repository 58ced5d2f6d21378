"""A caller's own HTTP client, on httpx's transport, holds what the default one does."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import random
import ssl
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import trustme

import groq
from faults.script import (
    HOLD,
    MODELS,
    Answer,
    Pause,
    Step,
    completion,
    encoded,
    head,
    one_byte_each,
    raw,
    stream,
    text,
    whole,
)
from faults.server import FaultServer
from faults.times import in_time
from faults.tunnels import Piece, http2_server, listening
from twins import Twin

OK = whole(MODELS)
ANSWER = head(200, [("Content-Length", "2"), ("X-Padding", "x" * 600)]) + b"{}"


class Slow:
    """An answer that is sent whole, in half a minute, unless the client gives up before."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps
        self.is_through = False

    def __iter__(self) -> Iterator[Step]:
        yield from self._steps
        self.is_through = True
        yield HOLD


DRIP: list[Step] = [part for byte in one_byte_each(ANSWER) for part in (byte, Pause(0.05))]
SILENCE: list[Step] = [Pause(0.5)] * 60


def own(twin: Twin, server: FaultServer, **options: Any) -> Any:
    """Make a client whose HTTP client is the caller's own."""
    http_client = twin.http_client(timeout=60)
    return twin.client(base_url=server.origin, http_client=http_client, max_retries=0, **options)


@pytest.mark.parametrize("steps", [DRIP, SILENCE], ids=["drips", "silence"])
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "new"])
def test_a_deadline_holds_on_a_connection(twin: Twin, steps: list[Step], is_kept: bool) -> None:
    slow = Slow(steps)
    with FaultServer([OK] * is_kept, otherwise=Answer(slow)) as server:
        client = own(twin, server)
        if is_kept:
            twin.do(client.models.list)
        with pytest.raises(groq.APITimeoutError):
            twin.do(client.with_options(deadline=0.5).models.list)
        assert not slow.is_through
        assert server.connection_count == 1


def test_a_deadline_is_gone_with_its_request(twin: Twin) -> None:
    def check(slowness: float) -> None:
        slow = raw(Pause(0.4), *OK.steps)
        with FaultServer([OK, slow], slowness=slowness) as server:
            client = own(twin, server)
            twin.do(client.with_options(deadline=0.3 * slowness).models.list)
            twin.do(client.models.list)
            assert server.connection_count == 1

    in_time(check)


# On trio, httpcore leaves the generator of a body that it stops sending to the garbage collector.
@pytest.mark.filterwarnings("ignore:Async generator 'httpx._content.ByteStream:ResourceWarning")
def test_a_deadline_holds_while_an_upload_stalls(twin: Twin) -> None:
    slow = Slow(SILENCE)
    with FaultServer(otherwise=Answer(slow, waits_for_body=False)) as server:
        client = own(twin, server, deadline=0.5)
        with pytest.raises(groq.APITimeoutError):
            twin.chat(client, user="x" * 20_000_000)
        assert not slow.is_through
        twin.do(gc.collect)


def test_unsolicited_bytes_are_not_the_next_response(twin: Twin) -> None:
    unasked = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    # In one piece, so that both have arrived when the first one is read.
    steps = [*whole(completion("first")).steps, unasked]
    first = b"".join(step for step in steps if isinstance(step, bytes))
    with FaultServer([raw(first)], otherwise=OK) as server:
        client = own(twin, server)
        assert twin.chat(client).choices[0].message.content == "first"
        assert twin.do(client.models.list).data[0].id == "m"


def test_closing_a_client_wakes_the_threads_that_read() -> None:
    errors: list[Exception] = []
    started = threading.Barrier(17)

    def ask() -> None:
        events = client.chat.completions.create(messages=[], model="m", stream=True)
        next(events)
        started.wait(30)
        try:
            list(events)
        except groq.APIConnectionError as error:
            errors.append(error)

    with FaultServer(otherwise=stream(text("a"), *[HOLD] * 9)) as server:
        client = groq.Groq(
            api_key="key", base_url=server.origin, http_client=httpx.Client(timeout=60)
        )
        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        started.wait(30)
        client.close()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
    assert len(errors) == 16


# ---------------------------------------------------------------------------------------- HTTP/2


@contextlib.contextmanager
def over_http2(
    pieces: Callable[[bytes], list[Piece]], content_type: str, **options: Any
) -> Generator[groq.Groq, None, None]:
    """Give a client of a server that answers over HTTP/2."""
    pytest.importorskip("h2")
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(serving)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    serving.set_alpn_protocols(["h2"])

    def answer(body: bytes) -> tuple[list[Piece], str, random.Random]:
        return pieces(body), content_type, random.Random()

    with (
        listening(http2_server(serving, answer, fails=False)) as port,
        httpx.Client(http2=True, verify=trusting, timeout=60, **options) as http,
        groq.Groq(
            api_key="key", base_url=f"https://localhost:{port}", http_client=http, max_retries=0
        ) as client,
    ):
        yield client


class Yielding(logging.Handler):
    """Lets other threads run whenever httpcore logs a step."""

    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.001)


@pytest.fixture
def threads_that_interrupt_each_other() -> Iterator[None]:
    handler = Yielding()
    loggers = [logging.getLogger(f"{name}.http2") for name in ("httpcore", "httpcore2")]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield
    sys.setswitchinterval(interval)
    for logger in loggers:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


@pytest.mark.usefixtures("threads_that_interrupt_each_other")
@pytest.mark.parametrize("size", [9, 300_000], ids=["small", "large"])
def test_threads_do_not_mix_up_streams_of_http2(size: int) -> None:
    def echo(body: bytes) -> list[Piece]:
        return [encoded(completion(json.loads(body)["user"][:9]))]

    def ask(number: int) -> Any:
        user = f"{number:09}" + "x" * (size - 9)
        return client.chat.completions.create(messages=[], model="m", user=user)

    with over_http2(echo, "application/json") as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(40)))
    said = [answer.choices[0].message.content for answer in answers]
    assert said == [f"{number:09}" for number in range(40)]


def test_a_response_over_http2_that_nobody_closed_frees_its_connection() -> None:
    limits = httpx.Limits(max_connections=1)
    with over_http2(lambda _: [b"{}"], "application/json", limits=limits) as client:
        response = client.models.with_streaming_response.list().__enter__()
        del response
        gc.collect()
        assert client.get("/x", cast_to=object) == {}


def test_closing_a_stream_of_http2_wakes_its_reader() -> None:
    is_over = threading.Event()
    with (
        over_http2(lambda _: [text("a"), is_over], "text/event-stream") as client,
        ThreadPoolExecutor(1) as pool,
    ):
        stream = client.chat.completions.create(messages=[], model="m", stream=True)
        next(stream)
        reading = pool.submit(list, stream)
        while not reading.running():
            time.sleep(0.001)
        stream.close()
        try:
            with contextlib.suppress(groq.APIConnectionError):
                assert reading.result(30) == []
        finally:
            is_over.set()

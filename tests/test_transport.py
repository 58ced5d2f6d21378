"""The transport of the default clients: HTTP/1.1 in threads, asyncio and trio, and its faults."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
import trio
import trustme
from hypothesis import given
from hypothesis import strategies as st

import groq
from faults.script import (
    CLOSE,
    CUT,
    HALF_CLOSE,
    HOLD,
    RESET,
    Answer,
    Pause,
    Received,
    Step,
    framed,
    head,
    raw,
    stream,
    whole,
)
from faults.server import FaultServer
from faults.times import in_time
from groq._http.transport.exchange import Exchange, ProtocolError
from twins import Twin

LIMITS = httpx.Limits(max_connections=1)


class Http:
    """The HTTP client that a client makes for itself, called alike in both kinds."""

    def __init__(self, twin: Twin, **options: Any) -> None:
        kind: Any = groq.DefaultAsyncHttpxClient if twin.is_async else groq.DefaultHttpxClient
        self._twin = twin
        self.client = twin.do(lambda: kind(**{"timeout": 30, **options}))

    def get(self, server: FaultServer, **options: Any) -> httpx.Response:
        return self.send("GET", server, **options)

    def send(self, method: str, server: FaultServer, **options: Any) -> httpx.Response:
        response: httpx.Response = self._twin.do(
            self.client.request, method, server.origin, **options
        )
        return response

    def start(self, server: FaultServer) -> httpx.Response:
        """Ask, and read no more than the head of the answer."""
        request = self.client.build_request("GET", server.origin)
        response: httpx.Response = self._twin.do(self.client.send, request, stream=True)
        return response

    def rest(self, response: httpx.Response) -> bytes:
        """Read the body of an answer that was started."""
        read = response.aread if self._twin.is_async else response.read
        content: bytes = self._twin.do(read)
        return content

    def close(self) -> None:
        self._twin.do(self.client.aclose if self._twin.is_async else self.client.close)


@pytest.fixture
def http(twin: Twin) -> Iterator[Callable[..., Http]]:
    made: list[Http] = []

    def make(**options: Any) -> Http:
        made.append(Http(twin, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


OK = whole("fine")
# In short pauses, because a server that waits long reads, to notice whether the client leaves.
DEAF = Answer([Pause(0.4)] * 80, waits_for_body=False)


# ----------------------------------------------------------------------------------- connections


def test_a_connection_is_used_again(http: Callable[..., Http]) -> None:
    with FaultServer(
        [stream(b"one", b"two"), OK, whole(b"", 204, content_type=None), OK]
    ) as server:
        client = http()
        texts = [client.get(server).text for _ in range(4)]
    assert texts == ["onetwo", "fine", "", "fine"]
    assert server.connection_count == 1


@pytest.mark.parametrize(
    "answer",
    [
        whole("fine", headers=[("Connection", "close")]),
        raw(b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nfine"),
        raw(b"HTTP/1.1 200 OK\r\n\r\nfine", CLOSE),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfineHTTP/1.1 200 OK\r\n\r\nevil"),
    ],
    ids=["it says close", "HTTP/1.0", "it ends with the connection", "more than was asked for"],
)
def test_a_connection_is_not_used_again(http: Callable[..., Http], answer: Answer) -> None:
    with FaultServer([answer, OK]) as server:
        client = http()
        assert [client.get(server).text for _ in range(2)] == ["fine", "fine"]
    assert server.connection_count == 2


def test_unsolicited_bytes_close_an_idle_connection(http: Callable[..., Http]) -> None:
    is_sent = threading.Event()

    def late() -> Iterator[Step]:
        yield from OK.steps
        yield Received(1)
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        is_sent.set()

    with FaultServer([Answer(late()), OK]) as server:
        client = http()
        client.get(server)
        server.received(1)
        assert is_sent.wait(30)
        assert client.get(server).text == "fine"
    assert server.connection_count == 2


def test_a_kept_connection_that_has_died_is_replaced(http: Callable[..., Http]) -> None:
    with FaultServer([whole("fine", then=[CLOSE]), OK]) as server:
        client = http()
        client.get(server)
        assert server.wait_until_closed_by_client()
        assert client.get(server).text == "fine"


def test_a_connection_that_died_while_the_loop_was_blocked_is_replaced(backend: str) -> None:
    def serve() -> None:
        first, _ = listening.accept()
        with first:
            first.recv(65_536)
            first.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            is_started.wait(30)
            first.sendall(b"one")
            is_read.wait(30)
        second, _ = listening.accept()
        with second:
            second.recv(65_536)
            second.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo")

    async def run() -> str:
        async with groq.DefaultAsyncHttpxClient(base_url=url, timeout=60) as client:
            response = await client.send(client.build_request("GET", "/"), stream=True)
            connection = response.extensions["network_stream"].get_extra_info("socket")
            is_started.set()
            await response.aread()
            is_read.set()
            # The event loop cannot look at the socket before the next request.
            assert select.select([connection], [], [], 30)[0]
            return (await client.get("/")).text

    is_started, is_read = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        listening.settimeout(30)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.submit(serve)
        assert anyio.run(run, backend=backend) == "two"


def test_a_connection_whose_body_was_read_late_is_watched_again(
    http: Callable[..., Http],
) -> None:
    sizes = range(300_000, 400_000, 16_000)  # bodies of which some fill the buffer exactly
    answers = [
        whole(b"x" * size, then=[Received(count), CLOSE]) for count, size in enumerate(sizes, 1)
    ]
    with FaultServer(answers) as server:
        client = http()
        read: list[int] = []
        for count in range(1, len(sizes) + 1):
            response = client.start(server)
            time.sleep(0.05)
            read.append(len(client.rest(response)))
            server.received(count)
            assert server.wait_until_closed_by_client(count)
    assert read == list(sizes)


def test_a_kept_connection_that_dies_as_it_is_used_is_an_error(http: Callable[..., Http]) -> None:
    with FaultServer([OK, raw(CLOSE), OK]) as server:
        client = http(limits=LIMITS)
        client.get(server)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            client.get(server)
        assert client.get(server).text == "fine"


def test_an_idle_connection_expires(http: Callable[..., Http]) -> None:
    with FaultServer([OK, OK]) as server:
        client = http(limits=httpx.Limits(keepalive_expiry=0))
        assert [client.get(server).text for _ in range(2)] == ["fine", "fine"]
    assert server.connection_count == 2


def test_no_more_idle_connections_are_kept_than_the_limit(http: Callable[..., Http]) -> None:
    with FaultServer(otherwise=stream(Pause(0.1), b"fine")) as server:
        client = http(limits=httpx.Limits(max_connections=3, max_keepalive_connections=1))
        started = [client.start(server) for _ in range(3)]
        assert [client.rest(response) for response in started] == [b"fine"] * 3
        numbers, closed = (1, 2, 3), [False]
        for _ in range(100):
            closed = [server.wait_until_closed_by_client(number, 0.1) for number in numbers]
            if sum(closed) == 2:
                break
        assert sorted(closed) == [False, True, True]


def test_a_connection_to_elsewhere_makes_room(http: Callable[..., Http]) -> None:
    with FaultServer([OK]) as first, FaultServer([OK]) as second:
        client = http(limits=LIMITS)
        assert client.get(first).text == client.get(second).text == "fine"
        assert first.wait_until_closed_by_client()


# ------------------------------------------------------------------------------------- the queue


def test_waiting_for_a_connection_has_a_limit(http: Callable[..., Http]) -> None:
    with FaultServer([stream(b"one", HOLD)]) as server:
        client = http(limits=LIMITS, timeout=httpx.Timeout(30, pool=0.05))
        client.start(server)
        with pytest.raises(httpx.PoolTimeout):
            client.get(server)


def test_waiting_for_a_connection_takes_nothing_from_the_other_limits() -> None:
    def check(slowness: float) -> None:
        timeout = httpx.Timeout(0.6 * slowness, pool=None)
        with (
            FaultServer([raw(Pause(0.3), *OK.steps)] * 4, slowness=slowness) as server,
            groq.DefaultHttpxClient(limits=LIMITS, timeout=timeout) as client,
            ThreadPoolExecutor(4) as threads,
        ):
            responses = list(threads.map(client.get, [server.origin] * 4))
        assert [response.text for response in responses] == ["fine"] * 4

    in_time(check)


@pytest.fixture(params=["asyncio", "trio"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("ends", [True, False], ids=["given back", "closed"])
def test_waiting_requests_are_served_by_a_full_pool(ends: bool, backend: str) -> None:
    texts: list[str] = []

    async def run() -> None:
        async with groq.DefaultAsyncHttpxClient(limits=LIMITS, timeout=30) as client:

            async def ask() -> None:
                texts.append((await client.get(server.origin)).text)

            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(ask)

    answer = OK if ends else whole("fine", headers=[("Connection", "close")])
    with FaultServer(otherwise=answer) as server:
        anyio.run(run, backend=backend)
    assert texts == ["fine"] * 5
    assert server.connection_count == (1 if ends else 5)


def test_a_wait_that_is_cancelled_leaves_the_queue(backend: str) -> None:
    async def run() -> None:
        async with groq.DefaultAsyncHttpxClient(limits=LIMITS, timeout=30) as client:
            request = client.build_request("GET", server.origin)
            response = await client.send(request, stream=True)

            async def wait(scope: anyio.CancelScope) -> None:
                with scope:
                    await client.get(server.origin)

            scopes = [anyio.CancelScope(), anyio.CancelScope()]
            async with anyio.create_task_group() as group:
                for scope in scopes:
                    group.start_soon(wait, scope)
                await anyio.wait_all_tasks_blocked()
                scopes[0].cancel()
                await anyio.wait_all_tasks_blocked()
                # The connection is given to the second one in the moment in which it is cancelled.
                await response.aclose()
                scopes[1].cancel()
            assert [scope.cancelled_caught for scope in scopes] == [True, True]
            assert (await client.get(server.origin)).text == "fine"

    with FaultServer([stream(b"one", HOLD)], otherwise=OK) as server:
        anyio.run(run, backend=backend)


# --------------------------------------------------------------------------------------- closing


def test_closing_a_client_wakes_the_threads_that_use_it() -> None:
    errors: list[Exception] = []
    sending = threading.Barrier(3)

    # httpx calls the hook after its own check for a closed client.
    def wait_for_others(_: httpx.Request) -> None:
        sending.wait(30)

    def ask() -> None:
        try:
            client.get(server.origin)
        except httpx.TransportError as error:
            errors.append(error)

    with FaultServer(otherwise=raw(HOLD)) as server:
        client = groq.DefaultHttpxClient(
            limits=LIMITS, timeout=60, event_hooks={"request": [wait_for_others]}
        )
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        sending.wait(30)
        assert server.wait_for_requests(1)
        client.close()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
    # One of them was using the connection, the other one was waiting for it.
    assert [isinstance(error, httpx.NetworkError) for error in errors] == [True, True]


def test_closing_a_response_wakes_the_thread_that_reads_it() -> None:
    with FaultServer([stream(b"one", HOLD)]) as server:
        client = groq.DefaultHttpxClient(timeout=60)
        response = client.send(client.build_request("GET", server.origin), stream=True)
        pieces = response.iter_raw()
        assert next(pieces) == b"one"
        threading.Timer(0.05, response.close).start()
        with pytest.raises(httpx.ReadError, match="closed"):
            next(pieces)
        client.close()


def test_closing_a_response_wakes_the_task_that_reads_it(backend: str) -> None:
    async def run() -> None:
        async with groq.DefaultAsyncHttpxClient(timeout=60) as client:
            request = client.build_request("GET", server.origin)
            response = await client.send(request, stream=True)
            pieces = response.aiter_raw()
            assert await anext(pieces) == b"one"

            async def read() -> None:
                with pytest.raises(httpx.ReadError, match="closed"):
                    await anext(pieces)

            async with anyio.create_task_group() as group:
                group.start_soon(read)
                await anyio.wait_all_tasks_blocked()
                await response.aclose()

    with FaultServer([stream(b"one", HOLD)]) as server:
        anyio.run(run, backend=backend)


def test_closing_a_client_from_a_thread_wakes_the_tasks_that_use_it(backend: str) -> None:
    errors: list[Exception] = []

    async def run() -> None:
        client = groq.AsyncGroq(api_key="key", base_url=server.origin, timeout=60)

        async def ask() -> None:
            try:
                await client.models.list()
            except groq.APIConnectionError as error:
                errors.append(error)

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(ask)
            await anyio.to_thread.run_sync(server.wait_for_requests, 3)
            await anyio.to_thread.run_sync(lambda: asyncio.run(client.close()))

    with FaultServer(otherwise=raw(HOLD)) as server:
        anyio.run(run, backend=backend)
    assert len(errors) == 3


def test_a_request_that_was_just_given_a_connection_ends_with_its_client(backend: str) -> None:
    async def run() -> None:
        client = groq.DefaultAsyncHttpxClient(limits=LIMITS, timeout=60)
        first = await client.send(client.build_request("GET", server.origin), stream=True)

        async def ask() -> None:
            with pytest.raises(httpx.ConnectError, match="closed"):
                await client.get(server.origin)

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            is_waiting.set()
            await first.aread()
            await client.aclose()  # the waiting task has not run yet

    def steps() -> Iterator[bytes]:
        yield CHUNKED
        is_waiting.wait(30)
        yield framed(b"one") + b"0\r\n\r\n"

    is_waiting = threading.Event()
    with FaultServer([Answer(steps())], otherwise=OK) as server:
        anyio.run(run, backend=backend)
    assert server.connection_count == 1


def test_a_loop_that_was_closed_during_a_request_leaves_the_client_usable() -> None:
    client = groq.DefaultAsyncHttpxClient(limits=LIMITS, timeout=60)

    def forget(_: object, context: dict[str, Any]) -> None:
        pass

    async def start() -> list[asyncio.Task[httpx.Response]]:
        # One of them uses the connection, the other one waits for it.
        left = [asyncio.create_task(client.get(server.origin)) for _ in range(2)]
        await asyncio.to_thread(server.wait_for_requests, 1, 30)
        return left

    async def ask() -> str:
        response = await client.get(server.origin)
        await client.aclose()
        return response.text

    with FaultServer([raw(HOLD)], otherwise=OK) as server:
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(forget)  # it would log the tasks that are left
        left = loop.run_until_complete(start())
        loop.close()
        assert asyncio.run(ask()) == "fine"
    assert not any(task.done() for task in left)


def test_trio_as_a_guest_of_asyncio_has_its_own_connections() -> None:
    client = groq.DefaultAsyncHttpxClient(timeout=60)

    async def ask() -> str:
        return (await client.get(server.origin)).text

    async def host() -> list[str]:
        loop = asyncio.get_running_loop()
        before = await ask()
        ended: asyncio.Future[Any] = loop.create_future()
        trio.lowlevel.start_guest_run(
            ask,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=ended.set_result,
        )
        texts = [before, (await ended).unwrap(), await ask()]
        await client.aclose()
        return texts

    with FaultServer(otherwise=OK) as server:
        assert asyncio.run(host()) == ["fine"] * 3


def test_a_client_serves_one_event_loop_after_another() -> None:
    client = groq.DefaultAsyncHttpxClient(timeout=30)

    async def ask() -> str:
        return (await client.get(server.origin)).text

    with FaultServer(otherwise=OK) as server:
        for backend in ("asyncio", "trio") * 2:
            assert anyio.run(ask, backend=backend) == "fine"
        asyncio.run(client.aclose())


# ---------------------------------------------------------------------------------------- faults

CHUNKED = head(200, [("Transfer-Encoding", "chunked")])
CUT_OFF = "peer closed connection without sending complete message body"

FAULTS: dict[str, tuple[list[Step], type[Exception], str | None]] = {
    "reset before the head": ([RESET], httpx.ReadError, None),
    "end before the head": ([CLOSE], httpx.RemoteProtocolError, "without sending a response"),
    "half-close": ([HALF_CLOSE, HOLD], httpx.RemoteProtocolError, "without sending a response"),
    "silence": ([HOLD], httpx.ReadTimeout, "for too long"),
    "silence in the head": ([b"HTTP/1.1 200", HOLD], httpx.ReadTimeout, "for too long"),
    "no HTTP": ([b"SSH-2.0-OpenSSH\r\n\r\n"], httpx.RemoteProtocolError, None),
    "a bad field": ([b"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n"], httpx.RemoteProtocolError, None),
    "an endless field": (
        [b"HTTP/1.1 200 OK\r\nA: ", b"a" * 99_999],
        httpx.RemoteProtocolError,
        None,
    ),
    "interim answers without end": (
        [b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 99,
        httpx.RemoteProtocolError,
        "more than 20 interim responses",
    ),
    "another protocol": (
        [b"HTTP/1.1 101 Switching\r\nUpgrade: other\r\n\r\n"],
        httpx.RemoteProtocolError,
        "without a pending proposal",
    ),
    "two lengths": (
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
        httpx.RemoteProtocolError,
        None,
    ),
    "cut in a length": ([*whole("fine", length=9).steps, CUT], httpx.RemoteProtocolError, CUT_OFF),
    "cut in a chunk": ([CHUNKED, b"9\r\nfine", CUT], httpx.RemoteProtocolError, CUT_OFF),
    "cut between chunks": ([CHUNKED, framed(b"a"), CUT], httpx.RemoteProtocolError, CUT_OFF),
    "cut in the trailers": ([CHUNKED, b"0\r\nA: b\r\n", CUT], httpx.RemoteProtocolError, CUT_OFF),
    "reset in the body": ([CHUNKED, framed(b"a"), Pause(0.05), RESET], httpx.ReadError, None),
    "silence in the body": ([CHUNKED, framed(b"a"), HOLD], httpx.ReadTimeout, "for too long"),
    "no size": ([CHUNKED, b"fine\r\n"], httpx.RemoteProtocolError, "size of a chunk"),
    "a size with a sign": ([CHUNKED, b"+4\r\nfine\r\n"], httpx.RemoteProtocolError, "size"),
    "a size too long": ([CHUNKED, b"1" * 20], httpx.ReadTimeout, None),
    "an endless size": ([CHUNKED, b"4;" + b"a" * 9999], httpx.RemoteProtocolError, "size"),
    "a chunk too long": ([CHUNKED, b"1\r\nfine\r\n"], httpx.RemoteProtocolError, "end where"),
    "endless trailers": (
        [CHUNKED, b"0\r\n", *[b"A: " + b"a" * 9999 + b"\r\n"] * 9],
        httpx.RemoteProtocolError,
        "trailers are too long",
    ),
}


@pytest.mark.parametrize(("steps", "kind", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_the_right_error(
    http: Callable[..., Http], steps: list[Step], kind: type[Exception], message: str | None
) -> None:
    with FaultServer([raw(*steps, HOLD), OK]) as server:
        read = 0.1 if kind is httpx.ReadTimeout else 30
        client = http(limits=LIMITS, timeout=httpx.Timeout(30, read=read))
        with pytest.raises(kind, match=message) as raised:
            client.get(server)
        assert type(raised.value) is kind
        # The connection is closed, and its place is free.
        assert client.get(server, timeout=30).text == "fine"


def test_an_interim_answer_is_passed_over(http: Callable[..., Http]) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    with FaultServer([raw(early, early, *OK.steps)]) as server:
        assert http().get(server).text == "fine"


def test_trailers_and_extensions_are_passed_over(http: Callable[..., Http]) -> None:
    body = b"2;a=b\r\nfi\r\n2 \r\nne\r\n0;c\r\nDigest: x\r\n\r\n"
    with FaultServer([raw(CHUNKED, body), OK]) as server:
        client = http()
        assert [client.get(server).text for _ in range(2)] == ["fine", "fine"]
    assert server.connection_count == 1


def test_a_head_has_no_body(http: Callable[..., Http]) -> None:
    with FaultServer([raw(head(200, [("Content-Length", "99")])), OK]) as server:
        client = http()
        assert client.send("HEAD", server).headers["content-length"] == "99"
        assert client.get(server).text == "fine"


def test_a_response_has_its_status_line_headers_and_address(http: Callable[..., Http]) -> None:
    with FaultServer(
        [raw(b"HTTP/1.1 299 So Called\r\nX-A: \xe9\r\nContent-Length: 0\r\n\r\n", Pause(0.1))]
    ) as server:
        response = http().get(server)
        address = response.extensions["network_stream"].get_extra_info("server_addr")
    assert (response.status_code, response.reason_phrase) == (299, "So Called")
    assert response.http_version == "HTTP/1.1"
    assert response.headers.raw[0] == (b"X-A", b"\xe9")
    assert address[1] == server.port


# -------------------------------------------------------------------------------------- requests


def test_a_response_that_was_read_gives_its_socket_to_nobody(http: Callable[..., Http]) -> None:
    with FaultServer([stream(b"one", Pause(0.1), b"two")]) as server:
        client = http()
        response = client.start(server)
        connection = response.extensions["network_stream"]
        before = connection.get_extra_info("socket")
        client.rest(response)
        assert before is not None
        assert connection.get_extra_info("socket") is None
        assert connection.get_extra_info("server_addr") == ("127.0.0.1", server.port)


def test_a_closed_connection_has_no_address(twin: Twin, http: Callable[..., Http]) -> None:
    with FaultServer([stream(b"one", HOLD)]) as server:
        response = http().start(server)
        connection = response.extensions["network_stream"]
        assert connection.get_extra_info("server_addr") == ("127.0.0.1", server.port)
        twin.do(response.aclose if twin.is_async else response.close)
        assert connection.get_extra_info("server_addr") is None


def test_asking_for_information_reads_nothing(http: Callable[..., Http]) -> None:
    paused = stream(b"one", Pause(0.1), b"two", Pause(0.1), b"three")
    with FaultServer([paused]) as server:
        client = http()
        response = client.start(server)
        for _ in range(5):
            response.extensions["network_stream"].get_extra_info("is_readable")
            time.sleep(0.06)
        assert client.rest(response) == b"onetwothree"


@pytest.mark.parametrize("twin", ["asyncio", "trio"], indirect=True)
def test_a_default_timeout_of_sockets_does_not_block_an_event_loop(
    http: Callable[..., Http],
) -> None:
    with FaultServer([stream(b"one", Pause(0.1), b"two")]) as server:
        client = http()
        socket.setdefaulttimeout(5)
        try:
            response = client.start(server)
        finally:
            socket.setdefaulttimeout(None)
        connection = response.extensions["network_stream"].get_extra_info("socket")
        assert connection.gettimeout() == 0
        client.rest(response)


def test_a_body_is_sent_whole_in_either_framing(twin: Twin, http: Callable[..., Http]) -> None:
    async def apieces() -> Any:
        for piece in (b"one", b"", b"two"):
            yield piece

    content: Any = apieces() if twin.is_async else iter([b"one", b"", b"two"])
    large = b"x" * 1_000_000
    with FaultServer(otherwise=OK) as server:
        client = http()
        client.send("POST", server, content=content)
        client.send("POST", server, content=large)
    assert [request.body for request in server.requests] == [b"onetwo", large]
    assert server.requests[0].headers["transfer-encoding"] == "chunked"


def test_a_write_timeout_does_not_wait_for_an_answer(http: Callable[..., Http]) -> None:
    is_over = threading.Event()

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            is_over.wait(30)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        thread.submit(serve, listening)
        server: Any = SimpleNamespace(origin=f"http://127.0.0.1:{listening.getsockname()[1]}")
        client = http(timeout=httpx.Timeout(60, write=0.1))
        with pytest.raises(httpx.WriteTimeout):
            client.send("POST", server, content=b"x" * 30_000_000)
        is_over.set()


@pytest.mark.parametrize("seconds", [math.inf, 1e10])
def test_a_timeout_may_be_longer_than_the_system_can_count(
    seconds: float, http: Callable[..., Http]
) -> None:
    with FaultServer([OK, stream(b"one", b"two")]) as server:
        client = http(timeout=seconds, limits=LIMITS)
        assert client.get(server).text == "fine"
        assert client.get(server).text == "onetwo"


def test_a_client_that_does_not_read_holds_up_the_server(http: Callable[..., Http]) -> None:
    size, held_up = 24 * 1024**2, threading.Event()
    sent: list[int] = []

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            while b"\r\n\r\n" not in connection.recv(65536):
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            block, left = bytes(65536), size
            connection.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                while left:
                    left -= connection.send(block[:left])
            sent.append(size - left)
            held_up.set()
            connection.settimeout(30)
            connection.sendall(bytes(left))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server: Any = SimpleNamespace(origin=f"http://127.0.0.1:{listening.getsockname()[1]}")
        serving = threading.Thread(target=serve, args=(listening,))
        serving.start()
        client = http()
        response = client.start(server)
        assert held_up.wait(30)
        content = client.rest(response)
        serving.join()
    # The buffers of the system hold up to ten megabytes.
    assert sent[0] < 16 * 1024**2
    assert len(content) == size


def test_an_answer_sent_before_the_body_ends_is_read(http: Callable[..., Http]) -> None:
    early = Answer((*whole("too much", 413).steps, Pause(0.1), CUT), waits_for_body=False)
    with FaultServer([early, OK]) as server:
        client = http()
        assert client.send("POST", server, content=b"x" * 30_000_000).status_code == 413
        assert client.get(server).text == "fine"


def test_an_error_of_the_body_is_the_callers(twin: Twin, http: Callable[..., Http]) -> None:
    class Odd(Exception):
        pass

    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise Odd

    async def apieces() -> Any:
        yield b"one"
        raise Odd

    content: Any = apieces() if twin.is_async else pieces()
    with FaultServer(otherwise=OK) as server:
        client = http(limits=LIMITS)
        with pytest.raises(Odd):
            client.send("POST", server, content=content)
        assert client.get(server).text == "fine"


def test_a_body_of_another_length_is_refused(http: Callable[..., Http]) -> None:
    with FaultServer(otherwise=OK) as server:
        client = http(limits=LIMITS)
        for length in ("3", "5"):
            with pytest.raises(httpx.LocalProtocolError, match="declared Content-Length"):
                client.send("POST", server, content=b"four", headers={"content-length": length})
        assert client.get(server).text == "fine"


def test_a_server_that_is_not_there_is_a_connect_error(http: Callable[..., Http]) -> None:
    with FaultServer() as server:
        pass
    with pytest.raises(httpx.ConnectError):
        http().get(server)


def test_a_name_without_an_address_is_a_connect_error(
    twin: Twin, http: Callable[..., Http]
) -> None:
    with pytest.raises(httpx.ConnectError):
        twin.do(http().client.get, "http://nowhere.invalid")


# ------------------------------------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    return context


@pytest.fixture(scope="module")
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    return context


def test_tls_is_spoken(
    http: Callable[..., Http], server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    large = b"x" * 1_000_000
    with FaultServer([whole(large), stream(b"one", b"two"), OK], tls=server_tls) as server:
        client = http(verify=client_tls)
        response = client.get(server)
        assert response.content == large
        assert client.get(server).content == b"onetwo"
        assert client.send("POST", server, content=large).text == "fine"
        tls = response.extensions["network_stream"].get_extra_info("ssl_object")
        assert tls.selected_alpn_protocol() in ("http/1.1", None)
    assert server.connection_count == 1
    assert server.requests[-1].body == large


def test_closing_a_tls_connection_tells_the_server(
    http: Callable[..., Http], server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    ends: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        # A connection that ends without notice raises an `SSLEOFError` here.
        with server_tls.wrap_socket(
            connection, server_side=True, suppress_ragged_eofs=False
        ) as speaking:
            speaking.recv(65_536)
            speaking.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            ends.append(speaking.recv(65_536))

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        served = thread.submit(serve)
        url = f"https://localhost:{listening.getsockname()[1]}"
        client = http(verify=client_tls)
        client.get(SimpleNamespace(origin=url))  # type: ignore[arg-type]  # it reads no more
        client.close()
        served.result(30)
    assert ends == [b""]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_leaves_the_connections_of_its_parent_open(
    tmp_path: Path, server_tls: ssl.SSLContext, authority: trustme.CA
) -> None:
    certificate = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    with FaultServer(otherwise=OK, tls=server_tls) as server:
        url = f"https://localhost:{server.port}"
        # Python 3.12 and later warn of every fork of a process with threads.
        command = [sys.executable, "-W", "ignore", "-c", FORK, url, str(certificate)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (run.stdout, run.stderr) == ("fine fine\n", "")
    assert server.connection_count == 1


FORK = """
import os, ssl, sys, groq

context = ssl.create_default_context(cafile=sys.argv[2])
client = groq.DefaultHttpxClient(verify=context, timeout=30)
before = client.get(sys.argv[1]).text
child = os.fork()
if child == 0:
    client.close()
    os._exit(0)
os.waitpid(child, 0)
print(before, client.get(sys.argv[1]).text)
client.close()
"""


def test_a_certificate_that_is_not_trusted_is_a_connect_error(
    http: Callable[..., Http], server_tls: ssl.SSLContext
) -> None:
    with FaultServer(otherwise=OK, tls=server_tls) as server:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            http().get(server)


def test_a_handshake_that_is_not_answered_is_a_connect_timeout(
    twin: Twin, http: Callable[..., Http]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(httpx.ConnectTimeout):
            twin.do(http(timeout=0.1).client.get, url)


# -------------------------------------------------------------------------------------- deadline

DRIP = [
    step for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99 for step in (bytes([byte]), Pause(0.05))
]
INTERIM: list[Step] = [b"HTTP/1.1 103 Early Hints\r\n\r\n", Pause(0.2)]
COMMENT: list[Step] = [b": a comment\n\n", Pause(0.05)]
REDIRECT = raw(Pause(0.2), *whole("", 307, headers=[("Location", "/")]).steps)


@pytest.mark.parametrize(
    "answer",
    [
        raw(HOLD, HOLD),
        raw(*DRIP, HOLD),
        raw(*INTERIM * 15, HOLD),
        REDIRECT,
        stream(*COMMENT * 60, HOLD),
        DEAF,
    ],
    ids=[
        "silence",
        "a head that drips",
        "interim answers",
        "redirects",
        "comments",
        "a deaf server",
    ],
)
def test_a_deadline_holds_whatever_the_server_does(twin: Twin, answer: Answer) -> None:
    with FaultServer(otherwise=answer) as server:
        client = twin.client(base_url=server.origin, deadline=0.5, max_retries=0)
        with pytest.raises(groq.APITimeoutError):
            # Only what nobody reads has to be large.
            user = "x" * (20_000_000 if answer is DEAF else 1)
            twin.list(twin.chat(client, stream=True, user=user))
        # The server was not through: each answer takes longer than half a minute. Between two
        # redirects the connection is idle, and stays.
        was_asked = server.connection_count == 1
        assert not was_asked or answer in (REDIRECT, DEAF) or server.wait_until_closed_by_client()
        twin.close()


# ----------------------------------------------------------------------------------------- names

REAL_LOOKUP = socket.getaddrinfo


class Resolver:
    """A resolver that knows one name, and may take its time."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        *ports: int,
        families: Iterable[int] = (),
        seconds: float = 0,
        until: threading.Event | None = None,
    ) -> None:
        self._addresses = list(
            zip_longest(families, [("127.0.0.1", port) for port in ports], fillvalue=socket.AF_INET)
        )
        self._seconds, self._until = seconds, until
        self.begun = self.ended = 0
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)

    def _look_up(self, host: Any, *rest: Any, **more: Any) -> Any:
        flags = rest[4] if len(rest) > 4 else more.get("flags", 0)
        if host not in ("known.invalid", b"known.invalid") or flags & socket.AI_NUMERICHOST:
            return REAL_LOOKUP(host, *rest, **more)
        self.begun += 1
        time.sleep(self._seconds)
        if self._until is not None:
            self._until.wait(30)
        self.ended += 1
        return [(family, socket.SOCK_STREAM, 6, "", each) for family, each in self._addresses]


def test_a_deadline_holds_while_a_name_is_looked_up(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()
    # The port of a server is no other test's, so that none shares its lookup.
    with FaultServer() as server:
        resolver = Resolver(monkeypatch, server.port, until=is_over)
        url = f"http://known.invalid:{server.port}"
        client = twin.client(base_url=url, deadline=0.3, max_retries=0)
        with pytest.raises(groq.APITimeoutError):
            twin.do(client.models.list)
        assert not resolver.ended
        is_over.set()


def test_requests_share_the_lookup_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(slowness: float) -> None:
        with (
            FaultServer(otherwise=OK) as server,
            groq.DefaultHttpxClient(timeout=30) as client,
            ThreadPoolExecutor(5) as threads,
        ):
            resolver = Resolver(monkeypatch, server.port, seconds=0.3 * slowness)
            url = f"http://known.invalid:{server.port}"
            responses = list(threads.map(client.get, [url] * 5))
        assert [response.text for response in responses] == ["fine"] * 5
        assert resolver.begun == 1

    in_time(check)


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse what a full queue cannot take")
def test_an_address_that_does_not_answer_leaves_time_for_the_next_one(
    http: Callable[..., Http], twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.ExitStack() as stack, FaultServer(otherwise=OK) as server:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = silent.getsockname()
        for _ in range(4):  # its queue is full
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        Resolver(monkeypatch, address[1], server.port)
        url = f"http://known.invalid:{server.port}"

        def check(slowness: float) -> None:
            assert twin.do(http(timeout=2 * slowness).client.get, url).text == "fine"

        in_time(check)


def test_an_address_of_a_missing_family_leaves_the_next_one(
    http: Callable[..., Http], twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(otherwise=OK) as server:
        Resolver(monkeypatch, 1, server.port, families=[37, socket.AF_INET])  # no kernel has 37
        url = f"http://known.invalid:{server.port}"
        assert twin.do(http().client.get, url).text == "fine"


@pytest.mark.parametrize("twin", ["sync", "asyncio"], indirect=True)  # trio has its own threads
def test_a_lookup_that_gets_no_thread_fails_alone(
    http: Callable[..., Http], twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = http().client
    with FaultServer(otherwise=OK) as server:
        Resolver(monkeypatch, server.port)
        url = f"http://known.invalid:{server.port}"
        with monkeypatch.context() as without_threads:
            without_threads.setattr(threading.Thread, "start", _refuse_thread)
            with pytest.raises(httpx.ConnectError, match="can't start new thread"):
                twin.do(client.get, url)
        assert twin.do(client.get, url).text == "fine"


def _refuse_thread(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


# ------------------------------------------------------------------------------------ the framing


def exchange() -> Exchange:
    return Exchange(httpx.Request("GET", "http://localhost/"))


def read(pieces: list[bytes]) -> tuple[bytes, bool]:
    """Read an answer that comes in these pieces; say whether the connection is good for more."""
    reading, body, is_head = exchange(), b"", True
    for piece in pieces:
        if is_head:
            if reading.receive_head(piece) is not None:
                is_head = False
                body += reading.early_body()
        else:
            body += reading.receive_body(piece)
        reading.raise_delayed_error()
    assert reading.is_complete
    return body, reading.is_reusable


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=6),
    cuts=st.lists(st.integers(0, 400), max_size=12),
    trailers=st.sampled_from([b"", b"A: b\r\n", b"A: b\r\nC: d\r\n"]),
)
def test_chunks_are_read_wherever_they_are_cut(
    chunks: list[bytes], cuts: list[int], trailers: bytes
) -> None:
    sent = CHUNKED + b"".join(map(framed, chunks)) + b"0\r\n" + trailers + b"\r\n"
    places = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    pieces = [sent[begin:end] for begin, end in pairwise(places)]
    assert read(pieces) == (b"".join(chunks), True)


@given(junk=st.binary(min_size=1, max_size=30), cut=st.integers(0, 30))
def test_invalid_chunks_are_never_read_as_body(junk: bytes, cut: int) -> None:
    reading = exchange()
    reading.receive_head(CHUNKED)
    body = b""
    try:
        for piece in (junk[:cut], junk[cut:]):
            body += reading.receive_body(piece)
            reading.raise_delayed_error()
    except ProtocolError:
        pass
    # A library that reads chunks too finds the same body.
    assert body == reference(junk)


def reference(junk: bytes) -> bytes:
    import h11

    other = h11.Connection(h11.CLIENT)
    other.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    other.receive_data(CHUNKED + junk)
    found = b""
    try:
        while (event := other.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.Data):
                found += event.data
            if isinstance(event, h11.EndOfMessage):
                break
    except h11.RemoteProtocolError:
        pass
    return found


# ------------------------------------------------------------------------- what programs replace


def test_a_replaced_httpx_method_sees_each_request(
    twin: Twin, http: Callable[..., Http], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def answer(_: object, request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return httpx.Response(200, text="replaced")

    async def aanswer(transport: object, request: httpx.Request) -> httpx.Response:
        return answer(transport, request)

    kind = httpx.AsyncHTTPTransport if twin.is_async else httpx.HTTPTransport
    name = "handle_async_request" if twin.is_async else "handle_request"
    with FaultServer(otherwise=OK) as server:
        client = http()
        assert client.get(server).text == "fine"
        with monkeypatch.context() as patch:
            patch.setattr(kind, name, aanswer if twin.is_async else answer)
            assert client.get(server).text == "replaced"
        assert client.get(server).text == "fine"
    assert seen == ["/"]
    assert len(server.requests) == 2


def test_a_trace_is_left_to_httpx(twin: Twin, http: Callable[..., Http]) -> None:
    seen: list[str] = []

    async def atrace(name: str, _: object) -> None:
        seen.append(name)

    def trace(name: str, _: object) -> None:
        seen.append(name)

    with FaultServer(otherwise=OK) as server:
        client = http()
        client.get(server, extensions={"trace": atrace if twin.is_async else trace})
    assert "connection.connect_tcp.started" in seen


def test_a_proxy_of_the_environment_is_used(
    http: Callable[..., Http], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(otherwise=OK) as proxy, FaultServer() as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        assert http().get(server).text == "fine"
    assert proxy.requests[0].target == f"{server.origin}/"
    assert not server.requests

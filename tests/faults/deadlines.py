"""Call servers and proxies that stall or drip, on each transport: every call ends at its deadline.

    python -m tests.faults.deadlines [words of the cases to run]

Each case has a deadline of a second, and a server that would take longer. It prints how late each
call ends, and fails if one is a tenth of a second late, or ends otherwise than it has to. Cases
that are late run once more, alone, because a busy machine is late by itself.
"""

from __future__ import annotations

import random
import socket
import ssl
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
import h2.config
import h2.connection
import h2.events
import httpx
import trustme

import groq
import groq.testing

from .script import LAST_CHUNK, framed, head
from .tunnels import Listener

DEADLINE = 1.0
LATE = 0.1
AT_ONCE = 4
PAUSE = 0.3
"""Seconds between two bytes; less than the deadline, so that no step of a call times out."""

LENGTH = 30
"""Bytes that are sent so, which take nine seconds."""

LARGE = "x" * 20_000_000
"""More than the buffers of a connection that nobody reads from."""

Handler = Callable[[socket.socket], None]
is_over = threading.Event()


# ----------------------------------------------------------------------------------- what they send


def request(connection: socket.socket) -> None:
    """Read the head of a request."""
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(65536)
        if not data:
            raise ConnectionError
        received += data


def silence(connection: socket.socket) -> None:
    is_over.wait(LENGTH * PAUSE)


def drip(connection: socket.socket, pieces: Any) -> None:
    for piece in pieces:
        connection.sendall(bytes([piece]) if isinstance(piece, int) else piece)
        if is_over.wait(PAUSE):
            return


def after_request(*sent: bytes, then: Handler = silence) -> Handler:
    """Read the head of a request, send something half a second later, and go on."""

    def handle(connection: socket.socket) -> None:
        request(connection)
        is_over.wait(DEADLINE / 2)
        connection.sendall(b"".join(sent))
        then(connection)

    return handle


def dripping(pieces: Any) -> Handler:
    return lambda connection: drip(connection, pieces)


def redirects(connection: socket.socket) -> None:
    while not is_over.is_set():
        request(connection)
        is_over.wait(0.45)
        connection.sendall(REDIRECT)


def read_slowly(connection: socket.socket) -> None:
    for _ in range(LENGTH * 6):
        connection.recv(2000)
        is_over.wait(PAUSE / 6)


JSON = [("Content-Type", "application/json")]
SIZED = head(200, [*JSON, ("Content-Length", "400")])
REDIRECT = head(307, [("Location", "/"), ("Content-Length", "0")])
LONG_HEAD = head(200, [*JSON, ("Content-Length", "400"), ("X", "x" * LENGTH)])

PLAIN: dict[str, Handler] = {
    "silence": after_request(),
    "a head drips": after_request(then=dripping(LONG_HEAD)),
    "103 without end": after_request(then=dripping([b"HTTP/1.1 103 Hints\r\n\r\n"] * LENGTH)),
    "redirects": redirects,
    "a redirect, then silence": after_request(REDIRECT),
    "a body stops": after_request(SIZED + b"{"),
    "a body drips": after_request(SIZED, then=dripping(b" " * LENGTH)),
    "chunks drip": after_request(
        head(200, [*JSON, ("Transfer-Encoding", "chunked")]),
        then=dripping(framed(b" ") * LENGTH + LAST_CHUNK),
    ),
    "an error body drips": after_request(
        head(400, [*JSON, ("Content-Length", "400")]), then=dripping(b" " * LENGTH)
    ),
    "an upload is read slowly": read_slowly,
    "an upload is not read": silence,
}
HANDSHAKES: dict[str, Handler] = {
    "a handshake drips": dripping(b"\x16\x03\x03\x40\x00" + b"\x02" * LENGTH),
    "a handshake is not answered": silence,
}


def over_http2(answer: Callable[[socket.socket, Any, int], None]) -> Handler:
    """Read a request of HTTP/2, and have its stream answered."""

    def handle(connection: socket.socket) -> None:
        state: Any = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        while True:
            for event in state.receive_data(connection.recv(65536)):
                if isinstance(event, h2.events.RequestReceived):
                    answer(connection, state, event.stream_id)
                    return
            connection.sendall(state.data_to_send())

    return handle


def pings(connection: socket.socket, state: Any, stream: int) -> None:
    for _ in range(LENGTH):
        state.ping(b"12345678")
        drip(connection, [state.data_to_send()])


def head_and_silence(connection: socket.socket, state: Any, stream: int) -> None:
    state.send_headers(stream, [(":status", "200"), *JSON])
    connection.sendall(state.data_to_send())
    silence(connection)


def body_of_http2(connection: socket.socket, state: Any, stream: int) -> None:
    state.send_headers(stream, [(":status", "200"), *JSON])
    for _ in range(LENGTH):
        state.send_data(stream, b" ")
        drip(connection, [state.data_to_send()])


def unread(connection: socket.socket, state: Any, stream: int) -> None:
    silence(connection)


HTTP2: dict[str, Handler] = {
    "HTTP/2: silence": silence,
    "HTTP/2: pings": over_http2(pings),
    "HTTP/2: a head, then silence": over_http2(head_and_silence),
    "HTTP/2: a body drips": over_http2(body_of_http2),
    # The connection's window of 64 KiB is never enlarged.
    "HTTP/2: an upload is not read": over_http2(unread),
}


def tunnel(then: Handler, tls: ssl.SSLContext | None = None) -> Handler:
    """Accept a CONNECT, and be the server behind it."""

    def handle(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        then(tls.wrap_socket(connection, server_side=True) if tls else connection)

    return handle


def socks(then: Handler) -> Handler:
    """Accept a connection by SOCKS, and be the server behind it."""

    def handle(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(b"\x05\x00")
        connection.recv(100)
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        then(connection)

    return handle


def socks_drips(connection: socket.socket) -> None:
    connection.recv(100)
    drip(connection, b"\x05\x00")
    connection.recv(100)
    drip(connection, b"\x05\x00\x00\x03\xff" + b"a" * LENGTH)


SOCKS: dict[str, Handler] = {
    "SOCKS: silence": silence,
    "SOCKS: its answer drips": socks_drips,
    "SOCKS, then a head drips": socks(PLAIN["a head drips"]),
    "SOCKS, then a body drips": socks(PLAIN["a body drips"]),
}


# ---------------------------------------------------------------------------------------- the cases


@dataclass(frozen=True)
class Case:
    """A call on one transport."""

    transport: str
    name: str
    url: str
    http_client: Callable[[], Any]
    backend: str | None
    """The event loop; `None` in a thread."""

    @property
    def expected(self) -> type[Exception]:
        if "error body" in self.name:  # Its status is known before its body.
            return groq.BadRequestError
        if self.name == "SOCKS: its answer drips":  # httpcore needs it in one piece.
            return groq.APIConnectionError
        return groq.APITimeoutError


class Cases:
    """Starts a server for each case, and yields the cases on each transport that they apply to."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._trusting = ssl.create_default_context()
        self._authority.configure_trust(self._trusting)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
        self._listeners: list[Listener] = []

    def server_tls(self, *protocols: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("localhost").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
        context.set_alpn_protocols(protocols)
        return context

    def serve(self, handle: Handler, tls: ssl.SSLContext | None = None) -> int:
        def secured(connection: socket.socket) -> None:
            assert tls is not None
            with tls.wrap_socket(connection, server_side=True) as wrapped:
                handle(wrapped)

        listener = Listener(secured if tls else handle)
        self._listeners.append(listener)
        return listener.port

    def close(self) -> None:
        is_over.set()
        for listener in self._listeners:
            listener.close()

    def __iter__(self) -> Iterator[Case]:
        tls = self.server_tls("http/1.1")
        for name, handle in PLAIN.items():
            yield from self._direct(name, f"http://localhost:{self.serve(handle)}")
            yield from self._direct(f"TLS: {name}", f"https://localhost:{self.serve(handle, tls)}")
        for name, handle in HANDSHAKES.items():
            yield from self._direct(name, f"https://localhost:{self.serve(handle)}")
        for name, handle in HTTP2.items():
            url = f"https://localhost:{self.serve(handle, self.server_tls('h2'))}"
            yield from self._modes("HTTP/2", name, url, http2=True)
        tunnels = {
            "CONNECT: silence": PLAIN["silence"],
            "CONNECT: its answer drips": PLAIN["a head drips"],
            "CONNECT, then no handshake": tunnel(silence),
            "CONNECT, then a head drips": tunnel(PLAIN["a head drips"], tls),
            "CONNECT, then a body drips": tunnel(PLAIN["a body drips"], tls),
        }
        for name, handle in tunnels.items():
            proxy = f"http://localhost:{self.serve(handle)}"
            yield from self._modes("proxy", name, "https://localhost:1", proxy=proxy)
        for name, handle in SOCKS.items():
            proxy = f"socks5://localhost:{self.serve(handle)}"
            yield from self._modes("proxy", name, "http://localhost:1", proxy=proxy)

    def _direct(self, name: str, url: str) -> Iterator[Case]:
        yield from self._modes("default", name, url)
        options = {"timeout": 60, "follow_redirects": True}
        callers = (httpx.Client, httpx.AsyncClient)
        yield from self._modes("httpx", name, url, kinds=callers, **options)
        make = self._maker(groq.DefaultAioHttpClient)
        yield Case("aiohttp", name, url, make, "asyncio")

    def _modes(
        self,
        transport: str,
        name: str,
        url: str,
        *,
        kinds: tuple[Any, Any] = (groq.DefaultHttpxClient, groq.DefaultAsyncHttpxClient),
        **options: Any,
    ) -> Iterator[Case]:
        for backend in (None, "asyncio", "trio"):
            make = self._maker(kinds[backend is not None], **options)
            yield Case(f"{transport} {backend or 'thread'}", name, url, make, backend)

    def _maker(self, kind: Any, **options: Any) -> Callable[[], Any]:
        return lambda: kind(verify=self._trusting, **options)


# ----------------------------------------------------------------------------------------- the runs


def call(client: Any, name: str) -> Any:
    if "upload" not in name:
        return client.models.list()
    return client.chat.completions.create(model="m", messages=[], user=LARGE)


def run(case: Case) -> tuple[float, Exception | None]:
    """Return by how many seconds a call is late, and what it raised."""
    options: dict[str, Any] = {"api_key": "k", "base_url": case.url, "deadline": DEADLINE}
    raised: Exception | None = None
    ended_at = started_at = 0.0

    async def main() -> None:
        nonlocal raised, started_at, ended_at
        async with groq.AsyncGroq(http_client=case.http_client(), **options) as client:
            started_at = time.monotonic()
            try:
                await call(client, case.name)
            except Exception as error:
                raised = error
            ended_at = time.monotonic()

    if case.backend is not None:
        anyio.run(main, backend=case.backend)
    else:
        with groq.Groq(http_client=case.http_client(), **options) as client:
            started_at = time.monotonic()
            try:
                call(client, case.name)
            except Exception as error:
                raised = error
            ended_at = time.monotonic()
    return ended_at - started_at - DEADLINE, raised


def holds(case: Case) -> bool:
    """Run a case, and print how late it is."""
    late, raised = run(case)
    is_right = type(raised) is case.expected
    mark = "   " if is_right and late < LATE else "BAD"
    said = type(raised).__name__ if is_right else repr(raised)[:200]
    print(f"{mark} {case.transport:16} {case.name:34} {late:+.3f} s  {said}", flush=True)
    return is_right and late < LATE


def main(words: list[str]) -> int:
    """Run the cases, and those that fail once more; return how many fail again."""
    warnings.simplefilter("ignore")  # httpx leaves connections of failed handshakes unclosed
    with groq.testing.LocalServer(pace=0) as server, server.client() as client:
        client.models.list()  # imports what a first call imports
    made = Cases()
    cases = [
        case for case in made if all(word in f"{case.transport} {case.name}" for word in words)
    ]
    random.Random(0).shuffle(cases)
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = list(pool.map(holds, cases))
        failed = [case for case, held in zip(cases, results, strict=True) if not held]
        again = [case for case in failed if not holds(case)]
    finally:
        made.close()
    print(f"{len(cases)} cases, {len(failed)} failed, {len(again)} of them again")
    return len(again)


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))

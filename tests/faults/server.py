"""A server that answers with scripted bytes and writes down what its clients do."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable
from types import TracebackType

from typing_extensions import Self

from .script import Act, Answer, Pause, Received, Request, Script, Step, whole

PATIENCE = 0.9
"""How long, in seconds, the server waits for a client that does not do what a row claims."""


class ClientHasClosed(Exception):
    """Ends the script of a connection whose client is gone."""


class Connection:
    """One connection: its socket, and whether the client closed it before the server did."""

    def __init__(self, number: int, sock: socket.socket) -> None:
        self.number = number
        self.sock = sock
        self.buffer = b""
        self.closed_by_client = threading.Event()
        self.held_in_vain = False

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            raise ClientHasClosed from None

    def receive(self, timeout: float | None = None) -> bytes:
        """Return the next bytes; `TimeoutError` when none come in time."""
        try:
            self.sock.settimeout(timeout)
            data = self.sock.recv(1 << 18)
        except TimeoutError:
            raise
        except OSError:
            data = b""
        finally:
            with contextlib.suppress(OSError):
                self.sock.settimeout(None)
        if not data:
            raise ClientHasClosed
        return data

    def hold(self) -> None:
        """Wait for the client to close."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.buffer += self.receive(max(deadline - time.monotonic(), 0.001))
            except TimeoutError:
                self.held_in_vain = True
                return

    def close(self, how: Act) -> None:
        with contextlib.suppress(OSError, ValueError):
            if how is Act.RESET:
                linger = struct.pack("ii", 1, 0)
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            elif how is Act.CLOSE and isinstance(self.sock, ssl.SSLSocket):
                self.sock.settimeout(0.2)
                self.sock = self.sock.unwrap()
        self.sock.close()


class FaultServer:
    """Answers the first request with the first script, the next one with the next.

    Requests past the scripts get `otherwise`; without one they get a 418, which no row expects.
    What happened is in `requests` and `connections`.
    """

    def __init__(
        self,
        scripts: Iterable[Script] = (),
        *,
        otherwise: Script | None = None,
        tls: ssl.SSLContext | None = None,
        keeps_bodies: bool = True,
    ) -> None:
        self.requests: list[Request] = []
        self.connections: list[Connection] = []
        self.late: list[Step] = []
        self._scripts = list(scripts)
        self._otherwise = otherwise or whole(
            "no answer is scripted", 418, content_type="text/plain"
        )
        self._tls = tls
        self._keeps_bodies = keeps_bodies
        self._changed = threading.Condition()
        self._received = 0
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}"

    def received(self, count: int) -> None:
        """Say that the caller has been given this many items; `Received` waits for it."""
        with self._changed:
            self._received = count
            self._changed.notify_all()

    def wait_until_closed_by_client(self, number: int = 1, timeout: float = PATIENCE) -> bool:
        """Tell whether the client closes the connection of this number, now or soon."""
        return self.connections[number - 1].closed_by_client.wait(timeout)

    def wait_for_requests(self, count: int, timeout: float = 5) -> bool:
        """Tell whether this many requests have come, now or soon."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= count, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        # A listener that is only closed leaves a thread in accept() behind.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _start(self, work: object, *arguments: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments, name="fault server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(len(self.connections) + 1, sock)
            with self._changed:
                self.connections.append(connection)
                if self._closing:
                    sock.close()
                    return
            self._start(self._serve, connection)

    def _serve(self, connection: Connection) -> None:
        how = Act.CUT
        try:
            if self._tls is not None:
                try:
                    connection.sock = self._tls.wrap_socket(connection.sock, server_side=True)
                except OSError:
                    return
            while (ending := self._answer(connection)) is None:
                pass
            how = ending
        except ClientHasClosed:
            connection.closed_by_client.set()
        finally:
            connection.close(how)

    def _answer(self, connection: Connection) -> Act | None:
        """Read a request and answer it; return how to close the connection, if it is to close."""
        request_head = self._read_head(connection)
        request = Request(connection.number, request_head, b"", 0)
        early = self._next_early_answer()
        if early is None:
            request = self._read_body(connection, request)
        with self._changed:
            self.requests.append(request)
            script = early or (self._scripts.pop(0) if self._scripts else self._otherwise)
            self._changed.notify_all()
        answer = script if isinstance(script, Answer) else script(request)
        for step in answer.steps:
            if isinstance(step, bytes):
                connection.send(step)
            elif isinstance(step, Pause):
                time.sleep(step.seconds)
            elif isinstance(step, Received):
                self._wait_for_caller(step)
            elif step is Act.HOLD:
                connection.hold()
            elif step is Act.HALF_CLOSE:
                connection.sock.shutdown(socket.SHUT_WR)
            else:
                return step
        return None

    def _next_early_answer(self) -> Answer | None:
        """Take the next script if it answers before the body of its request is read."""
        with self._changed:
            script = self._scripts[0] if self._scripts else self._otherwise
            if not isinstance(script, Answer) or script.waits_for_body:
                return None
            if self._scripts:
                self._scripts.pop(0)
            return script

    def _wait_for_caller(self, step: Received) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._received >= step.count or self._closing, timeout=PATIENCE
            )
            if self._received < step.count:
                self.late.append(step)

    def _read_head(self, connection: Connection) -> bytes:
        while b"\r\n\r\n" not in connection.buffer:
            connection.buffer += connection.receive()
        found, _, connection.buffer = connection.buffer.partition(b"\r\n\r\n")
        return found

    def _read_body(self, connection: Connection, request: Request) -> Request:
        headers = request.headers
        pieces: list[bytes] = []
        length = 0

        def take(count: int) -> bytes:
            nonlocal length
            taken: list[bytes] = []
            left = count
            while left:
                if not connection.buffer:
                    connection.buffer = connection.receive()
                piece, connection.buffer = connection.buffer[:left], connection.buffer[left:]
                left -= len(piece)
                if self._keeps_bodies:
                    taken.append(piece)
            length += count
            return b"".join(taken)

        def line() -> bytes:
            while b"\r\n" not in connection.buffer:
                connection.buffer += connection.receive()
            found, _, connection.buffer = connection.buffer.partition(b"\r\n")
            return found

        if headers.get("transfer-encoding") == "chunked":
            while size := int(line(), 16):
                pieces.append(take(size))
                line()
            line()
        else:
            pieces.append(take(int(headers.get("content-length", "0"))))
        return Request(request.connection, request.head, b"".join(pieces), length)

"""Proxies and a server of HTTP/2 that chance makes fail, for the runs of `test_chaos`."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Union


class Listener:
    """Accepts connections, and handles each one in a thread."""

    def __init__(self, handle: Callable[[socket.socket], None]) -> None:
        self._handle = handle
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.add(connection)
            thread = threading.Thread(target=self._run, args=(connection,), daemon=True)
            self._threads.add(thread)
            thread.start()

    def _run(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._handle(connection)
        self._open.discard(connection)
        connection.close()
        self._threads.discard(threading.current_thread())

    def close(self) -> None:
        # A thread that accepts is not woken when the socket is closed.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(5)
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(5)


@contextlib.contextmanager
def listening(handle: Callable[[socket.socket], None]) -> Generator[int, None, None]:
    listener = Listener(handle)
    try:
        yield listener.port
    finally:
        listener.close()


def reset(connection: socket.socket) -> None:
    """Have the connection end with a TCP reset when it is closed."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# --------------------------------------------------------------------------------------- proxies


def connect_proxy(rng: random.Random) -> Callable[[socket.socket], None]:
    """A proxy that knows CONNECT; one time in twelve it refuses, is cut off or makes no sense."""

    def handle(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (data := connection.recv(65536)):
                return
            head += data
        port = int(head.split(b" ")[1].rpartition(b":")[2])
        fault = rng.randrange(36)
        if fault == 0:
            connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        elif fault == 1:
            connection.sendall(b"HTTP/1.1 200")
        elif fault == 2:
            connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            tunnel(connection, port)

    return handle


def socks_proxy(rng: random.Random) -> Callable[[socket.socket], None]:
    """A SOCKS5 proxy; one time in twelve it refuses, is cut off or makes no sense."""

    def handle(connection: socket.socket) -> None:
        connection.recv(1024)
        fault = rng.randrange(36)
        if fault == 0:
            connection.sendall(b"\x05\xff")  # no way to authenticate
            return
        connection.sendall(b"\x05\x00")
        asked = connection.recv(1024)
        if len(asked) < 7 or fault == 1:
            return
        if fault == 2:
            connection.sendall(b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00")  # refused
            return
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        tunnel(connection, int.from_bytes(asked[-2:], "big"))

    return handle


def tunnel(connection: socket.socket, port: int) -> None:
    """Copy bytes both ways until one side ends."""
    with socket.create_connection(("127.0.0.1", port)) as other:

        def copy(source: socket.socket, target: socket.socket) -> None:
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except ConnectionResetError:
                reset(target)
            except OSError:
                pass
            for each in (source, target):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

        back = threading.Thread(target=copy, args=(other, connection), daemon=True)
        back.start()
        copy(connection, other)
        back.join()


# ---------------------------------------------------------------------------------------- HTTP/2


Piece = Union[bytes, threading.Event]
"""A part of a body, or an event that the server waits for."""


def http2_server(
    context: ssl.SSLContext,
    pieces: Callable[[bytes], tuple[list[Piece], str, random.Random]],
    *,
    fails: bool = True,
) -> Callable[[socket.socket], None]:
    """A server of HTTP/2 that answers a body with pieces of one, or fails now and then.

    `pieces` returns them with the content type and what decides on faults.
    """
    import h2.config
    import h2.connection
    import h2.events

    def handle(raw: socket.socket) -> None:
        connection = context.wrap_socket(raw, server_side=True)
        state: Any = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        bodies: dict[int, bytes] = {}
        with connection:
            while data := connection.recv(65536):
                for event in state.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        bodies[event.stream_id] = b""
                    elif isinstance(event, h2.events.DataReceived):
                        bodies[event.stream_id] += event.data
                        length = event.flow_controlled_length
                        state.acknowledge_received_data(length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        body = bodies.pop(event.stream_id)
                        if not answer(connection, state, event.stream_id, *pieces(body)):
                            return
                connection.sendall(state.data_to_send())

    def answer(
        connection: ssl.SSLSocket,
        state: Any,
        stream: int,
        parts: list[Piece],
        content_type: str,
        rng: random.Random,
    ) -> bool:
        """Answer one request; say whether the connection goes on."""
        fault = rng.randrange(40) if fails else None
        at = rng.randrange(len(parts) + 1)
        state.send_headers(stream, [(":status", "200"), ("content-type", content_type)])
        for number, part in enumerate([*parts, b""]):
            if number == at and fault == 0:
                state.reset_stream(stream, error_code=rng.choice([0, 1, 2, 7, 8, 11]))
                connection.sendall(state.data_to_send())
                return True
            if number == at and fault == 1:
                state.close_connection(error_code=rng.choice([0, 1, 11]), last_stream_id=stream)
                connection.sendall(state.data_to_send())
                return False
            if number == at and fault == 2:
                reset(connection)
                return False
            if number == at and fault == 3:
                connection.sendall(state.data_to_send() + bytes(rng.randbytes(40)))
                return False
            if number == at and fault == 4:
                connection.sendall(state.data_to_send())
                time.sleep(0.2)
            if isinstance(part, threading.Event):
                part.wait(60)
                continue
            state.send_data(stream, part, end_stream=number == len(parts))
            connection.sendall(state.data_to_send())
        return True

    return handle

"""`Socket`: a connection that one thread uses, and that any other thread may close."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING

from ..deadlines import Deadline
from . import name_lookup
from .connection import READ, BaseSocket
from .pool import ClosedError, Origin, Pool, Waiter
from .tls import TLS

if TYPE_CHECKING:
    import httpx


_LONGEST = 2_000_000.0
"""The longest wait in seconds, 23 days; the system counts milliseconds in 31 bits."""


class Socket(BaseSocket):
    """A connection of threads."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin)
        self._is_in_use = False

    def connect(self, context: ssl.SSLContext | None, timeout: float | None) -> None:
        """Connect, with TLS if a context is given.

        Raises `OSError` if that fails, `TimeoutError` after `timeout` seconds. Each address of a
        name gets an equal share of the time that is left.
        """
        timeout = _bounded(timeout)
        deadline = None if timeout is None else Deadline(timeout)
        failed: OSError | None = None
        host, port = self.origin.host, self.origin.port
        untried = _addresses(host, port, timeout)
        while untried:
            seconds = _left(deadline)
            share = None if seconds is None else seconds / len(untried)
            family, address = untried.pop(0)
            try:
                self._socket = socket.socket(family, socket.SOCK_STREAM)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._acquire(share)
                try:
                    self._socket.connect(address)
                    break
                finally:
                    self._release()
            except OSError as error:
                if self._socket is not None:
                    self._socket.close()
                failed = failed or error
        else:
            raise failed or OSError(f"{host!r} has no address")
        if context is not None:
            self._start_tls(TLS(context, self.origin.server_name), deadline)

    def _start_tls(self, tls: TLS, deadline: Deadline | None) -> None:
        is_done, to_send = tls.handshake(None)
        while not is_done:
            self.write(to_send, _left(deadline))
            is_done, to_send = tls.handshake(self.read(_left(deadline)))
        self.write(to_send, _left(deadline))
        self._tls = tls

    def read(self, timeout: float | None) -> bytes:
        """Return received bytes, and wait for some if necessary; `b""` at the end.

        Raises `OSError` if the connection is lost, `TimeoutError` after `timeout` seconds.
        """
        if self._received:
            received, self._received = self._received, b""
            return received
        deadline = None if timeout is None or self._tls is None else Deadline(timeout)
        while not self._is_ended:
            if plaintext := self._decrypt(self._receive(timeout)):
                return plaintext
            timeout = _left(deadline)
        return b""

    def write(self, data: bytes, timeout: float | None) -> None:
        """Write all of the data.

        Raises `OSError` if the connection is lost, `TimeoutError` after `timeout` seconds in which
        the server has read nothing.
        """
        if self._tls is not None:
            data = self._tls.encrypt(data)
        rest = memoryview(data)
        while rest:
            connection = self._acquire(timeout)
            try:
                rest = rest[connection.send(rest) :]
            finally:
                self._release()

    def _receive_now(self) -> bytes:
        return self._receive(0)

    def _receive(self, timeout: float | None) -> bytes:
        connection = self._acquire(timeout)
        try:
            return connection.recv(READ)
        finally:
            self._release()

    def close(self) -> None:
        """Close the connection at once; a pending read or write raises `ClosedError`."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._socket is None:
            return
        if self._is_in_use and not self._is_inherited:
            # The thread that uses it closes it: if it were closed here, another socket could get
            # its descriptor while that thread still waits for it.
            with contextlib.suppress(OSError):  # the connection is lost already
                self._socket.shutdown(socket.SHUT_RDWR)
                return
        else:
            self._say_goodbye()
        self._socket.close()

    def _acquire(self, timeout: float | None) -> socket.socket:
        """Mark the socket as in use by this thread, which then closes it for other threads."""
        self._is_in_use = True
        connection = self._socket
        if self._is_closed or connection is None:
            self._release()
            raise ClosedError
        if connection.gettimeout() != timeout:
            connection.settimeout(_bounded(timeout))
        return connection

    def _release(self) -> None:
        self._is_in_use = False
        if self._is_closed and self._socket is not None:
            self._socket.close()
            raise ClosedError


class Connections:
    """The pool that all threads share, and the threads that wait for a connection."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._pool = Pool(limits, Socket)
        self._lock = threading.Lock()

    def claim(self, origin: Origin, timeout: float | None) -> Socket:
        """Return a connection, connected or not.

        Raises `TimeoutError` if none is free for `timeout` seconds, `ClosedError` once closed.
        """
        with self._lock:
            connection = self._pool.claim(origin)
            if connection is not None:
                return connection
            woken = threading.Event()
            waiter = Waiter[Socket](origin, woken.set)
            self._pool.waiting.append(waiter)
        try:
            woken.wait(_bounded(timeout))
        except BaseException:  # the thread was interrupted
            with self._lock:
                self._pool.give_up(waiter)
            raise
        with self._lock:
            if waiter in self._pool.waiting:
                self._pool.give_up(waiter)
                raise TimeoutError
            return self._pool.take(waiter)

    def release(self, connection: Socket, *, is_reusable: bool) -> None:
        """Take a connection back."""
        with self._lock:
            self._pool.release(connection, is_reusable=is_reusable)

    def close(self) -> None:
        """Close all connections, from any thread."""
        with self._lock:
            self._pool.close()


class Pools:
    """The pool of all threads."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._connections = Connections(limits)

    def current(self) -> Connections | None:
        """Return the pool."""
        return self._connections

    def close(self) -> None:
        """Close all connections, from any thread."""
        self._connections.close()


def _addresses(host: str, port: int, timeout: float | None) -> name_lookup.Addresses:
    found = name_lookup.numeric_addresses(host, port)
    if found is None:
        try:
            found = name_lookup.look_up(host, port).result(timeout)
        except FutureTimeoutError:  # the built-in one from Python 3.11 on
            raise TimeoutError from None
    return list(found)  # others may wait for the same lookup


def _bounded(timeout: float | None) -> float | None:
    """Return a timeout that the system can count; `math.inf` means no limit."""
    return None if timeout is None else min(timeout, _LONGEST)


def _left(deadline: Deadline | None) -> float | None:
    """Return the seconds left, if there is a deadline. Raises `TimeoutError` if it has passed."""
    return None if deadline is None else deadline.check_and_cut(None)

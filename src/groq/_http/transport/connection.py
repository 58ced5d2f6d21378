"""`BaseSocket`: what the sockets of threads, asyncio and trio have in common."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from .pool import Origin
from .tls import TLS

READ = 64 * 1024
"""Bytes that are read at a time."""


class BaseSocket:
    """A connection, with TLS or without; subclasses wait, read and write."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._socket: socket.socket | None = None
        self._tls: TLS | None = None
        self._received = b""
        self._is_ended = False
        self._is_closed = False

    @property
    def is_connected(self) -> bool:
        """Whether `connect` was called."""
        return self._socket is not None

    def is_usable(self) -> bool:
        """Say whether an idle connection is still open and has received nothing."""
        raise NotImplementedError

    def __del__(self) -> None:
        if self._socket is not None:
            self._socket.close()  # avoids a warning; an event loop may be closed by now

    def get_extra_info(self, name: str) -> Any:
        """Return information on the connection, by httpcore's names."""
        if self._socket is None:
            return None
        with contextlib.suppress(OSError):  # the socket is closed
            if name == "client_addr":
                return self._socket.getsockname()
            if name == "server_addr":
                return self._socket.getpeername()
        return {"ssl_object": self._tls and self._tls.object, "socket": self._socket}.get(name)

    def _decrypt(self, data: bytes) -> bytes:
        """Return received bytes as plaintext, and note the end of the connection."""
        if self._tls is None:
            self._is_ended = not data
            return data
        plaintext = self._tls.decrypt(data)
        self._is_ended = self._tls.is_ended
        return plaintext

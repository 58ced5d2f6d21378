"""`BaseSocket`: what the sockets of threads, asyncio and trio have in common."""

from __future__ import annotations

import contextlib
import os
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
        self._process = os.getpid()

    @property
    def is_connected(self) -> bool:
        """Whether `connect` was called."""
        return self._socket is not None

    def is_usable(self) -> bool:
        """Say whether an idle connection is still open and has received nothing."""
        if self._is_closed or self._is_ended or self._received or self._socket is None:
            return False
        try:
            self._received = self._decrypt(self._receive_now())
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False
        # The bytes may belong to TLS itself, such as a session ticket.
        return not (self._received or self._is_ended)

    def _receive_now(self) -> bytes:
        """Return the bytes that have arrived. Raises `BlockingIOError` if there are none."""
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

    @property
    def _is_inherited(self) -> bool:
        """Whether this is a forked child, which must leave its parent's connection as it is."""
        return self._process != os.getpid()

    def _say_goodbye(self) -> None:
        """Tell the server that the connection is closed on purpose, as a courtesy."""
        if self._socket is None or self._tls is None or self._is_inherited:
            return
        if not self._is_ended:
            with contextlib.suppress(OSError):  # the connection is lost already
                self._socket.settimeout(0)
                self._socket.send(self._tls.goodbye())

    def _decrypt(self, data: bytes) -> bytes:
        """Return received bytes as plaintext, and note the end of the connection."""
        if self._tls is None:
            self._is_ended = not data
            return data
        plaintext = self._tls.decrypt(data)
        self._is_ended = self._tls.is_ended
        return plaintext

"""`TLS`: bytes of a connection in, the text that they carry out, and the other way round."""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import Any

_RECORD = 16 * 1024
"""Bytes that a record of TLS holds at most."""


class TLS:
    """The client's side of TLS over bytes that others move."""

    def __init__(self, context: ssl.SSLContext, hostname: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=hostname)
        self.is_ended = False
        """Whether the other side has ended what it says."""

    def handshake(self, data: bytes | None) -> tuple[bool, bytes]:
        """Go on with the handshake; say whether it is done, and return what is to be sent.

        `data` is what came, `b""` if the connection has ended, and `None` at the start.
        Raises `ssl.SSLError` if it fails.
        """
        if data is not None:
            self._put(data)
        is_done = False
        try:
            self.object.do_handshake()
            is_done = True
        except ssl.SSLWantReadError:
            pass
        return is_done, self._outgoing.read()

    def encrypt(self, text: bytes) -> bytes:
        """Return the bytes that carry the text."""
        # A write of more than a record does the same in a loop.
        self.object.write(text)
        return self._outgoing.read()

    def decrypt(self, data: bytes) -> bytes:
        """Return the text that these bytes complete; `b""` as data is the connection's end.

        Raises `ssl.SSLError` if they are not what the other side has written.
        """
        self._put(data)
        text = b""
        try:
            while piece := self.object.read(_RECORD):
                text = text + piece if text else piece
                if not (self._incoming.pending or self.object.pending()):
                    return text
        except ssl.SSLWantReadError:
            return text
        except ssl.SSLEOFError:
            pass  # an end without notice: the framing of a body tells whether it is cut
        self.is_ended = True
        return text

    def goodbye(self) -> bytes:
        """Return the notice that nothing more will be sent."""
        with contextlib.suppress(ssl.SSLError):  # the answer to the notice is not waited for
            self.object.unwrap()
        return self._outgoing.read()

    def _put(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def connection_info(
    name: str, connection: socket.socket | None, tls: TLS | None, *, is_readable: bool
) -> Any:
    """Return what is asked for of a connection, by the names of httpcore."""
    if connection is None:
        return None
    with contextlib.suppress(OSError):  # it is closed
        if name == "client_addr":
            return connection.getsockname()
        if name == "server_addr":
            return connection.getpeername()
    return {
        "ssl_object": tls and tls.object,
        "socket": connection,
        "is_readable": is_readable,
    }.get(name)

"""`TLS`: encrypts and decrypts the bytes of a connection, without I/O."""

from __future__ import annotations

import contextlib
import ssl
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..._library import Library

_RECORD = 16 * 1024
"""The most bytes in one TLS record."""


class TLS:
    """The client's side of a TLS connection."""

    def __init__(self, context: ssl.SSLContext, hostname: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=hostname)
        self.is_ended = False
        """Whether the server has sent everything."""

    def handshake(self, data: bytes | None) -> tuple[bool, bytes]:
        """Continue the handshake; return whether it is done, and the bytes to send.

        `data` are the received bytes, `b""` if the connection has ended, and `None` at the start.
        Raises `ssl.SSLError` if it fails.
        """
        if data is not None:
            self._feed(data)
        is_done = False
        try:
            self.object.do_handshake()
            is_done = True
        except ssl.SSLWantReadError:
            pass
        return is_done, self._outgoing.read()

    def encrypt(self, plaintext: bytes) -> bytes:
        """Return the plaintext encrypted."""
        # `write` encrypts more than one record completely.
        self.object.write(plaintext)
        return self._outgoing.read()

    def decrypt(self, data: bytes) -> bytes:
        """Return the data decrypted; `b""` as data means that the connection has ended.

        Raises `ssl.SSLError` if the data was tampered with.
        """
        self._feed(data)
        plaintext = b""
        try:
            while piece := self.object.read(_RECORD):
                plaintext = plaintext + piece if plaintext else piece
                if not (self._incoming.pending or self.object.pending()):
                    return plaintext
        except ssl.SSLWantReadError:
            return plaintext
        except ssl.SSLEOFError:
            pass  # the server hung up without notice; the framing tells whether a body is cut
        self.is_ended = True
        return plaintext

    def goodbye(self) -> bytes:
        """Return the bytes of a close notice."""
        with contextlib.suppress(ssl.SSLError):  # it would wait for the server's close notice
            self.object.unwrap()
        return self._outgoing.read()

    def _feed(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def tls_context(http_library: Library, options: dict[str, Any]) -> ssl.SSLContext:
    """Return the TLS context for the options of a transport."""
    chosen = {name: options[name] for name in ("verify", "cert", "trust_env") if name in options}
    context: ssl.SSLContext = http_library.module.create_ssl_context(**chosen)
    context.set_alpn_protocols(["http/1.1"])
    return context

"""A server in a process of its own, which streams prepared events over loopback sockets.

`python -m benchmarks.server CERTIFICATE` writes the certificate of its authority there, prints the
ports for plain connections and for TLS, and ends when its standard input is closed. The request
says in `x-events` how many chunks it wants, each in a write of its own, and in `x-pace` how many
seconds lie between two of them; without `x-events` the answer is a whole completion.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from . import payloads

__all__ = ["Urls", "streaming_server"]

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_EVENTS = re.compile(rb"x-events: *(\d+)", re.IGNORECASE)
_PACE = re.compile(rb"x-pace: *([\d.e-]+)", re.IGNORECASE)


class Urls(NamedTuple):
    """Where the server is."""

    plain: str
    tls: str


@contextmanager
def streaming_server() -> Generator[Urls, None, None]:
    """Start the server, give its URLs, and end it; clients made meanwhile trust it."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = str(Path(folder, "authority.pem"))
        command = [sys.executable, "-m", "benchmarks.server", certificate]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            plain, tls = process.stdout.readline().decode().split()
            os.environ["SSL_CERT_FILE"] = certificate
            yield Urls(f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{tls}")
            del os.environ["SSL_CERT_FILE"]
            # Leaving the block closes the standard input, at which the server ends.


@lru_cache
def _parts(count: int) -> list[bytes]:
    return [b"%x\r\n%b\r\n" % (len(event), event) for event in payloads.events(count)]


def _whole() -> bytes:
    body = payloads.completion()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # A client may leave in the middle of a response.
    with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length, events, pace = _LENGTH.search(head), _EVENTS.search(head), _PACE.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            if events is None:
                writer.write(_whole())
                continue
            writer.write(_HEAD)
            await _stream(writer, int(events[1]), float(pace[1]) if pace else 0)
            writer.write(_END)
    writer.close()


async def _stream(writer: asyncio.StreamWriter, events: int, pace: float) -> None:
    due = time.monotonic()
    for part in _parts(events):
        writer.write(part)
        await writer.drain()
        due += pace
        # Without a pace the other connections have their turn: events of all streams come mixed.
        await asyncio.sleep(max(0, due - time.monotonic()) if pace else 0)


async def _serve(certificate: str) -> None:
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    servers = [
        await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=tls, backlog=2048)
        for tls in (None, context)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    asyncio.run(_serve(sys.argv[1]))

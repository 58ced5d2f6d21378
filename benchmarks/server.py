"""A server in a process of its own, which streams prepared events over loopback sockets.

`python -m benchmarks.server EVENTS` prints its URL, answers every request with that many chunks,
each in a write of its own, and ends when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

from . import payloads

__all__ = ["streaming_server"]

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_END = b"0\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@contextmanager
def streaming_server(events: int) -> Generator[str, None, None]:
    """Starts the server, gives its URL, and ends it."""
    command = [sys.executable, "-m", "benchmarks.server", str(events)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout.readline().decode().strip()
        # Leaving the block closes the standard input, at which the server ends.


async def _serve(count: int) -> None:
    parts = [b"%x\r\n%b\r\n" % (len(event), event) for event in payloads.events(count)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that leaves in the middle is no matter of the server's.
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
                writer.write(_HEAD)
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                    # The other connections have their turn: events of all streams come mixed.
                    await asyncio.sleep(0)
                writer.write(_END)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    asyncio.run(_serve(int(sys.argv[1])))

"""Looking up names, in threads of their own: `getaddrinfo` cannot be interrupted.

A lookup that is not waited for any longer goes on, and holds up neither the caller nor the end of
the program. The thread pool of an event loop would do both.
"""

from __future__ import annotations

import os
import socket
import threading
from concurrent.futures import Future
from typing import Any

Addresses = list[tuple[int, Any]]
"""The family and the address of each socket address of a name."""

_running: dict[tuple[int, str, int], Future[Addresses]] = {}
"""The lookups of each process: what a child process has of its parent's never ends."""


def numeric_addresses(host: str, port: int) -> Addresses | None:
    """Return the address if the host is one and not a name, without asking anyone."""
    try:
        return _addresses(host, port, socket.AI_NUMERICHOST)
    except OSError:
        return None


def look_up(host: str, port: int) -> Future[Addresses]:
    """Look up a name, or join the lookup of that name that is running. Fails with `OSError`."""
    key = os.getpid(), host, port
    future: Future[Addresses] = Future()
    running = _running.setdefault(key, future)
    if running is future:
        future.set_running_or_notify_cancel()  # who stops waiting does not cancel it for others
        name = f"groq looks up {host}"
        thread = threading.Thread(target=_look_up, args=(key, future), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # the process has no room for another thread
            del _running[key]
            future.set_exception(OSError(str(error)))
    return running


def _look_up(key: tuple[int, str, int], future: Future[Addresses]) -> None:
    _, host, port = key
    try:
        found = _addresses(host, port)
    except BaseException as error:
        del _running[key]
        future.set_exception(error)
        if not isinstance(error, OSError):
            raise
    else:
        del _running[key]
        future.set_result(found)


def _addresses(host: str, port: int, flags: int = 0) -> Addresses:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except UnicodeError as error:
        raise OSError(f"{host!r} is not a host name") from error
    return [(family, address) for family, _, _, _, address in found]

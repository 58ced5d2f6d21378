"""Stores that share limits between processes or machines: a file, or a Redis server."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from functools import partial
from importlib import import_module
from typing import Any, Protocol

_PATIENCE = 30.0
"""Seconds to wait while another process writes."""

_KEPT = 7 * 24 * 3600
"""Seconds after which Redis drops an unchanged key."""


_inherited: list[sqlite3.Connection] = []
"""Connections of the process that this one was forked from; to free them would close them."""


class Store(Protocol):
    """The interface of a store that processes share: a mapping from keys to text.

    An exception of either method is the cause of the `GroqError` that the call raises. The request
    is not sent then. If it has been sent already, the call succeeds, and the error is logged.
    """

    def get(self, key: str) -> str | None:
        """Return the text of a key, or `None`."""
        ...

    def swap(self, key: str, old: str | None, new: str) -> bool:
        """Set the text of a key if it still equals the old one; return whether it did.

        The comparison and the change must be one atomic step.
        """
        ...


class SQLiteStore:
    """A file that the processes of one machine share, safe against processes that are killed.

    Raises:
        OSError: The file cannot be opened, or is not a database.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._lock = threading.Lock()
        self._connection = self._open()
        self._process = os.getpid()

    def get(self, key: str) -> str | None:
        """Return the text of a key, or `None`."""
        rows, _ = self._execute("SELECT state FROM limits WHERE key = ?", key)
        return rows[0][0] if rows else None

    def swap(self, key: str, old: str | None, new: str) -> bool:
        """Set the text of a key if it still equals the old one; return whether it did."""
        if old is None:
            statement = "INSERT INTO limits (key, state) VALUES (?, ?) ON CONFLICT DO NOTHING"
            return self._execute(statement, key, new)[1] == 1
        statement = "UPDATE limits SET state = ? WHERE key = ? AND state = ?"
        return self._execute(statement, new, key, old)[1] == 1

    def _execute(self, statement: str, *values: str) -> tuple[list[Any], int]:
        with self._lock:
            # A connection must not be used, nor closed, in a forked process.
            # https://sqlite.org/howtocorrupt.html, 2.6
            if self._process != os.getpid():
                _inherited.append(self._connection)
                self._connection = self._open()
                self._process = os.getpid()
            try:
                cursor = self._connection.execute(statement, values)
                return cursor.fetchall(), cursor.rowcount
            except sqlite3.Error as error:
                raise self._failure(error) from error

    def _failure(self, error: sqlite3.Error) -> OSError:
        return OSError(f"The limits cannot be kept in {self._path!r}: {error}")

    def _open(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise self._failure(error) from error
        return connection

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._path,)

    def __del__(self) -> None:
        if not hasattr(self, "_process"):
            return
        if self._process == os.getpid():
            self._connection.close()
        else:
            _inherited.append(self._connection)


def _prepare(connection: sqlite3.Connection) -> None:
    ends_at = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError:
            # Another process is changing the mode too, which SQLite does not wait for.
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.01)
    # A power failure may lose the last changes, which are learnt again.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS limits (key TEXT PRIMARY KEY, state TEXT NOT NULL)"
    )


_SWAP = """\
local now = redis.call('GET', KEYS[1])
if (now or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class RedisStore:
    """A Redis server that several machines share: `pip install groq[redis]`.

        limiter = RateLimiter(store=RedisStore("redis://cache.example:6379/0"))

    The clocks of the machines must agree to a fraction of a second, as with NTP.

    Args:
        url: The URL of the server, as in `redis.Redis.from_url`.
        prefix: The prefix of all keys; the default is `groq:limits:`.
        options: Other options of `redis.Redis.from_url`.

    Raises:
        ImportError: The package `redis` is not installed.
    """

    def __init__(self, url: str, *, prefix: str = "groq:limits:", **options: Any) -> None:
        try:
            redis: Any = import_module("redis")
        except ImportError as error:
            raise ImportError(
                "RedisStore needs the package redis: pip install 'groq[redis]'"
            ) from error
        self._again = partial(RedisStore, url, prefix=prefix, **options)
        self._prefix = prefix
        self._redis: Any = redis.Redis.from_url(url, **options)
        self._swap: Any = self._redis.register_script(_SWAP)

    def get(self, key: str) -> str | None:
        """Return the text of a key, or `None`."""
        text = self._redis.get(self._prefix + key)
        return text.decode() if isinstance(text, bytes) else text

    def swap(self, key: str, old: str | None, new: str) -> bool:
        """Set the text of a key if it still equals the old one; return whether it did."""
        return bool(self._swap(keys=[self._prefix + key], args=[old or "", new, _KEPT]))

    def __reduce__(self) -> tuple[Any, ...]:
        return self._again, ()

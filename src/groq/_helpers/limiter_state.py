"""Where the limits of a model are kept: in memory, or in a store that processes share."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import sniffio

from .._exceptions import GroqError
from .._http.closing import finish
from .limiter_stores import Store
from .limits import Limits

_T = TypeVar("_T")


@dataclass(frozen=True)
class Settings:
    """What the caller has said about the limits of all models."""

    limits: Mapping[str, float]
    """The limits that the caller gives."""
    share: float
    """The fraction of all limits that may be used."""
    speed: float
    """The speed of the clock."""


class MemoryState:
    """The limits of a model, in memory.

    Args:
        settings: What the caller has said about them.
    """

    is_shared = False
    """Whether other processes use the same limits."""

    def __init__(self, settings: Settings) -> None:
        self._limits = Limits()
        self._limits.tell(math.inf, settings.limits, settings.share)  # they hold for ever
        self.speed = settings.speed
        self._lock = threading.Lock()

    def change(self, change: Callable[[Limits, float], _T]) -> _T:
        """Call a function that changes the limits; its arguments are the limits and the time."""
        with self._lock:
            return change(self._limits, time.monotonic() * self.speed)

    def do(self, action: Callable[[], _T]) -> _T:
        """Run an action that changes the limits."""
        return action()

    async def async_do(self, action: Callable[[], _T]) -> _T:
        """Run an action that changes the limits."""
        return action()


class StoredState:
    """The limits of a model, in a store.

    Args:
        settings: What the caller has said about them.
        store: The store.
        key: Their key in the store.
    """

    is_shared = True
    """Whether other processes use the same limits."""

    def __init__(self, settings: Settings, store: Store, key: str) -> None:
        self.speed = settings.speed
        self._settings = settings
        self._store = store
        self._key = key

    def change(self, change: Callable[[Limits, float], _T]) -> _T:
        """Call a function that changes the limits, again if another process has changed them.

        Raises:
            GroqError: The store has failed.
        """
        settings = self._settings
        while True:
            old = self._ask_store(lambda: self._store.get(self._key))
            limits = Limits() if old is None else Limits.from_json(old)
            # The clock must have the same meaning for all processes.
            now = time.time() * self.speed
            limits.follow_clock(now)
            limits.tell(now, settings.limits, settings.share)
            result = change(limits, now)
            new = limits.to_json()
            if new == old or self._ask_store(lambda: self._store.swap(self._key, old, new)):  # noqa: B023  # called at once
                return result

    def _ask_store(self, ask: Callable[[], _T]) -> _T:
        try:
            return ask()
        except Exception as error:
            raise GroqError(f"The store of the rate limits failed: {error}") from error

    def do(self, action: Callable[[], _T]) -> _T:
        """Run an action that changes the limits."""
        return action()

    async def async_do(self, action: Callable[[], _T]) -> _T:
        """Run an action that changes the limits, in a thread, to its end.

        A cancellation that comes meanwhile is raised after it, so that the caller can undo it.
        """
        import anyio
        import anyio.lowlevel

        done: list[_T] = []

        async def run() -> None:
            with anyio.CancelScope(shield=True):
                done.append(await anyio.to_thread.run_sync(action))

        if sniffio.current_async_library() == "asyncio":
            await finish(run())
        else:
            await run()
            await anyio.lowlevel.checkpoint_if_cancelled()
        return done[0]

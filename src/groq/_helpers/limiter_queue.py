"""The calls of one model: those that wait for a rate limit, in order, and those in flight.

Only the first one that waits has a timer. A call that leaves the queue wakes the next one.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import sniffio

from .estimates import Cost
from .stop import stop_of_run

if TYPE_CHECKING:
    import anyio

    from .limiter_state import MemoryState, StoredState


class Waiter:
    """A thread that waits to be woken."""

    def is_dead(self) -> bool:
        """Return `False`: a thread always wakes."""
        return False

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, seconds: float) -> None:
        """Wait until the time has passed, `wake` is called, or the run of the thread is closed."""
        longest, stop = None if seconds == math.inf else seconds, stop_of_run.get()
        if stop is None:
            self._event.wait(longest)
        else:
            stop.wait(self._event, longest)
        self._event.clear()

    def wake(self) -> None:
        """End the wait, from any thread; a wait that has not begun ends at once."""
        self._event.set()


class AsyncWaiter:
    """A task that waits to be woken, on asyncio or trio."""

    def __init__(self) -> None:
        self._is_woken = False
        self._event: anyio.Event | None = None
        self._thread = 0
        self._call_soon: Callable[[Callable[[], None]], object] | None = None
        self.is_dead: Callable[[], bool] = lambda: False
        """Says whether its event loop was closed while it waited."""

    async def wait(self, seconds: float) -> None:
        """Wait until the time has passed or `wake` is called."""
        import anyio

        if self._call_soon is None:
            self._call_soon, self.is_dead = _call_soon()
            self._thread = threading.get_ident()
        self._event = anyio.Event()
        if not self._is_woken:
            with anyio.move_on_after(seconds):
                await self._event.wait()
        self._event, self._is_woken = None, False

    def wake(self) -> None:
        """End the wait, from any thread; a wait that has not begun ends at once."""
        self._is_woken = True
        if self._call_soon is None:
            return
        if threading.get_ident() == self._thread:
            self._set()
        else:
            # Its event loop may be closed by now: then the next call that joins takes it out.
            with contextlib.suppress(RuntimeError):
                self._call_soon(self._set)

    def _set(self) -> None:
        if self._event is not None:
            self._event.set()


def _call_soon() -> tuple[Callable[[Callable[[], None]], object], Callable[[], bool]]:
    """Return a function that runs another one on the running event loop, from any thread.

    The second function says whether that loop is closed.
    """
    if sniffio.current_async_library() == "trio":
        import trio.lowlevel

        # trio runs all tasks to their end.
        return trio.lowlevel.current_trio_token().run_sync_soon, lambda: False
    import asyncio

    loop = asyncio.get_running_loop()
    return loop.call_soon_threadsafe, loop.is_closed


class Queue:
    """The calls of one model, under one key."""

    def __init__(self, state: MemoryState | StoredState) -> None:
        self.state = state
        self.waiters: deque[Waiter | AsyncWaiter] = deque()
        self.in_flight: dict[object, Cost] = {}
        """What the calls have reserved that are neither accepted nor refused."""
        self.limit: str | None = None
        """The limit that the first one waits for, or waited for."""
        self._lock = threading.Lock()
        self._departed_at: float | None = None
        self._pace: float | None = None

    def join(self, waiter: Waiter | AsyncWaiter, *, is_first: bool) -> None:
        """Put a call at the end of the queue, or at its front if it was refused."""
        with self._lock:
            self._drop_dead()
            if is_first:
                self.waiters.appendleft(waiter)
            else:
                self.waiters.append(waiter)

    def leave(self, waiter: Waiter | AsyncWaiter) -> None:
        """Remove a call from the queue, and wake the new first one."""
        with self._lock:
            if waiter in self.waiters:  # not if it was taken for dead
                self.waiters.remove(waiter)
        self.wake()

    def wake(self) -> None:
        """Make the first call check whether it may be sent."""
        with self._lock:
            self._drop_dead()
            first = self.waiters[0] if self.waiters else None
        if first is not None:
            first.wake()

    def _drop_dead(self) -> None:
        """Remove calls whose event loop was closed, behind which the others would wait for ever."""
        while self.waiters and self.waiters[0].is_dead():
            self.waiters.popleft()

    def place_of(self, waiter: Waiter | AsyncWaiter) -> int:
        """Return the number of calls ahead of one."""
        with self._lock:
            if self.waiters[-1] is waiter:
                return len(self.waiters) - 1
            return self.waiters.index(waiter)

    def measure_pace(self) -> None:
        """Record that the first call is sent, to estimate the waits of the others."""
        now = time.monotonic()
        if len(self.waiters) > 1 and self._departed_at is not None:
            gap = now - self._departed_at
            self._pace = gap if self._pace is None else 0.9 * self._pace + 0.1 * gap
        self._departed_at = now

    def estimate(self, ahead: int) -> float | None:
        """Estimate the seconds until that many calls have been sent."""
        return None if self._pace is None else (ahead + 1) * self._pace

    def reserved(self) -> Cost:
        """Return the cost that the calls in flight have reserved."""
        total: dict[str, float] = defaultdict(float)
        for cost in list(self.in_flight.values()):
            for unit, amount in cost.items():
                total[unit] += amount
        return total

"""`Stop`: ends the waits of threads, which cannot be cancelled as tasks can."""

from __future__ import annotations

import threading
from contextvars import ContextVar


class Stop:
    """Tells the threads of a run that it is closed, and ends their waits."""

    def __init__(self) -> None:
        self.is_set = False
        self._waiting: set[threading.Event] = set()

    # There is no lock: a run that is collected calls `set`, perhaps in a thread that is in `wait`.

    def set(self) -> None:
        """End all waits, now and later."""
        self.is_set = True
        for event in tuple(self._waiting):
            event.set()

    def wait(self, event: threading.Event, seconds: float | None) -> None:
        """Wait until the time has passed, or the event or this one is set."""
        self._waiting.add(event)  # before the check, so that `set` misses no event
        try:
            if not self.is_set:
                event.wait(seconds)
        finally:
            self._waiting.discard(event)


stop_of_run: ContextVar[Stop | None] = ContextVar("stop_of_run", default=None)
"""The one of the run that a thread belongs to."""

"""`Stop`: ends the waits of threads, which cannot be cancelled as tasks can."""

from __future__ import annotations

import threading
from contextvars import ContextVar


class Stop:
    """Tells the threads of a run that it is closed, and ends their waits."""

    def __init__(self) -> None:
        self.is_set = False
        self._waiting: set[threading.Event] = set()
        self._lock = threading.Lock()

    def set(self) -> None:
        """End all waits, now and later."""
        with self._lock:
            self.is_set = True
            for event in self._waiting:
                event.set()

    def wait(self, event: threading.Event, seconds: float | None) -> None:
        """Wait until the time has passed, or the event or this one is set."""
        with self._lock:
            if self.is_set:
                return
            self._waiting.add(event)
        try:
            event.wait(seconds)
        finally:
            with self._lock:
                self._waiting.discard(event)


stop_of_run: ContextVar[Stop | None] = ContextVar("stop_of_run", default=None)
"""The one of the run that a thread belongs to."""

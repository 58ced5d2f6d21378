"""What each row gets: an environment without proxies or keys, and a check for what it leaves."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def a_small_heap_to_collect() -> None:
    """Set aside what is imported, so that a collection after each row costs next to nothing."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_proxy_and_no_key_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GROQ_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_thread_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    gc.collect()
    deadline = time.monotonic() + 1
    while left := [thread for thread in set(threading.enumerate()) - before if _matters(thread)]:
        assert time.monotonic() < deadline, f"threads left running: {left}"
        time.sleep(0.01)


def _matters(thread: threading.Thread) -> bool:
    # Trio keeps idle workers for a few seconds; asyncio ends its own with the loop.
    return not thread.name.startswith("Trio thread")

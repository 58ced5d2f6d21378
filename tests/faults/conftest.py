"""What each row gets: an environment without proxies or keys, and a check for what it leaves."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

BETWEEN = (3, 11) <= sys.version_info < (3, 13)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run each row on every backend with the oldest and the newest Python alone.

    What differs between Pythons shows there first; in between, sync and asyncio have to do.
    """
    if find_spec("httpx_aiohttp") is None:  # its rows start programs that import it, too
        for item in items:
            if item.name.endswith(("-aiohttp]", "[aiohttp]")):
                item.add_marker(pytest.mark.skip(reason="httpx-aiohttp is not installed"))
    if not BETWEEN:
        return
    skip = pytest.mark.skip(reason="trio and aiohttp are for the oldest and the newest Python")
    for item in items:
        if item.path.parent == Path(__file__).parent and item.name.endswith(
            ("-trio]", "-aiohttp]")
        ):
            item.add_marker(skip)


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
    deadline = time.monotonic() + 30
    while left := [thread for thread in set(threading.enumerate()) - before if _matters(thread)]:
        assert time.monotonic() < deadline, f"threads left running: {left}"
        time.sleep(0.01)


def _matters(thread: threading.Thread) -> bool:
    # Trio keeps idle workers for a few seconds; asyncio ends its own with the loop.
    return not thread.name.startswith("Trio thread")

"""Ask many times, whole and streamed, 20 at a time: what the process holds must not grow.

    python -m tests.faults.soak [requests] [streams]

It prints what the process holds after each tenth of the run, for the sync client, asyncio and trio,
and fails if memory, descriptors, threads or tasks have grown since the first.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import trio.lowlevel

import groq
from groq.testing import LocalServer

AT_ONCE = 20
GROWTH = 6.0
"""MiB that the process may be larger at the end than after the first tenth."""

ASKED: Any = {"messages": [{"role": "user", "content": "Hi"}], "model": "openai/gpt-oss-20b"}


def resident() -> float:
    """Return the memory of the process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def held() -> tuple[float, int, int]:
    """Return memory in MiB, descriptors and threads, with what is garbage collected."""
    gc.collect()
    return resident(), len(os.listdir("/proc/self/fd")), threading.active_count()


def kinds(requests: int, streams: int) -> Iterator[bool]:
    """Say of each call whether it is streamed, the two kinds evenly mixed."""
    every = max((requests + streams) // max(streams, 1), 1)
    for number in range(requests + streams):
        yield number % every == 0


Held = tuple[float, int, int, int]
"""Memory in MiB, descriptors, threads and tasks."""


def report(name: str, tenth: int, tasks: int) -> Held:
    now = (*held(), tasks)
    memory, descriptors, threads, _ = now
    print(
        f"{name:8} {tenth * 10:3} %  {memory:6.1f} MiB  {descriptors} descriptors  "
        f"{threads} threads  {tasks} tasks",
        flush=True,
    )
    return now


def check(name: str, first: Held, last: Held) -> None:
    grown = last[0] - first[0] > GROWTH or last[1:] > first[1:]
    if grown:
        sys.exit(f"{name} holds more at its end: {first} has become {last}")


def soak_sync(url: str, requests: int, streams: int) -> None:
    with groq.Groq(api_key="k", base_url=url) as client, ThreadPoolExecutor(AT_ONCE) as pool:

        def ask(is_streamed: bool) -> None:
            if is_streamed:
                assert list(client.chat.completions.create(**ASKED, stream=True))
            else:
                assert client.chat.completions.create(**ASKED, stream=False).choices

        found: list[Held] = []
        for tenth in range(1, 11):
            list(pool.map(ask, kinds(requests // 10, streams // 10)))
            found.append(report("sync", tenth, 0))
    check("sync", found[0], found[-1])


async def soak_async(name: str, url: str, requests: int, streams: int) -> None:
    def tasks() -> int:
        if name == "asyncio":
            return len(asyncio.all_tasks())
        return trio.lowlevel.current_statistics().tasks_living

    async with groq.AsyncGroq(api_key="k", base_url=url) as client:

        async def work(calls: Iterator[bool]) -> None:
            for is_streamed in calls:
                if is_streamed:
                    stream = await client.chat.completions.create(**ASKED, stream=True)
                    assert [chunk async for chunk in stream]
                else:
                    assert (await client.chat.completions.create(**ASKED, stream=False)).choices

        found: list[Held] = []
        for tenth in range(1, 11):
            calls = kinds(requests // 10, streams // 10)
            async with anyio.create_task_group() as group:
                for _ in range(AT_ONCE):
                    group.start_soon(work, calls)
            found.append(report(name, tenth, tasks()))
    check(name, found[0], found[-1])


def main(requests: int = 30_000, streams: int = 3_000) -> None:
    """Soak each kind of client, against a server in a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        with LocalServer(pace=0, keep_requests=1) as server:
            os.write(write, server.url.encode())
            threading.Event().wait()
    url = os.read(read, 100).decode()
    try:
        soak_sync(url, requests, streams)
        for name in ("asyncio", "trio"):
            anyio.run(soak_async, name, url, requests, streams, backend=name)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

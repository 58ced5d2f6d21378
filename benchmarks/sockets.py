"""Streams and requests over sockets, as users have them: what a chunk costs, by the slope.

A long stream minus a short one: connections, heads and the end of a stream cancel out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any, Protocol

import httpx

from . import payloads
from .measure import Result, Trial
from .server import streaming_server
from .stream import BODY, PATH, event_loop
from .subject import Subject

_PACE = 0.02
"""Seconds between two events of a stream; Groq sends faster still."""

_ASKED = {"messages": payloads.QUESTION, "model": payloads.MODEL}


def paced_async(trial: Trial) -> Result:
    """50 streams at once over TLS, an event each 20 ms, on asyncio."""
    return _async(trial, streams=50, chunks=trial.amount(100, quick=30), pace=_PACE)


def paced_async_aiohttp(trial: Trial) -> Result:
    """The same, with the client on its aiohttp backend."""
    return _async(trial, streams=50, chunks=trial.amount(100, quick=30), pace=_PACE, aiohttp=True)


def paced_sync(trial: Trial) -> Result:
    """20 streams at once over TLS, an event each 20 ms, each in a thread."""
    return _sync(trial, threads=20, chunks=trial.amount(100, quick=30), pace=_PACE)


def paced_trio(trial: Trial) -> Result:
    """20 streams at once over TLS, an event each 20 ms, on trio."""
    return _trio(trial, streams=20, chunks=trial.amount(100, quick=30), pace=_PACE)


def fast(trial: Trial) -> Result:
    """One stream over TLS, 3,000 events a second."""
    return _async(trial, streams=1, chunks=trial.amount(3000, quick=1000), pace=1 / 3000)


def bursts(trial: Trial) -> Result:
    """100 streams at once over TLS, as fast as they come."""
    return _async(trial, streams=100, chunks=trial.amount(200, quick=50), pace=0)


def requests(trial: Trial) -> Result:
    """A request with a whole answer over TLS, 20 in flight."""
    count, at_once = trial.amount(400, quick=100), 20
    with streaming_server() as urls, event_loop() as run:
        readers = [_reader(trial.subject, urls.tls), _Bare(urls.tls, httpx)]

        async def work(reader: _Reader, times: int) -> None:
            async def several() -> None:
                for _ in range(times // at_once):
                    await reader.ask()

            await asyncio.gather(*(several() for _ in range(at_once)))

        def run_with(reader: _Reader) -> Callable[[int], object]:
            return lambda times: run(work(reader, times))

        client, floor = map(run_with, readers)
        try:
            return trial.slope(client, floor, at_once, at_once + count)
        finally:
            run(_close(*readers))


# ----------------------------------------------------------------------------------------- readers


class _Reader(Protocol):
    """A client, or what is measured beside it."""

    async def read(self, events: int, pace: float) -> int:
        """Stream an answer, and return the characters of it."""
        ...

    async def ask(self) -> str:
        """Ask for a whole answer."""
        ...

    async def close(self) -> None:
        """Close the connections."""


def _headers(events: int, pace: float) -> dict[str, str]:
    return {"x-events": str(events), "x-pace": str(pace)}


def _reader(subject: Subject, url: str, *, aiohttp: bool = False) -> _Reader:
    if subject.package == "aiohttp":
        return _Aiohttp(url)
    if subject.package == "httpx2":
        return _Bare(url, import_module("httpx2"))
    return _Client(subject.aiohttp_client(url) if aiohttp else subject.socket_client(url))


class _Client:
    """The client under test, as a user makes it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def read(self, events: int, pace: float) -> int:
        characters = 0
        create = self._client.chat.completions.create
        async for chunk in await create(**BODY, extra_headers=_headers(events, pace)):
            characters += len(chunk.choices[0].delta.content)
        return characters

    async def ask(self) -> str:
        completion = await self._client.chat.completions.create(**_ASKED)
        content: str = completion.choices[0].message.content
        return content

    async def close(self) -> None:
        await self._client.close()


class _Bare:
    """httpx or httpx2, and `json`."""

    def __init__(self, url: str, module: Any) -> None:
        self._client = module.AsyncClient(base_url=url, timeout=60)

    async def read(self, events: int, pace: float) -> int:
        headers = _headers(events, pace)
        async with self._client.stream("POST", PATH, json=BODY, headers=headers) as response:
            return await _characters(response.aiter_raw())

    async def ask(self) -> str:
        response = await self._client.post(PATH, json=_ASKED)
        content: str = response.json()["choices"][0]["message"]["content"]
        return content

    async def close(self) -> None:
        await self._client.aclose()


class _Aiohttp:
    """aiohttp and `json`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}{PATH}"
        self._made: Any = None

    @property
    def _session(self) -> Any:
        if self._made is None:  # it wants a running loop
            self._made = import_module("aiohttp").ClientSession()
        return self._made

    async def read(self, events: int, pace: float) -> int:
        headers = _headers(events, pace)
        async with self._session.post(self._url, json=BODY, headers=headers) as response:
            return await _characters(response.content.iter_any())

    async def ask(self) -> str:
        async with self._session.post(self._url, json=_ASKED) as response:
            content: str = (await response.json())["choices"][0]["message"]["content"]
            return content

    async def close(self) -> None:
        await self._session.close()


async def _characters(pieces: Any) -> int:
    characters, rest = 0, b""
    async for piece in pieces:
        *events, rest = (rest + piece).split(b"\n\n")
        characters += sum(map(_length, events))
    return characters


def _length(event: bytes) -> int:
    if event == b"data: [DONE]":
        return 0
    content: str = json.loads(event[6:])["choices"][0]["delta"]["content"]
    return len(content)


async def _close(*readers: _Reader) -> None:
    for reader in readers:
        await reader.close()


# ------------------------------------------------------------------------------------------ crowds


def _async(
    trial: Trial, *, streams: int, chunks: int, pace: float, aiohttp: bool = False
) -> Result:
    with streaming_server() as urls, event_loop() as run:
        readers = [_reader(trial.subject, urls.tls, aiohttp=aiohttp), _Bare(urls.tls, httpx)]

        async def work(reader: _Reader, events: int) -> list[int]:
            return await asyncio.gather(*(reader.read(events, pace) for _ in range(streams)))

        def run_with(reader: _Reader) -> Callable[[int], object]:
            return lambda events: run(work(reader, events))

        client, floor = map(run_with, readers)
        try:
            return trial.slope(client, floor, chunks // 4, chunks, at_once=streams)
        finally:
            run(_close(*readers))


def _trio(trial: Trial, *, streams: int, chunks: int, pace: float) -> Result:
    import trio

    async def crowd(reader: _Reader, events: int) -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(streams):
                nursery.start_soon(reader.read, events, pace)
        await reader.close()

    with streaming_server() as urls:
        # A client of its own for each round: trio has no loop that goes on.
        return trial.slope(
            lambda events: trio.run(crowd, _reader(trial.subject, urls.tls), events),
            lambda events: trio.run(crowd, _Bare(urls.tls, httpx), events),
            chunks // 4,
            chunks,
            at_once=streams,
        )


def _sync(trial: Trial, *, threads: int, chunks: int, pace: float) -> Result:
    with streaming_server() as urls, ThreadPoolExecutor(threads) as pool:
        client = trial.subject.sync_socket_client(urls.tls)
        floor = httpx.Client(base_url=urls.tls, timeout=60)

        def read(events: int) -> int:
            create, characters = client.chat.completions.create, 0
            for chunk in create(**BODY, extra_headers=_headers(events, pace)):
                characters += len(chunk.choices[0].delta.content)
            return characters

        def read_bare(events: int) -> int:
            rest, characters = b"", 0
            headers = _headers(events, pace)
            with floor.stream("POST", PATH, json=BODY, headers=headers) as response:
                for piece in response.iter_raw():
                    *found, rest = (rest + piece).split(b"\n\n")
                    characters += sum(map(_length, found))
            return characters

        def at_once(work: Callable[[int], int]) -> Callable[[int], list[int]]:
            return lambda events: list(pool.map(work, [events] * threads))

        return trial.slope(at_once(read), at_once(read_bare), chunks // 4, chunks, at_once=threads)

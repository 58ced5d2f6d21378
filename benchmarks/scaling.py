"""How time grows when the work doubles: an exponent of 1 is twice the time for twice the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from . import payloads
from .measure import Result, Trial, Work, exponent, fastest
from .request import ask_whole
from .server import streaming_server
from .stream import event_loop, read_async, read_sync
from .transports import JSONTransport, Pieces


def chunks(trial: Trial) -> Result:
    """Chunks of a stream, in reads of 16 KiB."""

    def work(size: int) -> Work:
        pieces = payloads.in_reads(payloads.events(size))
        client = trial.subject.sync_client(Pieces(pieces))
        return lambda: read_sync(client)

    return _growth(trial, 1_000, work)


def event_size(trial: Trial) -> Result:
    """Bytes of a single event, in reads of 1 KiB."""

    def work(size: int) -> Work:
        pieces = payloads.in_reads(payloads.events(2, content="x" * size), 1024)
        client = trial.subject.sync_client(Pieces(pieces))
        return lambda: read_sync(client)

    return _growth(trial, 256 * 1024, work)


def messages(trial: Trial) -> Result:
    """Messages of a request."""
    client = trial.subject.sync_client(JSONTransport(payloads.completion()))

    def work(size: int) -> Work:
        conversation = payloads.conversation(size)
        return lambda: ask_whole(client, conversation)

    return _growth(trial, trial.amount(1600, quick=400), work)


def streams(trial: Trial) -> Result:
    """Streams at once, each of 50 chunks, over TLS."""
    headers = {"x-events": "50"}
    with streaming_server() as urls, event_loop() as run:
        limits = httpx.Limits(max_connections=1000)
        # A thousand handshakes at once take longer than the five seconds of the default.
        client = trial.subject.socket_client(
            urls.tls, limits=limits, default_headers=headers, timeout=60
        )

        async def read(size: int) -> None:
            await asyncio.gather(*(read_async(client) for _ in range(size)))

        try:
            return _growth(trial, 62, lambda size: lambda: run(read(size)))
        finally:
            run(client.close())


def threads(trial: Trial) -> Result:
    """Threads that each read a stream of 200 chunks, over TLS."""
    with streaming_server() as urls, ThreadPoolExecutor(64) as pool:
        client = trial.subject.sync_socket_client(urls.tls, default_headers={"x-events": "200"})
        return _growth(trial, 4, lambda size: lambda: list(pool.map(read_sync, [client] * size)))


def _growth(trial: Trial, start: int, work: Callable[[int], Work]) -> Result:
    """Double the size four times."""
    sizes = [start << doubling for doubling in range(5)]
    works = [work(size) for size in sizes]
    works[0]()
    return Result("exponent", exponent(sizes, fastest(works, max(trial.rounds // 3, 2))))

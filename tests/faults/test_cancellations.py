"""Calls that are cancelled at random moments leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
import ssl
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import httpx
import pytest
import trustme

import groq

from .script import DONE, FINISH, Answer, Pause, Request, completion, stream, text, whole
from .server import FaultServer

CALLS = int(os.environ.get("CANCELLATIONS", "300"))
"""How many calls a test cancels; `nox -s cancellations` takes 10,000."""

AT_ONCE = 30
CONNECTIONS = 10
LONGEST = 0.03
"""Seconds after which a call is cancelled at the latest; an answer takes about half as long."""

ASKED: Any = {"messages": [{"role": "user", "content": "Hi"}], "model": "m"}


def answer(request: Request) -> Answer:
    pause = Pause(random.random() * LONGEST / 4)
    if b'"stream":true' in request.body:
        return stream(pause, text("a"), pause, text("b"), pause, FINISH, pause, DONE)
    return Answer((pause, *whole(completion()).steps))


Call = Callable[[], Coroutine[Any, Any, None]]
Way = Callable[[Call], Coroutine[Any, Any, None]]


async def by_task(call: Call) -> None:
    task = asyncio.ensure_future(call())
    await asyncio.sleep(random.random() * LONGEST)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def by_timeout(call: Call) -> None:
    if sys.version_info >= (3, 11):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(random.random() * LONGEST):
                await call()


async def by_group(call: Call) -> None:
    async def end(scope: anyio.CancelScope) -> None:
        await anyio.sleep(random.random() * LONGEST)
        scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(call)
        group.start_soon(end, group.cancel_scope)


async def by_scope(call: Call) -> None:
    with anyio.move_on_after(random.random() * LONGEST):
        await call()


WAYS: dict[str, Way] = {
    "task": by_task,
    "timeout": by_timeout,
    "group": by_group,
    "scope": by_scope,
}


@pytest.fixture(scope="module", params=["plain", "TLS"])
def contexts(request: pytest.FixtureRequest) -> tuple[ssl.SSLContext | None, ssl.SSLContext]:
    client = ssl.create_default_context()
    if request.param == "plain":
        return None, client
    authority, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    authority.configure_trust(client)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    return server, client


# Cancelled, httpx's transport leaves a generator over the bytes of the request to the garbage
# collector, and the socket of a handshake with TLS: both are cleaned up, with a warning.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("way", "backend"), [("task", "asyncio"), ("scope", "trio")])
def test_cancelled_calls_leave_the_connections_of_a_callers_client_free(
    way: str, backend: str, contexts: tuple[ssl.SSLContext | None, ssl.SSLContext]
) -> None:
    cancel_many(httpx.AsyncClient, way, backend, contexts)


@pytest.mark.parametrize(
    ("way", "backend"),
    [
        *((way, "asyncio") for way in WAYS),
        ("group", "trio"),
        ("scope", "trio"),
    ],
)
def test_cancelled_calls_leave_every_connection_free(
    way: str, backend: str, contexts: tuple[ssl.SSLContext | None, ssl.SSLContext]
) -> None:
    cancel_many(groq.DefaultAsyncHttpxClient, way, backend, contexts)


def cancel_many(
    kind: type[httpx.AsyncClient],
    way: str,
    backend: str,
    contexts: tuple[ssl.SSLContext | None, ssl.SSLContext],
) -> None:
    """Cancel calls, then open as many responses at once as there may be connections."""
    random.seed(way)

    async def run() -> None:
        http_client = kind(
            verify=contexts[1], limits=httpx.Limits(max_connections=CONNECTIONS), timeout=60
        )
        client = groq.AsyncGroq(
            api_key="k", base_url=server.origin, http_client=http_client, max_retries=0
        )

        async def whole_call() -> None:
            await client.chat.completions.create(**ASKED)

        async def streamed_call() -> None:
            async for _ in await client.chat.completions.create(**ASKED, stream=True):
                pass

        async def several() -> None:
            for _ in range(CALLS // AT_ONCE):
                await WAYS[way](random.choice([whole_call, streamed_call]))

        async with anyio.create_task_group() as group:
            # Three times as many as there are connections: most of them wait in the queue.
            for _ in range(AT_ONCE):
                group.start_soon(several)

        # As many answers as there may be connections are open at once.
        async with anyio.create_task_group() as group:
            opened = anyio.Event()
            count = 0

            async def hold() -> None:
                nonlocal count
                async with await client.with_options(timeout=5).chat.completions.create(
                    **ASKED, stream=True
                ):
                    count += 1
                    if count == CONNECTIONS:
                        opened.set()
                    await opened.wait()

            for _ in range(CONNECTIONS):
                group.start_soon(hold)
        await client.close()
        await anyio.sleep(0.01)
        if backend == "asyncio":
            assert asyncio.all_tasks() == {asyncio.current_task()}

    with FaultServer(otherwise=answer, tls=contexts[0], keeps_bodies=True) as server:
        anyio.run(run, backend=backend)
        gc.collect()

"""A client from its first request to its close: threads, event loops, garbage collection."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest

import groq
from groq import (
    AsyncGroq,
    DefaultAsyncHttpxClient,
    Groq,
)
from groq.testing import LocalServer, SlowStart
from groq.types.chat import ChatCompletion
from twins import KEY, MESSAGES, MODEL, Twin, either_class

# ------------------------------------------------------------------------------------------ closing


def test_a_context_manager_closes(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    with twin.inside(client) as entered:
        assert entered is client
        twin.chat(entered)
    assert client.is_closed()
    assert client._client.is_closed
    twin.do(client.close)


def test_a_client_that_was_never_used_closes(twin: Twin) -> None:
    client = twin.client()
    twin.do(client.close)
    assert client.is_closed()
    with pytest.raises(groq.APIConnectionError, match="closed"):
        twin.chat(client)


def test_connections_are_shared_and_reused(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    for copied in (client, client.with_options(timeout=3), client.copy(), client):
        twin.chat(copied)
    assert {request.connection for request in groq_server.requests} == {1}


def wait_until_closed(server: LocalServer) -> None:
    for _ in range(3000):
        if not server.open_connections:
            return
        gc.collect()
        anyio.run(anyio.sleep, 0.01)
    raise AssertionError(f"{server.open_connections} connections are still open")


def test_a_client_that_is_collected_closes_its_connections(groq_server: LocalServer) -> None:
    client = groq_server.client()
    client.models.list()
    assert groq_server.open_connections == 1
    del client
    gc.collect()
    wait_until_closed(groq_server)


@pytest.mark.anyio
async def test_an_async_client_that_is_collected_is_silent(groq_server: LocalServer) -> None:
    client = groq_server.async_client()
    await client.models.list()
    del client
    gc.collect()
    await anyio.sleep(0.05)
    gc.collect()


def test_a_client_behind_a_proxy_that_is_collected_is_silent(
    groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", groq_server.url)
    client = Groq(api_key="key", base_url="http://groq.invalid")
    assert client.models.list().data
    assert groq_server.open_connections == 1
    del client
    gc.collect()
    wait_until_closed(groq_server)


@pytest.mark.parametrize("cls", [groq.DefaultHttpxClient, groq.DefaultAsyncHttpxClient])
def test_an_http_client_that_could_not_be_made_is_collected_in_silence(cls: Any) -> None:
    with pytest.raises(TypeError, match="no_such_option"):
        cls(no_such_option=True)
    gc.collect()


@pytest.mark.anyio
async def test_an_async_client_behind_a_proxy_that_is_collected_is_silent(
    groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Connections through a proxy are those of the HTTP library, whose sockets warn.
    monkeypatch.setenv("HTTP_PROXY", groq_server.url)
    client = AsyncGroq(api_key="key", base_url="http://groq.invalid")
    assert (await client.models.list()).data
    assert groq_server.open_connections == 1
    del client
    gc.collect()
    await anyio.sleep(0.05)
    gc.collect()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_client_that_outlives_its_loop_is_silent_unless_warnings_are_asked_for(
    groq_server: LocalServer, backend: str
) -> None:
    program = f"""
import anyio, gc
from groq import AsyncGroq
client = AsyncGroq(api_key="k", base_url={groq_server.url!r})
async def ask():
    await client.models.list()
anyio.run(ask, backend={backend!r})
del client
gc.collect()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_second_event_loop_works_or_is_named_in_the_error(groq_server: LocalServer) -> None:
    client = groq_server.async_client(max_retries=0)

    async def ask() -> Any:
        return await client.chat.completions.create(messages=MESSAGES, model=MODEL)

    # Both loops stay open, as those of worker threads do.
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        first.run_until_complete(ask())
        try:
            answer = second.run_until_complete(ask())
        except groq.APIConnectionError as error:
            assert "event loop" in str(error)  # noqa: PT017  # either will do
        else:
            assert answer.choices
        first.run_until_complete(client.close())
    finally:
        first.close()
        second.close()


def test_one_client_serves_many_threads(groq_server: LocalServer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with groq_server.client() as client, ThreadPoolExecutor(8) as pool:

        def ask() -> ChatCompletion:
            return client.chat.completions.create(messages=MESSAGES, model=MODEL)

        # The first requests come at once: the HTTP client must be made once all the same.
        answers = [each.result() for each in [pool.submit(ask) for _ in range(24)]]
    assert len(answers) == len(groq_server.requests) == 24


@pytest.mark.anyio
async def test_one_client_serves_many_tasks(groq_server: LocalServer) -> None:
    async with groq_server.async_client() as client, anyio.create_task_group() as tasks:

        async def ask() -> None:
            stream = await client.chat.completions.create(
                messages=MESSAGES, model=MODEL, stream=True
            )
            assert [chunk async for chunk in stream]

        for _ in range(24):
            tasks.start_soon(ask)
    assert len(groq_server.requests) == 24


@pytest.mark.anyio
async def test_a_full_pool_is_a_timeout(groq_server: LocalServer) -> None:
    groq_server.inject(SlowStart(60), times=None)
    http_client = DefaultAsyncHttpxClient(
        limits=httpx.Limits(max_connections=1), timeout=httpx.Timeout(60, pool=0.05)
    )
    raised: list[groq.APIError] = []
    async with AsyncGroq(
        api_key=KEY, base_url=groq_server.url, http_client=http_client, max_retries=0
    ) as client:

        async def ask() -> None:
            try:
                await client.models.list()
            except groq.APITimeoutError as error:
                raised.append(error)
                tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            tasks.start_soon(ask)
    assert isinstance(raised[0].__cause__, httpx.PoolTimeout)


@either_class
def test_the_repr_of_a_client_shows_no_credentials(cls: Any) -> None:
    client = cls(api_key=KEY, base_url="https://user:hunter2@localhost")
    assert KEY not in repr(client)
    assert "hunter2" not in repr(client)


# -------------------------------------------------------- the HTTP client made at the first request


@pytest.fixture
def threads_that_take_turns() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("threads_that_take_turns")
def test_threads_share_the_http_client_that_one_of_them_makes() -> None:
    everyone = threading.Barrier(16)
    with Groq(api_key="key") as client, ThreadPoolExecutor(16) as threads:

        def look(_: int) -> object:
            everyone.wait(30)
            return client._client  # pyright: ignore[reportPrivateUsage]  # what public programs read

        first, *others = threads.map(look, range(16))
        assert others == [first] * 15


def test_a_call_after_close_makes_no_http_client(twin: Twin) -> None:
    kind: Any = groq.DefaultAsyncHttpxClient if twin.is_async else groq.DefaultHttpxClient
    of_others = [each for each in gc.get_objects() if type(each) is kind]
    client = twin.client()
    twin.do(client.close)
    with pytest.raises(groq.APIConnectionError, match="has been closed"):
        twin.chat(client)
    made = [each for each in gc.get_objects() if type(each) is kind]
    assert all(any(each is other for other in of_others) for each in made)

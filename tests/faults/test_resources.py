"""What is held is let go: connections, threads, tasks, on every way out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Awaitable, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

import groq

from .script import (
    CLOSE,
    CUT,
    DONE,
    FINISH,
    HOLD,
    MODELS,
    RESET,
    Answer,
    Pause,
    Request,
    Script,
    completion,
    data,
    failure,
    raw,
    stream,
    text,
    whole,
)
from .server import FaultServer
from .table import (
    ASYNC_MODES,
    MODEL,
    MODES,
    chat,
    chat_stream,
    make_client,
    run_async,
    settled,
)

A = text("a")
OPEN = stream(A, HOLD, A, DONE)
"""A stream that is held open after its first chunk until the client closes."""
LONG = stream(*[A] * 1000, DONE)
"""A stream that goes on."""


class Left(Exception):
    """Leaves a loop."""


@dataclass(frozen=True)
class Way:
    """One way out of a stream, sync and async. `is_dropped` says that it is left to collection."""

    name: str
    sync: Callable[[Any], Any]
    asynchronous: Callable[[Any], Awaitable[Any]]
    script: Script = OPEN
    is_dropped: bool = False


def in_with(
    leave: Callable[[], None],
) -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Read one chunk inside `with`, and leave the block by an exception or without one."""

    def sync(client: Any) -> Any:
        chunks = chat_stream(client)
        with contextlib.suppress(Left, KeyboardInterrupt), chunks:
            for _ in chunks:
                leave()
                break
        return chunks

    async def asynchronous(client: Any) -> Any:
        chunks = await chat_stream(client)
        with contextlib.suppress(Left, KeyboardInterrupt):
            async with chunks:
                async for _ in chunks:
                    leave()
                    break
        return chunks

    return sync, asynchronous


def raising(error: BaseException) -> Callable[[], None]:
    def leave() -> None:
        raise error

    return leave


def close_after(count: int) -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Read some chunks, call `close`, and hold on to the stream."""

    def sync(client: Any) -> Any:
        chunks = chat_stream(client)
        for _ in range(count):
            next(chunks)
        chunks.close()
        chunks.close()
        return chunks

    async def asynchronous(client: Any) -> Any:
        chunks = await chat_stream(client)
        for _ in range(count):
            await anext(chunks)
        await chunks.close()
        await chunks.close()
        return chunks

    return sync, asynchronous


def failing() -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Read until the stream fails, and hold on to it."""

    def sync(client: Any) -> Any:
        chunks = chat_stream(client)
        with contextlib.suppress(Exception):
            for _ in chunks:
                pass
        return chunks

    async def asynchronous(client: Any) -> Any:
        chunks = await chat_stream(client)
        with contextlib.suppress(Exception):
            async for _ in chunks:
                pass
        return chunks

    return sync, asynchronous


def dropped_after(count: int) -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Read some chunks and drop the stream."""

    def sync(client: Any) -> None:
        chunks = chat_stream(client)
        for _ in range(count):
            next(chunks)

    async def asynchronous(client: Any) -> None:
        chunks = await chat_stream(client)
        for _ in range(count):
            await anext(chunks)

    return sync, asynchronous


def broken_out() -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Leave a loop over a stream that nothing else refers to."""

    def sync(client: Any) -> None:
        for _ in chat_stream(client):
            break

    async def asynchronous(client: Any) -> None:
        async for _ in await chat_stream(client):
            break

    return sync, asynchronous


def raised_out() -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Leave a loop over a stream that nothing else refers to, by an exception."""

    def sync(client: Any) -> None:
        with contextlib.suppress(Left):
            for _ in chat_stream(client):
                raise Left

    async def asynchronous(client: Any) -> None:
        with contextlib.suppress(Left):
            async for _ in await chat_stream(client):
                raise Left

    return sync, asynchronous


def streamed_left(
    leave: Callable[[], None],
) -> tuple[Callable[[Any], Any], Callable[[Any], Awaitable[Any]]]:
    """Leave `with_streaming_response` without reading what came."""

    def sync(client: Any) -> Any:
        request = client.models.with_streaming_response.list()
        with contextlib.suppress(Left), request:
            leave()
        return request

    async def asynchronous(client: Any) -> Any:
        request = client.models.with_streaming_response.list()
        with contextlib.suppress(Left):
            async with request:
                leave()
        return request

    return sync, asynchronous


HELD_BODY = whole(MODELS, length=10_000, then=[HOLD])

WAYS = [
    Way("break inside with", *in_with(lambda: None)),
    Way("break inside with, of a long stream", *in_with(lambda: None), LONG),
    Way("an exception inside with", *in_with(raising(Left()))),
    Way("an interrupt inside with", *in_with(raising(KeyboardInterrupt()))),
    Way("close before the first chunk", *close_after(0)),
    Way("close after a chunk", *close_after(1)),
    Way("close after a chunk of a long stream", *close_after(1), LONG),
    Way("the end", *failing(), stream(A, DONE)),
    Way("the end, held open", *failing(), stream(A, DONE, HOLD)),
    Way("an error event", *failing(), stream(A, data(failure()), HOLD)),
    Way("an error of x_groq", *failing(), stream(text("a", x_groq={"error": "full"}), HOLD)),
    Way("malformed JSON", *failing(), stream(b"data: {\n\n", HOLD)),
    Way("a clean end before DONE", *failing(), stream(A)),
    Way("a reset", *failing(), stream(A, RESET)),
    Way("a body that is cut off", *failing(), stream(A, CUT)),
    Way("HTML in place of a stream", *failing(), stream(b"<html>", content_type="text/html")),
    Way("a streamed response that is not read", *streamed_left(lambda: None), HELD_BODY),
    Way("an exception inside a streamed response", *streamed_left(raising(Left())), HELD_BODY),
    Way("a stream dropped before its first chunk", *dropped_after(0), is_dropped=True),
    Way("a stream dropped after a chunk", *dropped_after(1), is_dropped=True),
    Way("a long stream dropped after a chunk", *dropped_after(1), LONG, is_dropped=True),
    Way("break without with", *broken_out(), is_dropped=True),
    Way("an exception in a loop without with", *raised_out(), is_dropped=True),
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_pool_of_one_serves_the_next_request_after(way: Way, mode: str) -> None:
    with FaultServer([way.script], otherwise=whole(MODELS)) as server:
        if mode == "sync":
            with make_client(mode, server.origin, pool_of_one=True) as client:
                held = way.sync(client)
                gc.collect()
                client.models.list()
        else:

            async def go() -> None:
                async with make_client(mode, server.origin, pool_of_one=True) as client:
                    held = await way.asynchronous(client)
                    gc.collect()
                    await anyio.sleep(0.01)
                    await client.models.list()
                    del held

            with trio_may_warn_of_what_is_dropped(way, mode):
                run_async(mode, go)
            held = None
        assert server.requests[-1].target == "/openai/v1/models"
        del held


@contextlib.contextmanager
def trio_may_warn_of_what_is_dropped(way: Way, mode: str) -> Generator[None, None, None]:
    """Whoever drops a stream without closing it is told so by trio, as its documentation says."""
    with warnings.catch_warnings():
        if way.is_dropped and mode == "trio":
            warnings.simplefilter("ignore", ResourceWarning)
        yield


# Cancellation

Cancelled = Callable[[Any], Awaitable[Any]]


async def in_the_request(client: Any) -> Any:
    await chat(client)


async def in_the_request_of_a_stream(client: Any) -> Any:
    await chat_stream(client)


async def in_the_back_off(client: Any) -> Any:
    await chat(client.with_options(max_retries=2))


async def in_the_loop(client: Any) -> Any:
    async for _ in await chat_stream(client):
        pass


async def in_the_loop_inside_with(client: Any) -> Any:
    async with await chat_stream(client) as chunks:
        async for _ in chunks:
            pass


async def in_the_body_of_the_loop(client: Any) -> Any:
    async for _ in await chat_stream(client):
        await anyio.sleep(30)


async def in_the_body_of_the_loop_inside_with(client: Any) -> Any:
    async with await chat_stream(client) as chunks:
        async for _ in chunks:
            await anyio.sleep(30)


async def in_the_body_of_an_answer(client: Any) -> Any:
    await chat(client)


async def in_a_streamed_response(client: Any) -> Any:
    async with client.models.with_streaming_response.list() as response:
        await response.read()


BACK_OFF = whole(failure(), 500, headers=[("retry-after", "30")])

CANCELLATIONS: dict[str, tuple[Cancelled, Script]] = {
    "in the request": (in_the_request, raw(HOLD)),
    "in the request of a stream": (in_the_request_of_a_stream, raw(HOLD)),
    "in the back-off": (in_the_back_off, BACK_OFF),
    "in the loop": (in_the_loop, OPEN),
    "in the loop inside with": (in_the_loop_inside_with, OPEN),
    "in the loop, after DONE": (in_the_loop, stream(A, DONE, HOLD)),
    "in the body of the loop": (in_the_body_of_the_loop, OPEN),
    "in the body of the loop inside with": (in_the_body_of_the_loop_inside_with, OPEN),
    "in the body of a long loop": (in_the_body_of_the_loop, LONG),
    "in the body of an answer": (in_the_body_of_an_answer, whole("{", length=9, then=[HOLD])),
    "in a streamed response": (in_a_streamed_response, HELD_BODY),
}


async def by_move_on_after(work: Awaitable[Any]) -> None:
    with anyio.move_on_after(0.2):
        await work


async def by_a_task_group(work: Awaitable[Any]) -> None:
    async def do() -> None:
        await work

    async with anyio.create_task_group() as group:
        group.start_soon(do)
        await anyio.sleep(0.2)
        group.cancel_scope.cancel()


async def by_asyncio_timeout(work: Awaitable[Any]) -> None:
    timeout: Any = getattr(asyncio, "timeout", None)
    with contextlib.suppress(asyncio.TimeoutError):
        if timeout is None:  # it came with Python 3.11
            await asyncio.wait_for(work, 0.2)
        else:
            async with timeout(0.2):
                await work


async def by_task_cancel(work: Awaitable[Any]) -> None:
    async def do() -> None:
        await work

    task = asyncio.create_task(do())
    await asyncio.sleep(0.2)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


HOWS: dict[str, Callable[[Awaitable[Any]], Awaitable[None]]] = {
    "anyio.move_on_after": by_move_on_after,
    "a task group": by_a_task_group,
    "asyncio.timeout": by_asyncio_timeout,
    "task.cancel": by_task_cancel,
}


def _cancellations() -> Iterator[Any]:
    for mode in ASYNC_MODES:
        for how in HOWS:
            if how in ("asyncio.timeout", "task.cancel") and mode == "trio":
                continue
            for where in CANCELLATIONS:
                if how in ("a task group", "asyncio.timeout") and "with" in where:
                    continue  # enough of them
                yield pytest.param(where, how, mode, id=f"{where}, by {how}-{mode}")


@pytest.mark.parametrize(("where", "how", "mode"), list(_cancellations()))
def test_a_pool_of_one_serves_the_next_request_after_a_cancellation(
    where: str, how: str, mode: str
) -> None:
    work, script = CANCELLATIONS[where]

    async def go() -> None:
        async with make_client(mode, server.origin, pool_of_one=True) as client:
            await client.models.list()  # the first call imports, and takes long
            await HOWS[how](work(client))
            gc.collect()
            await anyio.sleep(0.01)
            await client.models.list()

    with FaultServer([whole(MODELS), script], otherwise=whole(MODELS)) as server:
        with warnings.catch_warnings():
            if mode == "trio" and "with" not in where:
                # Whoever drops a stream without closing it is told so by trio.
                warnings.simplefilter("ignore", ResourceWarning)
            run_async(mode, go)
        # On a busy machine the cancellation may come before the request is sent.
        was_sent = len(server.requests) == 3
        if was_sent and ("request" in where or "loop" in where):
            assert server.wait_until_closed_by_client() or where == "in the body of a long loop"


@pytest.mark.parametrize("mode", ASYNC_MODES)
def test_a_cancellation_propagates_unchanged(mode: str) -> None:
    came: list[BaseException] = []

    async def go() -> None:
        async with make_client(mode, server.origin) as client:
            with anyio.move_on_after(0.1):
                try:
                    await chat(client)
                except BaseException as error:
                    came.append(error)
                    raise

    with FaultServer([raw(HOLD)]) as server:
        run_async(mode, go)

    assert not isinstance(came[0], Exception)


# Many at once


def echo(request: Request) -> Answer:
    """A stream, or an answer, that says what the request said."""
    said = request.json["messages"][0]["content"]
    if request.json.get("stream"):
        return stream(*(text(letter) for letter in said), FINISH, DONE)
    return whole(completion(said))


def ask(client: Any, said: str, **more: Any) -> Any:
    messages: Any = [{"role": "user", "content": said}]
    return client.chat.completions.create(messages=messages, model=MODEL, **more)


@pytest.mark.parametrize("mode", ASYNC_MODES)
def test_200_streams_at_once_do_not_mix(mode: str) -> None:
    heard: dict[int, str] = {}

    async def listen(client: Any, number: int) -> None:
        chunks = await ask(client, f"stream {number}", stream=True)
        heard[number] = "".join([chunk.choices[0].delta.content or "" async for chunk in chunks])

    async def go() -> None:
        client = make_client(mode, server.origin, timeout=30)
        async with client, anyio.create_task_group() as group:
            for number in range(200):
                group.start_soon(listen, client, number)

    with FaultServer(otherwise=echo) as server:
        run_async(mode, go)

    assert heard == {number: f"stream {number}" for number in range(200)}


@pytest.mark.parametrize("mode", ["sync"])
def test_32_threads_on_one_client_do_not_mix(mode: str) -> None:
    def work(number: int) -> str:
        said = f"thread {number}"
        chunks = ask(client, said, stream=True)
        heard = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        return heard if ask(client, said).choices[0].message.content == heard else "mixed"

    with (
        FaultServer(otherwise=echo) as server,
        make_client(mode, server.origin, timeout=30) as client,
        ThreadPoolExecutor(32) as pool,
    ):
        heard = list(pool.map(work, range(128)))

    assert heard == [f"thread {number}" for number in range(128)]


@pytest.mark.parametrize("mode", ["sync"])
def test_32_threads_may_make_the_first_request_at_once(mode: str) -> None:
    barrier = threading.Barrier(32)

    def work(number: int) -> str:
        barrier.wait()
        return str(ask(client, str(number)).choices[0].message.content)

    with FaultServer(otherwise=echo) as server:
        client = groq.Groq(api_key="k", base_url=server.origin, timeout=30)
        with client, ThreadPoolExecutor(32) as pool:
            heard = list(pool.map(work, range(32)))

    assert heard == [str(number) for number in range(32)]


@pytest.mark.parametrize("mode", MODES)
def test_two_streams_may_be_read_in_turns(mode: str) -> None:
    def words(chunk: Any) -> str:
        return chunk.choices[0].delta.content or ""

    with FaultServer(otherwise=echo) as server:
        if mode == "sync":
            with make_client(mode, server.origin) as client:
                one, two = ask(client, "abc", stream=True), ask(client, "xyz", stream=True)
                heard = "".join(words(a) + words(b) for a, b in zip(one, two, strict=True))
        else:

            async def go() -> str:
                async with make_client(mode, server.origin) as client:
                    one = await ask(client, "abc", stream=True)
                    two = await ask(client, "xyz", stream=True)
                    heard = ""
                    async for a in one:
                        heard += words(a) + words(await anext(two))
                    await two.close()
                    return heard

            heard = run_async(mode, go)

    assert heard == "axbycz"


@pytest.mark.parametrize("mode", MODES)
def test_a_pool_that_is_used_up_is_a_timeout(mode: str) -> None:
    with FaultServer([OPEN, whole(MODELS)]) as server:
        if mode == "sync":
            with make_client(mode, server.origin, pool_of_one=True, timeout=0.2) as client:
                with chat_stream(client), pytest.raises(groq.APITimeoutError):
                    client.models.list()
        else:

            async def go() -> None:
                async with make_client(
                    mode, server.origin, pool_of_one=True, timeout=0.2
                ) as client:
                    async with await chat_stream(client):
                        with pytest.raises(groq.APITimeoutError):
                            await client.models.list()

            run_async(mode, go)


# The life of a client


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("call", [chat, chat_stream], ids=["create", "stream"])
@pytest.mark.parametrize("is_used", [True, False], ids=["used", "unused"])
def test_a_closed_client_raises_an_error_that_says_so(call: Any, is_used: bool, mode: str) -> None:
    def go() -> None:
        client = make_client(mode, server.origin)
        with client:
            if is_used:
                client.models.list()
        call(client)

    async def go_async() -> None:
        async with make_client(mode, server.origin) as client:
            if is_used:
                await client.models.list()
        await settled(call(client))

    with FaultServer(otherwise=whole(MODELS)) as server:
        with pytest.raises(groq.GroqError) as caught:
            go() if mode == "sync" else run_async(mode, go_async)

        assert "closed" in str(caught.value)
        assert len(server.requests) == is_used


@pytest.mark.parametrize("mode", MODES)
def test_close_closes_the_connections(mode: str) -> None:
    with FaultServer(otherwise=whole(MODELS)) as server:
        if mode == "sync":
            client = make_client(mode, server.origin)
            client.models.list()
            client.close()
            client.close()
        else:

            async def go() -> Any:
                client = make_client(mode, server.origin)
                await client.models.list()
                await client.close()
                await client.close()
                return client

            client = run_async(mode, go)

        assert client.is_closed()
        assert server.wait_until_closed_by_client()


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_client_that_is_collected_closes_its_connections(mode: str) -> None:
    with FaultServer(otherwise=whole(MODELS)) as server:
        if mode == "sync":
            client = groq.Groq(api_key="k", base_url=server.origin)
            client.models.list()
            del client
            gc.collect()
            assert server.wait_until_closed_by_client()
        else:

            async def go() -> None:
                client = groq.AsyncGroq(api_key="k", base_url=server.origin)
                await client.models.list()
                del client
                gc.collect()
                await anyio.to_thread.run_sync(server.wait_until_closed_by_client)
                assert server.wait_until_closed_by_client(timeout=0)

            run_async(mode, go)


@pytest.mark.parametrize("mode", ["sync", "asyncio", "trio"])
def test_a_copy_that_is_collected_leaves_the_connections(mode: str) -> None:
    with FaultServer(otherwise=whole(MODELS)) as server:
        if mode == "sync":
            with groq.Groq(api_key="k", base_url=server.origin) as client:
                client.with_options(timeout=2).models.list()
                gc.collect()
                client.models.list()
        else:

            async def go() -> None:
                async with groq.AsyncGroq(api_key="k", base_url=server.origin) as client:
                    await client.with_options(timeout=2).models.list()
                    gc.collect()
                    await anyio.sleep(0.01)
                    await client.models.list()

            run_async(mode, go)

    assert server.connection_count == 1


@pytest.mark.parametrize("mode", ["sync", "asyncio", "trio"])
def test_a_copy_goes_on_when_the_client_is_collected(mode: str) -> None:
    with FaultServer(otherwise=whole(MODELS)) as server:
        if mode == "sync":
            copy = groq.Groq(api_key="k", base_url=server.origin).with_options(timeout=2)
            gc.collect()
            copy.models.list()
            copy.close()
        else:

            async def go() -> None:
                copy = groq.AsyncGroq(api_key="k", base_url=server.origin).with_options(timeout=2)
                gc.collect()
                await anyio.sleep(0.01)
                await copy.models.list()
                await copy.close()

            run_async(mode, go)

    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_a_stream_goes_on_when_its_client_is_dropped(mode: str) -> None:
    with FaultServer([stream(A, Pause(0.05), A, FINISH, DONE)]) as server:
        if mode == "sync":
            chunks = chat_stream(groq.Groq(api_key="k", base_url=server.origin))
            gc.collect()
            count = len(list(chunks))
        else:

            async def go() -> int:
                chunks = await chat_stream(groq.AsyncGroq(api_key="k", base_url=server.origin))
                gc.collect()
                await anyio.sleep(0.01)
                count = len([chunk async for chunk in chunks])
                del chunks
                gc.collect()
                await anyio.sleep(0.01)
                return count

            count = run_async(mode, go)

    assert count == 3


@pytest.mark.parametrize("mode", MODES)
def test_a_connection_that_went_stale_is_not_noticed(mode: str) -> None:
    with FaultServer([Answer((*whole(MODELS).steps, CLOSE)), whole(MODELS)]) as server:
        if mode == "sync":
            with make_client(mode, server.origin, max_retries=1) as client:
                client.models.list()
                server.wait_until_closed_by_client(timeout=0.02)
                client.models.list()
        else:

            async def go() -> None:
                async with make_client(mode, server.origin, max_retries=1) as client:
                    await client.models.list()
                    await anyio.sleep(0.02)
                    await client.models.list()

            run_async(mode, go)

    assert [request.connection for request in server.requests] == [1, 2]


def _in_two_loops(mode: str, origin: str) -> tuple[str, str]:
    client = make_client(mode, origin)

    async def go() -> str:
        try:
            return str((await client.models.list()).data[0].id)
        except groq.GroqError as error:  # kept as text: it would keep the client alive
            return str(error)

    return run_async(mode, go), run_async(mode, go)


@pytest.mark.parametrize("mode", ["asyncio", "trio", "aiohttp"])
def test_a_second_event_loop_works_or_is_named_in_the_error(mode: str) -> None:
    with FaultServer(otherwise=whole(MODELS)) as server, warnings.catch_warnings():
        # The connection of the first loop was left open by the caller of this test.
        warnings.simplefilter("ignore", ResourceWarning)
        first, second = _in_two_loops(mode, server.origin)
        gc.collect()

    assert first == "m"
    assert second == "m" or "event loop" in second


# Processes of their own


def run_script(
    source: str, *arguments: str, flags: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GROQ_API_KEY": "k"}
    return subprocess.run(
        [sys.executable, *flags, "-c", textwrap.dedent(source), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


START = """
    import sys, groq, anyio, gc
    mode, origin = sys.argv[1:3]
    chat = dict(messages=[{"role": "user", "content": "hi"}], model="m")

    def client():
        if mode == "sync":
            return groq.Groq(base_url=origin)
        made = groq.DefaultAioHttpClient() if mode == "aiohttp" else None
        return groq.AsyncGroq(base_url=origin, http_client=made)

    def run(main):
        anyio.run(main, backend="trio" if mode == "trio" else "asyncio")
"""

EXITS: dict[str, str] = {
    "a stream in a global": """
    if mode == "sync":
        c = client()
        stream = c.chat.completions.create(stream=True, **chat)
        next(stream)
    else:
        async def main():
            global c, stream
            c = client()
            stream = await c.chat.completions.create(stream=True, **chat)
            await stream.__anext__()
        run(main)
    """,
    "a stream in a cycle": """
    class Holder: pass
    gc.disable()
    if mode == "sync":
        holder = Holder()
        holder.me = holder
        holder.stream = client().chat.completions.create(stream=True, **chat)
        next(holder.stream)
        del holder
    else:
        async def main():
            holder = Holder()
            holder.me = holder
            holder.client = client()
            holder.stream = await holder.client.chat.completions.create(stream=True, **chat)
            await holder.stream.__anext__()
        run(main)
    """,
    "a stream closed in its block": """
    if mode == "sync":
        with client() as c, c.chat.completions.create(stream=True, **chat) as stream:
            next(stream)
    else:
        async def main():
            async with client() as c:
                async with await c.chat.completions.create(stream=True, **chat) as stream:
                    await stream.__anext__()
        run(main)
    """,
    "sys.exit in a loop": """
    if mode == "sync":
        for chunk in client().chat.completions.create(stream=True, **chat):
            sys.exit(0)
    else:
        async def main():
            async with client() as c:
                async with await c.chat.completions.create(stream=True, **chat) as stream:
                    async for chunk in stream:
                        sys.exit(0)
        run(main)
    """,
    "a client that is never used": """
    c = client()
    """,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", EXITS)
def test_the_interpreter_exits_silently_with(how: str, mode: str) -> None:
    if mode == "aiohttp" and "closed" not in how and "sys" not in how:
        pytest.skip("aiohttp tells of a session that is not closed")
    with FaultServer([OPEN]) as server:
        done = run_script(START + EXITS[how], mode, server.origin)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("mode", MODES)
def test_development_mode_does_not_warn_about_a_closed_client(mode: str) -> None:
    source = """
    if mode == "sync":
        with client() as c:
            with c.chat.completions.create(stream=True, **chat) as stream:
                next(stream)
            for chunk in c.chat.completions.create(stream=True, **chat):
                pass
    else:
        async def main():
            async with client() as c:
                async with await c.chat.completions.create(stream=True, **chat) as stream:
                    await stream.__anext__()
                async for chunk in await c.chat.completions.create(stream=True, **chat):
                    pass
        run(main)
    """
    with FaultServer([OPEN, stream(A, DONE)]) as server:
        done = run_script(START + source, mode, server.origin, flags=("-X", "dev", "-W", "error"))

    assert done.returncode == 0, done.stderr
    # asyncio's debug mode tells of a slow machine as well.
    said = [line for line in done.stderr.splitlines() if not line.startswith("Executing <")]
    assert said == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("mode", ["sync"])
def test_a_child_does_not_speak_on_its_parents_connection(mode: str) -> None:
    source = """
    import os
    c = client()
    def ask(said):
        messages = [{"role": "user", "content": said}]
        answer = c.chat.completions.create(messages=messages, model="m")
        assert answer.choices[0].message.content == said
    ask("before")
    child = os.fork()
    if child == 0:
        ask("child")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    ask("parent")
    """
    with FaultServer(otherwise=echo) as server:
        done = run_script(START + source, mode, server.origin)

    assert done.returncode == 0, done.stderr
    said = {
        request.json["messages"][0]["content"]: request.connection for request in server.requests
    }
    assert said["child"] != said["before"]

"""Chance decides how a server fails: a call gives the full text, or an error of this package."""

from __future__ import annotations

import collections
import contextlib
import os
import queue
import random
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import anyio
import httpx
import pytest
import trustme

import groq

from .script import (
    CLOSE,
    CUT,
    DONE,
    FINISH,
    HOLD,
    RESET,
    Answer,
    Pause,
    Request,
    Step,
    completion,
    compressed,
    encoded,
    failure,
    framed,
    head,
    raw,
    text,
    whole,
)
from .server import FaultServer
from .tunnels import Piece, connect_proxy, http2_server, listening, socks_proxy

CALLS = int(os.environ.get("CHAOS", "24"))
"""Calls a transport answers, half of them streams; `nox -s chaos` takes 4,000."""

AT_ONCE = 8
HTML = "<html>Welcome to the hotel</html>"
TIMEOUT = 1.0
SEED = int(os.environ.get("CHAOS_SEED", "0"))


@dataclass(frozen=True)
class Transport:
    """A way to the server, and which kinds of client take it."""

    kind: str = "httpx"
    tls: bool = False
    through: str | None = None
    modes: tuple[str, ...] = ("sync", "asyncio", "trio")


TRANSPORTS = {
    "plain": Transport(),
    "TLS": Transport(tls=True),
    "callers": Transport(kind="callers"),
    "CONNECT": Transport(tls=True, through="http"),
    "SOCKS": Transport(tls=True, through="socks5"),
    "HTTP/2": Transport(tls=True, through="h2"),
    "aiohttp": Transport(kind="aiohttp", modes=("asyncio",)),
    "aiohttp-TLS": Transport(kind="aiohttp", tls=True, modes=("asyncio",)),
    "httpx2": Transport(kind="httpx2"),
    "httpx2-TLS": Transport(kind="httpx2", tls=True),
}
NEEDS = {"aiohttp": "httpx_aiohttp", "httpx2": "httpx2", "SOCKS": "socksio", "HTTP/2": "h2"}
CASES = [
    pytest.param(
        name,
        mode,
        id=f"{name}-{mode}",
        marks=[
            pytest.mark.skipif(find_spec(module) is None, reason=f"{module} is not installed")
            for needs, module in NEEDS.items()
            if name.startswith(needs)
        ],
    )
    for name, transport in TRANSPORTS.items()
    for mode in transport.modes
]


# ------------------------------------------------------------------------------------ the answers


def words_for(number: int) -> list[str]:
    rng = random.Random(number)
    return [f"{number} {rng.randrange(10**9)} é\n" for _ in range(rng.randint(1, 12))]


def number_of(body: bytes) -> int:
    """Return which call a request is of."""
    return int(body.partition(b'"user":"')[2].partition(b'"')[0])


def dice_for(number: int, attempt: str) -> random.Random:
    return random.Random(f"{SEED} {number} {attempt}")


def events_for(number: int) -> list[bytes]:
    return [*map(text, words_for(number)), FINISH, DONE]


def answer(request: Request) -> Answer:
    """Answer a request whole or streamed, one time in two with a fault."""
    number = number_of(request.body)
    rng = dice_for(number, request.headers["x-stainless-retry-count"])
    if b'"stream":true' in request.body:
        return streamed(number, rng)
    body = encoded(completion("".join(words_for(number))))
    fault = rng.randrange(12)
    if fault == 0:
        return whole(failure(), rng.choice([400, 408, 429, 500, 503]))
    if fault == 1:
        return whole(body[: rng.randrange(len(body))], length=len(body), then=[end(rng)])
    if fault == 2:
        return whole(body[: rng.randrange(len(body))])
    if fault == 3:
        return whole(HTML, content_type="text/html")
    if fault == 4:
        return raw(bytes(rng.randbytes(rng.randrange(60))), end(rng))
    if fault == 5:
        packed = compressed(body)
        kept = rng.choice([len(packed), rng.randrange(len(packed))])
        return whole(packed[:kept], headers=[("Content-Encoding", "gzip")])
    return Answer(tuple(scattered(whole(body).steps, rng)))


def streamed(number: int, rng: random.Random) -> Answer:
    events = events_for(number)
    headers = [("Transfer-Encoding", "chunked"), ("Content-Type", "text/event-stream")]
    at = rng.randrange(len(events) + 1)
    fault = rng.randrange(16)
    if fault == 0:
        return whole(failure(), rng.choice([400, 429, 500]))
    if fault == 1:
        return whole(HTML, content_type="text/html")
    if fault == 2:  # packed, and cut
        packed = compressed(b"".join(events))
        kept = rng.choice([len(packed), rng.randrange(len(packed))])
        return whole(
            packed[:kept],
            content_type="text/event-stream",
            headers=[("Content-Encoding", "gzip")],
        )
    if fault == 3:  # framed by its length, and cut
        body = b"".join(events)
        cut = body[: rng.randrange(len(body))]
        return whole(cut, content_type="text/event-stream", length=len(body), then=[end(rng)])
    if fault == 4:  # ends in good order, too early
        return whole(b"".join(events[: min(at, len(events) - 2)]), content_type="text/event-stream")
    steps: list[Step] = [head(200, headers), *map(framed, events)]
    if fault == 5:
        steps[at:] = [*steps[at : at + 1], b"data: no chunk\n\n", CLOSE]
    elif fault == 6:
        steps[at:] = [end(rng)]
    elif fault == 7:
        steps.insert(at + 1, framed(b"data: {broken\n\n"))
    elif fault == 8:
        steps.insert(at + 1, framed(b'event: error\ndata: {"error": {"message": "it broke"}}\n\n'))
    else:
        steps.append(b"0\r\n\r\n")
    return Answer(tuple(scattered(steps, rng)))


def scattered(steps: Any, rng: random.Random) -> Iterator[Step]:
    """Cut what is sent anew, with a pause or an end here and there."""
    fault = rng.randrange(20)
    for step in steps:
        if not isinstance(step, bytes) or rng.random() < 0.5:
            yield step
            continue
        cut = rng.randrange(len(step) + 1)
        yield step[:cut]
        if fault == 0 and rng.random() < 0.2:
            yield end(rng)
            return
        yield Pause(rng.random() * 0.003)
        yield step[cut:]


def end(rng: random.Random) -> Step:
    return rng.choice([RESET, CLOSE, CUT, CUT, HOLD] if rng.random() < 0.3 else [RESET, CLOSE])


# --------------------------------------------------------------------------------------- the calls


def outcome(number: int, said: str | None) -> str:
    expected = "".join(words_for(number))
    assert said == expected, f"call {number} passes {said!r} for {expected!r}"
    return "whole"


def asked(number: int) -> dict[str, Any]:
    return {"messages": [], "model": "m", "user": str(number)}


def call(client: Any, number: int) -> str:
    try:
        if number % 2:
            stream = client.chat.completions.create(**asked(number), stream=True)
            parts = [part.choices[0].delta.content or "" for part in stream]
            return outcome(number, "".join(parts))
        said = client.chat.completions.create(**asked(number))
        # What does not say that it is JSON comes as the text that it is.
        if said == HTML:
            return "HTML"
        return outcome(number, said.choices[0].message.content)
    except groq.APIError as error:
        return type(error).__name__


async def async_call(client: Any, number: int) -> str:
    try:
        if number % 2:
            stream = await client.chat.completions.create(**asked(number), stream=True)
            parts = [part.choices[0].delta.content or "" async for part in stream]
            return outcome(number, "".join(parts))
        said = await client.chat.completions.create(**asked(number))
        # What does not say that it is JSON comes as the text that it is.
        if said == HTML:
            return "HTML"
        return outcome(number, said.choices[0].message.content)
    except groq.APIError as error:
        return type(error).__name__


def http_client(transport: Transport, is_async: bool, **options: Any) -> Any:
    kinds: dict[str, tuple[str, str]] = {
        "httpx": ("DefaultHttpxClient", "DefaultAsyncHttpxClient"),
        "httpx2": ("DefaultHttpx2Client", "DefaultAsyncHttpx2Client"),
        "aiohttp": ("", "DefaultAioHttpClient"),
    }
    if transport.kind == "callers":
        return (httpx.AsyncClient if is_async else httpx.Client)(**options)
    return getattr(groq, kinds[transport.kind][is_async])(**options)


def run_sync(client: groq.Groq) -> collections.Counter[str]:
    numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
    outcomes: list[str] = []
    wrong: list[BaseException] = []
    for number in range(CALLS):
        numbers.put(number)

    def work() -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                try:
                    outcomes.append(call(client, numbers.get_nowait()))
                except queue.Empty:
                    raise
                except BaseException as error:  # raised again in the test's thread
                    wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return collections.Counter(outcomes)


async def run_async(client: groq.AsyncGroq) -> collections.Counter[str]:
    outcomes: collections.Counter[str] = collections.Counter()
    numbers = iter(range(CALLS))

    async def work() -> None:
        for number in numbers:
            outcomes[await async_call(client, number)] += 1

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(work)
    return outcomes


# httpx's transport leaves generators and handshakes to the garbage collector when they fail.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("name", "mode"), CASES)
def test_chaos_gives_the_full_text_or_an_error(name: str, mode: str) -> None:
    transport = TRANSPORTS[name]
    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
    options: dict[str, Any] = {"verify": trusting, "timeout": TIMEOUT}
    rng = random.Random(SEED)
    with contextlib.ExitStack() as stack:
        server_tls = None
        if transport.tls:
            server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost").configure_cert(server_tls)  # pyright: ignore[reportUnknownMemberType]  # pyOpenSSL
        if transport.through == "h2":
            assert server_tls is not None
            server_tls.set_alpn_protocols(["h2"])
            port = stack.enter_context(listening(http2_server(server_tls, http2_pieces)))
            origin = f"https://localhost:{port}"
            options["http2"] = True
        else:
            server = FaultServer(otherwise=answer, tls=server_tls, keeps_bodies=True)
            origin = stack.enter_context(server).origin
            if transport.through is not None:
                make = connect_proxy if transport.through == "http" else socks_proxy
                port = stack.enter_context(listening(make(rng)))
                options["proxy"] = f"{transport.through}://127.0.0.1:{port}"

        def client(is_async: bool) -> Any:
            kind: Any = groq.AsyncGroq if is_async else groq.Groq
            its = http_client(transport, is_async, **options)
            # aiohttp waits past its timeout for the rest of a chunk that is framed wrongly.
            deadline = 2 if transport.kind == "aiohttp" else None
            return kind(
                api_key="k", base_url=origin, http_client=its, max_retries=1, deadline=deadline
            )

        async def main() -> collections.Counter[str]:
            async with client(is_async=True) as made:
                return await run_async(made)

        if mode == "sync":
            with client(is_async=False) as made:
                outcomes = run_sync(made)
        else:
            outcomes = anyio.run(main, backend=mode)
    print(f"\n{name} {mode}: {dict(outcomes.most_common())}")
    assert outcomes.total() == CALLS
    assert outcomes["whole"] > CALLS // 6
    assert len(outcomes) > 1 or CALLS < 100  # so few may all be without a fault


def http2_pieces(body: bytes) -> tuple[list[Piece], str, random.Random]:
    number = number_of(body)
    rng = random.Random(f"{SEED} {number} {threading.get_ident()}")
    if b'"stream":true' in body:
        return [*events_for(number)], "text/event-stream", rng
    return [encoded(completion("".join(words_for(number))))], "application/json", rng

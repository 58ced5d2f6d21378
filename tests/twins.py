"""One test for the sync client and for the async one, on asyncio and on trio.

A `Twin` makes clients and calls them; what it calls is awaited where that is needed, on an event
loop that runs in a thread of its own for as long as the test does.
"""

from __future__ import annotations

import contextlib
import inspect
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from groq import AsyncGroq, Groq
from groq.testing import LocalServer

MESSAGES: Any = [{"role": "user", "content": "Hi"}]
MODEL = "openai/gpt-oss-20b"

Handler = Callable[[httpx.Request], httpx.Response]

KEY = "gsk_secret_of_the_client"
either_class = pytest.mark.parametrize("cls", [Groq, AsyncGroq])

NO_WAIT: dict[str, Any] = {"_calculate_retry_timeout": lambda *_: 0.0}  # pyright: ignore[reportUnknownLambdaType]
"""Overrides of a client that retries at once; programs override this method in subclasses."""


def seen_by(requests: list[httpx.Request]) -> Handler:
    """Return a handler that records each request and answers with an empty object."""

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    return handler


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer, in pieces; it knows whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for each in self._pieces:
            yield each

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


class Twin:
    """A client of either kind, called alike."""

    def __init__(self, portal: BlockingPortal | None) -> None:
        self._portal = portal
        self._clients: list[Any] = []

    @property
    def is_async(self) -> bool:
        return self._portal is not None

    def do(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function in the loop, and wait for what it returns if that is to be awaited."""
        if self._portal is None:
            return function(*args, **kwargs)

        async def call() -> Any:
            result = function(*args, **kwargs)
            return await result if inspect.isawaitable(result) else result

        return self._portal.call(call)

    def client(
        self,
        server: LocalServer | None = None,
        *,
        overrides: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Make a client, of the server if there is one; it is closed when the test ends.

        With `overrides` it is of a subclass that has these methods.
        """
        where = {} if server is None else {"base_url": server.url}
        kind: Any = AsyncGroq if self.is_async else Groq
        if overrides:
            kind = type("Overridden", (kind,), overrides)
        client = kind(**{"api_key": "key", **where, **options})
        self._clients.append(client)
        return client

    def mocked(
        self, handler: Handler, *, http: dict[str, Any] | None = None, **options: Any
    ) -> Any:
        """Make a client whose requests a function answers."""
        return self.client(
            http_client=self.http_client(httpx.MockTransport(handler), **http or {}), **options
        )

    def http_client(self, transport: Any = None, **options: Any) -> Any:
        """Make an HTTP client of the kind that the client takes."""
        kind: Any = httpx.AsyncClient if self.is_async else httpx.Client
        return kind(**({} if transport is None else {"transport": transport}), **options)

    def chat(self, client: Any, **options: Any) -> Any:
        """Ask for a chat completion; `stream=True` gives the stream of it."""
        create = client.chat.completions.create
        return self.do(create, **{"messages": MESSAGES, "model": MODEL, **options})

    def next(self, items: Any) -> Any:
        """Return the next item; `StopIteration` or `StopAsyncIteration` where there is none."""
        return self.do(items.__anext__ if self.is_async else items.__next__)

    def each(self, items: Any) -> Iterator[Any]:
        """Iterate over what either kind of client gives."""
        with contextlib.suppress(StopAsyncIteration, StopIteration):
            while True:
                yield self.next(items)

    def list(self, items: Any) -> list[Any]:
        """Collect what is iterated over, in one loop as programs write it."""
        if not self.is_async:
            return list(items)

        async def collect() -> list[Any]:
            return [item async for item in items]

        return self.do(collect)  # type: ignore[no-any-return]  # a list, by what is called

    @contextlib.contextmanager
    def inside(self, manager: Any) -> Generator[Any, None, None]:
        """Enter a context manager of either kind, and leave it."""
        if not self.is_async:
            with manager as entered:
                yield entered
        else:
            assert self._portal is not None
            with self._portal.wrap_async_context_manager(manager) as entered:
                yield entered

    def close(self) -> None:
        """Close the clients that were made."""
        for client in self._clients:
            self.do(client.close)


@pytest.fixture(params=["sync", "asyncio", "trio"])
def twin(request: pytest.FixtureRequest) -> Iterator[Twin]:
    """Give the sync client, and the async one on either event loop."""
    if request.param == "sync":
        made = Twin(None)
        yield made
        made.close()
        return
    on_uvloop = request.param == "asyncio" and os.environ.get("TESTED_EVENT_LOOP") == "uvloop"
    with start_blocking_portal(request.param, {"use_uvloop": True} if on_uvloop else {}) as portal:
        made = Twin(portal)
        yield made
        made.close()


def requests_of(server: LocalServer, header: str) -> list[str | None]:
    """Return what each request that the server received says in a header."""
    return [request.headers.get(header) for request in server.requests]

"""Exceptions, timeouts and classes of httpx or httpx2.

The two have the same API. The objects that a caller passes decide which of them is used, and only
that one is imported.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache
from importlib import import_module
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import ssl

    import httpx as httpx
else:

    class _Unloaded(ModuleType):
        """A module that is imported when one of its attributes is first used."""

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module(self.__name__), name)

    # Programs that evaluate the annotations of this package find the types here.
    httpx = _Unloaded("httpx")

NAMES = ("httpx", "httpx2")
"""The libraries that a client can send with; the first one is the default."""

_ERRORS = {
    **dict.fromkeys(NAMES, ("HTTPError", "InvalidURL")),
    # The transports let some errors of the libraries beneath them through.
    "aiohttp": ("ClientError",),
    "anyio": ("BrokenResourceError", "ClosedResourceError", "EndOfStream"),
    **dict.fromkeys(
        ("httpcore", "httpcore2"),
        ("ConnectionNotAvailable", "NetworkError", "ProtocolError", "TimeoutException"),
    ),
    "h11": ("ProtocolError",),
    "h2.exceptions": ("H2Error",),
    "idna": ("IDNAError",),
    "socksio": ("SOCKSError",),
}
"""The exceptions that mean a failed request, by module."""

_MAX_PIECES_AFTER_CLOSE = 4096
"""The most pieces that are read after a close; a connection may have buffered 64 KiB of chunks."""

_TIMING = (*NAMES, "httpcore", "httpcore2")


class Body(Protocol):
    """A body that sync and async clients can iterate over and close."""

    def __iter__(self) -> Iterator[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def close(self) -> None:
        """Release the source of the body."""

    async def aclose(self) -> None:
        """Release the source of the body."""


class HttpClient(Protocol):
    """A `Client` of httpx or httpx2, as a protocol, so that only one of them is needed."""

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        ...

    def close(self) -> None:
        """Close the connections."""

    def send(
        self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...
    ) -> Any:
        """Send a request."""


class AsyncHttpClient(Protocol):
    """An `AsyncClient` of httpx or httpx2, as a protocol, so that only one of them is needed."""

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""

    async def send(
        self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...
    ) -> Any:
        """Send a request."""


class HttpTimeout(Protocol):
    """A `Timeout` of httpx or httpx2: seconds for each step of a request, or no limit."""

    @property
    def connect(self) -> float | None:
        """Seconds to connect."""

    @property
    def read(self) -> float | None:
        """Seconds between two pieces of a response."""

    @property
    def write(self) -> float | None:
        """Seconds to send a piece of a request."""

    @property
    def pool(self) -> float | None:
        """Seconds to wait for a connection."""

    def as_dict(self) -> dict[str, float | None]:
        """Return the four by name."""
        ...


class HttpURL(Protocol):
    """A `URL` of httpx or httpx2."""

    @property
    def scheme(self) -> str:
        """`https` or `http`."""
        ...

    @property
    def host(self) -> str:
        """The name or the address of the machine."""
        ...

    @property
    def raw_path(self) -> bytes:
        """The path and the query, as they are sent."""
        ...


class Library:
    """One of the two libraries, with the classes that a client needs."""

    def __init__(self, name: str) -> None:
        module: Any = import_module(name)
        self.module = module
        self.name = name
        self.AsyncClient: type[httpx.AsyncClient] = module.AsyncClient
        self.BasicAuth: type[httpx.BasicAuth] = module.BasicAuth
        self.ByteStream: type[httpx.ByteStream] = module.ByteStream
        self.Client: type[httpx.Client] = module.Client
        self.DecodingError: type[httpx.DecodingError] = module.DecodingError
        self.Headers: type[httpx.Headers] = module.Headers
        self.InvalidURL: type[httpx.InvalidURL] = module.InvalidURL
        self.Limits: type[httpx.Limits] = module.Limits
        self.ReadTimeout: type[httpx.ReadTimeout] = module.ReadTimeout
        self.Request: type[httpx.Request] = module.Request
        self.Response: type[httpx.Response] = module.Response
        self.ResponseNotRead: type[httpx.ResponseNotRead] = module.ResponseNotRead
        self.StreamConsumed: type[httpx.StreamConsumed] = module.StreamConsumed
        self.Timeout: type[httpx.Timeout] = module.Timeout
        self.TimeoutException: type[httpx.TimeoutException] = module.TimeoutException
        self.URL: type[httpx.URL] = module.URL
        self.USE_CLIENT_DEFAULT: Any = module.USE_CLIENT_DEFAULT
        self.create_ssl_context: Callable[[], ssl.SSLContext] = module.create_ssl_context

        class StreamAdapter(module.SyncByteStream, module.AsyncByteStream):  # type: ignore[misc]  # either library's
            """Adapts a body of this package to the stream classes of the library."""

            def __init__(self, body: Body) -> None:
                self.body = body

            def __iter__(self) -> Iterator[bytes]:
                return iter(self.body)

            def __aiter__(self) -> AsyncIterator[bytes]:
                return aiter(self.body)

            def close(self) -> None:
                self.body.close()

            async def aclose(self) -> None:
                await self.body.aclose()

            def __getattr__(self, name: str) -> Any:
                return getattr(self.body, name)

        self.StreamAdapter: Any = StreamAdapter


@lru_cache
def load(name: str) -> Library:
    """Import and return a library.

    Raises `ValueError` for an unknown name, and `ImportError` if it is not installed.
    """
    if name not in NAMES:
        known = " or ".join(map(repr, NAMES))
        raise ValueError(f"Expected the HTTP library to be {known} but received {name!r}")
    try:
        return Library(name)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"To use {name}, install the package with its extra: pip install 'groq[{name}]'"
        ) from error


def of(thing: object) -> Library:
    """Return the library that a client, request, response, timeout or URL belongs to."""
    for name in NAMES:
        module: Any = sys.modules.get(name)
        if module is not None and isinstance(
            thing,
            (
                *(module.Response, module.Request, module.Client, module.AsyncClient),
                *(module.Timeout, module.URL, module.Headers),
            ),
        ):
            return load(name)
    return load(NAMES[0])


def choose(http_client: object, name: str | None) -> Library:
    """Return the library of a new client: that of its HTTP client, else the named one.

    Without either, `GROQ_HTTP_LIBRARY` decides. Raises `ValueError` if the two disagree.
    """
    if http_client is None:
        return load(name or os.environ.get("GROQ_HTTP_LIBRARY") or NAMES[0])
    http_library = of(http_client)
    if name is not None and http_library is not load(name):
        raise ValueError(
            f"Expected http_library to be that of http_client, {http_library.name!r}, "
            f"but received {name!r}"
        )
    return http_library


def classes(kind: str) -> tuple[type[Any], ...]:
    """Return the class of this name, such as `Response`, from each library that is loaded."""
    return tuple(getattr(sys.modules[name], kind) for name in NAMES if name in sys.modules)


def is_a(thing: object, kind: str) -> bool:
    """Say whether an object is an instance of a class, such as `Timeout`, of either library."""
    return isinstance(thing, classes(kind))


# ------------------------------------------------------------------------------------ exceptions


def errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that mean that sending a request or reading its response failed.

    Libraries that are not loaded are left out, because they cannot have raised anything.
    `RuntimeError` is included, because httpx raises it for a closed event loop.
    """
    found: list[type[Exception]] = [OSError, RuntimeError]
    for module, names in _ERRORS.items():
        if module in sys.modules:
            loaded = vars(sys.modules[module])
            found += [loaded[name] for name in names if name in loaded]
    return tuple(found)


def is_from_transport(error: Exception) -> bool:
    """Say whether one of `errors()` comes from the transport, and not from a hook of the caller.

    An HTTP client calls its event hooks, its authentication and its transport in one `send`, and
    nothing public tells which of them raised an `OSError` or a `RuntimeError`. The traceback does:
    the methods of httpx and httpx2 call hooks and authentication in `_send_handling_auth`, and the
    transport in `_send_single_request`, which is further in.
    """
    if not isinstance(error, (OSError, RuntimeError)):
        return True
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    methods = {frame.f_code.co_name for frame in frames if _is_of_library(frame)}
    return (
        "_send_handling_auth" not in methods
        or "_send_single_request" in methods
        or _is_of_library(frames[-1])  # such as for a client that is closed
    )


def _is_of_library(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] in NAMES


def is_timeout(error: Exception) -> bool:
    """Say whether an exception means that the request timed out."""
    reason = error.__cause__
    if reason is not None and type(reason).__module__.startswith("aiohttp"):
        # httpx-aiohttp reports every failed connection as a timeout.
        import asyncio

        return isinstance(reason, asyncio.TimeoutError)
    loaded = (vars(sys.modules[name]) for name in _TIMING if name in sys.modules)
    kinds = (names["TimeoutException"] for names in loaded if "TimeoutException" in names)
    return isinstance(error, (TimeoutError, *kinds))


# --------------------------------------------------------------------------------------- bodies


def pieces(response: httpx.Response) -> Iterator[bytes]:
    """Iterate over the body as it arrives, without decompressing it.

    This is the stream itself, because the library's iterators cost as much as decoding an event.
    """
    return iter(cast("httpx.SyncByteStream", response.stream))  # the client is sync


def async_pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """Iterate over the body as it arrives, without decompressing it, as `pieces` does."""
    return aiter(cast("httpx.AsyncByteStream", response.stream))  # the client is async


def keep(response: httpx.Response, content: bytes) -> None:
    """Store a body as `response.content`."""
    response._content = content  # pyright: ignore[reportPrivateUsage]  # `read` would decompress it again
    response.is_stream_consumed = True


def header_items(headers: httpx.Headers) -> list[tuple[bytes, bytes, bytes]]:
    """Return the headers, each with its name as it is sent, its name in lower case, and its value.

    The library keeps them so. Its public methods copy all, or decode and compare each.
    """
    return headers._list  # pyright: ignore[reportPrivateUsage]  # faster than `headers.raw`


def is_read(message: httpx.Request | httpx.Response) -> bool:
    """Say whether the body was read and stored."""
    return hasattr(message, "_content")


def detach(response: httpx.Response) -> None:
    """Detach a response that was read from its connection.

    The library links the two in a reference cycle, which only the garbage collector would free.
    """
    with contextlib.suppress(RuntimeError):  # not known before the response is closed
        response.elapsed = response.elapsed  # httpx2 computes it from the stream
    response.stream = of(response).ByteStream(b"")


async def async_discard(pieces: AsyncIterator[object], response: httpx.Response) -> None:
    """Close the connection of a body, then run the generators that read it to their end.

    trio warns of generators that are left to the garbage collector. Their number of pieces is
    bounded, because a body in memory goes on after the close. Errors are ignored: nobody wants the
    body any more.
    """
    import anyio

    # Shielded, because a cancelled task has to close too, and older transports do not shield.
    with anyio.CancelScope(shield=True):
        with contextlib.suppress(Exception):
            await response.aclose()
        with anyio.move_on_after(0), contextlib.suppress(Exception):
            for _ in range(_MAX_PIECES_AFTER_CLOSE):
                await anext(pieces)


def discard(pieces: Iterator[object], response: httpx.Response) -> None:
    """Close the connection of a body, then the generators that read it. Errors are ignored."""
    with contextlib.suppress(Exception):
        response.close()
    with contextlib.suppress(Exception):  # another thread is reading, or it is no generator
        cast("Any", pieces).close()


# ----------------------------------------------------------------------------------- connections


def interrupt(response: httpx.Response) -> None:
    """Wake a thread or task that reads from the connection, which then finds it closed.

    Tasks share a connection of HTTP/2, which is left alone; threads do not.
    """
    connection: Any = response.extensions.get("network_stream")
    is_shared = response.http_version == "HTTP/2" and hasattr(connection, "aclose")
    if connection is not None and not is_shared:
        shut_down(connection)


def shut_down(connection: Any) -> None:
    """Shut down the socket of a network stream, which wakes its readers; closing it does not."""
    import socket

    # `SSLSocket.shutdown` would also drop the TLS state that the reader is using. The socket may be
    # closed already, and a transport of the caller's may have none.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        socket.socket.shutdown(connection.get_extra_info("socket"), socket.SHUT_RDWR)


# -------------------------------------------------------------------------------------- timeouts

_STEPS = ("connect", "read", "write", "pool")


def timeout_steps(
    timeout: HttpTimeout | tuple[float | None, ...] | float | None,
) -> dict[str, float | None]:
    """Return the timeout of each step of a request, in seconds."""
    if timeout is None or isinstance(timeout, (int, float)):
        return dict.fromkeys(_STEPS, timeout)
    if isinstance(timeout, tuple):
        return dict(zip(_STEPS, timeout, strict=True))
    return timeout.as_dict()

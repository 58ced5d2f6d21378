"""HTTP clients: those that a client makes for itself, with this package's defaults, at need."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, Union

from .._constants import LIMITS, TIMEOUT
from .library import Library, httpx, named, of

if TYPE_CHECKING:
    import ssl

HttpxClientT = TypeVar("HttpxClientT", bound=Union["httpx.Client", "httpx.AsyncClient"])


@lru_cache
def _tls_context(its: Library) -> ssl.SSLContext:
    """Return the TLS context of all default clients: reading the certificates takes long."""
    return its.create_ssl_context()


def with_defaults(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Fill up the options of an HTTP client of a library with what this package prefers."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    its = named(name)
    defaults: dict[str, Any] = {
        "timeout": its.Timeout(**TIMEOUT),
        "limits": its.Limits(**LIMITS),
        "follow_redirects": True,
        # The API has no cookies; those of whatever answers in its place would add up.
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
        # The encodings that can be unpacked a little at a time.
        "headers": {"Accept-Encoding": "gzip, deflate"},
    }
    # HTTP/2 is negotiated in the context, and then it is not the one of the others.
    if not kwargs.keys() & {"verify", "cert", "trust_env", "http2", "transport"}:
        defaults["verify"] = _tls_context(its)
    return {**defaults, **kwargs}


def lean_transport(http_client: object, *given: object, **options: Any) -> Any | None:
    """Return this package's own transport for a client, if it does what the options ask for.

    The clients of either library call `_init_transport` for what no proxy and no mount is for.
    """
    from . import transport

    if given or not transport.is_for(options):
        return None
    its = of(http_client)
    make = transport.sync if isinstance(http_client, its.Client) else transport.asynchronous
    return make(its, **options)


class SyncClosable(Protocol):
    """An HTTP client of either library."""

    def close(self) -> None:
        """Close the connections."""


class AsyncClosable(Protocol):
    """An HTTP client of either library."""

    @property
    def is_closed(self) -> bool:
        """Whether the connections are closed."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""


def close_now(http_client: SyncClosable) -> None:
    """Close a client that is collected."""
    with contextlib.suppress(Exception):  # nobody is left to tell
        http_client.close()


def close_soon(http_client: AsyncClosable) -> None:
    """Have the running event loop close a client that is collected."""
    with contextlib.suppress(Exception):  # no loop runs: its sockets are closed with it
        if http_client.is_closed:
            return
        import sniffio

        if sniffio.current_async_library() == "trio":
            import trio.lowlevel

            trio.lowlevel.spawn_system_task(http_client.aclose)
        else:
            import asyncio

            asyncio.get_running_loop().create_task(http_client.aclose())


def default_client(its: Library, kind: str) -> Any:
    """Make the default `Client` or `AsyncClient` of a library."""
    made = import_module(f".{its.name}_clients", __package__)
    return {"Client": made.HttpClient, "AsyncClient": made.AsyncHttpClient}[kind]()


class LazyClient(Generic[HttpxClientT]):
    """An HTTP client that is made when it is first needed, and shared by the copies of a client."""

    making = threading.Lock()

    def __init__(self, made: HttpxClientT | None, kind: str, its: Library) -> None:
        self.library = its
        self._made = made
        self._kind = kind
        self._is_closed = False

    def get(self) -> HttpxClientT:
        """Return the HTTP client, made now if it was not yet."""
        if self._made is None:
            with self.making:
                if self._made is None:
                    self._made = made = default_client(self.library, self._kind)
                    # A reference from outside keeps the HTTP client from being collected together
                    # with its sockets, which would warn that they were left open.
                    weakref.finalize(self, _let_go, made).atexit = False
                    _made_here.add(self)
        return self._made

    @property
    def made(self) -> HttpxClientT | None:
        """The HTTP client, if there is one yet."""
        return self._made

    def forget(self) -> None:
        """Have another one made when it is next needed."""
        self._made = None

    def close(self) -> HttpxClientT | None:
        """Mark the client as closed, and return what there is to close."""
        self._is_closed = True
        return self._made

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed, here or by whoever made it."""
        return self._is_closed or (self._made is not None and self._made.is_closed)


def _let_go(_: object) -> None:
    """Do nothing: the finalizer that held the argument is gone with this call."""


_made_here: weakref.WeakSet[LazyClient[Any]] = weakref.WeakSet()
"""Where an HTTP client was made, not given."""


def _forget_connections() -> None:
    """Have a forked child make its own connections: what two processes write on one is mixed."""
    LazyClient.making = threading.Lock()  # a thread of the parent may have held it
    for each in _made_here:
        each.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)

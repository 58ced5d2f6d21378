"""HTTP clients: those that a client makes for itself, with this package's defaults, at need."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import threading
import weakref
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar, Union

import httpx
import sniffio

from .._constants import DEFAULT_CONNECTION_LIMITS, DEFAULT_TIMEOUT
from . import library

HttpxClientT = TypeVar("HttpxClientT", bound=Union[httpx.Client, httpx.AsyncClient])


@lru_cache(maxsize=1)
def _tls_context() -> ssl.SSLContext:
    """Return the TLS context of all default clients: reading the certificates takes long."""
    return httpx.create_ssl_context()


def with_defaults(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Fill up the options of an HTTP client with what this package prefers."""
    defaults: dict[str, Any] = {
        "timeout": DEFAULT_TIMEOUT,
        "limits": DEFAULT_CONNECTION_LIMITS,
        "follow_redirects": True,
        # The encodings that can be unpacked a little at a time.
        "headers": {"Accept-Encoding": "gzip, deflate"},
    }
    # HTTP/2 is negotiated in the context, and then it is not the one of the others.
    if not kwargs.keys() & {"verify", "cert", "trust_env", "http2", "transport"}:
        defaults["verify"] = _tls_context()
    return {**defaults, **kwargs}


class DefaultHttpxClient(httpx.Client):
    """An `httpx.Client` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults(kwargs))

    def _init_transport(self, *positional: Any, **options: Any) -> httpx.BaseTransport:
        # httpx calls this for the transport of all that no proxy and no mount is for.
        from . import transport

        if not positional and transport.is_for(options):
            return transport.sync(library.of(self), **options)
        return super()._init_transport(*positional, **options)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # nobody is left to tell
            self.close()


class DefaultAsyncHttpxClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected
    while its event loop runs.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults(kwargs))

    def _init_transport(self, *positional: Any, **options: Any) -> httpx.AsyncBaseTransport:
        # httpx calls this for the transport of all that no proxy and no mount is for.
        from . import transport

        if not positional and transport.is_for(options):
            return transport.asynchronous(library.of(self), **options)
        return super()._init_transport(*positional, **options)

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # no loop runs: its sockets are closed with it
            if self.is_closed:
                return
            if sniffio.current_async_library() == "trio":
                import trio.lowlevel

                trio.lowlevel.spawn_system_task(self.aclose)
            else:
                asyncio.get_running_loop().create_task(self.aclose())


class LazyClient(Generic[HttpxClientT]):
    """An HTTP client that is made when it is first needed, and shared by the copies of a client."""

    making = threading.Lock()

    def __init__(self, made: HttpxClientT | None, make: Callable[[], HttpxClientT]) -> None:
        self._made = made
        self._make = make
        self._is_closed = False

    def get(self) -> HttpxClientT:
        """Return the HTTP client, made now if it was not yet."""
        if self._made is None:
            with self.making:
                if self._made is None:
                    self._made = made = self._make()
                    # A reference from outside keeps the HTTP client from being collected together
                    # with its sockets, which would warn that they were left open.
                    weakref.finalize(self, _let_go, made).atexit = False
                    _made_here.add(self)
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

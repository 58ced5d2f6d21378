"""The HTTP clients that this package creates on demand, with its own defaults."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, Union, cast

from .. import _library as library
from .._constants import LIMITS, TIMEOUT
from .._library import Library, httpx, load, of
from .closing import closer
from .httpcore_fixes import interrupt_all

if TYPE_CHECKING:
    import ssl

HttpxClientT = TypeVar("HttpxClientT", bound=Union["httpx.Client", "httpx.AsyncClient"])


@lru_cache
def _tls_context(http_library: Library) -> ssl.SSLContext:
    """Return the TLS context that default clients share, because loading certificates is slow."""
    return http_library.create_ssl_context()


def with_defaults(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the options of an HTTP client, with this package's defaults where none is given."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    http_library = load(name)
    defaults: dict[str, Any] = {
        "timeout": http_library.Timeout(**TIMEOUT),
        "limits": http_library.Limits(**LIMITS),
        "follow_redirects": True,
        # The API has no cookies, and those of a proxy or a gateway would accumulate.
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
        # The encodings that can be decompressed within a limit.
        "headers": {"Accept-Encoding": "gzip, deflate"},
    }
    # HTTP/2 is negotiated in the TLS context, so a client with HTTP/2 needs one of its own.
    if not kwargs.keys() & {"verify", "cert", "trust_env", "http2", "transport"}:
        defaults["verify"] = _tls_context(http_library)
    return {**defaults, **kwargs}


class OwnTransport:
    """Gives a client of either library the transport of this package where it has the options."""

    def _init_transport(self, *args: Any, **options: Any) -> Any:
        # The clients of both libraries call it, for requests without a proxy.
        from . import transport

        if args or not transport.supports(options):
            inherited: Any = super()
            return inherited._init_transport(*args, **options)
        http_library = of(self)
        is_sync = isinstance(self, http_library.Client)
        make = transport.sync if is_sync else transport.asynchronous
        return make(http_library, **options)


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
    """Close a client that is being garbage-collected."""
    with contextlib.suppress(Exception):  # no caller is left to handle an error
        http_client.close()


def close_soon(http_client: AsyncClosable) -> None:
    """Close a client that is being garbage-collected, on the running event loop."""
    with contextlib.suppress(Exception):  # no caller is left to handle an error
        if not http_client.is_closed:
            closer(http_client.aclose)()


def default_client(http_library: Library, kind: str) -> Any:
    """Create the default `Client` or `AsyncClient` of a library."""
    module, name = _DEFAULT_CLIENTS[http_library.name, kind]
    return getattr(import_module(f"{__package__}.{module}"), name)()


_DEFAULT_CLIENTS = {
    ("httpx", "Client"): ("httpx_clients", "DefaultHttpxClient"),
    ("httpx", "AsyncClient"): ("httpx_clients", "DefaultAsyncHttpxClient"),
    ("httpx2", "Client"): ("httpx2_clients", "DefaultHttpx2Client"),
    ("httpx2", "AsyncClient"): ("httpx2_clients", "DefaultAsyncHttpx2Client"),
}


class LazyClient(Generic[HttpxClientT]):
    """An HTTP client that is created on first use and shared by copies of its owner."""

    lock = threading.RLock()

    def __init__(self, made: HttpxClientT | None, kind: str, http_library: Library) -> None:
        self.library = http_library
        self._made = made
        self._kind = kind
        self._is_closed = False

    def get(self) -> HttpxClientT:
        """Return the HTTP client, and create it on the first call.

        Raises `RuntimeError` if this client was closed.
        """
        if self._made is None:
            with self.lock:
                if self._is_closed:  # by another thread, after the call began
                    raise RuntimeError("The client has been closed")
                if self._made is None:
                    self._made = made = default_client(self.library, self._kind)
                    # The finalizer's reference keeps the HTTP client from being collected in one
                    # pass with its sockets, which would then warn that they are unclosed. It is
                    # also kept at exit, when everything left is collected.
                    weakref.finalize(self, _hold, made).atexit = False
                    _own_clients.add(self)
        return self._made

    @property
    def made(self) -> HttpxClientT | None:
        """The HTTP client, or `None` if it has not been created."""
        return self._made

    def forget(self) -> None:
        """Drop the HTTP client, so that the next use creates another one."""
        self._made = None

    def close(self) -> HttpxClientT | None:
        """Mark the client as closed, and return the HTTP client to close, if there is one.

        Threads that use it are woken; tasks wake when their connection is closed.
        """
        with self.lock:  # another thread may be creating it
            self._is_closed = True
            made = self._made
        if made is not None and library.is_a(made, "Client"):
            interrupt_all(cast("httpx.Client", made))  # of either library
        return made

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed, here or by its owner."""
        return self._is_closed or (self._made is not None and self._made.is_closed)


def _hold(_: object) -> None:
    """Do nothing: the finalizer only holds a reference to its argument until it is called."""


_own_clients: weakref.WeakSet[LazyClient[Any]] = weakref.WeakSet()
"""The clients whose HTTP client was created here."""


def _forget_connections() -> None:
    """Make a forked child open its own connections, because two processes cannot share one."""
    LazyClient.lock = threading.RLock()  # another thread of the parent may have held the old one
    for each in _own_clients:
        each.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)

"""An HTTP/1.1 transport over TCP and TLS, for asyncio, trio and threads, in place of httpx's.

`exchange`, `tls` and `pool` hold the protocol, without I/O. `on_asyncio`, `on_trio` and
`on_threads` have the sockets, whose common part is in `connection`. `round_trip` sends a request
over a socket, `transports` are what httpx calls, and `fallback` leaves some requests to httpx's
own transport.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .transports import AsyncTransport, Transport

if TYPE_CHECKING:
    import httpx

    from ..._library import Library


def sync(http_library: Library, **options: Any) -> httpx.HTTPTransport:
    """Return a transport with the options of `httpx.HTTPTransport`."""
    made: httpx.HTTPTransport = _transport_classes(http_library)[0](http_library, **options)
    return made


def asynchronous(http_library: Library, **options: Any) -> httpx.AsyncHTTPTransport:
    """Return a transport with the options of `httpx.AsyncHTTPTransport`."""
    made: httpx.AsyncHTTPTransport = _transport_classes(http_library)[1](http_library, **options)
    return made


def supports(options: dict[str, Any]) -> bool:
    """Say whether this transport supports the options of a client."""
    given = {name for name, value in options.items() if value}
    return given <= {"verify", "cert", "trust_env", "http1", "limits"} and options.get(
        "http1", True
    )


@lru_cache
def _transport_classes(http_library: Library) -> tuple[Any, Any]:
    module = http_library.module
    return (
        type("Transport", (Transport, module.HTTPTransport), {}),
        type("AsyncTransport", (AsyncTransport, module.AsyncHTTPTransport), {}),
    )

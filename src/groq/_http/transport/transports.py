"""The transports: subclasses of httpx's that handle plain HTTP/1.1 themselves.

Some requests fall back to the inherited transport: those on event loops that cannot watch sockets,
those with a caller's `trace`, and all requests while a method of httpx or httpcore is patched, as
mocks and instrumentation do.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from .fallback import is_plain, is_unpatched
from .round_trip import AsyncRoundTrip, RoundTrip
from .tls import tls_context

if TYPE_CHECKING:
    import httpx
    from httpx import AsyncHTTPTransport as AsyncInherited
    from httpx import HTTPTransport as Inherited
    from typing_extensions import Self

    from ..._library import Library
    from .on_asyncio import AsyncPools
    from .on_threads import Pools
else:
    # At run time `_transport_classes` in `__init__.py` adds the transport of httpx or httpx2 as the
    # second base.
    AsyncInherited = Inherited = object


class AsyncTransport(AsyncInherited):
    """Handles requests before the transport of httpx that it is combined with does."""

    def __init__(self, http_library: Library, **options: Any) -> None:
        # Created here, so that a file that is not a certificate is reported at once.
        self._context = tls_context(http_library, options)
        self._limits: httpx.Limits = options.pop("limits", None) or http_library.Limits()
        self._pools = _async_pools(self._limits)
        self._httpx = http_library

    def __getattr__(self, name: str) -> Any:
        if name != "_pool":
            raise AttributeError(name)
        # The inherited transport is initialized on first use, because it imports httpcore.
        super().__init__(verify=self._context, limits=self._limits)
        return self._pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its response with an unread body."""
        http_library = self._httpx
        connections = (
            self._pools.current() if is_plain(request) and is_unpatched(http_library) else None
        )
        if connections is None:
            return await super().handle_async_request(request)
        round_trip = AsyncRoundTrip(http_library, connections, request)
        head = await round_trip.send(self._context)
        return http_library.Response(
            head.status,
            headers=head.headers,
            stream=http_library.StreamAdapter(round_trip),
            extensions={
                "http_version": head.http_version,
                "reason_phrase": head.reason,
                "network_stream": round_trip,
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; pending reads and writes raise an error."""
        self._pools.close()
        if "_pool" in vars(self):
            await super().aclose()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # no caller is left to handle an error
            self._pools.close()


# >>> sync half: produced by scripts/mirror.py


class Transport(Inherited):
    """Handles requests before the transport of httpx that it is combined with does."""

    def __init__(self, http_library: Library, **options: Any) -> None:
        # Created here, so that a file that is not a certificate is reported at once.
        self._context = tls_context(http_library, options)
        self._limits: httpx.Limits = options.pop("limits", None) or http_library.Limits()
        self._pools = _pools(self._limits)
        self._httpx = http_library

    def __getattr__(self, name: str) -> Any:
        if name != "_pool":
            raise AttributeError(name)
        # The inherited transport is initialized on first use, because it imports httpcore.
        super().__init__(verify=self._context, limits=self._limits)
        return self._pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its response with an unread body."""
        http_library = self._httpx
        connections = (
            self._pools.current() if is_plain(request) and is_unpatched(http_library) else None
        )
        if connections is None:
            return super().handle_request(request)
        round_trip = RoundTrip(http_library, connections, request)
        head = round_trip.send(self._context)
        return http_library.Response(
            head.status,
            headers=head.headers,
            stream=http_library.StreamAdapter(round_trip),
            extensions={
                "http_version": head.http_version,
                "reason_phrase": head.reason,
                "network_stream": round_trip,
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; pending reads and writes raise an error."""
        self._pools.close()
        if "_pool" in vars(self):
            super().close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # no caller is left to handle an error
            self._pools.close()


# <<<


def _pools(limits: httpx.Limits) -> Pools:
    """Return the pools of a sync transport."""
    from .on_threads import Pools

    return Pools(limits)


def _async_pools(limits: httpx.Limits) -> AsyncPools:
    """Return the pools of an async transport; this imports asyncio."""
    from .on_asyncio import AsyncPools

    return AsyncPools(limits)

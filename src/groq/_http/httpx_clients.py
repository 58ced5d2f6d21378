"""The default clients of httpx."""

from __future__ import annotations

from typing import Any

import httpx

from .clients import OwnTransport, close_now, close_soon, with_defaults


class DefaultHttpxClient(OwnTransport, httpx.Client):
    """An `httpx.Client` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx", kwargs))

    def __del__(self) -> None:
        close_now(self)


class DefaultAsyncHttpxClient(OwnTransport, httpx.AsyncClient):
    """An `httpx.AsyncClient` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected
    while its event loop runs.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx", kwargs))

    def __del__(self) -> None:
        close_soon(self)

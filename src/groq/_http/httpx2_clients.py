"""The default clients of httpx2."""

from __future__ import annotations

from typing import Any

from .._library import load
from .clients import OwnTransport, close_now, close_soon, with_defaults

load("httpx2")  # raises an error that says how to install it, if it is not there

import httpx2  # noqa: E402


class DefaultHttpx2Client(OwnTransport, httpx2.Client):
    """An `httpx2.Client` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx2", kwargs))

    def __del__(self) -> None:
        close_now(self)


class DefaultAsyncHttpx2Client(OwnTransport, httpx2.AsyncClient):
    """An `httpx2.AsyncClient` with this package's timeout, limits and redirects, where not given.

    Pass it as `http_client` to change one thing and keep the rest. It closes when it is collected
    while its event loop runs.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx2", kwargs))

    def __del__(self) -> None:
        close_soon(self)

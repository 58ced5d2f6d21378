"""Default HTTP clients over aiohttp, for either HTTP library, from the extra `aiohttp`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._http.clients import with_defaults

if TYPE_CHECKING:
    import httpx

    _Base = httpx.AsyncClient
else:
    try:
        from httpx_aiohttp import HttpxAiohttpClient as _Base
    except ImportError:
        _Base = None

if TYPE_CHECKING or _Base is not None:

    class DefaultAioHttpClient(_Base):
        """An HTTP client over aiohttp, with this package's timeout, limits and redirects.

            client = AsyncGroq(http_client=DefaultAioHttpClient())

        Raises `RuntimeError` if the extra `aiohttp` is not installed.
        """

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**with_defaults("httpx", kwargs))

else:

    class DefaultAioHttpClient:
        """Takes the place of the client over aiohttp if that is not installed."""

        def __init__(self, **kwargs: Any) -> None:
            raise RuntimeError(
                "To use the aiohttp client, install the package with its extra: "
                "pip install 'groq[aiohttp]'"
            )

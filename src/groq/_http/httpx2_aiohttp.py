"""`DefaultAioHttpx2Client`: the interface of httpx2 over aiohttp, from both extras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .clients import with_defaults

if TYPE_CHECKING:
    from httpx2 import AsyncClient as _Base
else:
    try:
        from httpx_aiohttp.httpx2 import Httpx2AiohttpClient as _Base
    except ImportError as error:
        raise ImportError(
            "To use the aiohttp client of httpx2, install the package with its extras: "
            "pip install 'groq[aiohttp,httpx2]'"
        ) from error


class DefaultAioHttpx2Client(_Base):
    """An HTTP client over aiohttp, with this package's timeout, limits and redirects.

    client = AsyncGroq(http_client=DefaultAioHttpx2Client())
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**with_defaults("httpx2", kwargs))

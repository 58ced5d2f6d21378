"""Which requests fall back to the transport of httpx that ours inherits from."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

from ..httpcore_fixes import DeadlineTrace

if TYPE_CHECKING:
    import httpx

    from ..._library import Library

_SENDING = (
    ("httpx", "HTTPTransport", "handle_request"),
    ("httpx", "AsyncHTTPTransport", "handle_async_request"),
    ("httpcore", "ConnectionPool", "handle_request"),
    ("httpcore", "AsyncConnectionPool", "handle_async_request"),
)
"""The methods that mocks and instrumentation replace; httpx2 has the same in its modules."""

_OWN_TRACES = (type(None), DeadlineTrace)
"""Any other trace is that of a caller who wants to see the events of httpcore."""


def is_plain(request: httpx.Request) -> bool:
    """Say whether a request needs nothing beyond HTTP/1.1."""
    return (
        request.url.scheme in ("http", "https")
        and request.method != "CONNECT"
        and "upgrade" not in request.headers
        and "target" not in request.extensions
        and isinstance(request.extensions.get("trace"), _OWN_TRACES)
    )


def is_unpatched(http_library: Library) -> bool:
    """Say whether the library's sending methods are its own, and not patched.

    respx, pytest-httpx, VCR.py and OpenTelemetry patch one of them, and must see every request.
    """
    for package, kind, name in _SENDING:
        module = sys.modules.get(package + http_library.name.removeprefix("httpx"))
        if module is None or not hasattr(module, kind):
            continue  # not imported, or only in part: nobody has patched it
        method = getattr(getattr(module, kind), name)
        if not isinstance(method, FunctionType) or not _is_from(method, module):
            return False
    return True


def _is_from(function: FunctionType, package: ModuleType) -> bool:
    """Say whether a function comes from a package, by its code rather than its name."""
    if type(function) is not FunctionType:  # a proxy, which says what it stands for
        return False
    name: str = function.__globals__["__name__"]
    return name.partition(".")[0] == package.__name__

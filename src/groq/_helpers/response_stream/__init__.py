"""Accumulated streams of the Responses API."""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

__all__ = [
    "AsyncResponseStream",
    "AsyncResponseStreamManager",
    "ResponseStream",
    "ResponseStreamManager",
    "ResponseStreamState",
]

if TYPE_CHECKING:
    from .managers import AsyncResponseStreamManager as AsyncResponseStreamManager
    from .managers import ResponseStreamManager as ResponseStreamManager
    from .state import ResponseStreamState as ResponseStreamState
    from .streams import AsyncResponseStream as AsyncResponseStream
    from .streams import ResponseStream as ResponseStream
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        __all__,
        AsyncResponseStream="streams",
        AsyncResponseStreamManager="managers",
        ResponseStream="streams",
        ResponseStreamManager="managers",
        ResponseStreamState="state",
    )

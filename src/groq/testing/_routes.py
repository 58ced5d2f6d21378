"""Routes: the handler of each method and path of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import unquote

from ._answers import Answer, Refusal
from ._received import ReceivedRequest

PREFIX = "/openai/v1/"

RouteHandler: TypeAlias = Callable[[ReceivedRequest, str], Answer]
"""Answers a request, with the id in its path."""


class Routes:
    """The handlers by method and path.

    Args:
        handlers: The handlers by routes such as `GET models/*`, where `*` is an id.
    """

    def __init__(self, handlers: Mapping[str, RouteHandler]) -> None:
        self._handlers = handlers

    def find(self, method: str, path: str) -> tuple[RouteHandler, str]:
        """Return the handler of a path, and the id in the path. Refuses an unknown path."""
        wanted = "GET" if method == "HEAD" else method
        root, _, rest = path.partition(PREFIX)
        for route, name in _candidates(rest) if not root else ():
            handler = self._handlers.get(f"{wanted} {route}")
            if handler is not None:
                return handler, unquote(name)
        raise Refusal(
            404,
            f"Unknown request URL: {method} {path}. Please check the URL for typos.",
            code="unknown_url",
        )


def _candidates(path: str) -> Iterator[tuple[str, str]]:
    """Yield the routes that a path may be of, each with the id."""
    yield path, ""
    first, _, name = path.partition("/")
    inner, _, last = name.rpartition("/")
    yield f"{first}/*/{last}", inner
    # Only the name of a model may have a slash in it.
    if name and (first == "models" or not inner):
        yield f"{first}/*", name

"""httpx transports that answer from memory, so that the client alone is measured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

import httpx

__all__ = ["AsyncPieces", "JSONTransport", "Pieces"]

_EVENT_STREAM = [(b"content-type", b"text/event-stream")]
_JSON = b"application/json"


class Pieces(httpx.BaseTransport):
    """Answers every request with an event stream that is read in the given pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=_EVENT_STREAM, stream=_Body(self._pieces))


class AsyncPieces(httpx.AsyncBaseTransport):
    """Answers every request with an event stream that is read in the given pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=_EVENT_STREAM, stream=_AsyncBody(self._pieces))


class JSONTransport(httpx.BaseTransport):
    """Answers every request with the same JSON, read in one piece."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._headers = [(b"content-type", _JSON), (b"content-length", b"%d" % len(body))]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=self._headers, stream=_Body([self._body]))


class _Body(httpx.SyncByteStream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece

"""The usage of a request, found in the last bytes of its response as they are read."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

from .. import _library as library
from .._http import reading
from .estimates import token_cost

if TYPE_CHECKING:
    import httpx

_TAIL = 16 * 1024
"""Bytes at the end of a response that are searched for its usage."""

_USAGE = re.compile(rb'"usage"\s*:\s*(?=\{)')
_DURATION = re.compile(rb'"duration"\s*:\s*(\d+(?:\.\d+)?)')
_DECODER = json.JSONDecoder()


def token_usage(tail: bytes) -> dict[str, float]:
    """Find the tokens in the last bytes of a response; return an empty usage without them."""
    # The parts of the usage, which may follow it, are no whole usage.
    end = tail.find(b'"usage_breakdown"')
    end = len(tail) if end < 0 else end
    while (start := tail.rfind(b'"usage"', 0, end)) >= 0:
        end = start
        if found := _USAGE.match(tail, start):
            text = tail[found.end() :].decode("utf-8", "replace")
            try:
                return _tokens(_DECODER.raw_decode(text)[0])
            except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
                continue  # another text that looks like it
    return {}


def _tokens(usage: dict[str, Any]) -> dict[str, float]:
    if "prompt_tokens" in usage:
        prompt, output = usage["prompt_tokens"], usage.get("completion_tokens")
        details: Any = usage.get("prompt_tokens_details")
    else:
        prompt, output = usage["input_tokens"], usage.get("output_tokens")
        details = usage.get("input_tokens_details")
    cost = token_cost(float(prompt), float(output or 0))
    cost["cached_tokens"] = float(details.get("cached_tokens") or 0) if details else 0.0
    return cost


def audio_usage(tail: bytes) -> dict[str, float]:
    """Find the duration of a transcription, in seconds; return an empty usage without it."""
    heard = _DURATION.search(tail)
    return {"requests": 1.0, "audio_seconds": float(heard[1])} if heard else {}


class MeteredBody:
    """The body of a response, whose last bytes are looked at when it has been read or closed.

    Args:
        response: The response; the body replaces its stream.
        settle: Called once with the last bytes.
        async_do: Runs an action for a task, in a thread if it may wait for a store.
    """

    def __init__(
        self,
        response: httpx.Response,
        settle: Callable[[bytes], None],
        async_do: Callable[[Callable[[], None]], Awaitable[None]],
    ) -> None:
        self._response = response
        self._body: Any = response.stream
        self._tail = b""
        self._is_settled = False
        self._settle_by = settle
        self._async_do = async_do

    def __iter__(self) -> Iterator[bytes]:
        look = self._looker()
        try:
            for piece in self._body:
                look(piece)
                yield piece
        finally:
            self._settle()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        look = self._looker()
        pieces = aiter(self._body)
        try:
            async for piece in pieces:
                look(piece)
                yield piece
        finally:
            await self._async_settle()

    def _looker(self) -> Callable[[bytes], None]:
        if "content-encoding" not in self._response.headers:
            return self._look
        try:
            unpackers = reading.unpackers(self._response)
        except library.errors():
            unpackers = []
        if not unpackers:
            return lambda _: None

        def look(piece: bytes) -> None:
            with contextlib.suppress(*library.errors()):  # who reads the body gets it as well
                for unpacked in reading.unpack(unpackers, piece):
                    self._look(unpacked)

        return look

    def _look(self, piece: bytes) -> None:
        self._tail = (self._tail + piece)[-_TAIL:]

    def _settle(self) -> None:
        if not self._is_settled:
            self._is_settled = True
            self._settle_by(self._tail)

    async def _async_settle(self) -> None:
        await self._async_do(self._settle)

    def close(self) -> None:
        """Release the source of the body."""
        self._body.close()
        self._settle()

    async def aclose(self) -> None:
        """Release the source of the body."""
        await self._body.aclose()
        await self._async_settle()

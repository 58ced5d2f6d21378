"""A plugin of pytest that lends the tests of groq 1.7.0 the private names that they use.

What those tests test is this package. They reach some of it by names that it has no other use for:
these stand here, made of what does the same. Helpers of the tests' own, such as `is_dict`, come
from groq 1.7.0, which is beside this package as `groq_1_7_0`.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

from groq import DEFAULT_TIMEOUT, AsyncStream, Stream
from groq._http import codec, sse


class ServerSentEvent(NamedTuple):
    """An event as 1.7.0 has it: its name may be missing, and its data is text."""

    event: str | None
    data: str

    def json(self) -> Any:
        """Return what the data is in JSON."""
        return json.loads(self.data)


def named(event: sse.Event) -> ServerSentEvent:
    """Return an event as 1.7.0 has it."""
    if isinstance(event, sse.ServerSentEvent):
        return ServerSentEvent(event.event, event.data.decode())
    return ServerSentEvent(None, event.decode())


def iter_events(stream: Stream[Any]) -> Iterator[ServerSentEvent]:
    """Yield the events of a stream."""
    decoder = sse.SSEDecoder()
    for piece in stream.response.iter_bytes():
        yield from map(named, decoder.feed(piece))


async def async_iter_events(stream: AsyncStream[Any]) -> AsyncIterator[ServerSentEvent]:
    """Yield the events of a stream."""
    decoder = sse.SSEDecoder()
    async for piece in stream.response.aiter_bytes():
        for event in decoder.feed(piece):
            yield named(event)


def construct_type(*, value: object, type_: Any) -> Any:
    """Fit a value to a type, as far as it goes."""
    return codec.construct(type_, value)


def lend(module: str, names: list[str] | None = None, **made: object) -> None:
    """Give a module what it lacks: names of the same module of 1.7.0, and what is made here."""
    theirs = vars(importlib.import_module(f"groq_1_7_0.{module}"))
    ours: Any = importlib.import_module(f"groq.{module}")
    for name, value in {**{name: theirs[name] for name in names or theirs}, **made}.items():
        if not hasattr(ours, name):
            setattr(ours, name, value)


lend("_utils")
lend("_compat")
lend("_models", ["DISCRIMINATOR_CACHE", "EagerIterable"], construct_type=construct_type)
lend(
    "_base_client",
    ["HTTPX_DEFAULT_TIMEOUT", "OtherPlatform", "get_platform"],
    DEFAULT_TIMEOUT=DEFAULT_TIMEOUT,
)
lend("_response", ["extract_response_type"])
lend("_streaming", [], ServerSentEvent=ServerSentEvent)
for stream, events in ((Stream, iter_events), (AsyncStream, async_iter_events)):
    setattr(stream, "_iter_events", events)  # noqa: B010  # checkers know of no such method

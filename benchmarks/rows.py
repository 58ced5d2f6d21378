"""The rows of the table: what is measured, and what is aimed at. Needs nothing but Python."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ROWS", "Row"]


@dataclass(frozen=True)
class Row:
    """A row; its key names the module and the function that measure it, and what they want."""

    key: str
    title: str
    goal: str

    @property
    def function(self) -> tuple[str, str]:
        """The module and the function."""
        module, name = self.key.partition("+")[0].split(".")
        return module, name

    @property
    def aiohttp(self) -> bool:
        """Whether it wants an environment with the aiohttp backend."""
        return self.key.endswith("+aiohttp")

    @property
    def others(self) -> tuple[str, ...]:
        """The other clients and the HTTP libraries that are measured in this row."""
        clients: tuple[str, ...] = ("groq==1.7.0", "openai")
        if self.key in _ALONE:
            clients = ()
        elif self.key == "stream.responses":  # groq 1.7.0 has no Responses API
            clients = ("openai",)
        return (*clients, *(("httpx2", "aiohttp") if self.key in _BARE else ()))


_ALONE = {"stream.events", "scaling.streams", "scaling.threads"}
"""Rows that are measured for this client alone: others have no `stream()`, or take minutes."""

_BARE = {"sockets.paced_async", "sockets.fast", "sockets.bursts", "sockets.requests"}
"""Rows of `sockets` that bare HTTP libraries do as well."""

ROWS = (
    Row("sockets.paced_async", "50 paced streams, TLS, asyncio", "0.45"),
    Row("sockets.paced_async_aiohttp+aiohttp", "the same, over aiohttp", "0.3"),
    Row("sockets.paced_sync", "20 paced streams, TLS, threads", "0.6"),
    Row("sockets.paced_trio", "20 paced streams, TLS, trio", "1.0"),
    Row("sockets.fast", "one stream, 3,000 events/s, TLS", "0.5"),
    Row("sockets.bursts", "100 streams in bursts, TLS", "0.6"),
    Row("sockets.requests", "request over TLS, 20 in flight", "0.4"),
    Row("imports.first_request", "first request of a process, TLS", "1.5"),
    Row("stream.one_event_sync", "stream, one event a read, sync", "0.9"),
    Row("stream.one_event_async", "stream, one event a read, async", "1.0"),
    Row("stream.many_events_sync", "stream, many events a read, sync", "0.8"),
    Row("stream.many_events_async", "stream, many events a read, async", "0.9"),
    Row("stream.responses", "Responses API, one event a read", "1.1"),
    Row("stream.events", "stream() ÷ create(stream=True)", "1.15"),
    Row("request.small", "small request, whole answer", "1.1"),
    Row("request.long_conversation", "request with 400 messages", "0.6"),
    Row("request.embeddings", "embeddings, 256 vectors of 768", "0.75"),
    Row("imports.package", "import", "1.15"),
    Row("imports.package+aiohttp", "import, aiohttp installed", "1.15"),
    Row("imports.ready", "import, client, chat.completions", "1.4"),
    Row("imports.ready+aiohttp", "the same, aiohttp installed", "1.4"),
    Row("clients.first", "first client", "1 ms"),
    Row("clients.further", "each further client", "0.1 ms"),
    Row("memory.kept", "a kept chunk", "1.2 KiB"),
    Row("memory.drained", "growth over 200,000 chunks", "flat"),
    Row("scaling.chunks", "exponent, chunks of a stream", "1"),
    Row("scaling.event_size", "exponent, bytes of an event", "1"),
    Row("scaling.messages", "exponent, messages of a request", "1"),
    Row("scaling.streams", "exponent, 62 to 1,000 streams at once", "1"),
    Row("scaling.threads", "exponent, 4 to 64 threads", "1"),
)

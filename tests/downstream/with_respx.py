"""Mocks and instrumentation of httpx see each request of the clients that are made by default."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import httpx
import respx
import sentry_sdk
import vcr
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.integrations.httpx import HttpxIntegration

from groq import AsyncGroq, DefaultHttpxClient, Groq
from groq.testing import LocalServer

URL = "https://api.groq.com/openai/v1/models"
EMPTY = {"object": "list", "data": []}


def ask(**options: Any) -> None:
    """Ask with the sync client and with the async one."""
    with Groq(api_key="k", max_retries=0, **options) as client:
        client.models.list()

    async def ask_async() -> None:
        async with AsyncGroq(api_key="k", max_retries=0, **options) as client:
            await client.models.list()

    asyncio.run(ask_async())


for using in ("httpcore", "httpx"):
    with respx.mock(using=using) as router:
        route = router.get(URL).respond(json=EMPTY)
        ask()
        assert route.call_count == 2

with tempfile.TemporaryDirectory() as folder, LocalServer() as server:
    for _ in range(2):
        with vcr.use_cassette(Path(folder, "models.yaml")):
            ask(base_url=server.url)
    assert len(server.requests) == 2, "they were recorded, and then replayed"

exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
HTTPXClientInstrumentor().instrument(tracer_provider=provider)
with LocalServer() as server:
    ask(base_url=server.url)
HTTPXClientInstrumentor().uninstrument()
with LocalServer() as server, server.client() as client:
    HTTPXClientInstrumentor.instrument_client(client._client, tracer_provider=provider)
    client.models.list()
assert len(exporter.get_finished_spans()) == 3

sent: list[Any] = []


class Kept(sentry_sdk.transport.Transport):
    """Keeps what would be sent."""

    def capture_envelope(self, envelope: Any) -> None:
        sent.extend(item.payload.json or {} for item in envelope.items)


sentry_sdk.init(
    dsn="http://key@localhost/1",
    transport=Kept,
    traces_sample_rate=1.0,
    default_integrations=False,
    integrations=[HttpxIntegration()],
)
with LocalServer() as server, sentry_sdk.start_transaction(name="ask"):
    ask(base_url=server.url)
spans = [span["op"] for each in sent for span in each.get("spans", [])]
assert spans.count("http.client") == 2, spans

seen: list[str] = []
with LocalServer() as server:
    hooks: Any = {"request": [lambda _: seen.append("request")]}
    http_client = DefaultHttpxClient(event_hooks=hooks)
    Groq(api_key="k", base_url=server.url, http_client=http_client).models.list()
assert seen == ["request"]

mocked = httpx.MockTransport(lambda _: httpx.Response(200, json=EMPTY))
http_client = DefaultHttpxClient(mounts={"https://": mocked})
assert not Groq(api_key="k", http_client=http_client).models.list().data

"""Chat, stream and tool call, with instrumentation that writes spans about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from groq.testing import LocalServer, Reply, ToolCall

ASKED: dict[str, Any] = {
    "model": "openai/gpt-oss-20b",
    "messages": [{"role": "user", "content": "Count, or the weather in Oslo."}],
}
TOOLS: list[Any] = [{"type": "function", "function": {"name": "weather"}}]


def try_with(instrument: Callable[[TracerProvider], None], *, sees_streams: bool = True) -> None:
    """Instrument the client, then look for each answer in its span."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrument(provider)

    def attributes() -> Mapping[str, Any]:
        (span,) = exporter.get_finished_spans()
        exporter.clear()
        assert span.status.is_ok or span.status.is_unset, span.status
        return span.attributes or {}

    async def ask_async(server: LocalServer) -> str | None:
        async with server.async_client() as client:
            completion = await client.chat.completions.create(**ASKED)
            return completion.choices[0].message.content

    with LocalServer(pace=0) as server, server.client() as client:
        server.reply("One two three.")
        completion = client.chat.completions.create(**ASKED)
        assert completion.choices[0].message.content == "One two three."
        assert "One two three." in str(attributes())

        server.reply("One two three.")
        assert asyncio.run(ask_async(server)) == "One two three."
        assert "One two three." in str(attributes())

        server.reply("One two three.")
        chunks = list(client.chat.completions.create(**ASKED, stream=True))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "One two three."
        assert ("One two three." in str(attributes())) == sees_streams

        server.reply(Reply(tool_calls=[ToolCall("weather", {"city": "Oslo"})]))
        completion = client.chat.completions.create(**ASKED, tools=TOOLS)
        (call,) = completion.choices[0].message.tool_calls or []
        assert call.function.name == "weather"
        assert "weather" in str(attributes())

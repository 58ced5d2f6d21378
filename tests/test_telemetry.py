"""Spans and metrics of calls, read from the in-memory exporters of OpenTelemetry's SDK."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

import groq
from groq import APIConnectionError, RateLimitError
from groq._models import FinalRequestOptions
from groq.telemetry import Telemetry
from groq.testing import Cut, LocalServer, Reply
from twins import MODEL, Twin


class Seen:
    """The spans and metrics that telemetry has recorded."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self._metrics = InMemoryMetricReader()
        self._tracers = TracerProvider()
        self._tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._meters = MeterProvider([self._metrics])

    def telemetry(self, **options: Any) -> Telemetry:
        return Telemetry(tracer_provider=self._tracers, meter_provider=self._meters, **options)

    @property
    def spans(self) -> list[Any]:
        return list(self._spans.get_finished_spans())

    @property
    def metrics(self) -> dict[str, list[Any]]:
        data = self._metrics.get_metrics_data()
        assert data is not None
        return {
            metric.name: list(metric.data.data_points)
            for each in data.resource_metrics
            for scope in each.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_a_call_has_a_span_by_the_conventions(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    completion = twin.chat(client, temperature=0.5, max_completion_tokens=900, stop=["END"])
    (span,) = seen.spans
    assert span.name == f"chat {MODEL}"
    assert span.kind is SpanKind.CLIENT
    attributes = dict(span.attributes)
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.provider.name"] == "groq"
    assert attributes["gen_ai.request.model"] == attributes["gen_ai.response.model"] == MODEL
    assert attributes["gen_ai.request.temperature"] == 0.5
    assert attributes["gen_ai.request.max_tokens"] == 900
    assert attributes["gen_ai.request.stop_sequences"] == ("END",)
    assert attributes["gen_ai.response.id"] == completion.id
    assert attributes["gen_ai.response.finish_reasons"] == ("stop",)
    assert attributes["gen_ai.usage.input_tokens"] == completion.usage.prompt_tokens
    assert attributes["gen_ai.usage.output_tokens"] == completion.usage.completion_tokens
    assert attributes["server.address"] == "127.0.0.1"
    assert attributes["server.port"] == int(groq_server.url.rpartition(":")[2])
    assert attributes["groq.request_id"].startswith("req_")
    assert "gen_ai.input.messages" not in attributes
    assert span.status.status_code is StatusCode.UNSET


def test_an_iterator_in_a_request_is_left_to_the_request(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry(capture_content=True))
    twin.chat(client, stop=iter(["END", "STOP"]))
    assert groq_server.last_request.json()["stop"] == ["END", "STOP"]
    twin.do(client.embeddings.create, model="embedder", input=iter(["One", "Two"]))
    assert groq_server.last_request.json()["input"] == ["One", "Two"]
    chat, embeddings = seen.spans
    assert "gen_ai.request.stop_sequences" not in chat.attributes
    assert "gen_ai.input.messages" not in embeddings.attributes


def test_the_span_of_a_stream_ends_with_the_stream(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    stream = twin.chat(client, stream=True)
    twin.next(stream)
    assert seen.spans == []
    twin.list(stream)
    (span,) = seen.spans
    assert span.attributes["gen_ai.request.stream"] is True
    assert span.attributes["gen_ai.response.time_to_first_chunk"] > 0
    assert span.attributes["gen_ai.usage.output_tokens"] > 0
    assert span.attributes["groq.tokens_per_second"] > 0
    assert "gen_ai.client.operation.time_to_first_chunk" in seen.metrics


def test_a_stream_that_is_left_early_ends_its_span(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    stream = twin.chat(client, stream=True)
    twin.next(stream)
    twin.do(stream.close)
    (span,) = seen.spans
    assert span.status.status_code is StatusCode.UNSET


def test_a_stream_that_is_closed_unread_ends_its_span(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    stream = twin.chat(client, stream=True)
    twin.do(stream.close)
    assert len(seen.spans) == 1


# Whoever drops a stream without closing it is warned by trio.
@pytest.mark.parametrize("twin", ["sync", "asyncio"], indirect=True)
def test_a_stream_that_is_dropped_unread_ends_its_span(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    stream = twin.chat(client, stream=True)
    assert seen.spans == []
    del stream
    gc.collect()
    assert len(seen.spans) == 1


def test_a_span_that_cannot_begin_raises_one_error(twin: Twin, groq_server: LocalServer) -> None:
    class Broken(TracerProvider):
        def get_tracer(self, *args: Any, **kwargs: Any) -> Any:
            return self

        def start_span(self, *args: Any, **kwargs: Any) -> Any:
            raise ValueError("no span")

    client = twin.client(groq_server, telemetry=Telemetry(tracer_provider=Broken()))
    # An exception in `__del__` would be a warning, and so an error of this test.
    with pytest.raises(ValueError, match="no span"):
        twin.chat(client)
    gc.collect()


def test_a_stream_that_is_cut_is_an_error(twin: Twin, groq_server: LocalServer, seen: Seen) -> None:
    groq_server.inject(Cut(2))
    client = twin.client(groq_server, telemetry=seen.telemetry())
    with pytest.raises(APIConnectionError):
        twin.list(twin.chat(client, stream=True))
    (span,) = seen.spans
    assert span.attributes["error.type"] == "groq.APIConnectionError"
    assert span.status.status_code is StatusCode.ERROR


def test_retries_share_one_span(twin: Twin, groq_server: LocalServer, seen: Seen) -> None:
    groq_server.fail(500, headers={"retry-after-ms": "1"})
    client = twin.client(groq_server, telemetry=seen.telemetry())
    twin.chat(client)
    (span,) = seen.spans
    assert span.attributes["http.request.resend_count"] == 1


def test_options_that_were_sent_may_be_sent_by_a_client_without_telemetry(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    options = FinalRequestOptions(method="get", url="/openai/v1/models")
    twin.do(twin.client(groq_server, telemetry=seen.telemetry()).request, object, options)
    assert options.observer is None


def test_the_span_of_a_refused_call_hides_the_message(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    groq_server.fail(429, error="the prompt was: secret")
    client = twin.client(groq_server, telemetry=seen.telemetry(), max_retries=0)
    with pytest.raises(RateLimitError):
        twin.chat(client)
    (span,) = seen.spans
    assert span.attributes["error.type"] == "429"
    assert span.status.description == "RateLimitError"
    assert "secret" not in span.to_json()
    (point,) = seen.metrics["gen_ai.client.operation.duration"]
    assert point.attributes["error.type"] == "429"


@pytest.mark.parametrize("is_streamed", [False, True])
def test_content_is_captured_if_requested(
    twin: Twin, groq_server: LocalServer, seen: Seen, is_streamed: bool
) -> None:
    groq_server.reply("Good day")
    client = twin.client(groq_server, telemetry=seen.telemetry(capture_content=True))
    answer = twin.chat(client, stream=is_streamed)
    if is_streamed:
        twin.list(answer)
    (span,) = seen.spans
    (asked,) = json.loads(span.attributes["gen_ai.input.messages"])
    assert asked["content"] == "Hi"
    (said,) = json.loads(span.attributes["gen_ai.output.messages"])
    assert said["parts"] == [{"type": "text", "content": "Good day"}]


def test_tokens_are_counted(twin: Twin, groq_server: LocalServer, seen: Seen) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    usage = twin.chat(client).usage
    points = seen.metrics["gen_ai.client.token.usage"]
    sums = {point.attributes["gen_ai.token.type"]: point.sum for point in points}
    assert sums == {"input": usage.prompt_tokens, "output": usage.completion_tokens}


def test_a_span_has_the_price_of_its_tokens(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    cached = {"prompt_tokens": 1_000, "prompt_tokens_details": {"cached_tokens": 400}}
    groq_server.reply(Reply("Hi", usage=cached))
    completion = twin.chat(client)
    twin.do(client.embeddings.create, model="embedder", input="Hi")
    chat, embeddings = seen.spans
    assert chat.attributes["groq.token_cost"] == pytest.approx(float(groq.cost(completion)))
    assert "groq.token_cost" not in embeddings.attributes  # There is no price for the model.


def test_every_endpoint_has_a_span(twin: Twin, groq_server: LocalServer, seen: Seen) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    twin.do(client.models.list)
    twin.do(client.embeddings.create, model="embedder", input="Hi")
    assert [span.name for span in seen.spans] == ["GET models", "embeddings embedder"]


def test_copies_of_a_client_are_watched_too(
    twin: Twin, groq_server: LocalServer, seen: Seen
) -> None:
    client = twin.client(groq_server, telemetry=seen.telemetry())
    twin.chat(client.with_options(timeout=5))
    twin.chat(client.with_options(telemetry=None))
    assert len(seen.spans) == 1


@pytest.mark.parametrize("remaining", ["9" * 5000, "9" * 19, "²", "", "1e3"])
def test_a_header_that_is_no_count_does_not_fail_the_call(
    twin: Twin, seen: Seen, remaining: str
) -> None:
    headers = httpx.Headers(
        {
            b"x-ratelimit-remaining-tokens": remaining.encode("latin-1"),
            b"x-request-id": b"0123",
        }
    )

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"object": "list", "data": []}, headers=headers)

    client = twin.mocked(respond, telemetry=seen.telemetry())
    twin.do(client.models.list)
    (span,) = seen.spans
    assert span.attributes["groq.rate_limit.tokens.remaining"] == remaining
    assert span.attributes["groq.request_id"] == "0123"


def test_spans_of_the_http_library_are_children(twin: Twin, seen: Seen) -> None:
    from opentelemetry import trace

    telemetry = seen.telemetry()
    current: list[int] = []

    def answer(_: httpx.Request) -> httpx.Response:
        current.append(trace.get_current_span().get_span_context().span_id)
        return httpx.Response(200, json={"object": "list", "data": []})

    twin.do(twin.mocked(answer, telemetry=telemetry).models.list)
    (span,) = seen.spans
    assert current == [span.context.span_id]


def test_without_telemetry_nothing_of_it_loads() -> None:
    program = "import groq, sys; groq.Groq(api_key='k').chat; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert not [name for name in loaded if name.startswith("opentelemetry")]
    assert "groq.telemetry" not in loaded

"""`Telemetry`: a span and metrics for each call, in OpenTelemetry's conventions for GenAI.

    from groq import Groq
    from groq.telemetry import Telemetry

    client = Groq(telemetry=Telemetry())

It needs the extra `otel`: `pip install groq[otel]`. OpenTelemetry is not imported otherwise.

See https://opentelemetry.io/docs/specs/semconv/gen-ai/
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeGuard, TypeVar
from urllib.parse import urlsplit

from typing_extensions import Self

from ._catalog import PRICES
from ._exceptions import APIStatusError, GroqError
from ._types import is_list, is_mapping
from ._version import __version__

if TYPE_CHECKING:
    import httpx
    from opentelemetry.metrics import Histogram, MeterProvider
    from opentelemetry.trace import Span, TracerProvider


__all__ = ["Telemetry"]

_T = TypeVar("_T")

Items: TypeAlias = Generator[_T, None, None]
AsyncItems: TypeAlias = AsyncGenerator[_T, None]

_OPERATIONS = {
    "/openai/v1/chat/completions": "chat",
    "/openai/v1/responses": "chat",
    "/openai/v1/embeddings": "embeddings",
    "/openai/v1/audio/speech": "speech",
    "/openai/v1/audio/transcriptions": "transcription",
    "/openai/v1/audio/translations": "translation",
}
"""The operation names of endpoints: those of the conventions, or else our own."""

_REQUEST_ATTRIBUTES = {
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "max_output_tokens": "gen_ai.request.max_tokens",
    "max_tokens": "gen_ai.request.max_tokens",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "reasoning_effort": "gen_ai.request.reasoning.level",
    "seed": "gen_ai.request.seed",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
}
"""Parameters of a request, and their attributes."""

_COUNT_ATTRIBUTES = {
    "x-ratelimit-remaining-requests": "groq.rate_limit.requests.remaining",
    "x-ratelimit-remaining-tokens": "groq.rate_limit.tokens.remaining",
}
"""Headers of a response with a count, and their attributes."""

_COUNT = re.compile("[0-9]{1,18}")
"""A count that fits 64 bits, as exporters need."""

_NO_FIELDS: Mapping[str, Any] = {}

_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
_TOKENS = [4.0**power for power in range(14)]
"""The bucket boundaries of the conventions, for seconds and for tokens."""


class CallOptions(Protocol):
    """The options of a request that telemetry reads."""

    method: str
    url: str

    @property
    def json_data(self) -> object:
        """The body."""
        ...


class Telemetry:
    """Records a span and metrics for each call of the clients that it is given to.

    A call has one span, which includes its retries; that of a stream ends with the stream. Prompts
    and completions are recorded only with `capture_content`.

    Args:
        tracer_provider: The provider of spans; the default is the global one.
        meter_provider: The provider of metrics; the default is the global one.
        capture_content: Whether spans include the messages of requests and responses.

    Raises:
        GroqError: OpenTelemetry is not installed.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        capture_content: bool = False,
    ) -> None:
        try:
            from opentelemetry import context, metrics, trace
        except ImportError as error:
            raise GroqError(
                "Telemetry needs OpenTelemetry, which is not installed: pip install groq[otel]"
            ) from error
        self.capture_content = capture_content
        tracer = trace.get_tracer("groq", __version__, tracer_provider)

        # Functions of this scope, so that calls do not import OpenTelemetry.
        def start_span(name: str, attributes: Mapping[str, Any]) -> Span:
            return tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes)

        def attach(span: Span) -> Callable[[], None] | None:
            if not span.get_span_context().is_valid:
                return None  # Tracing is off, so that other spans need no parent.
            token = context.attach(trace.set_span_in_context(span))
            return lambda: context.detach(token)

        def mark_failed(span: Span, description: str) -> None:
            span.set_status(trace.Status(trace.StatusCode.ERROR, description))

        self.start_span = start_span
        self.attach = attach
        self.mark_failed = mark_failed
        meter = metrics.get_meter("groq", __version__, meter_provider)

        def histogram(name: str, unit: str, description: str, bounds: list[float]) -> Histogram:
            return meter.create_histogram(
                f"gen_ai.client.{name}",
                unit,
                description,
                explicit_bucket_boundaries_advisory=bounds,
            )

        self.duration: Histogram = histogram(
            "operation.duration", "s", "How long a call took", _SECONDS
        )
        self.time_to_first_chunk: Histogram = histogram(
            "operation.time_to_first_chunk", "s", "How long a stream took to begin", _SECONDS
        )
        self.token_usage: Histogram = histogram(
            "token.usage", "{token}", "Tokens of a call", _TOKENS
        )

    def __repr__(self) -> str:
        content = "with" if self.capture_content else "without"
        return f"<Telemetry {content} content>"

    def observe(self, options: CallOptions, base_url: str) -> CallObserver:
        """Return the context manager of a call, which starts its span."""
        return CallObserver(self, options, base_url)


async def async_record_items(call: CallObserver, items: AsyncItems[_T]) -> AsyncItems[_T]:
    """Record the items of a stream as they are yielded, and its end."""
    add = call.data.add
    error: BaseException | None = None
    try:
        async for item in items:
            if call.first_chunk_at is None:
                call.first_chunk_at = time.monotonic()
            add(item)
            yield item
    except GeneratorExit:
        await items.aclose()
        raise
    except BaseException as raised:
        error = raised
        raise
    finally:
        call.end(error)


# >>> sync half: produced by scripts/mirror.py


def record_items(call: CallObserver, items: Items[_T]) -> Items[_T]:
    """Record the items of a stream as they are yielded, and its end."""
    add = call.data.add
    error: BaseException | None = None
    try:
        for item in items:
            if call.first_chunk_at is None:
                call.first_chunk_at = time.monotonic()
            add(item)
            yield item
    except GeneratorExit:
        items.close()
        raise
    except BaseException as raised:
        error = raised
        raise
    finally:
        call.end(error)


# <<<


class CallObserver:
    """Observes one call: collects the attributes of its span and of its metrics."""

    data: _ResponseData
    """The data of the response so far."""

    first_chunk_at: float | None = None
    """The time of the first chunk of a stream, on the monotonic clock."""

    _is_ended = True  # until the span has started: `__del__` runs even if that fails

    def __init__(self, telemetry: Telemetry, options: CallOptions, base_url: str) -> None:
        self._telemetry = telemetry
        data = options.json_data
        body: Mapping[str, Any] = data if is_mapping(data) else {}
        path = options.url.partition("?")[0]
        operation = _OPERATIONS.get(path) or f"{options.method.upper()} {_resource_name(path)}"
        model = body.get("model")
        self._metric_attributes: dict[str, Any] = {
            "gen_ai.operation.name": operation,
            "gen_ai.provider.name": "groq",
            **_server_attributes(base_url),
        }
        name = operation
        if isinstance(model, str):
            self._metric_attributes["gen_ai.request.model"] = model
            name = f"{operation} {model}"
        self._is_stream = body.get("stream") is True
        self.data = _ResponseData(keeps_content=telemetry.capture_content)
        self._started_at = time.monotonic()
        self._span = telemetry.start_span(name, self._metric_attributes)
        self._is_ended = False
        self._is_recording = self._span.is_recording()
        # They are set all at once when the call ends, which is faster.
        self._span_attributes = self._request_attributes(body) if self._is_recording else {}

    def _request_attributes(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the attributes of a request, by the names of the conventions."""
        values: dict[str, Any] = {
            _REQUEST_ATTRIBUTES[name]: value
            for name, value in body.items()
            if name in _REQUEST_ATTRIBUTES and isinstance(value, (str, int, float))
        }
        if self._is_stream:
            values["gen_ai.request.stream"] = True
        # Iterators are not read: the request would have nothing left to send.
        stop = body.get("stop")
        if isinstance(stop, str):
            values["gen_ai.request.stop_sequences"] = [stop]
        elif _is_array(stop):
            values["gen_ai.request.stop_sequences"] = [str(each) for each in stop]
        if self._telemetry.capture_content:
            messages = body.get("messages", body.get("input"))
            if isinstance(messages, str) or _is_array(messages):
                values["gen_ai.input.messages"] = _as_json(messages)
            if isinstance(body.get("instructions"), str):
                values["gen_ai.system_instructions"] = body["instructions"]
        return values

    def __enter__(self) -> Self:
        # Spans of the HTTP library are children of this one.
        self._detach = self._telemetry.attach(self._span)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._detach is not None:
            self._detach()
        if exc is not None:
            self.end(exc)

    def record_response(self, response: httpx.Response, retries_taken: int) -> None:
        """Record the status and the headers of the response."""
        if not self._is_recording:
            return
        attributes = self._span_attributes
        attributes["http.response.status_code"] = response.status_code
        if retries_taken:
            attributes["http.request.resend_count"] = retries_taken
        headers = response.headers
        if (request_id := headers.get("x-request-id")) is not None:
            attributes["groq.request_id"] = request_id
        for header, attribute in _COUNT_ATTRIBUTES.items():
            if (value := headers.get(header)) is not None:
                attributes[attribute] = int(value) if _COUNT.fullmatch(value) else value

    def record_result(self, result: object) -> None:
        """Record the result of a call and end its span, except for a stream, which ends later."""
        if "response" not in _fields_of(result):
            self.data.add(result)
            self.end()

    async_record_items = async_record_items
    record_items = record_items

    def end(self, error: BaseException | None = None) -> None:
        """End the span, and record the metrics."""
        if self._is_ended:
            return
        self._is_ended = True
        now = time.monotonic()
        telemetry, data = self._telemetry, self.data
        metric_attributes = self._metric_attributes
        attributes = self._span_attributes
        if data.model is not None:
            metric_attributes["gen_ai.response.model"] = data.model
        if self.first_chunk_at is not None:
            seconds = self.first_chunk_at - self._started_at
            attributes["gen_ai.response.time_to_first_chunk"] = seconds
            telemetry.time_to_first_chunk.record(seconds, metric_attributes)
            if data.output_tokens and now > self.first_chunk_at:
                attributes["groq.tokens_per_second"] = data.output_tokens / (
                    now - self.first_chunk_at
                )
        for kind, tokens in (("input", data.input_tokens), ("output", data.output_tokens)):
            if tokens is not None:
                telemetry.token_usage.record(
                    tokens, {**metric_attributes, "gen_ai.token.type": kind}
                )
        if error is not None:
            metric_attributes["error.type"] = attributes["error.type"] = _error_type(error)
            # The message of an error may quote the prompt.
            description = str(error) if telemetry.capture_content else type(error).__name__
            telemetry.mark_failed(self._span, description)
        telemetry.duration.record(now - self._started_at, metric_attributes)
        if self._is_recording:
            attributes.update(data.attributes())
            if telemetry.capture_content and (messages := data.messages()):
                attributes["gen_ai.output.messages"] = _as_json(messages)
            if isinstance(error, APIStatusError):
                attributes["http.response.status_code"] = error.status_code
            self._span.set_attributes(attributes)
        self._span.end()

    def __del__(self) -> None:
        self.end()  # a stream that was never read


class _ResponseData:
    """The data of a response that is recorded, collected from all of it or from its chunks."""

    def __init__(self, *, keeps_content: bool) -> None:
        self._keeps_content = keeps_content
        self.id: str | None = None
        self.model: str | None = None
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self._cached_tokens: int | None = None
        self._reasoning_tokens: int | None = None
        self._finish_reasons: dict[int, str] = {}
        self._contents: dict[int, list[str]] = {}

    def add(self, part: object) -> None:
        """Add the data of a chunk, of an event or of a whole answer."""
        fields: Mapping[str, Any] = getattr(part, "__dict__", _NO_FIELDS)
        if "response" in fields:  # of an event of the Responses API
            part = fields["response"]
            fields = _fields_of(part)
        if self.id is None and isinstance(id_ := fields.get("id"), str):
            self.id = id_
        if self.model is None and isinstance(model := fields.get("model"), str):
            self.model = model
        choices = fields.get("choices")
        if is_list(choices):
            for choice in choices:
                # Most chunks of a stream have content alone.
                if self._keeps_content or getattr(choice, "finish_reason", None) is not None:
                    self._add_choice(_fields_of(choice))
        elif "output" in fields and isinstance(text := getattr(part, "output_text", None), str):
            if self._keeps_content:
                self._contents[0] = [text]
            if isinstance(status := fields.get("status"), str):
                self._finish_reasons[0] = "stop" if status == "completed" else status
        usage = fields.get("usage")
        if usage is None and (x_groq := fields.get("x_groq")) is not None:
            usage = _fields_of(x_groq).get("usage")
        if usage is not None:
            self._add_usage(_fields_of(usage))

    def _add_choice(self, choice: Mapping[str, Any]) -> None:
        index = choice.get("index", 0)
        if not isinstance(index, int):
            return
        if self._keeps_content:
            message = _fields_of(choice.get("delta") or choice.get("message"))
            if isinstance(text := message.get("content"), str) and text:
                self._contents.setdefault(index, []).append(text)
        if isinstance(reason := choice.get("finish_reason"), str):
            self._finish_reasons[index] = reason

    def _add_usage(self, usage: Mapping[str, Any]) -> None:
        self.input_tokens = _first_int(usage, "prompt_tokens", "input_tokens")
        self.output_tokens = _first_int(usage, "completion_tokens", "output_tokens")
        details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details")
        self._cached_tokens = _first_int(_fields_of(details), "cached_tokens")
        details = usage.get("completion_tokens_details") or usage.get("output_tokens_details")
        self._reasoning_tokens = _first_int(_fields_of(details), "reasoning_tokens")

    def messages(self) -> list[dict[str, Any]]:
        """Return the messages, in the format of the conventions."""
        return [
            {
                "role": "assistant",
                "parts": [{"type": "text", "content": "".join(pieces)}],
                "finish_reason": self._finish_reasons.get(index, "error"),
            }
            for index, pieces in sorted(self._contents.items())
        ]

    def attributes(self) -> dict[str, Any]:
        """Return the attributes, by the names of the conventions."""
        values: dict[str, Any] = {
            "gen_ai.response.id": self.id,
            "gen_ai.response.model": self.model,
            "gen_ai.response.finish_reasons": list(self._finish_reasons.values()) or None,
            "gen_ai.usage.input_tokens": self.input_tokens,
            "gen_ai.usage.output_tokens": self.output_tokens,
            "gen_ai.usage.cache_read.input_tokens": self._cached_tokens,
            "gen_ai.usage.reasoning.output_tokens": self._reasoning_tokens,
            "groq.token_cost": self._token_cost(),
        }
        return {name: value for name, value in values.items() if value is not None}

    def _token_cost(self) -> float | None:
        """Return the price of the tokens in US dollars, or `None` if it is not known."""
        prices = _token_prices(self.model)
        if prices is None or self.input_tokens is None:
            return None
        prompt, cached, completion = prices
        saved = (self._cached_tokens or 0) * (prompt - cached)
        return self.input_tokens * prompt - saved + (self.output_tokens or 0) * completion


@lru_cache(maxsize=64)
def _token_prices(model: str | None) -> tuple[float, float, float] | None:
    """Return the prices of a prompt's token, of a cached one and of a completion's."""
    price = PRICES.get(model or "")
    if price is None:
        return None
    cached = price.prompt if price.cached is None else price.cached
    return float(price.prompt), float(cached), float(price.completion)


def _fields_of(value: object) -> Mapping[str, Any]:
    """Return the fields of a model, in which a missing one is found faster than by `getattr`."""
    return getattr(value, "__dict__", _NO_FIELDS)


def _is_array(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, (list, tuple))


def _first_int(fields: Mapping[str, Any], *names: str) -> int | None:
    """Return the first of these fields that is a whole number."""
    for name in names:
        if isinstance(value := fields.get(name), int):
            return value
    return None


@lru_cache(maxsize=64)
def _server_attributes(base_url: str) -> dict[str, Any]:
    """Return the attributes of the server, by the names of the conventions."""
    url = urlsplit(base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    return {"server.address": url.hostname or "", "server.port": port}


def _error_type(error: BaseException) -> str:
    """Return the type of an error: its status, or the name of its class."""
    if isinstance(error, APIStatusError):
        return str(error.status_code)
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _resource_name(path: str) -> str:
    return path.removeprefix("/openai/v1/").partition("/")[0] or path


def _as_json(value: object) -> str:
    """Return messages as JSON; values that JSON lacks as their `repr`."""

    def as_plain(other: Any) -> Any:
        return other.to_dict() if hasattr(other, "to_dict") else repr(other)

    return json.dumps(value, ensure_ascii=False, default=as_plain)

"""`Telemetry`: a span and metrics for each call, in OpenTelemetry's conventions for GenAI.

    from groq import Groq
    from groq.telemetry import Telemetry

    client = Groq(telemetry=Telemetry())

It needs the extra `otel`: `pip install groq[otel]`. OpenTelemetry is not imported otherwise.

See https://opentelemetry.io/docs/specs/semconv/gen-ai/
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, TypeVar
from urllib.parse import urlsplit

from typing_extensions import Self

from ._exceptions import APIStatusError, GroqError
from ._types import is_list, is_mapping
from ._version import __version__

if TYPE_CHECKING:
    import httpx
    from opentelemetry.metrics import Histogram, MeterProvider
    from opentelemetry.trace import Span, TracerProvider


__all__ = ["Telemetry"]

_T = TypeVar("_T")

_OPERATIONS = {
    "/openai/v1/chat/completions": "chat",
    "/openai/v1/responses": "chat",
    "/openai/v1/embeddings": "embeddings",
    "/openai/v1/audio/speech": "speech",
    "/openai/v1/audio/transcriptions": "transcription",
    "/openai/v1/audio/translations": "translation",
}
"""The operation names of endpoints: the conventions' where they have one, else our own."""

_ASKED = {
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

_HEADERS = {
    "x-request-id": "groq.request_id",
    "x-ratelimit-remaining-requests": "groq.rate_limit.requests.remaining",
    "x-ratelimit-remaining-tokens": "groq.rate_limit.tokens.remaining",
}
"""Headers of a response, and their attributes."""

_NO_FIELDS: Mapping[str, Any] = {}
_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
_TOKENS = [4.0**power for power in range(14)]
"""The bucket boundaries of the conventions."""


class AskedCall(Protocol):
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

        # Kept here, so that calls do not import them.
        def start_span(name: str, attributes: Mapping[str, Any]) -> Span:
            return tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes)

        def enter(span: Span) -> Callable[[], None] | None:
            if not span.get_span_context().is_valid:
                return None  # Nobody traces, and nothing can stand below it.
            token = context.attach(trace.set_span_in_context(span))
            return lambda: context.detach(token)

        def mark_failed(span: Span, words: str) -> None:
            span.set_status(trace.Status(trace.StatusCode.ERROR, words))

        self.start_span = start_span
        self.enter = enter
        self.mark_failed = mark_failed
        meter = metrics.get_meter("groq", __version__, meter_provider)

        def histogram(name: str, unit: str, words: str, bounds: list[float]) -> Histogram:
            return meter.create_histogram(
                f"gen_ai.client.{name}", unit, words, explicit_bucket_boundaries_advisory=bounds
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

    def observe(self, options: AskedCall, base_url: str) -> ObservedCall:
        """Return the context manager of a call, which starts its span."""
        return ObservedCall(self, options, base_url)


class ObservedCall:
    """A running call, with its span and the attributes of its metrics."""

    _is_ended = True  # until its span has begun

    def __init__(self, telemetry: Telemetry, options: AskedCall, base_url: str) -> None:
        self._telemetry = telemetry
        data = options.json_data
        body: Mapping[str, Any] = data if is_mapping(data) else {}
        path = options.url.partition("?")[0]
        operation = _OPERATIONS.get(path) or f"{options.method} {_resource_of(path)}"
        model = body.get("model")
        # The attributes of its metrics.
        self._labels: dict[str, Any] = {
            "gen_ai.operation.name": operation,
            "gen_ai.provider.name": "groq",
            **_place(base_url),
        }
        name = operation
        if isinstance(model, str):
            self._labels["gen_ai.request.model"] = model
            name = f"{operation} {model}"
        self._is_stream = body.get("stream") is True
        self._first_chunk: float | None = None
        self._answer = _Answer(keeps_words=telemetry.capture_content)
        self._started = time.monotonic()
        self._span = telemetry.start_span(name, self._labels)
        self._is_ended = False
        self._is_recording = self._span.is_recording()
        # Set all at once, when the call ends.
        self._told = self._asked(body) if self._is_recording else {}

    def _asked(self, body: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {
            _ASKED[name]: value
            for name, value in body.items()
            if name in _ASKED and isinstance(value, (str, int, float))
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
            words = body.get("messages", body.get("input"))
            if isinstance(words, str) or _is_array(words):
                values["gen_ai.input.messages"] = _as_json(words)
            if isinstance(body.get("instructions"), str):
                values["gen_ai.system_instructions"] = body["instructions"]
        return values

    # -------------------------------------------------------------------- what the client tells it

    def __enter__(self) -> Self:
        # Spans of the HTTP library are children of this one.
        self._leave = self._telemetry.enter(self._span)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._leave is not None:
            self._leave()
        if exc is not None:
            self.end(exc)

    def answered(self, response: httpx.Response, retries_taken: int) -> None:
        """Record the status and the headers of the response."""
        if not self._is_recording:
            return
        told = self._told
        told["http.response.status_code"] = response.status_code
        if retries_taken:
            told["http.request.resend_count"] = retries_taken
        headers = response.headers
        for header, attribute in _HEADERS.items():
            if (value := headers.get(header)) is not None:
                told[attribute] = int(value) if value.isdecimal() else value

    def returned(self, result: object) -> None:
        """Record the result of a call and end its span, except for a stream, which ends later."""
        if not hasattr(result, "response"):
            self._answer.take(result)
            self.end()

    def items(self, items: Generator[_T, None, None]) -> Generator[_T, None, None]:
        """Record the items of a stream as they are yielded."""
        take = self._answer.take
        error: BaseException | None = None
        try:
            for item in items:
                if self._first_chunk is None:
                    self._first_chunk = time.monotonic()
                take(item)
                yield item
        except GeneratorExit:
            items.close()
            raise
        except BaseException as raised:
            error = raised
            raise
        finally:
            self.end(error)

    async def async_items(self, items: AsyncGenerator[_T, None]) -> AsyncGenerator[_T, None]:
        """Record the items of a stream as they are yielded."""
        take = self._answer.take
        error: BaseException | None = None
        try:
            async for item in items:
                if self._first_chunk is None:
                    self._first_chunk = time.monotonic()
                take(item)
                yield item
        except GeneratorExit:
            await items.aclose()
            raise
        except BaseException as raised:
            error = raised
            raise
        finally:
            self.end(error)

    def end(self, error: BaseException | None = None) -> None:
        """End the span, and record the metrics."""
        if self._is_ended:
            return
        self._is_ended = True
        now = time.monotonic()
        telemetry, labels, answer = self._telemetry, self._labels, self._answer
        told = self._told
        if answer.model is not None:
            labels["gen_ai.response.model"] = answer.model
        if self._first_chunk is not None:
            begun = self._first_chunk - self._started
            told["gen_ai.response.time_to_first_chunk"] = begun
            telemetry.time_to_first_chunk.record(begun, labels)
            if answer.output_tokens and now > self._first_chunk:
                told["groq.tokens_per_second"] = answer.output_tokens / (now - self._first_chunk)
        for kind, tokens in (("input", answer.input_tokens), ("output", answer.output_tokens)):
            if tokens is not None:
                telemetry.token_usage.record(tokens, {**labels, "gen_ai.token.type": kind})
        if error is not None:
            labels["error.type"] = told["error.type"] = _kind_of(error)
            # The message of an error may quote the prompt.
            words = str(error) if telemetry.capture_content else type(error).__name__
            telemetry.mark_failed(self._span, words)
        telemetry.duration.record(now - self._started, labels)
        if self._is_recording:
            told.update(answer.attributes())
            if telemetry.capture_content and (said := answer.messages()):
                told["gen_ai.output.messages"] = _as_json(said)
            if isinstance(error, APIStatusError):
                told["http.response.status_code"] = error.status_code
            self._span.set_attributes(told)
        self._span.end()

    def __del__(self) -> None:
        self.end()  # a stream that was never read


class _Answer:
    """The data of a response that is recorded, collected from all of it or from its chunks."""

    def __init__(self, *, keeps_words: bool) -> None:
        self._keeps_words = keeps_words
        self.id: str | None = None
        self.model: str | None = None
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self._cached: int | None = None
        self._reasoning: int | None = None
        self._reasons: dict[int, str] = {}
        self._said: dict[int, list[str]] = {}

    def take(self, part: object) -> None:
        """Take what a chunk, an event or a whole answer says."""
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
                # Most chunks of a stream tell nothing but words.
                if self._keeps_words or getattr(choice, "finish_reason", None) is not None:
                    self._take_choice(_fields_of(choice))
        elif "output" in fields and isinstance(text := getattr(part, "output_text", None), str):
            if self._keeps_words:
                self._said[0] = [text]
            if isinstance(status := fields.get("status"), str):
                self._reasons[0] = "stop" if status == "completed" else status
        usage = fields.get("usage")
        if usage is None and (more := fields.get("x_groq")) is not None:
            usage = _fields_of(more).get("usage")
        if usage is not None:
            self._take_usage(_fields_of(usage))

    def _take_choice(self, choice: Mapping[str, Any]) -> None:
        index = choice.get("index", 0)
        if not isinstance(index, int):
            return
        if self._keeps_words:
            said = _fields_of(choice.get("delta") or choice.get("message"))
            if isinstance(text := said.get("content"), str) and text:
                self._said.setdefault(index, []).append(text)
        if isinstance(reason := choice.get("finish_reason"), str):
            self._reasons[index] = reason

    def _take_usage(self, usage: Mapping[str, Any]) -> None:
        self.input_tokens = _number(usage, "prompt_tokens", "input_tokens")
        self.output_tokens = _number(usage, "completion_tokens", "output_tokens")
        details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details")
        self._cached = _number(_fields_of(details), "cached_tokens")
        details = usage.get("completion_tokens_details") or usage.get("output_tokens_details")
        self._reasoning = _number(_fields_of(details), "reasoning_tokens")

    def messages(self) -> list[dict[str, Any]]:
        """Return the messages, in the format of the conventions."""
        return [
            {
                "role": "assistant",
                "parts": [{"type": "text", "content": "".join(said)}],
                "finish_reason": self._reasons.get(index, "error"),
            }
            for index, said in sorted(self._said.items())
        ]

    def attributes(self) -> dict[str, Any]:
        """Return the attributes, by the names of the conventions."""
        values: dict[str, Any] = {
            "gen_ai.response.id": self.id,
            "gen_ai.response.model": self.model,
            "gen_ai.response.finish_reasons": list(self._reasons.values()) or None,
            "gen_ai.usage.input_tokens": self.input_tokens,
            "gen_ai.usage.output_tokens": self.output_tokens,
            "gen_ai.usage.cache_read.input_tokens": self._cached,
            "gen_ai.usage.reasoning.output_tokens": self._reasoning,
        }
        return {name: value for name, value in values.items() if value is not None}


def _fields_of(value: object) -> Mapping[str, Any]:
    """Return what a model has: to ask it for what it has not is slow."""
    return getattr(value, "__dict__", _NO_FIELDS)


def _is_array(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, (list, tuple))


def _number(fields: Mapping[str, Any], *names: str) -> int | None:
    """Return the first of some fields that is a whole number."""
    for name in names:
        if isinstance(value := fields.get(name), int):
            return value
    return None


@lru_cache(maxsize=64)
def _place(base_url: str) -> dict[str, Any]:
    """Return the attributes of the server, by the names of the conventions."""
    url = urlsplit(base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    return {"server.address": url.hostname or "", "server.port": port}


def _kind_of(error: BaseException) -> str:
    """Return the type of an error: its status, or the name of its class."""
    if isinstance(error, APIStatusError):
        return str(error.status_code)
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _resource_of(path: str) -> str:
    return path.removeprefix("/openai/v1/").partition("/")[0] or path


def _as_json(value: object) -> str:
    """Return messages as JSON; values that JSON lacks as their `repr`."""

    def plain(other: Any) -> Any:
        return other.to_dict() if hasattr(other, "to_dict") else repr(other)

    return json.dumps(value, ensure_ascii=False, default=plain)

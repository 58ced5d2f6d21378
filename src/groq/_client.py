"""`Groq` and `AsyncGroq`: the clients, with their options and resources."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import Self, override

from ._base_client import AsyncAPIClient, SyncAPIClient
from ._base_client.base import merged_defaults
from ._constants import DEFAULT_MAX_BODY_BYTES, DEFAULT_MAX_RETRIES, DEFAULT_MAX_UNPACKED_BYTES
from ._exceptions import GroqError
from ._http.headers import check_api_key, check_header
from ._http.options import check_mapping
from ._library import AsyncHttpClient, HttpClient, HttpTimeout, HttpURL, httpx
from ._types import NotGiven, Omit, RequestOptions, not_given

if TYPE_CHECKING:
    from . import resources
    from ._helpers.limiter import RateLimiter
    from ._types import ProxiesTypes, Timeout, Transport
    from .telemetry import Telemetry
else:

    def __getattr__(name: str) -> Any:
        """Import the types of httpx on first use."""
        if name in ("ProxiesTypes", "Timeout", "Transport"):
            from . import _types

            return getattr(_types, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Timeout",
    "Transport",
    "ProxiesTypes",
    "RequestOptions",
    "Groq",
    "AsyncGroq",
    "Client",
    "AsyncClient",
]

_BASE_URL = "https://api.groq.com"


class AsyncGroq(AsyncAPIClient):
    """An asynchronous client of the Groq API.

        async with AsyncGroq() as client:
            stream = await client.chat.completions.create(
                model="openai/gpt-oss-20b",
                messages=[{"role": "user", "content": "Why is the sky blue?"}],
                stream=True,
            )
            async for chunk in stream:
                print(chunk.choices[0].delta.content or "", end="")

    One client serves a whole program, with many calls at once: create one and reuse it.

    Args:
        api_key: The API key; the default is `GROQ_API_KEY`.
        base_url: The URL of the API; the default is `GROQ_BASE_URL`, else Groq's.
        timeout: Seconds for each step of a request, an `httpx.Timeout`, or `None` for no timeout;
            the default is 60, and 5 to connect.
        max_retries: The number of retries after the first attempt; the default is 2.
        default_headers: Headers to send with every request, which override the client's own.
        default_query: Query parameters to send with every request.
        http_client: An `AsyncClient` of httpx or httpx2, for proxies, certificates and limits.
        deadline: Seconds for a whole call, with its retries, waits and the response body; the
            default is no limit.
        stream_idle_timeout: Seconds that a stream may pause between events, comments not counted;
            the default is no limit.
        max_unpacked_bytes: The largest decompressed response that is held in memory, and the
            largest event of a stream, in bytes; the default is 64 MiB.
        limiter: A `RateLimiter` that delays calls to stay within the rate limits; without it, calls
            are sent at once.
        telemetry: A `groq.telemetry.Telemetry` that records a span and metrics of each call.
        http_library: The library of the default HTTP client, `httpx` or `httpx2`; the default is
            `GROQ_HTTP_LIBRARY`, else httpx.
        max_body_bytes: The largest response that is held in memory, in bytes; the default is
            512 MiB. Downloads to a file have no limit, and errors are read up to 4 MiB.

    Raises:
        GroqError: There is no key, the key or a header has invalid characters, or `base_url` is
            not an HTTP URL.
        TypeError: An option has the wrong type, such as an `http_client` that is not an
            `httpx.AsyncClient`.
        ImportError: `http_library` is not installed.
    """

    api_key: str
    """The API key."""

    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | HttpURL | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx.AsyncClient | AsyncHttpClient | None = None,
        _strict_response_validation: bool = False,
        deadline: float | None = None,
        stream_idle_timeout: float | None = None,
        max_unpacked_bytes: int = DEFAULT_MAX_UNPACKED_BYTES,
        limiter: RateLimiter | None = None,
        telemetry: Telemetry | None = None,
        http_library: str | None = None,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
    ) -> None:
        self.api_key = _api_key(api_key)
        super().__init__(
            base_url=base_url or os.environ.get("GROQ_BASE_URL") or _BASE_URL,
            http_client=http_client,
            timeout=timeout,
            max_retries=max_retries,
            custom_headers=_custom_headers(default_headers),
            custom_query=default_query,
            _strict_response_validation=_strict_response_validation,
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            limiter=limiter,
            http_library=http_library,
            max_body_bytes=max_body_bytes,
        )
        self.telemetry = telemetry

    @cached_property
    def chat(self) -> resources.AsyncChat:
        """Chat completions."""
        from .resources.chat import AsyncChat

        return AsyncChat(self)

    @cached_property
    def responses(self) -> resources.AsyncResponses:
        """The Responses API, which is in beta."""
        from .resources.responses import AsyncResponses

        return AsyncResponses(self)

    @cached_property
    def embeddings(self) -> resources.AsyncEmbeddings:
        """Embeddings: texts as vectors."""
        from .resources.embeddings import AsyncEmbeddings

        return AsyncEmbeddings(self)

    @cached_property
    def audio(self) -> resources.AsyncAudio:
        """Speech, transcriptions and translations."""
        from .resources.audio import AsyncAudio

        return AsyncAudio(self)

    @cached_property
    def models(self) -> resources.AsyncModels:
        """The available models."""
        from .resources.models import AsyncModels

        return AsyncModels(self)

    @cached_property
    def batches(self) -> resources.AsyncBatches:
        """Batches: many requests in a file, answered within a day or more."""
        from .resources.batches import AsyncBatches

        return AsyncBatches(self)

    @cached_property
    def files(self) -> resources.AsyncFiles:
        """The files of batches."""
        from .resources.files import AsyncFiles

        return AsyncFiles(self)

    @cached_property
    def with_raw_response(self) -> AsyncGroqWithRawResponse:
        """The same resources, whose methods return the whole response."""
        return AsyncGroqWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncGroqWithStreamedResponse:
        """The same resources, whose methods return the unread response."""
        return AsyncGroqWithStreamedResponse(self)

    @override
    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        del state["api_key"]
        return state

    @override
    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the pickled options, with key and headers from the environment.

        Raises `GroqError` if `GROQ_API_KEY` is not set.
        """
        super().__setstate__(state)
        self.api_key = _api_key(None)
        self._custom_headers = _custom_headers(self._custom_headers)

    @property
    @override
    def auth_headers(self) -> dict[str, str]:
        """The headers that identify the caller."""
        return {"Authorization": f"Bearer {self.api_key}"}

    @property
    @override
    def default_headers(self) -> dict[str, str | Omit]:
        """The headers of every request: the client's own, overridden by `default_headers`."""
        return {**super().default_headers, "X-Stainless-Async": _async_flavour()}

    def copy(
        self,
        *,
        api_key: str | None = None,
        base_url: str | HttpURL | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        http_client: httpx.AsyncClient | AsyncHttpClient | None = None,
        max_retries: int | NotGiven = not_given,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        _extra_kwargs: Mapping[str, Any] = {},
        deadline: float | None | NotGiven = not_given,
        stream_idle_timeout: float | None | NotGiven = not_given,
        max_unpacked_bytes: int | NotGiven = not_given,
        limiter: RateLimiter | None | NotGiven = not_given,
        telemetry: Telemetry | None | NotGiven = not_given,
        http_library: str | None = None,
        max_body_bytes: int | NotGiven = not_given,
    ) -> Self:
        """Return a client with other options that shares the connections of this one.

        With `http_client` or `http_library`, the copy has connections of its own.

        `default_headers` and `default_query` are merged with those of this client, while
        `set_default_headers` and `set_default_query` replace them. `with_options` is an alias:
        `await client.with_options(timeout=5).models.list()`.

        Raises `ValueError` if headers, or query parameters, are both merged and replaced.
        """
        shares = http_client is None and http_library is None and "http_client" not in _extra_kwargs
        copied = self.__class__(
            api_key=api_key or self.api_key,
            base_url=base_url or self.base_url,
            http_client=self._http.made if shares else http_client,
            **self._copy_options(timeout=timeout, max_retries=max_retries),
            **self._copied_library(http_library, is_shared=shares),
            default_headers=merged_defaults(
                "headers", self._custom_headers, default_headers, set_default_headers
            ),
            default_query=merged_defaults(
                "query", self._custom_query, default_query, set_default_query
            ),
            _strict_response_validation=self.is_strict,
            **_extra_kwargs,
        )
        # Passed only if they are set, because the constructor of a subclass may lack them.
        newer = self._copy_options(
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            max_body_bytes=max_body_bytes,
            limiter=limiter,
            telemetry=telemetry,
        )
        for name, value in newer.items():
            setattr(copied, name, value)
        if shares:
            copied._http = self._http
        return copied

    with_options = copy


class AsyncGroqWithRawResponse:
    """The resources of a client, whose methods return the whole response."""

    def __init__(self, client: AsyncGroq) -> None:
        self._client = client

    @cached_property
    def chat(self) -> resources.AsyncChatWithRawResponse:
        """Chat completions."""
        return self._client.chat.with_raw_response

    @cached_property
    def responses(self) -> resources.AsyncResponsesWithRawResponse:
        """The Responses API, which is in beta."""
        return self._client.responses.with_raw_response

    @cached_property
    def embeddings(self) -> resources.AsyncEmbeddingsWithRawResponse:
        """Embeddings: texts as vectors."""
        return self._client.embeddings.with_raw_response

    @cached_property
    def audio(self) -> resources.AsyncAudioWithRawResponse:
        """Speech, transcriptions and translations."""
        return self._client.audio.with_raw_response

    @cached_property
    def models(self) -> resources.AsyncModelsWithRawResponse:
        """The available models."""
        return self._client.models.with_raw_response

    @cached_property
    def batches(self) -> resources.AsyncBatchesWithRawResponse:
        """Batches: many requests in a file, answered within a day or more."""
        return self._client.batches.with_raw_response

    @cached_property
    def files(self) -> resources.AsyncFilesWithRawResponse:
        """The files of batches."""
        return self._client.files.with_raw_response


class AsyncGroqWithStreamedResponse:
    """The resources of a client, whose methods return the unread response."""

    def __init__(self, client: AsyncGroq) -> None:
        self._client = client

    @cached_property
    def chat(self) -> resources.AsyncChatWithStreamingResponse:
        """Chat completions."""
        return self._client.chat.with_streaming_response

    @cached_property
    def responses(self) -> resources.AsyncResponsesWithStreamingResponse:
        """The Responses API, which is in beta."""
        return self._client.responses.with_streaming_response

    @cached_property
    def embeddings(self) -> resources.AsyncEmbeddingsWithStreamingResponse:
        """Embeddings: texts as vectors."""
        return self._client.embeddings.with_streaming_response

    @cached_property
    def audio(self) -> resources.AsyncAudioWithStreamingResponse:
        """Speech, transcriptions and translations."""
        return self._client.audio.with_streaming_response

    @cached_property
    def models(self) -> resources.AsyncModelsWithStreamingResponse:
        """The available models."""
        return self._client.models.with_streaming_response

    @cached_property
    def batches(self) -> resources.AsyncBatchesWithStreamingResponse:
        """Batches: many requests in a file, answered within a day or more."""
        return self._client.batches.with_streaming_response

    @cached_property
    def files(self) -> resources.AsyncFilesWithStreamingResponse:
        """The files of batches."""
        return self._client.files.with_streaming_response


# >>> sync half: produced by scripts/mirror.py


class Groq(SyncAPIClient):
    """A synchronous client of the Groq API.

        with Groq() as client:
            stream = client.chat.completions.create(
                model="openai/gpt-oss-20b",
                messages=[{"role": "user", "content": "Why is the sky blue?"}],
                stream=True,
            )
            for chunk in stream:
                print(chunk.choices[0].delta.content or "", end="")

    One client serves a whole program, with many calls at once: create one and reuse it.

    Args:
        api_key: The API key; the default is `GROQ_API_KEY`.
        base_url: The URL of the API; the default is `GROQ_BASE_URL`, else Groq's.
        timeout: Seconds for each step of a request, an `httpx.Timeout`, or `None` for no timeout;
            the default is 60, and 5 to connect.
        max_retries: The number of retries after the first attempt; the default is 2.
        default_headers: Headers to send with every request, which override the client's own.
        default_query: Query parameters to send with every request.
        http_client: A `Client` of httpx or httpx2, for proxies, certificates and limits.
        deadline: Seconds for a whole call, with its retries, waits and the response body; the
            default is no limit.
        stream_idle_timeout: Seconds that a stream may pause between events, comments not counted;
            the default is no limit.
        max_unpacked_bytes: The largest decompressed response that is held in memory, and the
            largest event of a stream, in bytes; the default is 64 MiB.
        limiter: A `RateLimiter` that delays calls to stay within the rate limits; without it, calls
            are sent at once.
        telemetry: A `groq.telemetry.Telemetry` that records a span and metrics of each call.
        http_library: The library of the default HTTP client, `httpx` or `httpx2`; the default is
            `GROQ_HTTP_LIBRARY`, else httpx.
        max_body_bytes: The largest response that is held in memory, in bytes; the default is
            512 MiB. Downloads to a file have no limit, and errors are read up to 4 MiB.

    Raises:
        GroqError: There is no key, the key or a header has invalid characters, or `base_url` is
            not an HTTP URL.
        TypeError: An option has the wrong type, such as an `http_client` that is not an
            `httpx.Client`.
        ImportError: `http_library` is not installed.
    """

    api_key: str
    """The API key."""

    def __init__(
        self,
        *,
        api_key: str | None = None,
        base_url: str | HttpURL | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx.Client | HttpClient | None = None,
        _strict_response_validation: bool = False,
        deadline: float | None = None,
        stream_idle_timeout: float | None = None,
        max_unpacked_bytes: int = DEFAULT_MAX_UNPACKED_BYTES,
        limiter: RateLimiter | None = None,
        telemetry: Telemetry | None = None,
        http_library: str | None = None,
        max_body_bytes: int = DEFAULT_MAX_BODY_BYTES,
    ) -> None:
        self.api_key = _api_key(api_key)
        super().__init__(
            base_url=base_url or os.environ.get("GROQ_BASE_URL") or _BASE_URL,
            http_client=http_client,
            timeout=timeout,
            max_retries=max_retries,
            custom_headers=_custom_headers(default_headers),
            custom_query=default_query,
            _strict_response_validation=_strict_response_validation,
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            limiter=limiter,
            http_library=http_library,
            max_body_bytes=max_body_bytes,
        )
        self.telemetry = telemetry

    @cached_property
    def chat(self) -> resources.Chat:
        """Chat completions."""
        from .resources.chat import Chat

        return Chat(self)

    @cached_property
    def responses(self) -> resources.Responses:
        """The Responses API, which is in beta."""
        from .resources.responses import Responses

        return Responses(self)

    @cached_property
    def embeddings(self) -> resources.Embeddings:
        """Embeddings: texts as vectors."""
        from .resources.embeddings import Embeddings

        return Embeddings(self)

    @cached_property
    def audio(self) -> resources.Audio:
        """Speech, transcriptions and translations."""
        from .resources.audio import Audio

        return Audio(self)

    @cached_property
    def models(self) -> resources.Models:
        """The available models."""
        from .resources.models import Models

        return Models(self)

    @cached_property
    def batches(self) -> resources.Batches:
        """Batches: many requests in a file, answered within a day or more."""
        from .resources.batches import Batches

        return Batches(self)

    @cached_property
    def files(self) -> resources.Files:
        """The files of batches."""
        from .resources.files import Files

        return Files(self)

    @cached_property
    def with_raw_response(self) -> GroqWithRawResponse:
        """The same resources, whose methods return the whole response."""
        return GroqWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> GroqWithStreamedResponse:
        """The same resources, whose methods return the unread response."""
        return GroqWithStreamedResponse(self)

    @override
    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        del state["api_key"]
        return state

    @override
    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the pickled options, with key and headers from the environment.

        Raises `GroqError` if `GROQ_API_KEY` is not set.
        """
        super().__setstate__(state)
        self.api_key = _api_key(None)
        self._custom_headers = _custom_headers(self._custom_headers)

    @property
    @override
    def auth_headers(self) -> dict[str, str]:
        """The headers that identify the caller."""
        return {"Authorization": f"Bearer {self.api_key}"}

    @property
    @override
    def default_headers(self) -> dict[str, str | Omit]:
        """The headers of every request: the client's own, overridden by `default_headers`."""
        return {**super().default_headers, "X-Stainless-Async": _flavour()}

    def copy(
        self,
        *,
        api_key: str | None = None,
        base_url: str | HttpURL | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        http_client: httpx.Client | HttpClient | None = None,
        max_retries: int | NotGiven = not_given,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        _extra_kwargs: Mapping[str, Any] = {},
        deadline: float | None | NotGiven = not_given,
        stream_idle_timeout: float | None | NotGiven = not_given,
        max_unpacked_bytes: int | NotGiven = not_given,
        limiter: RateLimiter | None | NotGiven = not_given,
        telemetry: Telemetry | None | NotGiven = not_given,
        http_library: str | None = None,
        max_body_bytes: int | NotGiven = not_given,
    ) -> Self:
        """Return a client with other options that shares the connections of this one.

        With `http_client` or `http_library`, the copy has connections of its own.

        `default_headers` and `default_query` are merged with those of this client, while
        `set_default_headers` and `set_default_query` replace them. `with_options` is an alias:
        `client.with_options(timeout=5).models.list()`.

        Raises `ValueError` if headers, or query parameters, are both merged and replaced.
        """
        shares = http_client is None and http_library is None and "http_client" not in _extra_kwargs
        copied = self.__class__(
            api_key=api_key or self.api_key,
            base_url=base_url or self.base_url,
            http_client=self._http.made if shares else http_client,
            **self._copy_options(timeout=timeout, max_retries=max_retries),
            **self._copied_library(http_library, is_shared=shares),
            default_headers=merged_defaults(
                "headers", self._custom_headers, default_headers, set_default_headers
            ),
            default_query=merged_defaults(
                "query", self._custom_query, default_query, set_default_query
            ),
            _strict_response_validation=self.is_strict,
            **_extra_kwargs,
        )
        # Passed only if they are set, because the constructor of a subclass may lack them.
        newer = self._copy_options(
            deadline=deadline,
            stream_idle_timeout=stream_idle_timeout,
            max_unpacked_bytes=max_unpacked_bytes,
            max_body_bytes=max_body_bytes,
            limiter=limiter,
            telemetry=telemetry,
        )
        for name, value in newer.items():
            setattr(copied, name, value)
        if shares:
            copied._http = self._http
        return copied

    with_options = copy


class GroqWithRawResponse:
    """The resources of a client, whose methods return the whole response."""

    def __init__(self, client: Groq) -> None:
        self._client = client

    @cached_property
    def chat(self) -> resources.ChatWithRawResponse:
        """Chat completions."""
        return self._client.chat.with_raw_response

    @cached_property
    def responses(self) -> resources.ResponsesWithRawResponse:
        """The Responses API, which is in beta."""
        return self._client.responses.with_raw_response

    @cached_property
    def embeddings(self) -> resources.EmbeddingsWithRawResponse:
        """Embeddings: texts as vectors."""
        return self._client.embeddings.with_raw_response

    @cached_property
    def audio(self) -> resources.AudioWithRawResponse:
        """Speech, transcriptions and translations."""
        return self._client.audio.with_raw_response

    @cached_property
    def models(self) -> resources.ModelsWithRawResponse:
        """The available models."""
        return self._client.models.with_raw_response

    @cached_property
    def batches(self) -> resources.BatchesWithRawResponse:
        """Batches: many requests in a file, answered within a day or more."""
        return self._client.batches.with_raw_response

    @cached_property
    def files(self) -> resources.FilesWithRawResponse:
        """The files of batches."""
        return self._client.files.with_raw_response


class GroqWithStreamedResponse:
    """The resources of a client, whose methods return the unread response."""

    def __init__(self, client: Groq) -> None:
        self._client = client

    @cached_property
    def chat(self) -> resources.ChatWithStreamingResponse:
        """Chat completions."""
        return self._client.chat.with_streaming_response

    @cached_property
    def responses(self) -> resources.ResponsesWithStreamingResponse:
        """The Responses API, which is in beta."""
        return self._client.responses.with_streaming_response

    @cached_property
    def embeddings(self) -> resources.EmbeddingsWithStreamingResponse:
        """Embeddings: texts as vectors."""
        return self._client.embeddings.with_streaming_response

    @cached_property
    def audio(self) -> resources.AudioWithStreamingResponse:
        """Speech, transcriptions and translations."""
        return self._client.audio.with_streaming_response

    @cached_property
    def models(self) -> resources.ModelsWithStreamingResponse:
        """The available models."""
        return self._client.models.with_streaming_response

    @cached_property
    def batches(self) -> resources.BatchesWithStreamingResponse:
        """Batches: many requests in a file, answered within a day or more."""
        return self._client.batches.with_streaming_response

    @cached_property
    def files(self) -> resources.FilesWithStreamingResponse:
        """The files of batches."""
        return self._client.files.with_streaming_response


# <<<


Client = Groq
AsyncClient = AsyncGroq


def _api_key(given: str | None) -> str:
    key = os.environ.get("GROQ_API_KEY") if given is None else given
    if key is None:
        raise GroqError(
            "There is no API key: pass `api_key` to the client, or set the environment variable "
            "GROQ_API_KEY"
        )
    return check_api_key(key)


def _custom_headers(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers of `GROQ_CUSTOM_HEADERS`, overridden by the given ones."""
    check_mapping("default_headers", given)
    headers: dict[str, str] = {}
    for line in os.environ.get("GROQ_CUSTOM_HEADERS", "").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip()] = value.strip()
    headers.update(given or {})
    for name, value in headers.items():
        if isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # or `omit`
            check_header(name, value)
    return headers


def _async_flavour() -> str:
    import sniffio

    try:
        return f"async:{sniffio.current_async_library()}"
    except sniffio.AsyncLibraryNotFoundError:
        return "async:unknown"


def _flavour() -> str:
    return "false"

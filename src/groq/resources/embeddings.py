"""`client.embeddings`: embeddings, which are vectors of texts."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import Final, Literal

from .. import _helpers, types
from .._base_client import make_request_options
from .._constants import MAX_CONCURRENCY
from .._library import HttpTimeout
from .._resource import AsyncAPIResource, SyncAPIResource
from .._response import (
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from .._types import Body, Headers, Maybe, NotGiven, Query, SequenceNotStr, not_given, omit

__all__ = ["AsyncEmbeddings", "Embeddings"]


class AsyncEmbeddings(AsyncAPIResource):
    """Embeddings: vectors of texts, which are close for texts of similar meaning."""

    @cached_property
    def with_raw_response(self) -> AsyncEmbeddingsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncEmbeddingsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncEmbeddingsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncEmbeddingsWithStreamingResponse(self)

    async def create(
        self,
        *,
        input: str | SequenceNotStr[str],
        model: str | types.EmbeddingModel,
        encoding_format: Maybe[Literal["float", "base64"]] = omit,
        user: Maybe[str | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.CreateEmbeddingResponse:
        """Create the embeddings of one or more texts.

        Args:
            input: A text, or several. None may be empty or longer than the model's context.
            model: The model.
            encoding_format: The format of the vectors, `float` or `base64`; `float` by default.
            user: An id of the end user, for detecting abuse.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return await self._post(
            "/openai/v1/embeddings",
            body={
                "input": input,
                "model": model,
                "encoding_format": encoding_format,
                "user": user,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.CreateEmbeddingResponse,
        )

    def create_many(
        self,
        requests: _helpers.many.AsyncRequests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.many.AsyncManyResults:
        """Create embeddings for any number of requests, a limited number at a time.

        They are sent as fast as the rate limits allow: a client without a `limiter` gets one for
        the run. Each request is retried as by `create`.

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` that names its
                result (`request-0`, `request-1`, … by default); or the path of a file with one
                request per line.
            max_concurrency: Requests that are in flight, or wait, at once; 64 by default. No more
                are taken from `requests`, so that any number fits in memory.
            in_order: Whether results are in the order of the requests, or in order of arrival.
            stop_on_error: Whether to stop at the first error and raise it, or return it as a
                result.
            on_progress: A function that is called with a `RunProgress` after each result.
            checkpoint: A file to write each result to, in the format of a batch's output. Another
                run with the same file skips the requests that are in it. Requests that failed for
                a temporary reason are not in it, and are sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is not a result.
        """
        return _helpers.many.async_run_many(
            self,
            "/v1/embeddings",
            requests,
            max_concurrency=max_concurrency,
            in_order=in_order,
            stop_on_error=stop_on_error,
            on_progress=on_progress,
            checkpoint=checkpoint,
        )


class AsyncEmbeddingsWithRawResponse:
    """`client.embeddings.with_raw_response`: methods for whole responses."""

    def __init__(self, embeddings: AsyncEmbeddings) -> None:
        self.create: Final = async_to_raw_response_wrapper(embeddings.create)


class AsyncEmbeddingsWithStreamingResponse:
    """`client.embeddings.with_streaming_response`: methods for unread responses."""

    def __init__(self, embeddings: AsyncEmbeddings) -> None:
        self.create: Final = async_to_streamed_response_wrapper(embeddings.create)


# >>> sync half: produced by scripts/mirror.py


class Embeddings(SyncAPIResource):
    """Embeddings: vectors of texts, which are close for texts of similar meaning."""

    @cached_property
    def with_raw_response(self) -> EmbeddingsWithRawResponse:
        """The same methods, which return the whole response."""
        return EmbeddingsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> EmbeddingsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return EmbeddingsWithStreamingResponse(self)

    def create(
        self,
        *,
        input: str | SequenceNotStr[str],
        model: str | types.EmbeddingModel,
        encoding_format: Maybe[Literal["float", "base64"]] = omit,
        user: Maybe[str | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.CreateEmbeddingResponse:
        """Create the embeddings of one or more texts.

        Args:
            input: A text, or several. None may be empty or longer than the model's context.
            model: The model.
            encoding_format: The format of the vectors, `float` or `base64`; `float` by default.
            user: An id of the end user, for detecting abuse.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return self._post(
            "/openai/v1/embeddings",
            body={
                "input": input,
                "model": model,
                "encoding_format": encoding_format,
                "user": user,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.CreateEmbeddingResponse,
        )

    def create_many(
        self,
        requests: _helpers.many.Requests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.many.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.many.ManyResults:
        """Create embeddings for any number of requests, a limited number at a time.

        They are sent as fast as the rate limits allow: a client without a `limiter` gets one for
        the run. Each request is retried as by `create`.

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` that names its
                result (`request-0`, `request-1`, … by default); or the path of a file with one
                request per line.
            max_concurrency: Requests that are in flight, or wait, at once; 64 by default. No more
                are taken from `requests`, so that any number fits in memory.
            in_order: Whether results are in the order of the requests, or in order of arrival.
            stop_on_error: Whether to stop at the first error and raise it, or return it as a
                result.
            on_progress: A function that is called with a `RunProgress` after each result.
            checkpoint: A file to write each result to, in the format of a batch's output. Another
                run with the same file skips the requests that are in it. Requests that failed for
                a temporary reason are not in it, and are sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is not a result.
        """
        return _helpers.many.run_many(
            self,
            "/v1/embeddings",
            requests,
            max_concurrency=max_concurrency,
            in_order=in_order,
            stop_on_error=stop_on_error,
            on_progress=on_progress,
            checkpoint=checkpoint,
        )


class EmbeddingsWithRawResponse:
    """`client.embeddings.with_raw_response`: methods for whole responses."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.create: Final = to_raw_response_wrapper(embeddings.create)


class EmbeddingsWithStreamingResponse:
    """`client.embeddings.with_streaming_response`: methods for unread responses."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.create: Final = to_streamed_response_wrapper(embeddings.create)


# <<<

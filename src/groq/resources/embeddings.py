"""`client.embeddings`: texts as vectors."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from typing import Final, Literal

from .. import _helpers, types
from .._base_client import make_request_options
from .._constants import MAX_CONCURRENCY
from .._http.library import HttpTimeout
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
    """Texts as vectors."""

    @cached_property
    def with_raw_response(self) -> AsyncEmbeddingsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncEmbeddingsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncEmbeddingsWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
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
        """Turn texts into vectors, of which near ones mean alike.

        Args:
            input: A text, or several. None may be empty or longer than the model's context.
            model: The model that makes the vectors.
            encoding_format: Vectors as lists of floats or as base64; `float` by default.
            user: An id of the end user, for finding misuse.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
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
        requests: _helpers.AsyncRequests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.AsyncManyResults:
        """Have any number of texts turned into vectors now, some at a time.

        They are sent as fast as the rate limits allow, and wait for them: a client without a
        `limiter` gets one for the run. Each is tried again as `create` does.

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` to find its
                result by (`request-0`, `request-1`, … by default); or the path of a file of
                them, one a line.
            max_concurrency: Requests that are on their way, or wait, at once; 64 by default. No
                more are taken from `requests` than that, so that any number fits in memory.
            in_order: Whether results come in the order of the requests; else as they are there.
            stop_on_error: Whether the first error is raised, and ends the run; else it is a result.
            on_progress: Is called with a `RunProgress` for each result.
            checkpoint: A file to write each result to, as a line of a batch's output. Run again, a
                request whose `custom_id` is there is skipped; what failed for a passing reason is
                not there, and is sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is no result.
        """
        return _helpers.async_run_many(
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
    """`client.embeddings.with_raw_response`: responses, read whole."""

    def __init__(self, embeddings: AsyncEmbeddings) -> None:
        self.create: Final = async_to_raw_response_wrapper(embeddings.create)


class AsyncEmbeddingsWithStreamingResponse:
    """`client.embeddings.with_streaming_response`: responses, unread."""

    def __init__(self, embeddings: AsyncEmbeddings) -> None:
        self.create: Final = async_to_streamed_response_wrapper(embeddings.create)


# >>> sync half: produced by scripts/mirror.py


class Embeddings(SyncAPIResource):
    """Texts as vectors."""

    @cached_property
    def with_raw_response(self) -> EmbeddingsWithRawResponse:
        """The same methods, which return the whole response."""
        return EmbeddingsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> EmbeddingsWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
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
        """Turn texts into vectors, of which near ones mean alike.

        Args:
            input: A text, or several. None may be empty or longer than the model's context.
            model: The model that makes the vectors.
            encoding_format: Vectors as lists of floats or as base64; `float` by default.
            user: An id of the end user, for finding misuse.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
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
        requests: _helpers.Requests,
        *,
        max_concurrency: int = MAX_CONCURRENCY,
        in_order: bool = False,
        stop_on_error: bool = False,
        on_progress: Callable[[_helpers.RunProgress], object] | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> _helpers.ManyResults:
        """Have any number of texts turned into vectors now, some at a time.

        They are sent as fast as the rate limits allow, and wait for them: a client without a
        `limiter` gets one for the run. Each is tried again as `create` does.

        Args:
            requests: The arguments of `create` for each request, with a `custom_id` to find its
                result by (`request-0`, `request-1`, … by default); or the path of a file of
                them, one a line.
            max_concurrency: Requests that are on their way, or wait, at once; 64 by default. No
                more are taken from `requests` than that, so that any number fits in memory.
            in_order: Whether results come in the order of the requests; else as they are there.
            stop_on_error: Whether the first error is raised, and ends the run; else it is a result.
            on_progress: Is called with a `RunProgress` for each result.
            checkpoint: A file to write each result to, as a line of a batch's output. Run again, a
                request whose `custom_id` is there is skipped; what failed for a passing reason is
                not there, and is sent again.

        Returns:
            An iterator of `BatchResult`, each with an answer or an `error`.

        Raises:
            ValueError: `max_concurrency` is below 1, or a line of the checkpoint is no result.
        """
        return _helpers.run_many(
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
    """`client.embeddings.with_raw_response`: responses, read whole."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.create: Final = to_raw_response_wrapper(embeddings.create)


class EmbeddingsWithStreamingResponse:
    """`client.embeddings.with_streaming_response`: responses, unread."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.create: Final = to_streamed_response_wrapper(embeddings.create)


# <<<

"""`client.embeddings`: texts as vectors."""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal

import httpx

from .. import types
from .._base_client import make_request_options
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
        """The same methods, which return the response itself, read to its end."""
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
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
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
        """The same methods, which return the response itself, read to its end."""
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
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
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


class EmbeddingsWithRawResponse:
    """`client.embeddings.with_raw_response`: responses, read whole."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.create: Final = to_raw_response_wrapper(embeddings.create)


class EmbeddingsWithStreamingResponse:
    """`client.embeddings.with_streaming_response`: responses, unread."""

    def __init__(self, embeddings: Embeddings) -> None:
        self.create: Final = to_streamed_response_wrapper(embeddings.create)


# <<<

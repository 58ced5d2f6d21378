"""`client.models`: the available models."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from .. import types
from .._base_client import make_request_options
from .._http.urls import path_segment
from .._library import HttpTimeout
from .._resource import AsyncAPIResource, SyncAPIResource
from .._response import (
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from .._types import Body, Headers, NotGiven, Query, not_given

__all__ = ["AsyncModels", "Models"]


class AsyncModels(AsyncAPIResource):
    """The available models.

    See https://console.groq.com/docs/api-reference#models
    """

    @cached_property
    def with_raw_response(self) -> AsyncModelsWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncModelsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncModelsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncModelsWithStreamingResponse(self)

    async def retrieve(
        self,
        model: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.Model:
        """Retrieve a model.

        Args:
            model: The model's name, for example `openai/gpt-oss-20b`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `model` is empty, or would lead to another path.
        """
        return await self._get(
            f"/openai/v1/models/{path_segment('model', model)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.Model,
        )

    async def list(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.ModelListResponse:
        """List all models.

        Args:
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return await self._get(
            "/openai/v1/models",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.ModelListResponse,
        )

    async def delete(
        self,
        model: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.ModelDeleted:
        """Delete a model that you own.

        Args:
            model: The model's name.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `model` is empty, or would lead to another path.
        """
        return await self._delete(
            f"/openai/v1/models/{path_segment('model', model)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.ModelDeleted,
        )


class AsyncModelsWithRawResponse:
    """`client.models.with_raw_response`: methods for whole responses."""

    def __init__(self, models: AsyncModels) -> None:
        self.retrieve: Final = async_to_raw_response_wrapper(models.retrieve)
        self.list: Final = async_to_raw_response_wrapper(models.list)
        self.delete: Final = async_to_raw_response_wrapper(models.delete)


class AsyncModelsWithStreamingResponse:
    """`client.models.with_streaming_response`: methods for unread responses."""

    def __init__(self, models: AsyncModels) -> None:
        self.retrieve: Final = async_to_streamed_response_wrapper(models.retrieve)
        self.list: Final = async_to_streamed_response_wrapper(models.list)
        self.delete: Final = async_to_streamed_response_wrapper(models.delete)


# >>> sync half: produced by scripts/mirror.py


class Models(SyncAPIResource):
    """The available models.

    See https://console.groq.com/docs/api-reference#models
    """

    @cached_property
    def with_raw_response(self) -> ModelsWithRawResponse:
        """The same methods, which return the whole response."""
        return ModelsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ModelsWithStreamingResponse:
        """The same methods, which return the unread response."""
        return ModelsWithStreamingResponse(self)

    def retrieve(
        self,
        model: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.Model:
        """Retrieve a model.

        Args:
            model: The model's name, for example `openai/gpt-oss-20b`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `model` is empty, or would lead to another path.
        """
        return self._get(
            f"/openai/v1/models/{path_segment('model', model)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.Model,
        )

    def list(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.ModelListResponse:
        """List all models.

        Args:
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return self._get(
            "/openai/v1/models",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.ModelListResponse,
        )

    def delete(
        self,
        model: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.ModelDeleted:
        """Delete a model that you own.

        Args:
            model: The model's name.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `model` is empty, or would lead to another path.
        """
        return self._delete(
            f"/openai/v1/models/{path_segment('model', model)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.ModelDeleted,
        )


class ModelsWithRawResponse:
    """`client.models.with_raw_response`: methods for whole responses."""

    def __init__(self, models: Models) -> None:
        self.retrieve: Final = to_raw_response_wrapper(models.retrieve)
        self.list: Final = to_raw_response_wrapper(models.list)
        self.delete: Final = to_raw_response_wrapper(models.delete)


class ModelsWithStreamingResponse:
    """`client.models.with_streaming_response`: methods for unread responses."""

    def __init__(self, models: Models) -> None:
        self.retrieve: Final = to_streamed_response_wrapper(models.retrieve)
        self.list: Final = to_streamed_response_wrapper(models.list)
        self.delete: Final = to_streamed_response_wrapper(models.delete)


# <<<

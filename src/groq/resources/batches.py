"""`client.batches`: many requests that are worked off together."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import httpx

from .. import types
from .._base_client import make_request_options
from .._requests import path_segment
from .._resource import AsyncAPIResource, SyncAPIResource
from .._response import (
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from .._types import Body, Headers, Maybe, NotGiven, Query, not_given, omit

__all__ = ["AsyncBatches", "Batches"]


class AsyncBatches(AsyncAPIResource):
    """Many requests that are worked off together.

    See https://console.groq.com/docs/api-reference#batches
    """

    @cached_property
    def with_raw_response(self) -> AsyncBatchesWithRawResponse:
        """The same methods, which return the response itself, read to its end."""
        return AsyncBatchesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncBatchesWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return AsyncBatchesWithStreamingResponse(self)

    async def create(
        self,
        *,
        completion_window: str,
        endpoint: Literal["/v1/chat/completions"],
        input_file_id: str,
        metadata: Maybe[dict[str, str] | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchCreateResponse:
        """Begin to work off a file of requests.

        Args:
            completion_window: The time that the batch may take, from `24h` to `7d`.
            endpoint: The path that all requests of the batch go to.
            input_file_id: The `.jsonl` file with the requests, from `client.files.create`.
            metadata: What to attach to the batch, for one's own use.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
        """
        return await self._post(
            "/openai/v1/batches",
            body={
                "completion_window": completion_window,
                "endpoint": endpoint,
                "input_file_id": input_file_id,
                "metadata": metadata,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchCreateResponse,
        )

    async def retrieve(
        self,
        batch_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchRetrieveResponse:
        """Look up a batch: where it stands, and where its output is.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.

        Raises:
            ValueError: `batch_id` is empty, or would lead to another path.
        """
        return await self._get(
            f"/openai/v1/batches/{path_segment('batch_id', batch_id)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchRetrieveResponse,
        )

    async def list(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchListResponse:
        """List all batches.

        Args:
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
        """
        return await self._get(
            "/openai/v1/batches",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchListResponse,
        )

    async def cancel(
        self,
        batch_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchCancelResponse:
        """Stop a batch. What is done by then can be had.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.

        Raises:
            ValueError: `batch_id` is empty, or would lead to another path.
        """
        return await self._post(
            f"/openai/v1/batches/{path_segment('batch_id', batch_id)}/cancel",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchCancelResponse,
        )


class AsyncBatchesWithRawResponse:
    """`client.batches.with_raw_response`: responses, read whole."""

    def __init__(self, batches: AsyncBatches) -> None:
        self.create = async_to_raw_response_wrapper(batches.create)
        self.retrieve = async_to_raw_response_wrapper(batches.retrieve)
        self.list = async_to_raw_response_wrapper(batches.list)
        self.cancel = async_to_raw_response_wrapper(batches.cancel)


class AsyncBatchesWithStreamingResponse:
    """`client.batches.with_streaming_response`: responses, unread."""

    def __init__(self, batches: AsyncBatches) -> None:
        self.create = async_to_streamed_response_wrapper(batches.create)
        self.retrieve = async_to_streamed_response_wrapper(batches.retrieve)
        self.list = async_to_streamed_response_wrapper(batches.list)
        self.cancel = async_to_streamed_response_wrapper(batches.cancel)


# >>> sync half: produced by scripts/mirror.py


class Batches(SyncAPIResource):
    """Many requests that are worked off together.

    See https://console.groq.com/docs/api-reference#batches
    """

    @cached_property
    def with_raw_response(self) -> BatchesWithRawResponse:
        """The same methods, which return the response itself, read to its end."""
        return BatchesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> BatchesWithStreamingResponse:
        """The same methods, which return the response itself, read as it is asked for."""
        return BatchesWithStreamingResponse(self)

    def create(
        self,
        *,
        completion_window: str,
        endpoint: Literal["/v1/chat/completions"],
        input_file_id: str,
        metadata: Maybe[dict[str, str] | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchCreateResponse:
        """Begin to work off a file of requests.

        Args:
            completion_window: The time that the batch may take, from `24h` to `7d`.
            endpoint: The path that all requests of the batch go to.
            input_file_id: The `.jsonl` file with the requests, from `client.files.create`.
            metadata: What to attach to the batch, for one's own use.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
        """
        return self._post(
            "/openai/v1/batches",
            body={
                "completion_window": completion_window,
                "endpoint": endpoint,
                "input_file_id": input_file_id,
                "metadata": metadata,
            },
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchCreateResponse,
        )

    def retrieve(
        self,
        batch_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchRetrieveResponse:
        """Look up a batch: where it stands, and where its output is.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.

        Raises:
            ValueError: `batch_id` is empty, or would lead to another path.
        """
        return self._get(
            f"/openai/v1/batches/{path_segment('batch_id', batch_id)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchRetrieveResponse,
        )

    def list(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchListResponse:
        """List all batches.

        Args:
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.
        """
        return self._get(
            "/openai/v1/batches",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchListResponse,
        )

    def cancel(
        self,
        batch_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx.Timeout | None | NotGiven = not_given,
    ) -> types.BatchCancelResponse:
        """Stop a batch. What is done by then can be had.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, over those of the client.
            extra_query: Query parameters to send, over those of the client.
            extra_body: Fields to send in the body, over the arguments.
            timeout: Seconds to wait, an `httpx.Timeout`, or `None` for no limit.

        Raises:
            ValueError: `batch_id` is empty, or would lead to another path.
        """
        return self._post(
            f"/openai/v1/batches/{path_segment('batch_id', batch_id)}/cancel",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.BatchCancelResponse,
        )


class BatchesWithRawResponse:
    """`client.batches.with_raw_response`: responses, read whole."""

    def __init__(self, batches: Batches) -> None:
        self.create = to_raw_response_wrapper(batches.create)
        self.retrieve = to_raw_response_wrapper(batches.retrieve)
        self.list = to_raw_response_wrapper(batches.list)
        self.cancel = to_raw_response_wrapper(batches.cancel)


class BatchesWithStreamingResponse:
    """`client.batches.with_streaming_response`: responses, unread."""

    def __init__(self, batches: Batches) -> None:
        self.create = to_streamed_response_wrapper(batches.create)
        self.retrieve = to_streamed_response_wrapper(batches.retrieve)
        self.list = to_streamed_response_wrapper(batches.list)
        self.cancel = to_streamed_response_wrapper(batches.cancel)


# <<<

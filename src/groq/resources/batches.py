"""`client.batches`: batches of requests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from time import sleep
from typing import Final, overload

from anyio import sleep as async_sleep

from .. import types
from .._base_client import make_request_options
from .._helpers.batches import (
    MAX_BYTES,
    MAX_REQUESTS,
    BatchLine,
    BatchRequest,
    BatchResults,
    Endpoint,
    Requests,
    add_resume_note,
    async_write_files,
    check_ended,
    close_files,
    file_ids,
    has_ended,
    poll_intervals,
    write_files,
)
from .._http.urls import path_segment
from .._library import HttpTimeout
from .._resource import AsyncAPIResource, SyncAPIResource
from .._response import (
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from .._types import Body, Headers, Maybe, NotGiven, Query, not_given, omit
from .files import AsyncFiles, Files

__all__ = ["AsyncBatches", "Batches"]


class AsyncBatches(AsyncAPIResource):
    """Batches: many requests in a file, answered within a day or more.

    See https://console.groq.com/docs/api-reference#batches
    """

    @cached_property
    def with_raw_response(self) -> AsyncBatchesWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncBatchesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncBatchesWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncBatchesWithStreamingResponse(self)

    async def create(
        self,
        *,
        completion_window: str,
        endpoint: Endpoint,
        input_file_id: str,
        metadata: Maybe[dict[str, str] | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchCreateResponse:
        """Create a batch from an uploaded file of requests.

        Args:
            completion_window: The time within which the batch completes, from `24h` to `7d`.
            endpoint: The endpoint of the requests.
            input_file_id: The id of the `.jsonl` file of requests, from `client.files.create`.
            metadata: Metadata of the batch, for your own use.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
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
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchRetrieveResponse:
        """Retrieve a batch, with its status and the ids of its output files.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

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
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchListResponse:
        """List all batches.

        Args:
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
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
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchCancelResponse:
        """Cancel a batch. Its finished results remain available.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

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

    @overload
    async def create_and_poll(
        self,
        requests: Iterable[BatchRequest],
        *,
        completion_window: str = "24h",
        metadata: Maybe[dict[str, str] | None] = omit,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
        max_file_bytes: int = MAX_BYTES,
        max_requests_per_batch: int = MAX_REQUESTS,
    ) -> BatchResults: ...
    @overload
    async def create_and_poll(
        self,
        requests: Iterable[BatchLine] | str | os.PathLike[str],
        *,
        completion_window: str = "24h",
        metadata: Maybe[dict[str, str] | None] = omit,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
        max_file_bytes: int = MAX_BYTES,
        max_requests_per_batch: int = MAX_REQUESTS,
    ) -> BatchResults: ...
    async def create_and_poll(
        self,
        requests: Requests,
        *,
        completion_window: str = "24h",
        metadata: Maybe[dict[str, str] | None] = omit,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
        max_file_bytes: int = MAX_BYTES,
        max_requests_per_batch: int = MAX_REQUESTS,
    ) -> BatchResults:
        """Create a batch of requests, and wait for its results.

        The requests are checked, written to temporary files and uploaded. If they exceed the limits
        of one batch, several are created. If waiting is interrupted, the batches continue: a note
        on the exception has their ids, for `poll` and `results`.

        Args:
            requests: The arguments of `client.chat.completions.create` for each request, with a
                `custom_id` that names its result; `request-0`, `request-1`, … by default. Or lines
                in the format of a batch file, with `custom_id`, `method`, `url` and `body`, for
                any supported endpoint; or the path of such a `.jsonl` file.
            completion_window: The time within which the batch completes, from `24h` to `7d`.
            metadata: Metadata of the batch, for your own use.
            poll_interval_ms: Milliseconds between polls; by default 1000, growing to a minute.
            on_progress: A function that is called with the batch when it is created and at each
                poll.
            max_file_bytes: The largest file of a batch, in bytes; at most 100 MB.
            max_requests_per_batch: The most requests in one batch.

        Returns:
            The results by `custom_id`, in the order of the requests. A request that failed, or was
            not answered before its batch ended, has an `error`.

        Raises:
            ValueError: There are no requests, one is too large, or a `custom_id` is repeated.
            TypeError: A request cannot be sent.
        """
        parts = await async_write_files(
            requests,
            max_bytes=max_file_bytes,
            max_requests=max_requests_per_batch,
        )
        batches: list[types.Batch] = []
        files = AsyncFiles(self._client)
        try:
            for part in parts:
                uploaded = await files.create(file=part.upload(), purpose="batch")
                part.file.close()
                batch = await self.create(
                    completion_window=completion_window,
                    endpoint=part.endpoint,
                    input_file_id=uploaded.id or "",  # the server refuses a batch without a file
                    metadata=metadata,
                )
                batches.append(batch)
                if on_progress:
                    on_progress(batch)
            results = BatchResults(custom_id for part in parts for custom_id in part.custom_ids)
            for part, batch in zip(parts, batches, strict=True):
                ended = await self.poll(
                    batch.id,
                    poll_interval_ms=poll_interval_ms,
                    on_progress=on_progress,
                )
                await self._download(ended, results)
                results.end(ended, part.custom_ids)
        except BaseException as error:
            add_resume_note(error, [batch.id for batch in batches])
            raise
        finally:
            close_files(parts)
        return results

    async def poll(
        self,
        batch_id: str,
        *,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
    ) -> types.Batch:
        """Wait until a batch has completed, failed, expired or been cancelled.

        Args:
            batch_id: The batch's `id`.
            poll_interval_ms: Milliseconds between polls; by default 1000, growing to a minute.
            on_progress: A function that is called with the batch at each poll.

        Polls are retried as other requests: `client.with_options(max_retries=20)` keeps waiting
        through some minutes without a connection.

        Raises:
            ValueError: `batch_id` is empty, or would lead to another path.
        """
        intervals = poll_intervals(poll_interval_ms)
        while True:
            batch = await self.retrieve(batch_id)
            if on_progress:
                on_progress(batch)
            if has_ended(batch):
                return batch
            await async_sleep(next(intervals))

    async def results(self, batch: types.Batch | str) -> BatchResults:
        """Download the results of a batch that has ended, completed or not.

        They are stored in a temporary file, so that any number of results takes little memory.

        Args:
            batch: The batch, or its `id`.

        Returns:
            The results by `custom_id`, in the order of the output files.

        Raises:
            GroqError: The batch has not ended, or failed before it began.
            APIResponseValidationError: A file does not contain results. A single line that is not
                a result is an error among them, named after its number, such as `line-3`.
        """
        if isinstance(batch, str):
            batch = await self.retrieve(batch)
        check_ended(batch)
        results = BatchResults()
        await self._download(batch, results)
        results.end(batch)
        return results

    async def _download(self, batch: types.Batch, results: BatchResults) -> None:
        download = AsyncFiles(self._client).with_streaming_response.content
        for file_id in file_ids(batch):
            async with download(file_id) as response:
                async for piece in response.iter_bytes():
                    results.feed(piece, response.http_response)
                results.end_file(response.http_response)


class AsyncBatchesWithRawResponse:
    """`client.batches.with_raw_response`: methods for whole responses."""

    def __init__(self, batches: AsyncBatches) -> None:
        self.create: Final = async_to_raw_response_wrapper(batches.create)
        self.retrieve: Final = async_to_raw_response_wrapper(batches.retrieve)
        self.list: Final = async_to_raw_response_wrapper(batches.list)
        self.cancel: Final = async_to_raw_response_wrapper(batches.cancel)


class AsyncBatchesWithStreamingResponse:
    """`client.batches.with_streaming_response`: methods for unread responses."""

    def __init__(self, batches: AsyncBatches) -> None:
        self.create: Final = async_to_streamed_response_wrapper(batches.create)
        self.retrieve: Final = async_to_streamed_response_wrapper(batches.retrieve)
        self.list: Final = async_to_streamed_response_wrapper(batches.list)
        self.cancel: Final = async_to_streamed_response_wrapper(batches.cancel)


# >>> sync half: produced by scripts/mirror.py


class Batches(SyncAPIResource):
    """Batches: many requests in a file, answered within a day or more.

    See https://console.groq.com/docs/api-reference#batches
    """

    @cached_property
    def with_raw_response(self) -> BatchesWithRawResponse:
        """The same methods, which return the whole response."""
        return BatchesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> BatchesWithStreamingResponse:
        """The same methods, which return the unread response."""
        return BatchesWithStreamingResponse(self)

    def create(
        self,
        *,
        completion_window: str,
        endpoint: Endpoint,
        input_file_id: str,
        metadata: Maybe[dict[str, str] | None] = omit,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchCreateResponse:
        """Create a batch from an uploaded file of requests.

        Args:
            completion_window: The time within which the batch completes, from `24h` to `7d`.
            endpoint: The endpoint of the requests.
            input_file_id: The id of the `.jsonl` file of requests, from `client.files.create`.
            metadata: Metadata of the batch, for your own use.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
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
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchRetrieveResponse:
        """Retrieve a batch, with its status and the ids of its output files.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

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
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchListResponse:
        """List all batches.

        Args:
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
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
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.BatchCancelResponse:
        """Cancel a batch. Its finished results remain available.

        Args:
            batch_id: The batch's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

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

    @overload
    def create_and_poll(
        self,
        requests: Iterable[BatchRequest],
        *,
        completion_window: str = "24h",
        metadata: Maybe[dict[str, str] | None] = omit,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
        max_file_bytes: int = MAX_BYTES,
        max_requests_per_batch: int = MAX_REQUESTS,
    ) -> BatchResults: ...
    @overload
    def create_and_poll(
        self,
        requests: Iterable[BatchLine] | str | os.PathLike[str],
        *,
        completion_window: str = "24h",
        metadata: Maybe[dict[str, str] | None] = omit,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
        max_file_bytes: int = MAX_BYTES,
        max_requests_per_batch: int = MAX_REQUESTS,
    ) -> BatchResults: ...
    def create_and_poll(
        self,
        requests: Requests,
        *,
        completion_window: str = "24h",
        metadata: Maybe[dict[str, str] | None] = omit,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
        max_file_bytes: int = MAX_BYTES,
        max_requests_per_batch: int = MAX_REQUESTS,
    ) -> BatchResults:
        """Create a batch of requests, and wait for its results.

        The requests are checked, written to temporary files and uploaded. If they exceed the limits
        of one batch, several are created. If waiting is interrupted, the batches continue: a note
        on the exception has their ids, for `poll` and `results`.

        Args:
            requests: The arguments of `client.chat.completions.create` for each request, with a
                `custom_id` that names its result; `request-0`, `request-1`, … by default. Or lines
                in the format of a batch file, with `custom_id`, `method`, `url` and `body`, for
                any supported endpoint; or the path of such a `.jsonl` file.
            completion_window: The time within which the batch completes, from `24h` to `7d`.
            metadata: Metadata of the batch, for your own use.
            poll_interval_ms: Milliseconds between polls; by default 1000, growing to a minute.
            on_progress: A function that is called with the batch when it is created and at each
                poll.
            max_file_bytes: The largest file of a batch, in bytes; at most 100 MB.
            max_requests_per_batch: The most requests in one batch.

        Returns:
            The results by `custom_id`, in the order of the requests. A request that failed, or was
            not answered before its batch ended, has an `error`.

        Raises:
            ValueError: There are no requests, one is too large, or a `custom_id` is repeated.
            TypeError: A request cannot be sent.
        """
        parts = write_files(
            requests,
            max_bytes=max_file_bytes,
            max_requests=max_requests_per_batch,
        )
        batches: list[types.Batch] = []
        files = Files(self._client)
        try:
            for part in parts:
                uploaded = files.create(file=part.upload(), purpose="batch")
                part.file.close()
                batch = self.create(
                    completion_window=completion_window,
                    endpoint=part.endpoint,
                    input_file_id=uploaded.id or "",  # the server refuses a batch without a file
                    metadata=metadata,
                )
                batches.append(batch)
                if on_progress:
                    on_progress(batch)
            results = BatchResults(custom_id for part in parts for custom_id in part.custom_ids)
            for part, batch in zip(parts, batches, strict=True):
                ended = self.poll(
                    batch.id,
                    poll_interval_ms=poll_interval_ms,
                    on_progress=on_progress,
                )
                self._download(ended, results)
                results.end(ended, part.custom_ids)
        except BaseException as error:
            add_resume_note(error, [batch.id for batch in batches])
            raise
        finally:
            close_files(parts)
        return results

    def poll(
        self,
        batch_id: str,
        *,
        poll_interval_ms: int | None = None,
        on_progress: Callable[[types.Batch], object] | None = None,
    ) -> types.Batch:
        """Wait until a batch has completed, failed, expired or been cancelled.

        Args:
            batch_id: The batch's `id`.
            poll_interval_ms: Milliseconds between polls; by default 1000, growing to a minute.
            on_progress: A function that is called with the batch at each poll.

        Polls are retried as other requests: `client.with_options(max_retries=20)` keeps waiting
        through some minutes without a connection.

        Raises:
            ValueError: `batch_id` is empty, or would lead to another path.
        """
        intervals = poll_intervals(poll_interval_ms)
        while True:
            batch = self.retrieve(batch_id)
            if on_progress:
                on_progress(batch)
            if has_ended(batch):
                return batch
            sleep(next(intervals))

    def results(self, batch: types.Batch | str) -> BatchResults:
        """Download the results of a batch that has ended, completed or not.

        They are stored in a temporary file, so that any number of results takes little memory.

        Args:
            batch: The batch, or its `id`.

        Returns:
            The results by `custom_id`, in the order of the output files.

        Raises:
            GroqError: The batch has not ended, or failed before it began.
            APIResponseValidationError: A file does not contain results. A single line that is not
                a result is an error among them, named after its number, such as `line-3`.
        """
        if isinstance(batch, str):
            batch = self.retrieve(batch)
        check_ended(batch)
        results = BatchResults()
        self._download(batch, results)
        results.end(batch)
        return results

    def _download(self, batch: types.Batch, results: BatchResults) -> None:
        download = Files(self._client).with_streaming_response.content
        for file_id in file_ids(batch):
            with download(file_id) as response:
                for piece in response.iter_bytes():
                    results.feed(piece, response.http_response)
                results.end_file(response.http_response)


class BatchesWithRawResponse:
    """`client.batches.with_raw_response`: methods for whole responses."""

    def __init__(self, batches: Batches) -> None:
        self.create: Final = to_raw_response_wrapper(batches.create)
        self.retrieve: Final = to_raw_response_wrapper(batches.retrieve)
        self.list: Final = to_raw_response_wrapper(batches.list)
        self.cancel: Final = to_raw_response_wrapper(batches.cancel)


class BatchesWithStreamingResponse:
    """`client.batches.with_streaming_response`: methods for unread responses."""

    def __init__(self, batches: Batches) -> None:
        self.create: Final = to_streamed_response_wrapper(batches.create)
        self.retrieve: Final = to_streamed_response_wrapper(batches.retrieve)
        self.list: Final = to_streamed_response_wrapper(batches.list)
        self.cancel: Final = to_streamed_response_wrapper(batches.cancel)


# <<<

"""`client.files`: the input and output files of batches."""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal

from .. import types
from .._base_client import make_request_options
from .._http.urls import path_segment
from .._library import HttpTimeout
from .._resource import AsyncAPIResource, SyncAPIResource
from .._response import (
    AsyncBinaryAPIResponse,
    AsyncStreamedBinaryAPIResponse,
    BinaryAPIResponse,
    StreamedBinaryAPIResponse,
    async_to_custom_raw_response_wrapper,
    async_to_custom_streamed_response_wrapper,
    async_to_raw_response_wrapper,
    async_to_streamed_response_wrapper,
    to_custom_raw_response_wrapper,
    to_custom_streamed_response_wrapper,
    to_raw_response_wrapper,
    to_streamed_response_wrapper,
)
from .._types import Body, FileTypes, Headers, NotGiven, Query, not_given

__all__ = ["AsyncFiles", "Files"]


class AsyncFiles(AsyncAPIResource):
    """Files: the input and output of batches.

    See https://console.groq.com/docs/api-reference#files
    """

    @cached_property
    def with_raw_response(self) -> AsyncFilesWithRawResponse:
        """The same methods, which return the whole response."""
        return AsyncFilesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncFilesWithStreamingResponse:
        """The same methods, which return the unread response."""
        return AsyncFilesWithStreamingResponse(self)

    async def create(
        self,
        *,
        file: FileTypes,
        purpose: Literal["batch"],
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileCreateResponse:
        """Upload a file.

        A path or an open file is sent in pieces, without loading it into memory.

        Args:
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            purpose: The purpose, `batch`, for a `.jsonl` file of at most 100 MB.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return await self._post(
            "/openai/v1/files",
            body={
                "purpose": purpose,
            },
            files={"file": file},
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
                is_form=True,
            ),
            cast_to=types.FileCreateResponse,
        )

    async def list(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileListResponse:
        """List all files.

        Args:
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return await self._get(
            "/openai/v1/files",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.FileListResponse,
        )

    async def delete(
        self,
        file_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileDeleteResponse:
        """Delete a file.

        Args:
            file_id: The file's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `file_id` is empty, or would lead to another path.
        """
        return await self._delete(
            f"/openai/v1/files/{path_segment('file_id', file_id)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.FileDeleteResponse,
        )

    async def content(
        self,
        file_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> AsyncBinaryAPIResponse:
        """Download a file.

        `with_streaming_response.content` downloads a file without loading it into memory.

        Args:
            file_id: The file's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `file_id` is empty, or would lead to another path.
        """
        extra_headers = {"Accept": "application/octet-stream", **(extra_headers or {})}
        return await self._get(
            f"/openai/v1/files/{path_segment('file_id', file_id)}/content",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=AsyncBinaryAPIResponse,
        )

    async def info(
        self,
        file_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileInfoResponse:
        """Retrieve the name, size and purpose of a file.

        Args:
            file_id: The file's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `file_id` is empty, or would lead to another path.
        """
        return await self._get(
            f"/openai/v1/files/{path_segment('file_id', file_id)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.FileInfoResponse,
        )


class AsyncFilesWithRawResponse:
    """`client.files.with_raw_response`: methods for whole responses."""

    def __init__(self, files: AsyncFiles) -> None:
        self.create: Final = async_to_raw_response_wrapper(files.create)
        self.list: Final = async_to_raw_response_wrapper(files.list)
        self.delete: Final = async_to_raw_response_wrapper(files.delete)
        self.content: Final = async_to_custom_raw_response_wrapper(
            files.content,
            AsyncBinaryAPIResponse,
        )
        self.info: Final = async_to_raw_response_wrapper(files.info)


class AsyncFilesWithStreamingResponse:
    """`client.files.with_streaming_response`: methods for unread responses."""

    def __init__(self, files: AsyncFiles) -> None:
        self.create: Final = async_to_streamed_response_wrapper(files.create)
        self.list: Final = async_to_streamed_response_wrapper(files.list)
        self.delete: Final = async_to_streamed_response_wrapper(files.delete)
        self.content: Final = async_to_custom_streamed_response_wrapper(
            files.content,
            AsyncStreamedBinaryAPIResponse,
        )
        self.info: Final = async_to_streamed_response_wrapper(files.info)


# >>> sync half: produced by scripts/mirror.py


class Files(SyncAPIResource):
    """Files: the input and output of batches.

    See https://console.groq.com/docs/api-reference#files
    """

    @cached_property
    def with_raw_response(self) -> FilesWithRawResponse:
        """The same methods, which return the whole response."""
        return FilesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> FilesWithStreamingResponse:
        """The same methods, which return the unread response."""
        return FilesWithStreamingResponse(self)

    def create(
        self,
        *,
        file: FileTypes,
        purpose: Literal["batch"],
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileCreateResponse:
        """Upload a file.

        A path or an open file is sent in pieces, without loading it into memory.

        Args:
            file: A path, bytes, an open binary file, or (name, content, media type, headers).
            purpose: The purpose, `batch`, for a `.jsonl` file of at most 100 MB.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return self._post(
            "/openai/v1/files",
            body={
                "purpose": purpose,
            },
            files={"file": file},
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
                is_form=True,
            ),
            cast_to=types.FileCreateResponse,
        )

    def list(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileListResponse:
        """List all files.

        Args:
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.
        """
        return self._get(
            "/openai/v1/files",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.FileListResponse,
        )

    def delete(
        self,
        file_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileDeleteResponse:
        """Delete a file.

        Args:
            file_id: The file's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `file_id` is empty, or would lead to another path.
        """
        return self._delete(
            f"/openai/v1/files/{path_segment('file_id', file_id)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.FileDeleteResponse,
        )

    def content(
        self,
        file_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> BinaryAPIResponse:
        """Download a file.

        `with_streaming_response.content` downloads a file without loading it into memory.

        Args:
            file_id: The file's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `file_id` is empty, or would lead to another path.
        """
        extra_headers = {"Accept": "application/octet-stream", **(extra_headers or {})}
        return self._get(
            f"/openai/v1/files/{path_segment('file_id', file_id)}/content",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=BinaryAPIResponse,
        )

    def info(
        self,
        file_id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
    ) -> types.FileInfoResponse:
        """Retrieve the name, size and purpose of a file.

        Args:
            file_id: The file's `id`.
            extra_headers: Headers to send, which override those of the client.
            extra_query: Query parameters to send, which override those of the client.
            extra_body: Fields to add to the body, which override the arguments.
            timeout: Seconds for each step, an `httpx.Timeout`, or `None` for no timeout.

        Raises:
            ValueError: `file_id` is empty, or would lead to another path.
        """
        return self._get(
            f"/openai/v1/files/{path_segment('file_id', file_id)}",
            options=make_request_options(
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
            ),
            cast_to=types.FileInfoResponse,
        )


class FilesWithRawResponse:
    """`client.files.with_raw_response`: methods for whole responses."""

    def __init__(self, files: Files) -> None:
        self.create: Final = to_raw_response_wrapper(files.create)
        self.list: Final = to_raw_response_wrapper(files.list)
        self.delete: Final = to_raw_response_wrapper(files.delete)
        self.content: Final = to_custom_raw_response_wrapper(
            files.content,
            BinaryAPIResponse,
        )
        self.info: Final = to_raw_response_wrapper(files.info)


class FilesWithStreamingResponse:
    """`client.files.with_streaming_response`: methods for unread responses."""

    def __init__(self, files: Files) -> None:
        self.create: Final = to_streamed_response_wrapper(files.create)
        self.list: Final = to_streamed_response_wrapper(files.list)
        self.delete: Final = to_streamed_response_wrapper(files.delete)
        self.content: Final = to_custom_streamed_response_wrapper(
            files.content,
            StreamedBinaryAPIResponse,
        )
        self.info: Final = to_streamed_response_wrapper(files.info)


# <<<

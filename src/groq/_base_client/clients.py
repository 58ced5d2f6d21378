"""`AsyncAPIClient` and `SyncAPIClient`: the methods for HTTP verbs, and `close`."""

from __future__ import annotations

import warnings
from types import TracebackType
from typing import Literal, overload

from typing_extensions import Self

from .._http.options import BinaryContent, FinalRequestOptions
from .._types import Body, RequestFiles, RequestOptions, ResponseT
from .requester import AsyncRequester, AsyncStreamT, Requester, StreamT


class AsyncAPIClient(AsyncRequester):
    """An asynchronous client."""

    async def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        http_client = self._http.close()
        if http_client is not None:
            await http_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[True],
        stream_cls: type[AsyncStreamT],
    ) -> AsyncStreamT: ...
    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool,
        stream_cls: type[AsyncStreamT] | None = None,
    ) -> ResponseT | AsyncStreamT: ...
    async def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool = False,
        stream_cls: type[AsyncStreamT] | None = None,
    ) -> ResponseT | AsyncStreamT:
        """Send a GET request to a path without a method of its own."""
        final = FinalRequestOptions(method="get", url=path, **options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[True],
        stream_cls: type[AsyncStreamT],
    ) -> AsyncStreamT: ...
    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool,
        stream_cls: type[AsyncStreamT] | None = None,
    ) -> ResponseT | AsyncStreamT: ...
    async def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool = False,
        stream_cls: type[AsyncStreamT] | None = None,
    ) -> ResponseT | AsyncStreamT:
        """Send a POST request to a path without a method of its own."""
        final = _with_body("post", path, body, content, files, options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    async def put(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PUT request to a path without a method of its own."""
        final = _with_body("put", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def patch(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PATCH request to a path without a method of its own."""
        final = _with_body("patch", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def delete(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a DELETE request to a path without a method of its own."""
        final = _with_body("delete", path, body, content, None, options)
        return await self.request(cast_to, final)


# >>> sync half: produced by scripts/mirror.py


class SyncAPIClient(Requester):
    """A synchronous client."""

    def close(self) -> None:
        """Close the connections. The client cannot be used afterwards."""
        http_client = self._http.close()
        if http_client is not None:
            http_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    @overload
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[True],
        stream_cls: type[StreamT],
    ) -> StreamT: ...
    @overload
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool,
        stream_cls: type[StreamT] | None = None,
    ) -> ResponseT | StreamT: ...
    def get(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        options: RequestOptions = {},
        stream: bool = False,
        stream_cls: type[StreamT] | None = None,
    ) -> ResponseT | StreamT:
        """Send a GET request to a path without a method of its own."""
        final = FinalRequestOptions(method="get", url=path, **options)
        return self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    @overload
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[False] = False,
    ) -> ResponseT: ...
    @overload
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: Literal[True],
        stream_cls: type[StreamT],
    ) -> StreamT: ...
    @overload
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool,
        stream_cls: type[StreamT] | None = None,
    ) -> ResponseT | StreamT: ...
    def post(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
        files: RequestFiles | None = None,
        stream: bool = False,
        stream_cls: type[StreamT] | None = None,
    ) -> ResponseT | StreamT:
        """Send a POST request to a path without a method of its own."""
        final = _with_body("post", path, body, content, files, options)
        return self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    def put(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PUT request to a path without a method of its own."""
        final = _with_body("put", path, body, content, files, options)
        return self.request(cast_to, final)

    def patch(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a PATCH request to a path without a method of its own."""
        final = _with_body("patch", path, body, content, files, options)
        return self.request(cast_to, final)

    def delete(
        self,
        path: str,
        *,
        cast_to: type[ResponseT],
        body: Body | None = None,
        content: BinaryContent = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        """Send a DELETE request to a path without a method of its own."""
        final = _with_body("delete", path, body, content, None, options)
        return self.request(cast_to, final)


# <<<


def _with_body(
    method: str,
    path: str,
    body: Body | None,
    content: BinaryContent,
    files: RequestFiles | None,
    options: RequestOptions,
) -> FinalRequestOptions:
    if body is not None and content is not None:
        raise TypeError("Passing both `body` and `content` is not supported; pass one of them")
    if isinstance(body, bytes):
        warnings.warn(
            "Passing raw bytes as `body` is deprecated and will be removed in a future version. "
            "Please pass raw bytes via the `content` parameter instead.",
            DeprecationWarning,
            stacklevel=3,
        )
        body, content = None, body
    return FinalRequestOptions(
        method=method, url=path, json_data=body, content=content, files=files, **options
    )

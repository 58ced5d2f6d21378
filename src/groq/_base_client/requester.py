"""`AsyncRequester` and `Requester`: the only two loops that send requests."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Literal, TypeVar, cast, overload

from .. import _library as library
from .._exceptions import APIConnectionError, transport_error
from .._http import deadlines, reading, retries
from .._http.deadlines import Deadline
from .._http.options import FinalRequestOptions
from .._http.redirects import async_send_with_redirects, send_with_redirects
from .._http.requests import with_own_body
from .._library import httpx
from .._rate_limits import REFUSED_FOR_LIMITS
from .._response import APIResponse, AsyncAPIResponse
from .._streaming import AsyncStream, Stream
from .._types import ResponseT
from .base import BaseClient

StreamT = TypeVar("StreamT", bound=Stream[Any])
AsyncStreamT = TypeVar("AsyncStreamT", bound=AsyncStream[Any])


class AsyncRequester(BaseClient["httpx.AsyncClient", AsyncStream[Any]]):
    """Sends requests, and retries those that fail."""

    default_stream_cls = AsyncStream
    _response_cls = AsyncAPIResponse
    _http_client_kind = "AsyncClient"

    async def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
        """Change the options of an attempt; a hook for subclasses."""
        return options

    async def _prepare_request(self, request: httpx.Request) -> None:
        """Change the request of an attempt; a hook for subclasses."""

    @overload
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[True],
        stream_cls: type[AsyncStreamT],
    ) -> AsyncStreamT: ...
    @overload
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[False] = False,
        stream_cls: None = None,
    ) -> ResponseT: ...
    @overload
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[AsyncStreamT] | None = None,
    ) -> ResponseT | AsyncStreamT: ...
    async def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[AsyncStreamT] | None = None,
    ) -> ResponseT | AsyncStreamT:
        """Send a request, with retries, and return its parsed response.

        Raises `APIStatusError` for an error status, `APIConnectionError` without a response, and
        `APIResponseValidationError` for a response that cannot be parsed.
        """
        if self.telemetry is None:
            return await self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
        with self.telemetry.observe(options, self._base_url_text) as observer:
            options = options.copy()  # the caller may send them again, with another client
            options.observer = observer
            result = await self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
            observer.record_result(result)
            return result

    async def _request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool,
        stream_cls: type[AsyncStreamT] | None,
    ) -> ResponseT | AsyncStreamT:
        options = with_own_body(options, has_hook=_has_options_hook(self))
        if self.deadline is not None:
            options.deadline = Deadline(self.deadline)
        is_read = not (stream or options.raw_response == "stream")
        retries_taken = 0
        while True:
            prepared = await self._prepare_options(options.copy())
            self._check_open(prepared)
            request = self._build_request(prepared, retries_taken=retries_taken)
            await self._prepare_request(request)
            try:
                response = await self._attempt(request, prepared, retries_taken, is_read=is_read)
            except APIConnectionError as error:
                delay = None
                if retries.should_retry_error(error):
                    delay = self._delay_before_retry(options, retries_taken, request)
                if delay is None:
                    raise
            else:
                if response.is_success:
                    break
                if response.status_code in REFUSED_FOR_LIMITS:
                    # The body may say that the request exceeds a limit and can never succeed.
                    # Others are read only without a retry, which a slow body must not delay.
                    await reading.async_read_error(response)
                delay = self._delay_before_retry(options, retries_taken, request, response)
                if delay is None:
                    await reading.async_read_error(response)
                    raise self._status_error(response)
                await response.aclose()
            await self._sleep_for_retry(delay)
            retries_taken += 1
        return cast(
            "ResponseT | AsyncStreamT",  # by `cast_to` and `stream_cls`
            self._process_response(
                cast_to=cast_to,
                options=prepared,
                response=response,
                stream=stream,
                stream_cls=stream_cls,
                retries_taken=retries_taken,
            ),
        )

    async def _attempt(
        self,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
        *,
        is_read: bool,
    ) -> httpx.Response:
        """Send one request within the limits and the deadline, and read a success if `is_read`."""
        response = None
        try:
            async with deadlines.async_until(options.deadline):
                if self.limiter is None:
                    response = await self._send(request, options, retries_taken)
                else:
                    send = partial(self._send, request, options, retries_taken)
                    response = await self.limiter.async_send(send, request, options)
                if response.is_success and is_read:
                    await self._read(response)
                return response
        except deadlines.DeadlineError as cause:
            raise transport_error(cause, request, response) from cause

    async def _send(
        self, request: httpx.Request, options: FinalRequestOptions, retries_taken: int
    ) -> httpx.Response:
        """Send one request, follow its redirects, and return the unread response.

        Raises `APIConnectionError` if the transport fails. A hook's exception is not changed.
        """
        http = self._client
        response = await async_send_with_redirects(
            http,
            request,
            auth=self._auth_for(http, options),
            follow_redirects=options.follow_redirects,
            log=partial(self._log, retries_taken, time.monotonic()),
        )
        if options.deadline is not None:
            deadlines.set_body_deadline(response, options.deadline)
        return response

    async def _read(self, response: httpx.Response) -> None:
        """Read the body. Raises `APIConnectionError` if it is lost on the way."""
        try:
            await reading.async_read(response, self)
        except BaseException as cause:
            await response.aclose()
            if isinstance(cause, library.errors()):
                raise transport_error(cause, response.request, response) from cause
            raise

    async def _sleep_for_retry(self, delay: float) -> None:
        await _async_sleep(delay)


# >>> sync half: produced by scripts/mirror.py


class Requester(BaseClient["httpx.Client", Stream[Any]]):
    """Sends requests, and retries those that fail."""

    default_stream_cls = Stream
    _response_cls = APIResponse
    _http_client_kind = "Client"

    def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
        """Change the options of an attempt; a hook for subclasses."""
        return options

    def _prepare_request(self, request: httpx.Request) -> None:
        """Change the request of an attempt; a hook for subclasses."""

    @overload
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[True],
        stream_cls: type[StreamT],
    ) -> StreamT: ...
    @overload
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[False] = False,
        stream_cls: None = None,
    ) -> ResponseT: ...
    @overload
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[StreamT] | None = None,
    ) -> ResponseT | StreamT: ...
    def request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[StreamT] | None = None,
    ) -> ResponseT | StreamT:
        """Send a request, with retries, and return its parsed response.

        Raises `APIStatusError` for an error status, `APIConnectionError` without a response, and
        `APIResponseValidationError` for a response that cannot be parsed.
        """
        if self.telemetry is None:
            return self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
        with self.telemetry.observe(options, self._base_url_text) as observer:
            options = options.copy()  # the caller may send them again, with another client
            options.observer = observer
            result = self._request(cast_to, options, stream=stream, stream_cls=stream_cls)
            observer.record_result(result)
            return result

    def _request(
        self,
        cast_to: type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool,
        stream_cls: type[StreamT] | None,
    ) -> ResponseT | StreamT:
        options = with_own_body(options, has_hook=_has_options_hook(self))
        if self.deadline is not None:
            options.deadline = Deadline(self.deadline)
        is_read = not (stream or options.raw_response == "stream")
        retries_taken = 0
        while True:
            prepared = self._prepare_options(options.copy())
            self._check_open(prepared)
            request = self._build_request(prepared, retries_taken=retries_taken)
            self._prepare_request(request)
            try:
                response = self._attempt(request, prepared, retries_taken, is_read=is_read)
            except APIConnectionError as error:
                delay = None
                if retries.should_retry_error(error):
                    delay = self._delay_before_retry(options, retries_taken, request)
                if delay is None:
                    raise
            else:
                if response.is_success:
                    break
                if response.status_code in REFUSED_FOR_LIMITS:
                    # The body may say that the request exceeds a limit and can never succeed.
                    # Others are read only without a retry, which a slow body must not delay.
                    reading.read_error(response)
                delay = self._delay_before_retry(options, retries_taken, request, response)
                if delay is None:
                    reading.read_error(response)
                    raise self._status_error(response)
                response.close()
            self._sleep_for_retry(delay)
            retries_taken += 1
        return cast(
            "ResponseT | StreamT",  # by `cast_to` and `stream_cls`
            self._process_response(
                cast_to=cast_to,
                options=prepared,
                response=response,
                stream=stream,
                stream_cls=stream_cls,
                retries_taken=retries_taken,
            ),
        )

    def _attempt(
        self,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
        *,
        is_read: bool,
    ) -> httpx.Response:
        """Send one request within the limits and the deadline, and read a success if `is_read`."""
        response = None
        try:
            with deadlines.until(options.deadline):
                if self.limiter is None:
                    response = self._send(request, options, retries_taken)
                else:
                    send = partial(self._send, request, options, retries_taken)
                    response = self.limiter.send(send, request, options)
                if response.is_success and is_read:
                    self._read(response)
                return response
        except deadlines.DeadlineError as cause:
            raise transport_error(cause, request, response) from cause

    def _send(
        self, request: httpx.Request, options: FinalRequestOptions, retries_taken: int
    ) -> httpx.Response:
        """Send one request, follow its redirects, and return the unread response.

        Raises `APIConnectionError` if the transport fails. A hook's exception is not changed.
        """
        http = self._client
        response = send_with_redirects(
            http,
            request,
            auth=self._auth_for(http, options),
            follow_redirects=options.follow_redirects,
            log=partial(self._log, retries_taken, time.monotonic()),
        )
        if options.deadline is not None:
            deadlines.set_body_deadline(response, options.deadline)
        return response

    def _read(self, response: httpx.Response) -> None:
        """Read the body. Raises `APIConnectionError` if it is lost on the way."""
        try:
            reading.read(response, self)
        except BaseException as cause:
            response.close()
            if isinstance(cause, library.errors()):
                raise transport_error(cause, response.request, response) from cause
            raise

    def _sleep_for_retry(self, delay: float) -> None:
        _sleep(delay)


# <<<


_OPTIONS_HOOKS = ("_prepare_options", "_build_request")
"""The methods that may change the options of an attempt."""

_ORIGINALS = [
    getattr(kind, name) for kind in (AsyncRequester, Requester) for name in _OPTIONS_HOOKS
]


def _has_options_hook(client: BaseClient[Any, Any]) -> bool:
    """Say whether one of the hooks is overridden by a subclass, or replaced on a class or client.

    Instrumentation replaces methods by objects that equal the original and have its attributes,
    which only identity tells apart.
    """
    return any(
        name in vars(client) or all(getattr(type(client), name) is not each for each in _ORIGINALS)
        for name in _OPTIONS_HOOKS
    )


async def _async_sleep(delay: float) -> None:
    import anyio

    await anyio.sleep(delay)


def _sleep(delay: float) -> None:
    time.sleep(delay)

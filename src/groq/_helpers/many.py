"""`create_many`: sends many requests, a limited number at a time, and yields their results.

It takes the requests of `batches.create_and_poll`, and its checkpoint has the format of the output
of a batch.
"""

from __future__ import annotations

import inspect
import os
import threading
from asyncio import CancelledError
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sized,
)
from dataclasses import dataclass
from functools import lru_cache, partial
from types import TracebackType
from typing import Any, TypeAlias, TypeVar, Union

from typing_extensions import Self

from .._exceptions import APIStatusError, error_details
from .._http import codec
from .._resource import AsyncAPIResource, SyncAPIResource
from .._types import is_mapping
from ..types import CreateEmbeddingResponse
from ..types.chat import ChatCompletion
from .batches import BatchError, BatchResult, read_request
from .checkpoint import Checkpoint
from .limiter import RateLimiter
from .runs import AsyncRun, Run, check_concurrency

_T = TypeVar("_T")

Requests: TypeAlias = Union[Iterable[Mapping[str, object]], str, "os.PathLike[str]"]
"""Requests: arguments of `create`, lines of a batch file, or the path of such a file."""

AsyncRequests: TypeAlias = Union[Requests, AsyncIterable[Mapping[str, object]]]
"""Requests, or an async iterable of them."""

_TRIED_AGAIN = frozenset({401, 403, 408, 409, 429, 498})
"""Error statuses below 500 that another run retries, as it does all from 500."""


@dataclass(frozen=True)
class RunProgress:
    """The progress of a run of many requests."""

    done: int = 0
    """Requests that succeeded."""
    failed: int = 0
    """Requests that failed."""
    skipped: int = 0
    """Requests whose results were in the checkpoint already."""
    running: int = 0
    """Requests that are in flight, or wait for a limit."""
    tokens: int = 0
    """Tokens of the prompts and completions."""
    total: int | None = None
    """All requests; `None` if their number is unknown."""


class _Progress:
    """What a run has done so far, and the checkpoint that it goes on from."""

    def __init__(
        self,
        requests: object,
        *,
        stop_on_error: bool,
        on_progress: Callable[[RunProgress], object] | None,
        checkpoint: str | os.PathLike[str] | None,
    ) -> None:
        self._stop_on_error = stop_on_error
        self._on_progress = on_progress
        self._checkpoint = None if checkpoint is None else Checkpoint(checkpoint)
        self._names: set[str] = set()
        """The requests of this run, if there is a checkpoint, which knows them by name."""
        self._place = 0
        self._lock = threading.Lock()
        """Held while a result is counted, since several threads can take results."""
        self._done = self._failed = self._skipped = self._tokens = 0
        is_path = isinstance(requests, (str, os.PathLike))
        self._total = len(requests) if isinstance(requests, Sized) and not is_path else None

    def prepare(self, given: object) -> Request | None:
        """Parse a request; return `None` if the checkpoint has its result."""
        request = Request(self._place, given)
        self._place += 1
        if self._checkpoint is not None:
            name = request.custom_id
            if name in self._names:
                request.error = ValueError(
                    f"Expected a `custom_id` of its own in requests[{request.place}] but {name!r} "
                    "comes twice"
                )
            elif name in self._checkpoint.known:
                self._names.add(name)
                self._skipped += 1
                return None
            self._names.add(name)
        return request

    def outcome(self, request: Request, answer: object, error: BaseException | None) -> _Outcome:
        """Return the outcome of a request, which is in the checkpoint if it is final."""
        outcome = _Outcome(request, answer, error)
        if self._checkpoint is not None and outcome.is_final:
            self._checkpoint.add(outcome.result)
        return outcome

    def count(self, outcome: _Outcome, run: Run[Any, Any] | AsyncRun[Any, Any]) -> BatchResult:
        """Count and report an outcome; return its result, or raise if `stop_on_error` is set."""
        result = outcome.result
        with self._lock:
            if outcome.error is None:
                self._done += 1
                self._tokens += _tokens_of(result.answer)
            else:
                self._failed += 1
        if self._on_progress is not None:
            self._on_progress(
                RunProgress(
                    done=self._done,
                    failed=self._failed,
                    skipped=self._skipped,
                    running=run.running,
                    tokens=self._tokens,
                    total=self._total,
                )
            )
        if outcome.error is not None and self._stop_on_error:
            raise outcome.error
        return result

    def end(self) -> None:
        """Close the checkpoint."""
        if self._checkpoint is not None:
            self._checkpoint.close()


class Request:
    """One request of a run, or the error in it."""

    def __init__(self, place: int, given: object) -> None:
        self.place = place
        self.url: str | None = None
        self.arguments: dict[str, Any] = {}
        self.error: Exception | None = None
        self.custom_id: str = f"request-{place}"
        try:
            self._read(place, given)
        except (TypeError, ValueError) as error:
            self.error = error

    def _read(self, place: int, given: object) -> None:
        if isinstance(given, bytes):
            try:
                given = codec.loads(given)
            except RecursionError as error:
                raise ValueError(
                    f"Expected JSON in requests[{place}] but it nests too deep"
                ) from error
        arguments: dict[str, Any]
        self.custom_id, arguments = read_request(place, given)
        if "body" in arguments:  # a line of a batch file
            body = arguments["body"]
            if not is_mapping(body):
                raise TypeError(
                    f"Expected a `body` that is a dict in requests[{place}] but received "
                    f"{type(body).__name__}"
                )
            url = arguments.get("url")
            self.url = None if url is None else str(url)
            arguments = {**body}
        if arguments.get("stream"):
            raise ValueError(f"Expected no `stream` in requests[{place}]: results come whole")
        self.arguments = arguments


class _Outcome:
    """The outcome of one request."""

    def __init__(self, request: Request, answer: object, error: BaseException | None) -> None:
        self.error = error
        self.is_final: bool = error is None or (
            isinstance(error, APIStatusError)
            and error.status_code < 500
            and error.status_code not in _TRIED_AGAIN
        )
        self.result: BatchResult
        if error is not None:
            self.result = _failure(request.custom_id, error)
            return
        # It is of the type that the field has.
        fields: dict[str, Any] = {_ANSWER_FIELDS.get(type(answer), "transcription"): answer}
        self.result = BatchResult(
            request.custom_id,
            status_code=200,
            request_id=getattr(answer, "_request_id", None),
            **fields,
        )


_ANSWER_FIELDS: dict[type, str] = {
    ChatCompletion: "completion",
    CreateEmbeddingResponse: "embeddings",
}
"""The field of a result for each type of answer; any other one is a transcription."""


def _failure(custom_id: str, error: BaseException) -> BatchResult:
    if isinstance(error, APIStatusError):
        described = codec.construct(BatchError, dict(error_details(error.body)))
        if not described.message:
            described.message = error.message
        return BatchResult(
            custom_id,
            error=described,
            status_code=error.status_code,
            request_id=error.request_id,
        )
    described = BatchError(message=str(error), type=type(error).__name__)
    return BatchResult(custom_id, error=described)


def _tokens_of(answer: object) -> int:
    usage = getattr(answer, "usage", None)
    tokens = getattr(usage, "total_tokens", None)
    return tokens if isinstance(tokens, int) else 0


def lines_of(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """Yield the non-empty lines of a file of requests."""
    with open(path, "rb") as file:
        yield from filter(bytes.strip, file)


# ------------------------------------------------------------------------------------------ results


class AsyncManyResults:
    """The results of many requests, as they arrive: iterate over it with `async for`.

    Nothing more is sent after `close`, which an `async with` block calls at its end.
    """

    def __init__(self, run: AsyncRun[Request, _Outcome], progress: _Progress) -> None:
        self._run = run
        self._progress = progress

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BatchResult:
        try:
            return self._progress.count(await anext(self._run), self._run)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop sending, and end what is in flight: a task is cancelled, a thread is waited for."""
        await self._run.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        self._run.abandon()


async def _async_send(
    progress: _Progress, call: Callable[[Request], Awaitable[object]], request: Request
) -> _Outcome:
    """Send a request; its error is its result, and does not end the run."""
    answer: object = None
    error: BaseException | None = request.error
    if error is None:
        try:
            answer = await call(request)
        except (Exception, CancelledError) as raised:  # noqa: BLE001  # of a task it waited for
            error = raised
    return progress.outcome(request, answer, error)


# >>> sync half: produced by scripts/mirror.py


class ManyResults:
    """The results of many requests, as they arrive: iterate over it with `for`.

    Nothing more is sent after `close`, which a `with` block calls at its end.
    """

    def __init__(self, run: Run[Request, _Outcome], progress: _Progress) -> None:
        self._run = run
        self._progress = progress

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> BatchResult:
        try:
            return self._progress.count(next(self._run), self._run)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop sending, and end what is in flight: a task is cancelled, a thread is waited for."""
        self._run.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._run.abandon()


def _send(progress: _Progress, call: Callable[[Request], object], request: Request) -> _Outcome:
    """Send a request; its error is its result, and does not end the run."""
    answer: object = None
    error: BaseException | None = request.error
    if error is None:
        try:
            answer = call(request)
        except (Exception, CancelledError) as raised:  # noqa: BLE001  # of a task it waited for
            error = raised
    return progress.outcome(request, answer, error)


# <<<


# --------------------------------------------------------------------------------------- requests


def run_many(
    resource: SyncAPIResource, path: str, requests: Requests, **options: Any
) -> ManyResults:
    """Create a response to each request, in threads, a limited number at a time."""
    return _start(requests, partial(_create, _limited_create(resource), path), **options)


def async_run_many(
    resource: AsyncAPIResource, path: str, requests: AsyncRequests, **options: Any
) -> AsyncManyResults:
    """Create a response to each request, in tasks, a limited number at a time."""
    return _async_start(requests, partial(_create, _limited_create(resource), path), **options)


def run_lines(client: Any, lines: Iterable[bytes], **options: Any) -> ManyResults:
    """Send each line of a batch file to its `url`, in threads."""
    client = client.with_options(limiter=client.limiter or RateLimiter())
    creates: dict[str, Callable[..., Any]] = {
        "/v1/chat/completions": client.chat.completions.create,
        "/v1/embeddings": client.embeddings.create,
        "/v1/audio/transcriptions": client.audio.transcriptions.create,
        "/v1/audio/translations": client.audio.translations.create,
    }

    def call(request: Request) -> object:
        path = (request.url or "/v1/chat/completions").removeprefix("/openai")
        if path not in creates:
            known = ", ".join(map(repr, creates))
            raise ValueError(f"Expected a request for one of {known} but received {request.url!r}")
        return _create(creates[path], path, request)

    return _start(lines, call, **options)


def _start(
    requests: Requests | Iterable[bytes],
    call: Callable[[Request], object],
    *,
    max_concurrency: int,
    in_order: bool,
    **options: Any,
) -> ManyResults:
    check_concurrency(max_concurrency)
    progress = _Progress(requests, **options)
    run = Run(
        lines_of(requests) if isinstance(requests, (str, os.PathLike)) else requests,
        progress.prepare,
        partial(_send, progress, call),
        max_concurrency=max_concurrency,
        in_order=in_order,
        end=progress.end,
    )
    return ManyResults(run, progress)


def _async_start(
    requests: AsyncRequests,
    call: Callable[[Request], Awaitable[object]],
    *,
    max_concurrency: int,
    in_order: bool,
    **options: Any,
) -> AsyncManyResults:
    check_concurrency(max_concurrency)
    progress = _Progress(requests, **options)
    run = AsyncRun(
        lines_of(requests) if isinstance(requests, (str, os.PathLike)) else requests,
        progress.prepare,
        partial(_async_send, progress, call),
        max_concurrency=max_concurrency,
        in_order=in_order,
        end=progress.end,
    )
    return AsyncManyResults(run, progress)


def _limited_create(resource: Any) -> Callable[..., Any]:
    """Return the method that creates a response, with a limiter even if the client has none."""
    if resource._client.limiter is None:
        resource = type(resource)(resource._client.with_options(limiter=RateLimiter()))
    create: Callable[..., Any] = resource.create
    return create


def _create(create: Callable[..., _T], path: str, request: Request) -> _T:
    if request.url is not None and request.url.removeprefix("/openai") != path:
        raise ValueError(f"Expected a request for {path!r} but received one for {request.url!r}")
    arguments, known = request.arguments, _parameters(create)
    if not known.issuperset(arguments):
        # The server may support fields that this client does not.
        unknown = {name: arguments[name] for name in arguments.keys() - known}
        arguments = {name: value for name, value in arguments.items() if name in known}
        arguments["extra_body"] = {**unknown, **(arguments.get("extra_body") or {})}
    return create(**arguments)


def _parameters(create: Callable[..., object]) -> frozenset[str]:
    return _parameters_of(getattr(create, "__func__", create))


@lru_cache(maxsize=64)
def _parameters_of(function: Callable[..., object]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)

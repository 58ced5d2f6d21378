"""`create_many`: sends many requests, a limited number at a time, and yields their results.

It takes the requests of `batches.create_and_poll`, and its checkpoint has the format of the output
of a batch.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import os
import threading
import time
from collections import deque
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sized,
)
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from queue import SimpleQueue
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, TypeAlias, TypeVar, Union, cast

import sniffio
from typing_extensions import Self

from .._exceptions import APIStatusError, error_details
from .._http import codec
from .._resource import AsyncAPIResource, SyncAPIResource
from .._types import is_mapping
from ..types import CreateEmbeddingResponse
from ..types.chat import ChatCompletion
from .batches import BatchError, BatchResult, read_request, read_result
from .limiter import RateLimiter
from .limiter_queue import given_up

if TYPE_CHECKING:
    import anyio

_T = TypeVar("_T")

Requests: TypeAlias = Union[Iterable[Mapping[str, object]], str, "os.PathLike[str]"]
"""Requests: arguments of `create`, lines of a batch file, or the path of such a file."""

AsyncRequests: TypeAlias = Union[Requests, AsyncIterable[Mapping[str, object]]]
"""Requests, or an async iterable of them."""

_SYNCED_EVERY = 1.0
"""Seconds between syncs of the checkpoint to the disk."""

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


class _Run:
    """The part that sync and async runs share: the order of requests and their results."""

    def __init__(
        self,
        requests: Requests | AsyncRequests | Iterable[bytes],
        *,
        max_concurrency: int,
        in_order: bool,
        stop_on_error: bool,
        on_progress: Callable[[RunProgress], object] | None,
        checkpoint: str | os.PathLike[str] | None,
    ) -> None:
        if max_concurrency < 1:
            raise ValueError(
                f"Expected `max_concurrency` to be at least 1 but received {max_concurrency!r}"
            )
        self.max_concurrency = max_concurrency
        self.source: Iterable[object] | AsyncIterable[object] = (
            lines_of(requests) if isinstance(requests, (str, os.PathLike)) else requests
        )
        self._in_order = in_order
        self._stop_on_error = stop_on_error
        self._on_progress = on_progress
        self._checkpoint = None if checkpoint is None else Checkpoint(checkpoint)
        self._names: set[str] = set()
        """The requests of this run, if there is a checkpoint, which knows them by name."""
        self._place = 0
        self._started = 0
        self._next = 0
        self._ready: deque[_Outcome] = deque()
        self._early: dict[int, _Outcome] = {}
        self._done = self._failed = self._skipped = self._tokens = 0
        self._total = len(requests) if isinstance(requests, Sized) else None
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._busy = 0
        """Threads or tasks that still may write to the checkpoint."""
        self._is_closed = False
        self.outstanding: int = 0
        """Requests that were started, and whose results were not taken yet."""

    @property
    def has_room(self) -> bool:
        """Whether another request may be started."""
        return self.outstanding < self.max_concurrency

    def begin(self, given: object) -> Request | None:
        """Number and parse a request; return `None` if its result exists already."""
        request = Request(self._started, self._place, given)
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
        self._started += 1
        self.outstanding += 1
        return request

    def start(self) -> bool:
        """Say whether a request may still be sent; if so, `stop` must follow."""
        with self._lock:
            if not self._is_closed:
                self._busy += 1
            return not self._is_closed

    def stop(self) -> None:
        """Record the end of a request that was started, whatever became of it."""
        with self._lock:
            self._busy -= 1
            self._close_checkpoint()

    def close(self) -> None:
        """Start no more requests, and close the checkpoint after those that are in flight."""
        with self._lock:
            self._is_closed = True
            self._close_checkpoint()

    def _close_checkpoint(self) -> None:
        if self._is_closed and not self._busy and self._checkpoint is not None:
            self._checkpoint.close()

    def keep(self, outcome: _Outcome) -> None:
        """Keep a result until it is taken, and write it to the checkpoint."""
        with self._lock:
            if self._checkpoint is not None and outcome.is_final:
                self._checkpoint.add(outcome.result)
            if not self._in_order:
                self._ready.append(outcome)
                return
            self._early[outcome.number] = outcome
            while self._next in self._early:
                self._ready.append(self._early.pop(self._next))
                self._next += 1

    @property
    def has_result(self) -> bool:
        """Whether a result can be taken."""
        return bool(self._ready) or self._error is not None

    def take(self) -> BatchResult:
        """Return a result, or raise its error if `stop_on_error` is set."""
        if self._error is not None:
            raise self._error
        outcome = self._ready.popleft()
        self.outstanding -= 1
        result = outcome.result
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
                    running=self.outstanding - len(self._ready) - len(self._early),
                    tokens=self._tokens,
                    total=self._total,
                )
            )
        if outcome.error is not None and self._stop_on_error:
            raise outcome.error
        return result

    def fail(self, error: BaseException) -> None:
        """Keep an error that ends the run, to raise it to the consumer of results."""
        self._error = error


class Request:
    """One request of a run, or the error in it."""

    def __init__(self, number: int, place: int, given: object) -> None:
        self.number = number
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
            given = codec.loads(given)
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
        self.number: int = request.number
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
        name = _ANSWER_FIELDS.get(type(answer), "transcription")
        self.result = BatchResult(
            request.custom_id,
            status_code=200,
            request_id=getattr(answer, "_request_id", None),
            **{name: cast("Any", answer)},  # of the type that the field has
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


# ------------------------------------------------------------------------------------ checkpoint


def result_line(result: BatchResult) -> bytes:
    """Return a result as a line of a batch's output file."""
    if result.answer is not None:
        body: object = result.answer
    elif result.error is not None:
        body = {"error": result.error}
    else:
        body = None
    line = {
        "id": f"batch_req_{result.custom_id}",
        "custom_id": result.custom_id,
        "response": {
            "status_code": result.status_code,
            "request_id": result.request_id,
            "body": body,
        },
        "error": None,
    }
    return codec.encode(line) + b"\n"


_BEGINNING = b'{"id":"batch_req_'
"""How each line begins."""


def read_results(path: str | os.PathLike[str]) -> Iterator[BatchResult]:
    """Read the results from a file: a checkpoint, or the output of a batch.

    Raises:
        ValueError: A line is not a result.
    """
    with open(path, "rb") as file:
        for line in filter(bytes.strip, file):
            yield read_result(line)


class Checkpoint:
    """A file of results that is appended by whole lines, safe against being killed.

    A line is written before its result is returned, and synced to the disk within a second.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file: IO[bytes] = open(path, "a+b", buffering=0)  # noqa: SIM115  # until `close`
        self._synced_at = time.monotonic()
        try:
            self.known = frozenset(self._read())
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> Iterator[str]:
        """Yield the names of the existing results; complete or remove an incomplete last line."""
        path, size, ending = self._file.name, 0, b""
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                is_whole = line.endswith(b"\n")
                if is_whole and not line.strip():
                    size += len(line)
                    continue
                custom_id = _custom_id(line)
                if custom_id is None:
                    if not is_whole and (number > 1 or _is_our_beginning(line)):
                        break  # the process was killed during a write, or the disk was full
                    raise ValueError(
                        f"Expected a result in line {number} of {path!r} but found {line[:100]!r}; "
                        "a checkpoint is a file of results, not of requests"
                    )
                yield custom_id
                size += len(line)
                ending = b"" if is_whole else b"\n"
        self._file.truncate(size)
        self._file.write(ending)

    def add(self, result: BatchResult) -> None:
        """Write a result."""
        line = memoryview(result_line(result))
        while line:
            line = line[self._file.write(line) :]
        if time.monotonic() - self._synced_at > _SYNCED_EVERY:
            self._sync()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced_at = time.monotonic()

    def close(self) -> None:
        """Sync the file to the disk and close it."""
        if not self._file.closed:
            self._sync()
            self._file.close()


def _custom_id(line: bytes) -> str | None:
    """Return the name of a result; `None` if the line is not a result."""
    try:
        read: object = codec.loads(line)
    except (ValueError, RecursionError):
        return None
    if not is_mapping(read) or "response" not in read:
        return None
    custom_id = read.get("custom_id")
    return custom_id if isinstance(custom_id, str) else None


def _is_our_beginning(line: bytes) -> bool:
    """Whether an incomplete line may be one that `result_line` wrote."""
    return line[: len(_BEGINNING)] == _BEGINNING[: len(line)]


# ------------------------------------------------------------------------------------------ runs


class ManyResults:
    """The results of many requests, as they arrive: iterate over it.

    Nothing more is sent after `close`, which a `with` block calls at its end.
    """

    def __init__(
        self, run: _Run, call: Callable[[Request], object], limiter: RateLimiter | None
    ) -> None:
        self._run = run
        self._call = call
        self._limiter = limiter
        self._source = iter(cast("Iterable[object]", run.source))
        self._is_exhausted = False
        self._closing = threading.Event()
        self._arrivals: SimpleQueue[None] = SimpleQueue()
        self._pool = ThreadPoolExecutor(run.max_concurrency, thread_name_prefix="groq")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> BatchResult:
        try:
            return self._take()
        except BaseException:
            self.close()
            raise

    def _take(self) -> BatchResult:
        run = self._run
        while not self._closing.is_set():
            if run.has_room and not self._is_exhausted:
                self._start_one()
            if run.has_result:
                return run.take()
            if not run.has_room or self._is_exhausted:
                if not run.outstanding:
                    break
                self._arrivals.get()
        raise StopIteration

    def _start_one(self) -> None:
        try:
            given = next(self._source)
        except StopIteration:
            self._is_exhausted = True
            return
        request = self._run.begin(given)
        if request is not None:
            context = contextvars.copy_context()
            context.run(given_up.set, self._closing)
            # A thread must not hold this object, whose owner would else not notice its end.
            self._pool.submit(
                context.run, _send_in_thread, self._run, self._call, request, self._arrivals
            )

    def close(self) -> None:
        """Stop sending; wait for requests in flight, and write their results to the checkpoint."""
        self._close(wait=True)

    def _close(self, *, wait: bool) -> None:
        if not self._closing.is_set():
            self._closing.set()
            self._run.close()
            if self._limiter is not None:
                self._limiter.wake()
        self._pool.shutdown(wait=wait, cancel_futures=True)

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
        if hasattr(self, "_pool"):
            # The garbage collector may run in any thread, which must not wait for itself.
            self._close(wait=False)


def _send_in_thread(
    run: _Run, call: Callable[[Request], object], request: Request, arrivals: SimpleQueue[None]
) -> None:
    if not run.start():
        return
    answer, error = None, request.error
    try:
        if error is None:
            try:
                answer = call(request)
            except Exception as raised:  # noqa: BLE001  # it is the result of this request alone
                error = raised
        run.keep(_Outcome(request, answer, error))
    except BaseException as raised:  # noqa: BLE001  # raised to the consumer of results
        run.fail(raised)
    finally:
        run.stop()
        arrivals.put(None)


class AsyncManyResults:
    """The results of many requests, as they arrive: iterate over it with `async for`.

    Nothing more is sent after `close`, which an `async with` block calls at its end.
    """

    def __init__(self, run: _Run, call: Callable[[Request], Awaitable[object]]) -> None:
        self._run = run
        self._call = call
        self._source = run.source
        self._next: Callable[[], object] | None = None
        self._is_exhausted = False
        self._is_pulling = False
        self._is_closed = False
        self._taken_at_once = 0
        self._tasks = Tasks()
        self._waiting: list[anyio.Event] = []
        """The consumers that wait for a result, and the task that waits to start a request."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BatchResult:
        try:
            return await self._take()
        except BaseException:
            await self.close()
            raise

    async def _take(self) -> BatchResult:
        run = self._run
        while not self._is_closed:
            self._fill()
            if run.has_result:
                if self._taken_at_once >= run.max_concurrency:
                    # Let other tasks run, even if every response is available at once.
                    self._taken_at_once = 0
                    await _checkpoint()
                    continue
                self._taken_at_once += 1
                result = run.take()
                self._wake()  # there is room for another request, or this was the last result
                return result
            if self._is_exhausted and not run.outstanding:
                break
            self._taken_at_once = 0
            await self._wait()
        raise StopAsyncIteration

    async def _wait(self) -> None:
        """Wait until a result, room for a request, or the end of the source is there."""
        event = _event()
        self._waiting.append(event)
        await event.wait()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            event.set()

    def _fill(self) -> None:
        """Start requests up to `max_concurrency`."""
        if self._is_pulling:
            return
        while self._run.has_room and not self._is_exhausted:
            if self._next is None:
                if isinstance(self._source, AsyncIterable):
                    self._is_pulling = True
                    self._tasks.start(self._pull)
                    return
                self._next = iter(self._source).__next__
            try:
                given = self._next()
            except StopIteration:
                self._is_exhausted = True
                return
            self._start(given)

    def _start(self, given: object) -> None:
        request = self._run.begin(given)
        if request is not None:
            self._tasks.start(partial(self._send, request))

    async def _pull(self) -> None:
        """Start the requests of an async iterable, which one task reads to its end."""
        source = aiter(cast("AsyncIterable[object]", self._source))
        try:
            async for given in source:
                self._start(given)
                while not self._run.has_room:
                    await self._wait()
        except Exception as error:  # noqa: BLE001  # raised to the consumer of results
            self._run.fail(error)
        except asyncio.CancelledError as error:
            self._run.fail(error)
            raise
        finally:
            self._is_exhausted = True
            self._wake()
            await _close_source(source)

    async def _send(self, request: Request) -> None:
        if not self._run.start():
            return
        answer: object = None
        error: BaseException | None = request.error
        try:
            if error is None:
                try:
                    answer = await self._call(request)
                except Exception as raised:  # noqa: BLE001  # the result of this request alone
                    error = raised
                except asyncio.CancelledError as raised:
                    if self._is_closed:
                        raise
                    error = raised  # of a task that the call waited for
            self._run.keep(_Outcome(request, answer, error))
        except Exception as raised:  # noqa: BLE001  # raised to the consumer of results
            self._run.fail(raised)
        finally:
            self._run.stop()
            self._wake()

    async def close(self) -> None:
        """Stop sending, and cancel the requests in flight."""
        self._close()
        await self._tasks.wait_closed()

    def _close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._tasks.cancel()
            self._run.close()

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
        if hasattr(self, "_tasks"):
            self._close()


async def _close_source(source: object) -> None:
    """Close an async generator in the task that has read it."""
    import anyio

    close = getattr(source, "aclose", None)
    if close is not None:
        with anyio.CancelScope(shield=True):
            await close()


async def _checkpoint() -> None:
    import anyio.lowlevel

    await anyio.lowlevel.checkpoint()


def _event() -> anyio.Event:
    import anyio

    return anyio.Event()


class Tasks:
    """Tasks of the running event loop that outlive the function that starts them.

    A task group must be left by the task that entered it, which cannot be required of a consumer
    that leaves a loop over results early.
    """

    def __init__(self) -> None:
        self._running: set[Any] = set()
        self._is_trio: bool | None = None
        self._closed: anyio.Event | None = None

    def start(self, function: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start a task, whose function handles its own errors."""
        if self._is_trio is None:
            self._is_trio = sniffio.current_async_library() == "trio"
        if self._is_trio:
            import trio

            scope = trio.CancelScope()
            self._running.add(scope)
            context = contextvars.copy_context()
            trio.lowlevel.spawn_system_task(self._in_scope, scope, function, context=context)
        else:
            task = asyncio.get_running_loop().create_task(function())
            self._running.add(task)
            task.add_done_callback(self._remove)

    async def _in_scope(self, scope: Any, function: Callable[[], Awaitable[None]]) -> None:
        try:
            with scope:
                await function()
        finally:
            self._remove(scope)

    def _remove(self, task: Any) -> None:
        self._running.discard(task)
        if not self._running and self._closed is not None:
            self._closed.set()

    def cancel(self) -> None:
        """Cancel the running tasks; `wait_closed` waits for their end."""
        for each in list(self._running):
            with contextlib.suppress(RuntimeError):  # the event loop is closed
                each.cancel()

    async def wait_closed(self) -> None:
        """Wait until all tasks have finished; none may be started any more."""
        import anyio

        if self._closed is None:
            self._closed = _event()
        with anyio.CancelScope(shield=True):
            if self._running:
                await self._closed.wait()


# ----------------------------------------------------------------------------------- what is asked


def run_many(
    resource: SyncAPIResource, path: str, requests: Requests, **options: Any
) -> ManyResults:
    """Create a response to each request, in threads, a limited number at a time."""
    create, limiter = _limited(resource)
    return ManyResults(_Run(requests, **options), partial(_create, create, path), limiter)


def async_run_many(
    resource: AsyncAPIResource, path: str, requests: AsyncRequests, **options: Any
) -> AsyncManyResults:
    """Create a response to each request, in tasks, a limited number at a time."""
    create, _ = _limited(resource)
    return AsyncManyResults(_Run(requests, **options), partial(_create, create, path))


def run_lines(client: Any, lines: Iterable[bytes], **options: Any) -> ManyResults:
    """Send each line of a batch file to its `url`, in threads."""
    limiter = client.limiter or RateLimiter()
    client = client.with_options(limiter=limiter)
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

    return ManyResults(_Run(lines, **options), call, limiter)


def _limited(resource: Any) -> tuple[Callable[..., Any], RateLimiter | None]:
    """Return the method that creates a response, with a limiter even if the client has none."""
    limiter = resource._client.limiter
    if limiter is None:
        limiter = RateLimiter()
        resource = type(resource)(resource._client.with_options(limiter=limiter))
    return resource.create, limiter if isinstance(limiter, RateLimiter) else None


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

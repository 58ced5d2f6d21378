"""Work in parts: several requests at once, waits for rate limits, and results kept on disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from .._constants import MAX_RETRY_AFTER
from .._exceptions import RateLimitError
from .._http import codec
from .many import RunProgress

Result = TypeVar("Result")

_MOST_WAITS = 20
"""How often a part waits for a rate limit, after the client's retries, before it fails."""


@dataclass(frozen=True)
class Part:
    """A part of the work, sent in one request."""

    place: int
    """Its place among the parts, from 0."""
    content: bytes
    """The content of the request."""


@dataclass(frozen=True)
class Work:
    """The parts, and how they are processed."""

    parts: Iterable[Part]
    """The parts; each is created when it can be sent."""
    total: int
    """The number of parts."""
    settings: Mapping[str, object]
    """The settings that results depend on: results kept under other settings are not used."""
    max_concurrency: int
    """The number of requests at once."""
    checkpoint: str | os.PathLike[str] | None
    """The folder in which results are kept."""
    on_progress: Callable[[RunProgress], object] | None
    """Called with a `RunProgress` after each part."""

    def __post_init__(self) -> None:
        """Check the settings before anything is sent."""
        if self.max_concurrency < 1:
            raise ValueError(
                f"Expected `max_concurrency` of 1 or more but received {self.max_concurrency!r}"
            )


class _StoppedError(Exception):
    """Another part has failed, so that this one is not needed."""


class _State:
    """The state that the workers share: the remaining parts and the results so far."""

    def __init__(self, work: Work) -> None:
        self.answers: dict[int, bytes] = {}
        self.skipped = 0
        self._error: BaseException | None = None
        self._is_stopped = threading.Event()
        self._work = work
        self._parts: Iterator[Part] = iter(work.parts)
        self._lock = threading.Lock()

    def take(self) -> Part | None:
        """Return the next part; `None` if there is none, or a part has failed."""
        with self._lock:
            return None if self._error else next(self._parts, None)

    def fail(self, error: BaseException) -> None:
        """Record the first error, after which no other part is sent."""
        with self._lock:
            self._error = self._error or error
        self._is_stopped.set()

    def sleep(self, seconds: float) -> None:
        """Wait. Raises `_StoppedError` as soon as a part has failed."""
        if self._is_stopped.wait(seconds):
            raise _StoppedError

    def kept(self, part: Part) -> bytes | None:
        """Return the result that an earlier run kept, if any."""
        file = self._file(part)
        if file is None or not file.is_file():
            return None
        with self._lock:
            self.skipped += 1
        return file.read_bytes()

    def keep(self, part: Part, answer: bytes) -> None:
        """Write a result to the disk atomically."""
        if path := self._file(part):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Equal parts have the same file, and may be written at the same time.
            unfinished = path.with_suffix(f".{secrets.token_hex(4)}.unfinished")
            with open(unfinished, "xb") as file:
                file.write(answer)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)

    def done(self, part: Part, answer: bytes) -> None:
        """Record a result."""
        with self._lock:
            self.answers[part.place] = answer
            if self._work.on_progress:
                self._work.on_progress(
                    RunProgress(
                        done=len(self.answers) - self.skipped,
                        skipped=self.skipped,
                        total=self._work.total,
                    )
                )

    def result(self) -> list[bytes]:
        """Return the results in the order of the parts, or raise the first error."""
        if self._error:
            raise self._error
        return [self.answers[place] for place in sorted(self.answers)]

    def _file(self, part: Part) -> Path | None:
        if self._work.checkpoint is None:
            return None
        settings = codec.encode(codec.without_omitted(dict(self._work.settings)))
        digest = hashlib.sha256(settings + b"\0" + part.content).hexdigest()
        return Path(self._work.checkpoint, digest[:32])


def wait_after(error: RateLimitError) -> float | None:
    """Return the seconds to wait after a refusal; `None` if waiting would not help."""
    exceeded = error.limit_exceeded
    if exceeded and not exceeded.can_ever_fit:
        return None
    wait = error.retry_after
    if wait is None and exceeded:
        wait = exceeded.retry_after
    return wait if wait is not None and wait <= MAX_RETRY_AFTER else None


def blocking(call: Callable[[], Result]) -> Result:
    """Call a function that reads or writes files."""
    return call()


async def async_blocking(call: Callable[[], Result]) -> Result:
    """Call a function that reads or writes files, in a thread."""
    from anyio import to_thread

    return await to_thread.run_sync(call)


def run_parts(work: Work, ask: Callable[[bytes], bytes]) -> list[bytes]:
    """Return the results of all parts, in order; threads send several requests at once."""
    state = _State(work)

    def worker() -> None:
        try:
            while part := state.take():
                answer = state.kept(part)
                if answer is None:
                    answer = _answer_for(ask, part, state)
                    state.keep(part, answer)
                state.done(part, answer)
        except BaseException as error:  # noqa: BLE001  # raised in the caller's thread
            state.fail(error)

    workers = max(1, min(work.max_concurrency, work.total))
    with ThreadPoolExecutor(workers, thread_name_prefix="groq") as pool:
        try:
            # In the caller's context, which tracing needs.
            for each in [pool.submit(copy_context().run, worker) for _ in range(workers)]:
                each.result()
        except BaseException as error:
            # This thread was interrupted: no worker starts another part.
            state.fail(error)
            raise
    return state.result()


def _answer_for(ask: Callable[[bytes], bytes], part: Part, state: _State) -> bytes:
    for _ in range(_MOST_WAITS):
        try:
            return ask(part.content)
        except RateLimitError as error:
            wait = wait_after(error)
            if wait is None:
                raise
        state.sleep(wait)
    return ask(part.content)


async def async_run_parts(work: Work, ask: Callable[[bytes], Awaitable[bytes]]) -> list[bytes]:
    """Return the results of all parts, in order; tasks send several requests at once."""
    import anyio

    state = _State(work)

    async def worker() -> None:
        try:
            while part := await async_blocking(state.take):
                answer = await async_blocking(partial(state.kept, part))
                if answer is None:
                    answer = await _async_answer_for(ask, part)
                    await async_blocking(partial(state.keep, part, answer))
                state.done(part, answer)
        except Exception as error:  # noqa: BLE001  # raised by the caller, without an exception group
            state.fail(error)
            tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        for _ in range(max(1, min(work.max_concurrency, work.total))):
            tasks.start_soon(worker)
    return state.result()


async def _async_answer_for(ask: Callable[[bytes], Awaitable[bytes]], part: Part) -> bytes:
    import anyio

    for _ in range(_MOST_WAITS):
        try:
            return await ask(part.content)
        except RateLimitError as error:
            wait = wait_after(error)
            if wait is None:
                raise
        await anyio.sleep(wait)
    return await ask(part.content)

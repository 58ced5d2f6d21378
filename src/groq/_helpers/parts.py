"""Work in parts: several requests at once, waits for rate limits, and results kept on disk."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from .._constants import MAX_RETRY_AFTER
from .._exceptions import GroqError, RateLimitError
from .._http import codec
from .many import RunProgress
from .runs import AsyncRun, Run, check_concurrency
from .stop import stop_of_run

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
        check_concurrency(self.max_concurrency)


@dataclass(frozen=True)
class _Answer:
    """The result of a part."""

    place: int
    content: bytes
    was_kept: bool = False
    """Whether an earlier run had kept it."""


class _Progress:
    """The results that an earlier run kept, and what this one has done so far."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._skipped = self._done = 0

    def kept(self, part: Part) -> bytes | None:
        """Return the result that an earlier run kept, if any."""
        file = self._file(part)
        return file.read_bytes() if file is not None and file.is_file() else None

    def keep(self, part: Part, content: bytes) -> None:
        """Write a result to the disk atomically."""
        if path := self._file(part):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Equal parts have the same file, and may be written at the same time.
            unfinished = path.with_suffix(f".{secrets.token_hex(4)}.unfinished")
            with open(unfinished, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)

    def count(self, answer: _Answer) -> None:
        """Count a result, and report the progress."""
        if answer.was_kept:
            self._skipped += 1
        else:
            self._done += 1
        if self._work.on_progress:
            self._work.on_progress(
                RunProgress(done=self._done, skipped=self._skipped, total=self._work.total)
            )

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


# ------------------------------------------------------------------------------------------ parts


async def async_run_parts(work: Work, ask: Callable[[bytes], Awaitable[bytes]]) -> list[bytes]:
    """Return the results of all parts, in order; several requests are sent at once.

    An error of a part is raised at once, and ends the others.
    """
    progress = _Progress(work)
    run = AsyncRun(
        _async_each(work.parts),
        lambda part: part,
        partial(_async_answer, progress, ask),
        max_concurrency=work.max_concurrency,
    )
    contents: dict[int, bytes] = {}
    try:
        async for answer in run:
            contents[answer.place] = answer.content
            progress.count(answer)
    finally:
        await run.close()
    return [contents[place] for place in sorted(contents)]


async def _async_each(parts: Iterable[Part]) -> AsyncIterator[Part]:
    remaining = iter(parts)
    while part := await async_blocking(partial(next, remaining, None)):
        yield part


async def _async_answer(
    progress: _Progress, ask: Callable[[bytes], Awaitable[bytes]], part: Part
) -> _Answer:
    kept = await async_blocking(partial(progress.kept, part))
    if kept is not None:
        return _Answer(part.place, kept, was_kept=True)
    content = await _async_ask_patiently(ask, part)
    await async_blocking(partial(progress.keep, part, content))
    return _Answer(part.place, content)


async def _async_ask_patiently(ask: Callable[[bytes], Awaitable[bytes]], part: Part) -> bytes:
    for _ in range(_MOST_WAITS):
        try:
            return await ask(part.content)
        except RateLimitError as error:
            wait = wait_after(error)
            if wait is None:
                raise
        await _async_sleep(wait)
    return await ask(part.content)


# >>> sync half: produced by scripts/mirror.py


def run_parts(work: Work, ask: Callable[[bytes], bytes]) -> list[bytes]:
    """Return the results of all parts, in order; several requests are sent at once.

    An error of a part is raised at once, and ends the others.
    """
    progress = _Progress(work)
    run = Run(
        _each(work.parts),
        lambda part: part,
        partial(_answer, progress, ask),
        max_concurrency=work.max_concurrency,
    )
    contents: dict[int, bytes] = {}
    try:
        for answer in run:
            contents[answer.place] = answer.content
            progress.count(answer)
    finally:
        run.close()
    return [contents[place] for place in sorted(contents)]


def _each(parts: Iterable[Part]) -> Iterator[Part]:
    remaining = iter(parts)
    while part := blocking(partial(next, remaining, None)):
        yield part


def _answer(progress: _Progress, ask: Callable[[bytes], bytes], part: Part) -> _Answer:
    kept = blocking(partial(progress.kept, part))
    if kept is not None:
        return _Answer(part.place, kept, was_kept=True)
    content = _ask_patiently(ask, part)
    blocking(partial(progress.keep, part, content))
    return _Answer(part.place, content)


def _ask_patiently(ask: Callable[[bytes], bytes], part: Part) -> bytes:
    for _ in range(_MOST_WAITS):
        try:
            return ask(part.content)
        except RateLimitError as error:
            wait = wait_after(error)
            if wait is None:
                raise
        _sleep(wait)
    return ask(part.content)


# <<<


# ------------------------------------------------------------------------------ waiting, blocking


def blocking(call: Callable[[], Result]) -> Result:
    """Call a function that reads or writes files."""
    return call()


async def async_blocking(call: Callable[[], Result]) -> Result:
    """Call a function that reads or writes files, in a thread."""
    from anyio import to_thread

    return await to_thread.run_sync(call)


def _sleep(seconds: float) -> None:
    """Wait. Raises `GroqError` as soon as the run is closed, since another part has failed."""
    stop = stop_of_run.get()
    if stop is None:
        raise RuntimeError("A part waited outside of a run")
    stop.wait(threading.Event(), seconds)
    if stop.is_set:
        raise GroqError("The part is not needed any more, because another one has failed")


async def _async_sleep(seconds: float) -> None:
    import anyio

    await anyio.sleep(seconds)

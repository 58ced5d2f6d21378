"""Runs: call a function for each of many items, a limited number at a time, in threads or in tasks.

A run takes an item from its source when there is room for another call, and yields results as they
come, or in the order of the items. What a call, the source or the consumer raises ends it.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import threading
from collections import deque
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from typing_extensions import Self

from .stop import Stop, stop_of_run
from .tasks import Tasks

if TYPE_CHECKING:
    import anyio

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def check_concurrency(max_concurrency: int) -> None:
    """Raise `ValueError` if that many calls at once are fewer than one."""
    if max_concurrency < 1:
        raise ValueError(
            f"Expected `max_concurrency` to be at least 1 but received {max_concurrency!r}"
        )


class _Results(Generic[_Result]):
    """The results of a run on their way from its threads or tasks to its consumer.

    Args:
        max_concurrency: The number of calls at once.
        in_order: Whether results are taken in the order of the items.
        end: Called when the run is closed and no call is running any more, perhaps twice.
    """

    def __init__(self, max_concurrency: int, *, in_order: bool, end: Callable[[], object]) -> None:
        self.max_concurrency = max_concurrency
        self.outstanding = 0
        """Calls that were started, and whose results were not taken yet."""
        self.is_closed = False
        self._in_order = in_order
        self._end = end
        self._numbers = itertools.count()
        self._next = 0
        self._ready: deque[_Result] = deque()
        self._early: dict[int, _Result] = {}
        self._error: BaseException | None = None
        self._running: set[int] = set()
        """The numbers of the calls that are being made."""
        self._lock = threading.Lock()

    @property
    def has_room(self) -> bool:
        """Whether another call may be started."""
        return self.outstanding < self.max_concurrency

    @property
    def running(self) -> int:
        """The number of calls that were started and have no result yet."""
        return self.outstanding - len(self._ready) - len(self._early)

    def number(self) -> int:
        """Return the number of a call that is started now."""
        self.outstanding += 1
        return next(self._numbers)

    def enter(self, number: int) -> bool:
        """Say whether a call may still be made; if so, `leave` must follow."""
        self._running.add(number)
        if self.is_closed:
            self.leave(number)
            return False
        return True

    def leave(self, number: int) -> None:
        """Record the end of a call, whatever became of it."""
        self._running.discard(number)
        if self.is_closed and not self._running:
            self._end()

    def close(self) -> None:
        """Let no other call be made, and end the run after those that are running."""
        self.is_closed = True
        if not self._running:
            self._end()

    def keep(self, number: int, result: _Result) -> None:
        """Keep a result until it is taken."""
        if not self._in_order:
            self._ready.append(result)
            return
        with self._lock:
            self._early[number] = result
            while self._next in self._early:
                self._ready.append(self._early.pop(self._next))
                self._next += 1

    def fail(self, error: BaseException) -> None:
        """Keep the first error that ends the run, to raise it to the consumer."""
        with self._lock:
            self._error = self._error or error

    @property
    def can_take(self) -> bool:
        """Whether there is a result or an error."""
        return bool(self._ready) or self._error is not None

    def take(self) -> _Result:
        """Return a result, or raise the error that ends the run."""
        if self._error is not None:
            raise self._error
        self.outstanding -= 1
        return self._ready.popleft()


class Run(Generic[_Item, _Result]):
    """A run in threads.

    Args:
        source: The source of the items; the thread of the consumer reads it.
        prepare: Returns the item of an entry of the source; `None` to leave the entry out.
        call: Called for each item, in a thread, in the context of the consumer. It must not hold
            what the consumer holds, whose end would not be noticed.
        max_concurrency: The number of calls at once.
        in_order: Whether results are taken in the order of the items.
        end: Called when the run is closed and no call is running any more, perhaps twice.
    """

    def __init__(
        self,
        source: Iterable[object],
        prepare: Callable[[Any], _Item | None],
        call: Callable[[_Item], _Result],
        *,
        max_concurrency: int,
        in_order: bool = False,
        end: Callable[[], object] = lambda: None,
    ) -> None:
        self._results: _Results[_Result] = _Results(max_concurrency, in_order=in_order, end=end)
        self._source = iter(source)
        self._prepare = prepare
        self._call = call
        self._is_exhausted = False
        self._consumer = threading.RLock()
        """Held by the thread that takes a result, since several may want to."""
        self._stop = Stop()
        self._arrivals: SimpleQueue[None] = SimpleQueue()
        self._pool = ThreadPoolExecutor(max_concurrency, thread_name_prefix="groq")

    @property
    def running(self) -> int:
        """The number of calls that were started and have no result yet."""
        return self._results.running

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _Result:
        results = self._results
        with self._consumer:
            while not results.is_closed:
                if results.has_room and not self._is_exhausted:
                    self._start_one()
                if results.can_take:
                    return results.take()
                if not results.has_room or self._is_exhausted:
                    if not results.outstanding:
                        break
                    self._arrivals.get()
        raise StopIteration

    def _start_one(self) -> None:
        try:
            entry = next(self._source)
        except StopIteration:
            self._is_exhausted = True
            return
        item = self._prepare(entry)
        if item is not None:
            context = contextvars.copy_context()
            context.run(stop_of_run.set, self._stop)
            number = self._results.number()
            # A thread must not hold the run, whose owner would else not notice its end.
            try:
                self._pool.submit(
                    context.run, _call, self._results, self._call, number, item, self._arrivals
                )
            except RuntimeError:
                if not self._results.is_closed:  # by another thread, while the source was read
                    raise

    def close(self) -> None:
        """Make no other call, and wait for those that are running."""
        self.abandon()
        self._pool.shutdown()

    def abandon(self) -> None:
        """Make no other call, and wait for none."""
        if not self._results.is_closed:
            self._results.close()
            self._stop.set()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._arrivals.put(None)  # another thread may wait for a result


def _call(
    results: _Results[_Result],
    call: Callable[[_Item], _Result],
    number: int,
    item: _Item,
    arrivals: SimpleQueue[None],
) -> None:
    if results.enter(number):
        try:
            results.keep(number, call(item))
        except BaseException as error:  # noqa: BLE001  # raised to the consumer
            results.fail(error)
        finally:
            results.leave(number)
    arrivals.put(None)


class AsyncRun(Generic[_Item, _Result]):
    """A run in tasks.

    Args:
        source: The source of the items.
        prepare: Returns the item of an entry of the source; `None` to leave the entry out.
        call: Called for each item, in a task.
        max_concurrency: The number of calls at once.
        in_order: Whether results are taken in the order of the items.
        end: Called when the run is closed and no call is running any more, perhaps twice.
    """

    def __init__(
        self,
        source: Iterable[object] | AsyncIterable[object],
        prepare: Callable[[Any], _Item | None],
        call: Callable[[_Item], Awaitable[_Result]],
        *,
        max_concurrency: int,
        in_order: bool = False,
        end: Callable[[], object] = lambda: None,
    ) -> None:
        self._results: _Results[_Result] = _Results(max_concurrency, in_order=in_order, end=end)
        self._source = source
        self._prepare = prepare
        self._call = call
        self._next: Callable[[], object] | None = None
        self._is_exhausted = False
        self._is_pulling = False
        self._taken_at_once = 0
        self._tasks = Tasks()
        self._waiting: list[anyio.Event] = []
        """The consumers that wait for a result, and the task that waits for room."""

    @property
    def running(self) -> int:
        """The number of calls that were started and have no result yet."""
        return self._results.running

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _Result:
        results = self._results
        while not results.is_closed:
            self._fill()
            if results.can_take:
                if self._taken_at_once >= results.max_concurrency:
                    # Let other tasks run, even if every result is available at once.
                    self._taken_at_once = 0
                    await _let_others_run()
                    continue
                self._taken_at_once += 1
                result = results.take()
                self._wake()  # there is room for another call, or this was the last result
                return result
            if self._is_exhausted and not results.outstanding:
                break
            self._taken_at_once = 0
            await self._wait()
        raise StopAsyncIteration

    async def _wait(self) -> None:
        """Wait until a result, room for a call, or the end of the source is there."""
        import anyio

        event = anyio.Event()
        self._waiting.append(event)
        await event.wait()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            event.set()

    def _fill(self) -> None:
        """Start calls up to `max_concurrency`."""
        while self._results.has_room and not (self._is_exhausted or self._is_pulling):
            if self._next is None:
                if isinstance(self._source, AsyncIterable):
                    self._is_pulling = True
                    self._tasks.start(self._pull)
                    return
                self._next = iter(self._source).__next__
            try:
                entry = self._next()
            except StopIteration:
                self._is_exhausted = True
                return
            self._start(entry)

    def _start(self, entry: object) -> None:
        item = self._prepare(entry)
        if item is not None:
            self._tasks.start(self._run_call, self._results.number(), item)

    async def _pull(self) -> None:
        """Start the calls for an async iterable, which one task reads to its end."""
        source = aiter(cast("AsyncIterable[object]", self._source))
        try:
            async for entry in source:
                self._start(entry)
                while not (self._results.has_room or self._results.is_closed):
                    await self._wait()
                if self._results.is_closed:
                    return
        except Exception as error:  # noqa: BLE001  # raised to the consumer
            self._results.fail(error)
        except asyncio.CancelledError as error:
            self._results.fail(error)
            raise
        finally:
            self._is_exhausted = True
            self._wake()
            await _close_source(source)

    async def _run_call(self, number: int, item: _Item) -> None:
        if not self._results.enter(number):
            return
        try:
            self._results.keep(number, await self._call(item))
        except Exception as error:  # noqa: BLE001  # raised to the consumer
            self._results.fail(error)
        except asyncio.CancelledError as error:
            # Of the run, which has no consumer any more, or of a task that the call waited for.
            self._results.fail(error)
            raise
        finally:
            self._results.leave(number)
            self._wake()

    async def close(self) -> None:
        """Make no other call, and cancel those that are running."""
        if not self._results.is_closed:
            self._tasks.cancel()
        self.abandon()
        await self._tasks.wait()

    def abandon(self) -> None:
        """Make no other call, and wait for none."""
        if not self._results.is_closed:
            self._results.close()
            self._wake()


async def _close_source(source: object) -> None:
    """Close an async generator in the task that has read it."""
    import anyio

    close = getattr(source, "aclose", None)
    if close is not None:
        with anyio.CancelScope(shield=True):
            await close()


async def _let_others_run() -> None:
    import anyio.lowlevel

    await anyio.lowlevel.checkpoint()

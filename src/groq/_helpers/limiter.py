"""`RateLimiter`: keeps calls within the rate limits of the API, which it learns from responses.

`limits` decides when a request may be sent. This module queues the calls that have to wait, in
threads, in tasks of any event loop, or both; only the first of a queue has a timer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import math
import os
import re
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

import sniffio

from .._exceptions import APITimeoutError, GroqError, RequestTooLargeError, limit_exceeded
from .._http import codec, library, reading
from .._http.requests import FinalRequestOptions
from .._logging import logger
from .._rate_limits import LimitExceeded, RateLimit, retry_after
from .._types import is_mapping
from .limiter_stores import SQLiteStore, Store
from .limits import Booking, Cost, Limits, limit_name, token_cost

if TYPE_CHECKING:
    import anyio
    import httpx

    from .._base_client import AsyncAPIClient, SyncAPIClient

_T = TypeVar("_T")

_TAIL = 16 * 1024
"""Bytes at the end of a response that are searched for its usage."""

_USAGE = re.compile(rb'"usage"\s*:\s*(?=\{)')
_DECODER = json.JSONDecoder()
_DURATION = re.compile(rb'"duration"\s*:\s*(\d+(?:\.\d+)?)')
_PICTURE = re.compile(rb";base64,[A-Za-z0-9+/=]+")
_SIZE_OF_PICTURE = 4000
"""Bytes of text that cost about as many tokens as an image."""

_UNKNOWN_WAIT = 1.0
"""Seconds to wait after a refusal without `retry-after`."""

given_up: ContextVar[threading.Event | None] = ContextVar("given_up", default=None)
"""An event that ends the waits of a thread's calls, since a thread cannot be cancelled."""

_WORTH_A_LINE = 1.0
"""The shortest wait that is logged at level `INFO`, in seconds."""

_CONNECTION_NEVER_OPENED = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""Names of errors of httpx for requests that were not sent, which cost nothing."""


@dataclass(frozen=True)
class Wait:
    """A call that has to wait for a rate limit."""

    model: str
    """The model of the call."""
    limit: str | None
    """The limit that it waits for, such as `tokens_per_minute`; `None` while it is unknown."""
    seconds: float | None
    """The estimated wait in seconds; `None` if it is unknown."""
    ahead: int
    """The number of calls ahead of it."""


class RateLimiter:
    """Delays calls to stay within the rate limits of the API, so that none is refused.

        client = Groq(limiter=RateLimiter())

    It learns the limits of each model from the headers of responses and from refusals: a limit that
    no header shows is exceeded once. A call reserves its prompt and its `max_completion_tokens`,
    and returns what it did not use. Calls are sent in order of arrival. Waiting counts towards a
    client's `deadline`, but not towards a `timeout`. One limiter can serve several clients, in
    threads and in tasks.

    Args:
        requests_per_minute: Requests per minute, for each model. Like all other limits, it is
            learnt if it is not given.
        requests_per_day: Requests per day, for each model.
        tokens_per_minute: Tokens of prompts and completions per minute, for each model.
        tokens_per_day: Tokens of prompts and completions per day, for each model.
        input_tokens_per_minute: Tokens of prompts per minute, for each model.
        output_tokens_per_minute: Tokens of completions per minute, for each model.
        audio_seconds_per_hour: Seconds of transcribed audio per hour, for each model.
        audio_seconds_per_day: Seconds of transcribed audio per day, for each model.
        path: A file that shares the limits between the processes of one machine, and keeps them
            between runs. It is an SQLite database, and does not hold the key.
        store: A store that shares the limits between machines, such as a `RedisStore`.
        share: The fraction of all limits to use, such as `1 / 16` on each of 16 machines that do
            not share a store; the default is 1.
        on_wait: A function that is called with a `Wait` when a call has to wait.

    Raises:
        ValueError: A limit is not above 0, a share is not in (0, 1], or both a path and a store
            are given.
        OSError: The file at `path` cannot be opened, or is not a database.

    Source: https://console.groq.com/docs/rate-limits
    """

    speed: ClassVar[float] = 1.0
    """The speed of the limiter's clock.

    Tests against a `LocalServer` with a faster clock use a subclass with the same speed.
    """

    def __init__(
        self,
        *,
        requests_per_minute: float | None = None,
        requests_per_day: float | None = None,
        tokens_per_minute: float | None = None,
        tokens_per_day: float | None = None,
        input_tokens_per_minute: float | None = None,
        output_tokens_per_minute: float | None = None,
        audio_seconds_per_hour: float | None = None,
        audio_seconds_per_day: float | None = None,
        path: str | os.PathLike[str] | None = None,
        store: Store | None = None,
        share: float = 1.0,
        on_wait: Callable[[Wait], object] | None = None,
    ) -> None:
        given = {
            "requests_per_minute": requests_per_minute,
            "requests_per_day": requests_per_day,
            "tokens_per_minute": tokens_per_minute,
            "tokens_per_day": tokens_per_day,
            "input_tokens_per_minute": input_tokens_per_minute,
            "output_tokens_per_minute": output_tokens_per_minute,
            "audio_seconds_per_hour": audio_seconds_per_hour,
            "audio_seconds_per_day": audio_seconds_per_day,
        }
        configured = {name: limit for name, limit in given.items() if limit is not None}
        for name, limit in configured.items():
            if not limit > 0:
                raise ValueError(f"Expected `{name}` to be above 0 but received {limit!r}")
        if not 0 < share <= 1:
            raise ValueError(f"Expected `share` to be in (0, 1] but received {share!r}")
        if path is not None and store is not None:
            raise ValueError("Expected either a `path` or a `store` but received both")
        self._settings: dict[str, Any] = {
            **configured,
            "path": path,
            "store": store,
            "share": share,
            "on_wait": on_wait,
        }
        if path is not None:
            store = SQLiteStore(path)
        self._ledger = _Ledger(store, configured, share, self.speed)
        self._on_wait = on_wait
        self._queues: dict[str, _Queue] = {}
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        # An unpickled limiter starts afresh, apart from what its file or store shares.
        return partial(type(self), **self._settings), ()

    def __repr__(self) -> str:
        given = ", ".join(
            f"{name}={value!r}"
            for name, value in self._settings.items()
            if value is not None and (name, value) != ("share", 1.0)
        )
        return f"{type(self).__name__}({given})"

    @property
    def waiting(self) -> int:
        """The number of calls that are waiting, in this process."""
        with self._lock:
            return sum(len(queue.waiters) for queue in self._queues.values())

    def wake(self) -> None:
        """Make all waiting calls check whether they still have to wait."""
        with self._lock:
            waiters = [waiter for queue in self._queues.values() for waiter in queue.waiters]
        for waiter in waiters:
            waiter.wake()

    # ---------------------------------------------------------------------------------- sending

    def send(
        self,
        client: SyncAPIClient,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
    ) -> httpx.Response:
        """Send a request when the limits allow it, and again if it is refused.

        Raises:
            RequestTooLargeError: The request is larger than a limit.
            APITimeoutError: The client's deadline passes before its turn.
        """
        send = client._send  # pyright: ignore[reportPrivateUsage]  # the limiter wraps this method
        call = self._call(request, options)
        if call is None:
            return send(request, options, retries_taken)
        while True:
            try:
                if not self._goes_at_once(call):
                    self._wait_for_turn(call)
                response = send(request, options, retries_taken)
            except BaseException as error:
                call.lose(error)
                raise
            if response.is_success:
                call.accept(response)
                call.meter(response)
                return response
            reading.read_error(response)
            if not call.is_refused_by(response):
                return response

    async def async_send(
        self,
        client: AsyncAPIClient,
        request: httpx.Request,
        options: FinalRequestOptions,
        retries_taken: int,
    ) -> httpx.Response:
        """Send a request when the limits allow it, as `send` does."""
        send = client._send  # pyright: ignore[reportPrivateUsage]  # the limiter wraps this method
        call = self._call(request, options)
        if call is None:
            return await send(request, options, retries_taken)
        while True:
            try:
                if not self._goes_at_once(call):
                    await self._async_wait_for_turn(call)
                response = await send(request, options, retries_taken)
            except BaseException as error:
                await self._ledger.do(partial(call.lose, error))
                raise
            if response.is_success:
                if self._ledger.is_shared:
                    await self._ledger.do(partial(call.accept, response))
                else:
                    call.accept(response)
                call.meter(response)
                return response
            await reading.async_read_error(response)
            if not await self._ledger.do(partial(call.is_refused_by, response)):
                return response

    # --------------------------------------------------------------------------------- the queue

    def _call(self, request: httpx.Request, options: FinalRequestOptions) -> _Call | None:
        """Return the call of a request; `None` for a request without a model."""
        arguments: dict[str, Any] = {}
        for given in (options.json_data, options.extra_json):
            if is_mapping(given):
                arguments.update(given)
        model = arguments.get("model")
        if not isinstance(model, str):
            return None
        # The flex tier has limits of its own.
        tier = " flex" if arguments.get("service_tier") == "flex" else ""
        key = f"{request.url.host} {_owner(_authorization_of(request))} {model}{tier}"
        queue = self._queues.get(key)
        if queue is None:
            with self._lock:
                queue = self._queues.setdefault(key, _Queue(self._lock))
        return _Call(self._ledger, queue, key, model, arguments, request, options)

    def _goes_at_once(self, call: _Call) -> bool:
        """Admit a call that does not have to wait, if no other call waits; the fast path."""
        if self._ledger.is_shared or call.queue.waiters:
            return False
        call.book()
        if call.wait is None or call.wait > 0:
            return False
        call.queue.depart(call)
        return True

    def _wait_for_turn(self, call: _Call) -> None:
        waiter = _Thread()
        with contextlib.closing(self._admission(call, waiter)) as steps:
            for step in steps:
                if callable(step):
                    step()
                else:
                    waiter.wait(step)

    async def _async_wait_for_turn(self, call: _Call) -> None:
        waiter = _Task()
        with contextlib.closing(self._admission(call, waiter)) as steps:
            for step in steps:
                await (self._ledger.do(step) if callable(step) else waiter.wait(step))

    def _admission(
        self, call: _Call, waiter: _Waiter
    ) -> Generator[float | Callable[[], object], None, None]:
        """Yield the steps of a call until it may be sent: changes of the state, and waits.

        A call may be woken early, and then checks again.
        """
        queue = call.queue
        queue.join(waiter, is_first=call.was_refused)
        is_reported = False
        try:
            while True:
                wait = math.inf  # until it is woken
                if queue.waiters[0] is waiter:
                    yield call.book
                    if call.wait is not None:
                        wait = call.wait / self.speed
                    if wait <= 0:
                        queue.depart(call)
                        return
                if not is_reported:
                    is_reported = True
                    self._report(call, waiter, wait)
                if (event := given_up.get()) is not None and event.is_set():
                    raise GroqError("The call was given up while it waited for a rate limit")
                left = call.left()
                if left <= 0 or (left < wait < math.inf):
                    raise APITimeoutError(call.request)
                yield min(wait, left)
        finally:
            queue.leave(waiter)

    def _report(self, call: _Call, waiter: _Waiter, wait: float) -> None:
        ahead = call.queue.place_of(waiter)
        seconds = wait if wait < math.inf else call.queue.estimate(ahead)
        event = Wait(call.model, call.limit or call.queue.limit, seconds, ahead)
        is_short = seconds is not None and seconds < _WORTH_A_LINE
        level = logging.DEBUG if is_short else logging.INFO
        if logger.isEnabledFor(level):
            logger.log(
                level,
                "A call of %s waits %s for %s, with %d before it",
                event.model,
                "" if event.seconds is None else f"about {event.seconds:.2f} s",
                event.limit or "its turn",
                event.ahead,
            )
        if self._on_wait is not None:
            self._on_wait(event)


class _Ledger:
    """The limits of all models, in memory or in a store, and their clock."""

    def __init__(
        self, store: Store | None, configured: Mapping[str, float], share: float, speed: float
    ) -> None:
        self._store = store
        self._configured = configured
        self._share = share
        self._speed = speed
        self._limits: dict[str, Limits] = {}
        self._lock = threading.Lock()
        # Times in a store must have the same meaning for all processes.
        self._clock: Callable[[], float] = time.monotonic if store is None else time.time

    @property
    def is_shared(self) -> bool:
        """Whether other processes use the same limits."""
        return self._store is not None

    def change(self, key: str, change: Callable[[Limits, float], _T]) -> _T:
        """Change the limits of a model in a transaction.

        Args:
            key: The model and the owner of the limits.
            change: A function of the limits and the time; it may be called more than once.
        """
        if self._store is None:
            with self._lock:
                limits = self._limits.get(key)
                if limits is None:
                    limits = self._limits[key] = Limits()
                return change(limits, self._clock() * self._speed)
        while True:
            old = self._store.get(key)
            limits = Limits() if old is None else Limits.from_json(old)
            result = change(limits, self._clock() * self._speed)
            new = limits.to_json()
            if new == old or self._store.swap(key, old, new):
                return result

    def tell(self, limits: Limits, now: float) -> None:
        """Apply the limits that the caller has set."""
        if self._configured or self._share != 1.0:
            limits.tell(now, self._configured, self._share)

    async def do(self, action: Callable[[], _T]) -> _T:
        """Run a change, in a thread if the limits are in a store."""
        if self._store is None:
            return action()
        import anyio

        done: list[_T] = []
        with anyio.CancelScope(shield=True):
            done.append(await anyio.to_thread.run_sync(action))
        return done[0]


class _Call:
    """A call that passes through a limiter."""

    def __init__(
        self,
        ledger: _Ledger,
        queue: _Queue,
        key: str,
        model: str,
        arguments: dict[str, Any],
        request: httpx.Request,
        options: FinalRequestOptions,
    ) -> None:
        self.ledger = ledger
        self.queue = queue
        self._key = key
        self.model = model
        self.request = request
        self._options = options
        self._is_audio = "/audio/" in options.url and not options.url.endswith("/speech")
        self._size = _size_of(request, options)
        self._most_output = _most_output(arguments, options.url)
        self._requested_by_server: dict[str, float] = {}
        """The cost by unit that the server has named in a refusal."""
        self.was_refused = False
        self.booking: Booking | None = None
        self.wait: float | None = None
        """Seconds until it may be sent; `None` if that depends on a response to another call."""
        self.limit: str | None = None
        """The limit that it waits for."""

    def left(self) -> float:
        """Return the seconds until the deadline."""
        deadline = self._options.deadline
        return math.inf if deadline is None else deadline.left()

    # ------------------------------------------------------------------------------ before it goes

    def book(self) -> None:
        """Reserve the cost of the call, or set how long it has to wait."""
        earlier = self.booking
        booking, self.wait = self._change(partial(self._book, earlier))
        self.booking = booking if booking is not None and booking.is_booked else None
        self.limit = None if booking is None else booking.limit

    def _book(
        self, earlier: Booking | None, limits: Limits, now: float
    ) -> tuple[Booking | None, float | None]:
        if earlier is not None:
            if earlier.epoch == limits.epoch:
                return earlier, earlier.start - now
            limits.cancel(earlier)
        if self.queue.in_flight_count >= limits.in_flight_limit:
            return None, None
        self.ledger.tell(limits, now)
        booking = limits.book(now, self._cost(limits), ahead=self.ledger.is_shared)
        return booking, booking.start - now

    def _cost(self, limits: Limits) -> Cost:
        if self._is_audio:
            cost = limits.audio_cost(self._size)
            least: Cost = {}
        else:
            cost = limits.text_cost(self._size, self._most_output)
            # The estimate may be too high: only requests that are certainly too large are refused.
            least = token_cost(cost["input_tokens"] / 3, self._most_output or 0)
        if self._requested_by_server:
            cost = {
                name: max(amount, self._requested_by_server.get(name, 0))
                for name, amount in cost.items()
            }
        if name := limits.too_large(least):
            raise self._too_large(name, limits.buckets[name].limit, least)
        return cost

    def _too_large(self, name: str, limit: float, least: Cost) -> RequestTooLargeError:
        kind, _, per = name.partition("_per_")
        error = RequestTooLargeError(
            f"Expected at most {limit:,.0f} {kind.replace('_', ' ')} in a request, which is all "
            f"that {self.model!r} may be sent in a {per}, but this one reserves at least "
            f"{least[kind]:,.0f}; lower `max_completion_tokens` or shorten the prompt",
            self.request,
            body=None,
        )
        error.limit_exceeded = LimitExceeded(
            kind=cast("Any", kind),  # a name of WINDOWS is made of the two
            per=cast("Any", per),
            limit=limit,
            used=None,
            requested=least[kind],
            retry_after=None,
        )
        return error

    # ----------------------------------------------------------------------------- after it went

    def lose(self, error: BaseException) -> None:
        """Record that the call got no response."""
        booking, self.booking = self.booking, None
        if booking is None:
            return
        was_sent = self.queue.arrive(self)
        # A failed connection costs nothing; any other failure may have cost everything.
        is_free = not was_sent or any(
            library.is_a(error.__cause__, kind) for kind in _CONNECTION_NEVER_OPENED
        )
        end = Limits.cancel if is_free else Limits.settle
        self._change(lambda limits, _: end(limits, booking))
        self.queue.wake()

    def accept(self, response: httpx.Response) -> None:
        """Record that the server has begun to respond."""
        booking = self._booked()
        headers = _limits_of(response)
        rate_limit = RateLimit.from_headers(headers) if headers else None
        self.queue.arrive(self)
        self._change(lambda limits, now: limits.accept(now, booking, rate_limit))
        self.queue.wake()

    def meter(self, response: httpx.Response) -> None:
        """Settle the call when the body of its response has been read."""
        if library.is_read(response):  # a transport without a network
            self.settle(response.content)
        else:
            response.stream = library.of(response).BodyStream(_Metered(self, response))

    def settle(self, tail: bytes) -> None:
        """Record the cost of the call, if the end of the response has it."""
        booking, self.booking = self.booking, None
        if booking is None:
            return
        usage = _audio_usage(tail) if self._is_audio else _usage(tail)
        self._change(lambda limits, _: limits.settle(booking, usage, self._size))
        self.queue.wake()

    def is_refused_by(self, response: httpx.Response) -> bool:
        """Record an error response, and say whether to wait and send the request again."""
        booking, self.booking = self._booked(), None
        exceeded = _limit_exceeded(response)
        self.queue.arrive(self)
        wait = exceeded.retry_after if exceeded else None
        if wait is None:
            wait = retry_after(response.headers)
        is_limit = exceeded is not None or (response.status_code == 429 and wait is not None)
        if not is_limit:
            # The server failed, or refused an invalid request: that costs one request, no tokens.
            free = {**dict.fromkeys(booking.cost, 0.0), "requests": 1.0}
            self._change(lambda limits, _: limits.settle(booking, free))
        else:
            in_flight = self.queue.in_flight()
            if exceeded is not None and not exceeded.can_ever_fit:
                wait = 0.0
            self._change(
                lambda limits, now: limits.refuse(
                    now, booking, exceeded, _UNKNOWN_WAIT if wait is None else wait, in_flight
                )
            )
        self.queue.wake()
        if not is_limit or (exceeded is not None and not exceeded.can_ever_fit):
            return False
        if exceeded is not None and exceeded.requested:
            self._requested_by_server[exceeded.kind] = exceeded.requested
        self.was_refused = True
        logger.info(
            "A call of %s was refused for %s; the calls that wait go on in %.2f s",
            self.model,
            limit_name(exceeded) if exceeded else "a limit that has no name",
            _UNKNOWN_WAIT if wait is None else wait,
        )
        body: Any = self.request.stream
        return bool(getattr(body, "can_resend", True))

    def _booked(self) -> Booking:
        if self.booking is None:
            raise RuntimeError("A call was answered that was not sent")
        return self.booking

    def _change(self, change: Callable[[Limits, float], _T]) -> _T:
        return self.ledger.change(self._key, change)


class _Waiter(Protocol):
    """A thread or task that waits to be woken."""

    def wake(self) -> None: ...


class _Thread:
    """A thread that waits."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, seconds: float) -> None:
        """Wait until the time has passed or `wake` is called."""
        self._event.wait(None if seconds == math.inf else seconds)
        self._event.clear()

    def wake(self) -> None:
        self._event.set()


class _Task:
    """A task that waits, on asyncio or trio; it can be woken from any thread."""

    def __init__(self) -> None:
        self._is_woken = False
        self._event: anyio.Event | None = None
        self._thread = 0
        self._call_soon: Callable[[Callable[[], None]], object] | None = None

    async def wait(self, seconds: float) -> None:
        """Wait until the time has passed or `wake` is called."""
        import anyio

        if self._call_soon is None:
            self._call_soon = _call_soon()
            self._thread = threading.get_ident()
        self._event = anyio.Event()
        if not self._is_woken:
            with anyio.move_on_after(seconds):
                await self._event.wait()
        self._event, self._is_woken = None, False

    def wake(self) -> None:
        self._is_woken = True
        if self._call_soon is None:
            return  # not waiting yet; `wait` will return at once
        if threading.get_ident() == self._thread:
            self._set()
        else:
            with contextlib.suppress(RuntimeError):  # its event loop is closed
                self._call_soon(self._set)

    def _set(self) -> None:
        if self._event is not None:
            self._event.set()


def _call_soon() -> Callable[[Callable[[], None]], object]:
    """Return a function that runs another one on the running event loop, from any thread."""
    if sniffio.current_async_library() == "trio":
        import trio.lowlevel

        return trio.lowlevel.current_trio_token().run_sync_soon
    import asyncio

    return asyncio.get_running_loop().call_soon_threadsafe


class _Queue:
    """The calls of one model: those that wait, in order, and those in flight."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self.waiters: deque[_Waiter] = deque()
        self._in_flight: set[_Call] = set()
        self._left_at: float | None = None
        self._pace: float | None = None
        self.limit: str | None = None
        """The limit that the first of them waits for, or waited for."""

    @property
    def in_flight_count(self) -> int:
        """The number of calls in flight, neither accepted nor refused."""
        return len(self._in_flight)

    def in_flight(self) -> Cost:
        """Return the cost that the calls in flight have reserved."""
        reserved = Counter[str]()
        with self._lock:
            for call in self._in_flight:
                if call.booking is not None:
                    reserved.update(
                        cast("Counter[str]", call.booking.cost)
                    )  # costs are floats as well
        return reserved

    def join(self, waiter: _Waiter, *, is_first: bool) -> None:
        """Put a call at the end of the queue, or at its front if it was refused."""
        with self._lock:
            if is_first:
                self.waiters.appendleft(waiter)
            else:
                self.waiters.append(waiter)

    def leave(self, waiter: _Waiter) -> None:
        """Remove a call from the queue, and wake the new first one."""
        with self._lock:
            self.waiters.remove(waiter)
        self.wake()

    def depart(self, call: _Call) -> None:
        """Record that a call is sent."""
        now = time.monotonic()
        with self._lock:
            self._in_flight.add(call)
            if len(self.waiters) > 1 and self._left_at is not None:
                gap = now - self._left_at
                self._pace = gap if self._pace is None else 0.9 * self._pace + 0.1 * gap
            self._left_at = now
            self.limit = call.limit or self.limit

    def arrive(self, call: _Call) -> bool:
        """Record that a call is no longer in flight; say whether it was."""
        with self._lock:
            was_sent = call in self._in_flight
            self._in_flight.discard(call)
        return was_sent

    def wake(self) -> None:
        """Make the first call check whether it may be sent."""
        if not self.waiters:
            return
        with self._lock:
            first = self.waiters[0] if self.waiters else None
        if first is not None:
            first.wake()

    def place_of(self, waiter: _Waiter) -> int:
        """Return the number of calls ahead of one."""
        with self._lock:
            if self.waiters[-1] is waiter:
                return len(self.waiters) - 1
            return self.waiters.index(waiter)

    def estimate(self, ahead: int) -> float | None:
        """Estimate the seconds until that many calls have been sent."""
        return None if self._pace is None else (ahead + 1) * self._pace


# ------------------------------------------------------------------------------------ what it costs


def _size_of(request: httpx.Request, options: FinalRequestOptions) -> int:
    """Return the size of the prompt or of the recording, in bytes."""
    if options.files:
        return int(request.headers.get("content-length", 0))
    body = options.encode_json() or b""
    if b";base64," in body:
        text, pictures = _PICTURE.subn(b"", body)
        return len(text) + pictures * _SIZE_OF_PICTURE
    return len(body)


def _most_output(arguments: dict[str, Any], url: str) -> float | None:
    """Return the most tokens of the completion; `None` if the call does not limit them."""
    if url.endswith(("/embeddings", "/speech")):
        return 0.0
    for name in ("max_completion_tokens", "max_tokens", "max_output_tokens"):
        given = arguments.get(name)
        if isinstance(given, int):
            return float(given)
    return None


def _limit_exceeded(response: httpx.Response) -> LimitExceeded | None:
    """Return the limit that the JSON of an error response names, if any."""
    try:
        body = codec.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return limit_exceeded(response.status_code, body)


def _authorization_of(request: httpx.Request) -> bytes:
    # `headers.get` compares the name with every header, twice.
    for name, value in request.headers.raw:
        if name == b"Authorization":
            return value
    return b""


def _limits_of(response: httpx.Response) -> dict[str, str]:
    return {
        name.decode("ascii").lower(): value.decode("latin-1")
        for name, value in response.headers.raw
        if name[:12].lower() == b"x-ratelimit-"
    }


@lru_cache(maxsize=128)
def _owner(authorization: bytes) -> str:
    """Return a hash that identifies a key without revealing it."""
    return hashlib.sha256(authorization).hexdigest()[:16]


def _usage(tail: bytes) -> dict[str, float]:
    """Find the usage in the last bytes of a response; return an empty one if it is missing."""
    end = len(tail)
    while (start := tail.rfind(b'"usage"', 0, end)) >= 0:
        end = start
        if found := _USAGE.match(tail, start):
            with contextlib.suppress(
                ValueError, RecursionError, KeyError, TypeError, AttributeError
            ):
                text = tail[found.end() :].decode("utf-8", "replace")
                return _tokens(_DECODER.raw_decode(text)[0])
    return {}


def _tokens(usage: dict[str, Any]) -> dict[str, float]:
    prompt = float(usage["prompt_tokens"] if "prompt_tokens" in usage else usage["input_tokens"])
    output = usage.get("completion_tokens", usage.get("output_tokens")) or 0
    details: dict[str, Any] = (
        usage.get("prompt_tokens_details", usage.get("input_tokens_details")) or {}
    )
    cached = float(details.get("cached_tokens") or 0)
    return {**token_cost(prompt, float(output)), "cached_tokens": cached}


def _audio_usage(tail: bytes) -> dict[str, float]:
    """Find the duration of a transcription, in seconds."""
    heard = _DURATION.search(tail)
    return {"requests": 1.0, "audio_seconds": float(heard[1])} if heard else {}


class _Metered:
    """The body of a response, whose last bytes are searched for the usage."""

    def __init__(self, call: _Call, response: httpx.Response) -> None:
        self._call = call
        self._body: Any = response.stream
        self._tail = b""
        self._is_packed = "content-encoding" in response.headers
        self._response = response
        self._is_settled = False

    def __iter__(self) -> Iterator[bytes]:
        look = self._looker()
        try:
            for piece in self._body:
                look(piece)
                yield piece
        finally:
            self._settle()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        look = self._looker()
        pieces = aiter(self._body)
        try:
            async for piece in pieces:
                look(piece)
                yield piece
        finally:
            await self._async_settle()

    def _looker(self) -> Callable[[bytes], None]:
        if not self._is_packed:
            return self._look
        try:
            unpack = reading.unpacker(self._response)
        except library.errors():
            unpack = None
        if unpack is None:
            return lambda _: None

        def look(piece: bytes) -> None:
            with contextlib.suppress(*library.errors()):  # who reads the body gets it as well
                for unpacked in unpack.feed(piece):
                    self._look(unpacked)

        return look

    def _look(self, piece: bytes) -> None:
        self._tail = (self._tail + piece)[-_TAIL:]

    def _settle(self) -> None:
        if not self._is_settled:
            self._is_settled = True
            self._call.settle(self._tail)

    async def _async_settle(self) -> None:
        if not self._is_settled:
            self._is_settled = True
            await self._call.ledger.do(partial(self._call.settle, self._tail))

    def close(self) -> None:
        """Release the source of the body."""
        self._body.close()
        self._settle()

    async def aclose(self) -> None:
        """Release the source of the body."""
        await self._body.aclose()
        await self._async_settle()

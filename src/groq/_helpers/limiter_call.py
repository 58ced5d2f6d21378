"""One call of a `RateLimiter`: what it reserves, its turn, and what its response says."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from .. import _library as library
from .._constants import MAX_RETRY_AFTER
from .._exceptions import APITimeoutError, GroqError, RequestTooLargeError, limit_exceeded
from .._http import codec, reading, retries
from .._http.options import FinalRequestOptions
from .._logging import logger
from .._rate_limits import LimitExceeded, RateLimit, retry_after
from .estimates import Cost, token_cost
from .limiter_queue import AsyncWaiter, Queue, Waiter
from .limiter_usage import MeteredBody, audio_usage, token_usage
from .limits import Booking, Limits, limit_name
from .stop import stop_of_run

if TYPE_CHECKING:
    import httpx

_PICTURE = re.compile(rb";base64,[A-Za-z0-9+/=]+")
_SIZE_OF_PICTURE = 4000
"""Bytes of text that cost about as many tokens as an image."""

_UNKNOWN_WAIT = 1.0
"""Seconds to wait after a refusal that does not say how long.

They double with each one that does not name a limit either.
"""

_LONGEST_WAIT = 24 * 3600.0
"""The longest wait after a refusal in seconds; no limit has a longer window."""

_WORTH_A_LINE = 1.0
"""The shortest wait that is logged at level `INFO`, in seconds."""

_CONNECTION_NEVER_OPENED = ("ConnectError", "ConnectTimeout", "PoolTimeout")
"""Names of errors of httpx for requests that were not sent, which cost nothing."""


_LONGEST_OUTPUT = ("max_completion_tokens", "max_tokens", "max_output_tokens")
"""The arguments that limit a completion, the decisive one first."""


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


class Call:
    """A call that passes through a limiter."""

    was_refused = False
    """Whether the server has refused it."""
    _bare_refusals = 0
    """The number of refusals that have said neither how long to wait nor which limit it was."""
    _booking: Booking | None = None
    _limit: str | None = None
    """The limit that it waits for."""

    def __init__(
        self,
        queue: Queue,
        arguments: Mapping[str, Any],
        request: httpx.Request,
        options: FinalRequestOptions,
        on_wait: Callable[[Wait], object] | None,
    ) -> None:
        self.queue = queue
        self.request = request
        self.model: str = arguments["model"]
        self._options = options
        self._on_wait = on_wait
        self._is_audio = "/audio/" in options.url and not options.url.endswith("/speech")
        self._size = _size_of(request)
        self._most_output = _most_output(arguments, options.url)
        self._requested_by_server: dict[str, float] = {}
        """The cost by unit that the server has named in a refusal."""

    # ------------------------------------------------------------------------------ before it goes

    def starts_at_once(self) -> bool:
        """Start the call if neither it nor another one has to wait."""
        queue = self.queue
        return not (queue.waiters or queue.state.is_shared) and self.book() <= 0

    def book(self) -> float:
        """Reserve the cost of the call; return the seconds until it may be sent.

        They are infinite if that depends on the response to another call.
        """
        state = self.queue.state
        booking, wait = state.change(self._book)
        # Limits that are shared are reserved before the wait.
        self._booking = booking if booking is not None and booking.is_booked else None
        self._limit = None if booking is None else booking.limit
        return wait / state.speed

    def _book(self, limits: Limits, now: float) -> tuple[Booking | None, float]:
        # A store may repeat this, so the reservation changes when it is done.
        queue, booking = self.queue, self._booking
        in_flight = queue.in_flight
        in_flight.pop(self, None)
        if booking is not None and booking.epoch != limits.epoch:
            limits.cancel(booking)
            booking = None
        if booking is None:
            if in_flight and len(in_flight) >= limits.in_flight_limit:
                return None, math.inf
            booking = limits.book(now, self._cost(limits), ahead=queue.state.is_shared)
        wait = booking.start - now
        if wait <= 0:
            in_flight[self] = booking.cost
        return booking, wait

    def _cost(self, limits: Limits) -> Cost:
        if self._is_audio:
            cost = limits.estimates.audio_cost(self._size)
        else:
            cost = limits.estimates.text_cost(self._size, self._most_output)
            if limits.too_large(cost):
                # The estimate may be too high: only what is certainly too large is refused.
                least = token_cost(cost["input_tokens"] / 3, self._most_output or 0)
                if name := limits.too_large(least):
                    raise self._too_large(name, limits.buckets[name].allowed, least)
        for unit, amount in self._requested_by_server.items():
            if unit in cost:
                cost[unit] = max(cost[unit], amount)
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

    # ------------------------------------------------------------------------------ while it waits

    def report_wait(self, waiter: Waiter | AsyncWaiter, seconds: float) -> None:
        """Log that the call waits, and call the hook."""
        queue = self.queue
        ahead = queue.place_of(waiter)
        estimate = seconds if seconds < math.inf else queue.estimate(ahead)
        event = Wait(self.model, self._limit or queue.limit, estimate, ahead)
        is_short = estimate is not None and estimate < _WORTH_A_LINE
        level = logging.DEBUG if is_short else logging.INFO
        if logger.isEnabledFor(level):
            logger.log(
                level,
                "A call of %s waits %sfor %s, with %d before it",
                event.model,
                "" if event.seconds is None else f"about {event.seconds:.2f} s ",
                event.limit or "its turn",
                event.ahead,
            )
        if self._on_wait is not None:
            self._on_wait(event)

    def longest_wait(self, seconds: float) -> float:
        """Return how long the call may wait for its turn in that many seconds.

        Raises:
            APITimeoutError: The deadline passes before.
            GroqError: The run that its thread belongs to is closed.
        """
        if (stop := stop_of_run.get()) is not None and stop.is_set:
            raise GroqError("The call was given up while it waited for a rate limit")
        deadline = self._options.deadline
        left = math.inf if deadline is None else deadline.left()
        if left <= 0 or (left < seconds < math.inf):
            raise APITimeoutError(self.request)
        return min(seconds, left)

    # ----------------------------------------------------------------------------- after it went

    def give_up(self) -> None:
        """Record that the call is not sent."""
        booking, self._booking = self._booking, None
        if booking is not None:
            self._record(lambda limits, _: limits.cancel(booking))

    def lose(self, error: BaseException) -> None:
        """Record that the call got no response."""
        if any(library.is_a(error.__cause__, kind) for kind in _CONNECTION_NEVER_OPENED):
            self.give_up()  # that costs nothing
            return
        # Any other failure may have cost everything.
        booking, self._booking = self._booked(), None
        self._record(lambda limits, _: limits.settle(booking))

    def accept(self, response: httpx.Response) -> None:
        """Record that the server has begun to respond, and meter the body of its response."""
        booking = self._booked()
        headers = _limits_of(response)
        rate_limit = RateLimit.from_headers(headers) if headers else None
        if library.is_read(response):  # a transport without a network
            usage = self._usage_in(response.content)
        else:
            usage = None
            body = MeteredBody(response, self._settle, self.queue.state.async_do)
            response.stream = library.of(response).StreamAdapter(body)

        def change(limits: Limits, now: float) -> None:
            limits.accept(now, booking, rate_limit)
            if usage is not None:
                limits.settle(booking, usage, self._size)

        self._record(change)

    def _settle(self, tail: bytes) -> None:
        """Record the cost of the call, if the end of the response has it."""
        booking, usage = self._booked(), self._usage_in(tail)
        self._record(lambda limits, _: limits.settle(booking, usage, self._size))

    def _usage_in(self, tail: bytes) -> dict[str, float]:
        return audio_usage(tail) if self._is_audio else token_usage(tail)

    def is_refused_by(self, response: httpx.Response) -> bool:
        """Record an error response, and say whether to wait and send the request again."""
        booking, self._booking = self._booked(), None
        exceeded = _limit_exceeded(response)
        wait = exceeded.retry_after if exceeded else None
        if wait is None:
            wait = retry_after(response.headers)
        if exceeded is None and response.status_code != 429:
            # The server failed, or refused an invalid request: that costs one request, no tokens.
            free = {**dict.fromkeys(booking.cost, 0.0), "requests": 1.0}
            self._record(lambda limits, _: limits.settle(booking, free))
            return False
        longest = _LONGEST_WAIT
        if wait is None and exceeded is None:
            wait, longest = _UNKNOWN_WAIT * 2**self._bare_refusals, MAX_RETRY_AFTER
            self._bare_refusals += 1
        elif wait is None:
            wait = _UNKNOWN_WAIT
        helps = wait <= longest and (exceeded is None or exceeded.can_ever_fit)
        # The others need not wait for a request that can never be sent.
        self._record(partial(self._refuse, booking, exceeded, wait if helps else 0.0))
        if not helps:
            return False
        if exceeded is not None and exceeded.requested:
            self._requested_by_server[exceeded.kind] = exceeded.requested
        self.was_refused = True
        logger.info(
            "A call of %s was refused for %s; the calls that wait go on in %.2f s",
            self.model,
            limit_name(exceeded) if exceeded else "a limit that has no name",
            wait,
        )
        return retries.can_resend(self.request.stream)

    def _refuse(
        self,
        booking: Booking,
        exceeded: LimitExceeded | None,
        wait: float,
        limits: Limits,
        now: float,
    ) -> None:
        limits.refuse(now, booking, exceeded, wait, self.queue.reserved())

    def _booked(self) -> Booking:
        if self._booking is None:
            raise RuntimeError("A call was answered that was not sent")
        return self._booking

    def _record(self, change: Callable[[Limits, float], object]) -> None:
        """Change the limits after the call was sent, and wake the call that waits for it."""
        queue = self.queue
        queue.in_flight.pop(self, None)
        try:
            queue.state.change(change)
        except GroqError as error:
            # The store has failed. The response was paid for, and must not be lost for that.
            logger.warning("The rate limits of %s are out of date: %s", self.model, error)
        if queue.waiters:
            queue.wake()


# ------------------------------------------------------------------------------------ what it costs


def _size_of(request: httpx.Request) -> int:
    """Return the size of the prompt or of the recording, in bytes."""
    if not library.is_read(request):  # a form or another body that is sent in pieces
        return int(request.headers.get("content-length", 0))
    body = request.content
    if b";base64," in body:
        text, pictures = _PICTURE.subn(b"", body)
        return len(text) + pictures * _SIZE_OF_PICTURE
    return len(body)


def _most_output(arguments: Mapping[str, Any], url: str) -> float | None:
    """Return the most tokens of the completion; `None` if the call does not limit them."""
    if url.endswith(("/embeddings", "/speech")):
        return 0.0
    for name in _LONGEST_OUTPUT:
        given = arguments.get(name)
        if isinstance(given, int):
            return float(given)
    return None


def _limits_of(response: httpx.Response) -> dict[str, str]:
    return {
        name.decode("ascii"): value.decode("latin-1")
        for _, name, value in library.header_items(response.headers)
        if name.startswith(b"x-ratelimit-")
    }


def _limit_exceeded(response: httpx.Response) -> LimitExceeded | None:
    """Return the limit that the JSON of an error response names, if any."""
    try:
        body = codec.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return limit_exceeded(response.status_code, body)


# ----------------------------------------------------------------------------------------- sending


async def async_send_in_turn(
    call: Call, send: Callable[[], Awaitable[httpx.Response]]
) -> httpx.Response:
    """Send a request when the limits allow it, and again if it is refused."""
    state = call.queue.state
    while True:
        try:
            if not call.starts_at_once():
                await _async_wait_for_turn(call)
        except BaseException:
            await state.async_do(call.give_up)
            raise
        try:
            response = await send()
        except BaseException as error:
            await state.async_do(partial(call.lose, error))
            raise
        if 200 <= response.status_code < 300:
            try:
                await state.async_do(partial(call.accept, response))
            except BaseException:
                await response.aclose()
                raise
            return response
        await reading.async_read_error(response)
        if not await state.async_do(partial(call.is_refused_by, response)):
            return response


async def _async_wait_for_turn(call: Call) -> None:
    queue, waiter = call.queue, AsyncWaiter()
    queue.join(waiter, is_first=call.was_refused)
    was_reported = False
    try:
        while True:
            # It may be woken early, and then checks again.
            seconds = math.inf
            if queue.waiters[0] is waiter:
                seconds = await queue.state.async_do(call.book)
                if seconds <= 0:
                    queue.measure_pace()
                    return
            if not was_reported:
                was_reported = True
                call.report_wait(waiter, seconds)
            await waiter.wait(call.longest_wait(seconds))
    finally:
        queue.leave(waiter)


# >>> sync half: produced by scripts/mirror.py


def send_in_turn(call: Call, send: Callable[[], httpx.Response]) -> httpx.Response:
    """Send a request when the limits allow it, and again if it is refused."""
    state = call.queue.state
    while True:
        try:
            if not call.starts_at_once():
                _wait_for_turn(call)
        except BaseException:
            state.do(call.give_up)
            raise
        try:
            response = send()
        except BaseException as error:
            state.do(partial(call.lose, error))
            raise
        if 200 <= response.status_code < 300:
            try:
                state.do(partial(call.accept, response))
            except BaseException:
                response.close()
                raise
            return response
        reading.read_error(response)
        if not state.do(partial(call.is_refused_by, response)):
            return response


def _wait_for_turn(call: Call) -> None:
    queue, waiter = call.queue, Waiter()
    queue.join(waiter, is_first=call.was_refused)
    was_reported = False
    try:
        while True:
            # It may be woken early, and then checks again.
            seconds = math.inf
            if queue.waiters[0] is waiter:
                seconds = queue.state.do(call.book)
                if seconds <= 0:
                    queue.measure_pace()
                    return
            if not was_reported:
                was_reported = True
                call.report_wait(waiter, seconds)
            waiter.wait(call.longest_wait(seconds))
    finally:
        queue.leave(waiter)


# <<<

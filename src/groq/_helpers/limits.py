"""Rate limits without I/O: decides when a request may be sent, from a state and the time.

Each limit is a bucket that holds `limit` units and refills evenly over its window. A request
reserves its estimated cost before it is sent, and returns what it did not use. Nothing here waits,
reads a clock or uses threads: that is left to `limiter`.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from .._rate_limits import LimitExceeded, RateLimit, RateLimitWindow
from .estimates import Cost, Estimates, token_cost

WINDOWS = {
    "requests_per_minute": 60.0,
    "requests_per_day": 86_400.0,
    "tokens_per_minute": 60.0,
    "tokens_per_day": 86_400.0,
    "input_tokens_per_minute": 60.0,
    "output_tokens_per_minute": 60.0,
    "audio_seconds_per_hour": 3600.0,
    "audio_seconds_per_day": 86_400.0,
}
"""Groq's kinds of limits, and the window of each in seconds."""

UNITS = {name: name.partition("_per_")[0] for name in WINDOWS}
"""The unit of each limit: `tokens` for `tokens_per_day`."""

_REMEMBERED = 86_400.0
"""Seconds after which a limit that the server no longer names is dropped, since plans change."""

_LONGEST_WAY = 1.0
"""The longest time that a request is assumed to be in transit, in seconds."""

_SET_BACK = 600.0
"""Seconds by which a clock is behind its latest time if it was set back."""

_ROUNDED = 1.0
"""Seconds by which the wait that the server names may be too short."""

_JITTER = 0.1
"""Seconds by which one request may overtake another in transit."""


@dataclass(slots=True)
class Bucket:
    """One limit, and what remains of it at the time of its `Limits`."""

    window: float
    """Seconds in which an empty bucket refills."""
    limit: float = math.inf
    """Units that the server allows per window; infinite before it has named the limit."""
    given: float = math.inf
    """Units that the caller allows per window; infinite without such a setting."""
    capacity: float = 0.0
    """The most that can be reserved at once."""
    level: float = 0.0
    """Units that can be reserved; negative if a request cost more than it reserved."""
    reserved: float = 0.0
    """Units reserved by requests that are not settled yet."""
    total: float = 0.0
    """All units reserved so far."""
    ahead: list[list[float]] = field(default_factory=list[list[float]])
    """Start and amount of reservations for requests that are not sent yet."""
    measured: float = 0.0
    """The longest window that headers have implied, in seconds."""
    named_at: float = 0.0
    """When the server or the caller last named the limit, or it last delayed a request."""

    @property
    def allowed(self) -> float:
        """Units that the server and the caller allow per window, to all programs together."""
        return min(self.limit, self.given)

    @property
    def rate(self) -> float:
        """Units that refill in a second."""
        return self.capacity / self.window

    def resize(self, share: float) -> None:
        """Apply a new limit, or a new share of it; a new bucket is full."""
        earlier, self.capacity = self.capacity, self.allowed * share
        if earlier == 0.0:
            self.level = self.capacity
        else:
            self.level = min(self.level, self.capacity)

    def wait_for(self, amount: float) -> float:
        """Return the seconds until the bucket has that many units, or is full."""
        # Tolerance: rounding must not delay a request that has waited long enough.
        missing = min(amount, self.capacity) - self.level - 1e-9
        return max(0.0, missing / self.rate)

    def ahead_of(self, now: float) -> float:
        """Return the units reserved for requests that are sent later than now."""
        self.ahead = [each for each in self.ahead if each[0] > now]
        return sum(amount for _, amount in self.ahead)


@dataclass(slots=True, eq=False)
class Booking:
    """The reservation of a request, or how long it has to wait for one."""

    cost: Cost
    start: float
    """When the request may be sent."""
    limit: str | None = None
    """The limit that it waits for."""
    is_booked: bool = True
    """Whether the cost is reserved; if not, the request must book again at `start`."""
    epoch: int = 0
    """The number of refusals at the time of booking; a later refusal invalidates `start`."""
    number: int = 0
    """Its number among the reservations that are not cancelled."""
    refilled: Mapping[str, float] = field(default_factory=dict[str, float])
    """What each limit refills from the time of booking to a later start."""
    booked_at: float = 0.0
    """The time of all levels when it was booked."""
    taken: Mapping[str, float] = field(default_factory=dict[str, float])
    """The limits that it is reserved from: those known at that time.

    Each has the units that were pending, minus all units reserved so far, which tells how much may
    have been in transit at any later time.
    """
    was_full: tuple[str, ...] = ()
    """Those limits of which nothing was in use before."""


@dataclass
class Limits:
    """All limits of one model, for one organisation."""

    at: float = 0.0
    """The time of all levels: the start of the last booked request."""
    epoch: int = 0
    """The number of refusals."""
    buckets: dict[str, Bucket] = field(default_factory=dict[str, Bucket])
    booked: int = 0
    """The number of reservations that are not cancelled."""
    answered: int = 0
    """The number of accepted requests."""
    share: float = 1.0
    """The fraction of all limits that may be used."""
    estimates: Estimates = field(default_factory=Estimates)
    seen: float = 0.0
    """The latest time on the clock."""

    # ----------------------------------------------------------------------------- what is known

    def tell(self, now: float, limits: Mapping[str, float], share: float) -> None:
        """Set the limits that the caller gives, and the share of all limits."""
        for name, limit in limits.items():
            bucket = self.buckets.setdefault(name, Bucket(WINDOWS[name]))
            bucket.given = limit
            bucket.named_at = max(bucket.named_at, now)
        for bucket in self.buckets.values():
            bucket.level *= share / self.share
            bucket.resize(share)
        self.share = share

    def _learn(self, now: float, name: str, limit: float) -> Bucket:
        """Return the bucket of a limit that the server has named."""
        bucket = self.buckets.setdefault(name, Bucket(WINDOWS[name]))
        bucket.limit = limit
        bucket.named_at = max(bucket.named_at, now)
        bucket.resize(self.share)
        return bucket

    def too_large(self, cost: Cost) -> str | None:
        """Return the limit that is smaller than a request, if there is one."""
        for name, bucket in self.buckets.items():
            amount = cost.get(UNITS[name], 0.0)
            if amount > bucket.limit or amount > bucket.given:
                return name
        return None

    def _forget(self, now: float) -> None:
        """Drop the limits that were not named for a long time, since plans change."""
        for name, bucket in list(self.buckets.items()):
            if now - bucket.named_at > _REMEMBERED:
                del self.buckets[name]

    @property
    def in_flight_limit(self) -> float:
        """The number of requests that may be in flight at once.

        While the requests per minute are unknown (no header shows them), all requests in flight
        are refused when the limit is reached. So the number starts small and grows with accepted
        requests: the first refusal then affects about one request in a hundred.
        """
        day = self.buckets.get("requests_per_day")
        if "requests_per_minute" in self.buckets or (day is not None and day.window <= 60):
            return math.inf
        return max(2, self.answered // 100, 0 if day is None else day.allowed // 10_000)

    def follow_clock(self, now: float) -> None:
        """Move all times back with a clock that was set back, so that no call waits for it."""
        back = self.seen - now
        if back < _SET_BACK:
            self.seen = max(self.seen, now)
            return
        self.seen = now
        self.at -= back
        for bucket in self.buckets.values():
            bucket.named_at -= back
            bucket.ahead = [[start - back, amount] for start, amount in bucket.ahead]

    # -------------------------------------------------------------------------------- reservations

    def book(self, now: float, cost: Cost, *, ahead: bool = False) -> Booking:
        """Reserve the cost of a request.

        Args:
            now: The time, in seconds.
            cost: The estimated cost.
            ahead: Whether to reserve it now for a later start, so that no other request waits for
                the same units.
        """
        booked_at = start = max(now, self.at)
        limit, outdated = None, False
        for name, bucket in self.buckets.items():
            amount = cost.get(UNITS[name], 0.0)
            if amount > bucket.level and (ready := self.at + bucket.wait_for(amount)) > start:
                start, limit = ready, name
            outdated = outdated or now - bucket.named_at > _REMEMBERED
        if outdated:
            self._forget(now)
            return self.book(now, cost, ahead=ahead)
        if limit is not None:
            self.buckets[limit].named_at = max(now, self.buckets[limit].named_at)
        if start > now and not ahead:
            return Booking(cost, start, limit, is_booked=False)
        self._go_to(booked_at)
        refilled: dict[str, float] = {}
        if start > booked_at:
            refilled = {name: -bucket.level for name, bucket in self.buckets.items()}
            self._go_to(start)
            for name, bucket in self.buckets.items():
                refilled[name] += bucket.level
        self.booked += 1
        taken: dict[str, float] = {}
        full: tuple[str, ...] = ()
        for name, bucket in self.buckets.items():
            if units := cost.get(UNITS[name]):
                taken[name] = bucket.reserved - bucket.total
                if bucket.level >= bucket.capacity:
                    full += (name,)
                bucket.level -= units
                bucket.reserved += units
                bucket.total += units
                if start > now:
                    bucket.ahead.append([start, units])
        return Booking(
            cost,
            start,
            limit,
            epoch=self.epoch,
            number=self.booked,
            refilled=refilled,
            booked_at=booked_at,
            taken=taken,
            was_full=full,
        )

    def accept(self, now: float, booking: Booking, rate_limit: RateLimit | None) -> None:
        """Record that the server accepted a request, and apply the limits in its headers."""
        self._go_to(max(now, self.at))
        self.answered += 1
        # The server counts from the arrival of the request, this limiter from its departure. That
        # matters for a limit that was unused; the request arrived just now at the latest.
        offset = min(max(now - booking.start, 0.0), _LONGEST_WAY)
        for name in booking.was_full:
            if bucket := self.buckets.get(name):
                bucket.level -= offset * bucket.rate
        if rate_limit is not None:
            self._read(now, "requests_per_day", rate_limit.requests, booking)
            self._read(now, "tokens_per_minute", rate_limit.tokens, booking)

    def _read(self, now: float, name: str, window: RateLimitWindow, booking: Booking) -> None:
        if not window.limit or window.remaining is None:
            return
        known = self.buckets.get(name)
        if known is not None and known.limit < window.limit:
            self._start_new_plan()
        bucket = self._learn(now, name, window.limit)
        if window.reset is not None and (missing := window.limit - window.remaining) > 0:
            # The server rounds the remainder down, so this window is never too long.
            whole = window.reset.total_seconds() * window.limit / missing
            bucket.measured = max(bucket.measured, whole)
            bucket.window = min(bucket.measured, WINDOWS[name]) or WINDOWS[name]
        # Other programs may use the limit too. Requests in transit may be counted already or not.
        remaining = window.remaining + (self.at - now) * bucket.rate - bucket.ahead_of(now)
        if name in booking.taken and bucket.capacity == window.limit:
            in_transit = booking.taken[name] + bucket.total
            bucket.level = max(bucket.level, remaining - in_transit)
        bucket.level = min(bucket.level, remaining, bucket.capacity)

    def _start_new_plan(self) -> None:
        """Drop what only refusals have named, since the plan has changed."""
        for name, bucket in list(self.buckets.items()):
            if name in ("requests_per_day", "tokens_per_minute"):  # those in the headers
                continue
            bucket.limit = math.inf
            if bucket.given == math.inf:
                del self.buckets[name]
            else:
                bucket.resize(self.share)

    def settle(self, booking: Booking, usage: Cost | None = None, size: int = 0) -> None:
        """Return the units that a request did not use, or take those that it used on top.

        Args:
            booking: The reservation of the request.
            usage: The actual cost, with the `cached_tokens`, which are free; the default is the
                reserved cost.
            size: The bytes of the prompt, to improve estimates; 0 if it is unknown.
        """
        usage = usage or booking.cost
        if size:
            self.estimates.learn(size, usage)
        cached = usage.get("cached_tokens", 0.0)
        for name, bucket in self.buckets.items():
            unit = UNITS[name]
            if unit not in usage:
                continue
            used = usage[unit]
            if cached and unit in ("tokens", "input_tokens"):
                used -= cached
            if name in booking.taken:
                reserved = booking.cost[unit]
                bucket.reserved = max(0.0, bucket.reserved - reserved)
                bucket.level = min(bucket.level + reserved - used, bucket.capacity)
            else:  # it became known while the request was in flight
                counted = self._counted(unit, usage, booking)
                bucket.level = min(bucket.level + counted - used, bucket.capacity)

    def _counted(self, unit: str, usage: Cost, booking: Booking) -> float:
        """Return what the server has reserved: the actual prompt, and the longest completion."""
        output = booking.cost.get("output_tokens", 0.0)
        return token_cost(usage.get("input_tokens", 0.0), output).get(unit, usage[unit])

    def cancel(self, booking: Booking) -> None:
        """Return the whole reservation of a request that was not sent, or was refused."""
        for name in booking.taken:
            if bucket := self.buckets.get(name):
                amount = booking.cost[UNITS[name]]
                if [booking.start, amount] in bucket.ahead:
                    bucket.ahead.remove([booking.start, amount])
                bucket.reserved = max(0.0, bucket.reserved - amount)
                bucket.level = min(bucket.capacity, bucket.level + amount)
        if booking.number == self.booked and booking.start == self.at:
            # It was the last one, for whose start the others need not wait any more.
            self.booked -= 1
            self.at = booking.booked_at
            for name, bucket in self.buckets.items():
                bucket.level -= booking.refilled.get(name, 0.0)

    def refuse(
        self,
        now: float,
        booking: Booking,
        exceeded: LimitExceeded | None,
        wait: float,
        in_flight: Cost,
    ) -> None:
        """Record that the server refused a request: nothing is sent for `wait` seconds.

        Args:
            now: The time, in seconds.
            booking: The reservation of the request.
            exceeded: The limit that the server named.
            wait: The seconds that the server asks to wait.
            in_flight: The cost reserved by the other requests in flight, which may be refused too.
        """
        self._go_to(max(now, self.at))
        self.cancel(booking)
        self.epoch += 1
        name = exceeded and limit_name(exceeded)
        if exceeded and name and exceeded.limit:
            known = self.buckets.get(name)
            is_new = known is None
            bucket = self._learn(now, name, exceeded.limit)
            if exceeded.used is not None:
                remaining = exceeded.limit - exceeded.used
                if exceeded.requested and exceeded.retry_after is not None:
                    # An absurd use must not delay it much longer than the server asks.
                    longest = 2 * exceeded.retry_after + _ROUNDED
                    remaining = max(remaining, exceeded.requested - longest * bucket.rate)
                remaining += (self.at - now - _JITTER) * bucket.rate - bucket.ahead_of(now)
                if is_new:
                    remaining -= in_flight.get(UNITS[name], 0.0)
                bucket.level = min(bucket.level, remaining)
        self._go_to(max(now + wait, self.at))

    def _go_to(self, moment: float) -> None:
        """Refill the buckets up to a time that is not in the past."""
        elapsed, self.at = moment - self.at, moment
        for bucket in self.buckets.values():
            refilled = bucket.level + elapsed * bucket.capacity / bucket.window
            bucket.level = min(bucket.capacity, refilled)

    # --------------------------------------------------------------------------------- as text

    def to_json(self) -> str:
        """Return the state as JSON, for `from_json`."""
        return json.dumps(dataclasses.asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Limits:
        """Restore a state from the JSON of `to_json`; start anew if another version wrote it."""
        try:
            state = json.loads(text)
            state["buckets"] = {name: Bucket(**each) for name, each in state["buckets"].items()}
            state["estimates"] = Estimates(**state["estimates"])
            return cls(**state)
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()


def limit_name(exceeded: LimitExceeded) -> str | None:
    """Return the name of the limit in an error; `None` if it is unknown."""
    name = f"{exceeded.kind}_per_{exceeded.per}"
    return name if name in WINDOWS else None

"""Rate limits as values: what may be sent when, decided from a state and a time that come in.

Each limit is a bucket that holds `limit` units and wins them back evenly over its window. A request
reserves what it may cost before it is sent; what it did not use is given back. Nothing here waits,
reads a clock or knows of threads: `limiter` does.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .._rate_limits import LimitExceeded, RateLimit, RateLimitWindow

Cost: TypeAlias = Mapping[str, float]
"""How much a request takes of each unit: `requests`, `tokens`, `input_tokens`, …"""

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
"""The kinds of limits that Groq has, and the seconds in which each is won back."""

_REMEMBERED = 86_400.0
"""Seconds after which a limit that the server has not named again is forgotten: plans change."""

_LONGEST_WAY = 1.0
"""Seconds that a request is taken to be on its way at most."""

_JITTER = 0.1
"""Seconds by which one request may overtake another on the way."""


@dataclass
class Bucket:
    """One limit: how much of it is left, as of the moment that its `Limits` stand at."""

    limit: float
    """Units that the limit allows in its window."""
    window: float
    """Seconds in which they are won back."""
    share: float = 1.0
    """The part of the limit that may be used here."""
    level: float = 0.0
    """Units that can be reserved; negative if a request turned out to cost more."""
    reserved: float = 0.0
    """Units of requests that have not been settled yet."""
    total: float = 0.0
    """Units that were ever reserved."""
    ahead: list[list[float]] = field(default_factory=list[list[float]])
    """Start and amount of what is reserved for requests that have not gone yet."""
    measured: float = 0.0
    """The longest window that the headers have shown, in seconds."""
    named_at: float = 0.0
    """When somebody last named the limit."""

    @property
    def capacity(self) -> float:
        """The most that can be reserved at once."""
        return self.limit * self.share

    @property
    def rate(self) -> float:
        """Units that are won back in a second."""
        return self.capacity / self.window

    def wait_for(self, amount: float) -> float:
        """Return the seconds until so much is there, or all of it if that is less."""
        # Rounding must not leave a request that waited as told a hair too early.
        missing = min(amount, self.capacity) - self.level - 1e-9
        return max(0.0, missing / self.rate)

    def ahead_of(self, now: float) -> float:
        """Return how much is reserved for requests that go later than now."""
        self.ahead = [each for each in self.ahead if each[0] > now]
        return sum(amount for _, amount in self.ahead)


@dataclass(frozen=True)
class Booking:
    """What a request has reserved, or how long it has to wait for it."""

    cost: Cost
    start: float
    """When the request may go."""
    limit: str | None = None
    """The limit that it waits for."""
    is_booked: bool = True
    """Whether it is reserved. If not, it has to be asked for again at `start`."""
    epoch: int = 0
    """How often requests had been refused: if one is refused now, the start holds no longer."""
    taken: Mapping[str, float] = field(default_factory=dict[str, float])
    """The limits that it is reserved from, which are those that were known.

    With each is what was reserved by then and not settled, less what had ever been: so it can be
    told how much may have been on its way at some time since.
    """
    was_full: tuple[str, ...] = ()
    """Those of them of which nothing was in use before."""


@dataclass
class Limits:
    """All limits of one model, for one organisation."""

    at: float = 0.0
    """The moment that the levels stand at: the start of the last request that was booked."""
    epoch: int = 0
    """How many refusals there were."""
    buckets: dict[str, Bucket] = field(default_factory=dict[str, Bucket])
    answered: int = 0
    """Requests that were accepted."""
    input_tokens: list[float] = field(default_factory=lambda: [250.0, 1000.0])
    """Tokens of recent prompts, and the bytes that they were sent in."""
    input_error: float = 0.1
    """How far recent estimates of a prompt were off, as a part of it."""
    output_tokens: list[float] = field(default_factory=lambda: [200.0, 1.0])
    """Tokens of recent answers, and how many answers these were."""
    audio_seconds: list[float] = field(default_factory=lambda: [10.0, 160_000.0])
    """Seconds of recent recordings, and the bytes that they were sent in."""

    # ----------------------------------------------------------------------------- what is known

    def tell(self, now: float, limits: Mapping[str, float], share: float) -> None:
        """Take the limits that the caller knows, and the share of all limits that is for us."""
        for name, limit in limits.items():
            bucket = self.buckets.get(name)
            self._limit(now, name, limit if bucket is None else min(limit, bucket.limit), share)
        for bucket in self.buckets.values():
            if bucket.share != share:
                bucket.level *= share / bucket.share
                bucket.share = share

    def _limit(self, now: float, name: str, limit: float, share: float) -> Bucket:
        """Return the bucket of a limit that somebody names: a new one is full."""
        bucket = self.buckets.get(name)
        if bucket is None:
            bucket = Bucket(limit, WINDOWS[name], share, limit * share)
            self.buckets[name] = bucket
        bucket.limit = limit
        bucket.named_at = now
        bucket.level = min(bucket.level, bucket.capacity)
        return bucket

    @property
    def _share(self) -> float:
        return next((bucket.share for bucket in self.buckets.values()), 1.0)

    def too_large(self, cost: Cost) -> str | None:
        """Return the limit that a request exceeds by itself, if there is one."""
        for name, bucket in self.buckets.items():
            if cost.get(unit(name), 0.0) > bucket.limit:
                return name
        return None

    @property
    def in_flight_limit(self) -> float:
        """How many requests may be on their way at once.

        As long as the requests a minute are not known (no header tells them), all that are on their
        way when the limit is met are refused. So few are let go at first, and more as more come
        through: the first refusal then costs about one in a hundred.
        """
        buckets = self.buckets.items()
        if any(unit(name) == "requests" and bucket.window <= 60 for name, bucket in buckets):
            return float("inf")
        day = self.buckets.get("requests_per_day")
        return max(2, self.answered // 100, 0 if day is None else day.limit // 10_000)

    # -------------------------------------------------------------------------------- reservations

    def book(self, now: float, cost: Cost, *, ahead: bool = False) -> Booking:
        """Reserve what a request may cost.

        Args:
            now: The time, in seconds.
            cost: What it may cost.
            ahead: Whether to reserve it at once for the moment at which it is there, so that nobody
                else waits for the same.
        """
        self._forget(now)
        start, limit = max(now, self.at), None
        for name, bucket in self.buckets.items():
            amount = cost.get(unit(name), 0.0)
            ready = self.at + bucket.wait_for(amount) if amount else start
            if ready > start:
                start, limit = ready, name
        if limit is not None:
            self.buckets[limit].named_at = now  # it is in force, so it is not forgotten
        if start > now and not ahead:
            return Booking(cost, start, limit, is_booked=False)
        self._go_to(start)
        taken: dict[str, float] = {}
        full: list[str] = []
        for name, bucket in self.buckets.items():
            if amount := cost.get(unit(name), 0.0):
                taken[name] = bucket.reserved - bucket.total
                if bucket.level >= bucket.capacity:
                    full.append(name)
                bucket.level -= amount
                bucket.reserved += amount
                bucket.total += amount
                if start > now:
                    bucket.ahead.append([start, amount])
        return Booking(cost, start, limit, epoch=self.epoch, taken=taken, was_full=tuple(full))

    def accept(self, now: float, booking: Booking, rate_limit: RateLimit | None) -> None:
        """Take note that the server has accepted a request, and what its headers say."""
        self._go_to(max(now, self.at))
        self.answered += 1
        # The server began to count when the request arrived, we when it left. That makes a
        # difference if nothing was in use, and at the latest it arrived a moment ago.
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
        if known is not None and window.limit > known.limit:
            # The plan has changed: what only refusals have told is out of date.
            told = (name, "requests_per_day", "tokens_per_minute")
            self.buckets = {each: self.buckets[each] for each in self.buckets if each in told}
        bucket = self._limit(now, name, window.limit, self._share)
        if window.reset is not None and (missing := window.limit - window.remaining) > 0:
            # What remains is rounded down, which makes the window shorter than it is, never longer.
            whole = window.reset.total_seconds() * window.limit / missing
            bucket.measured = max(bucket.measured, whole)
            bucket.window = min(bucket.measured, WINDOWS[name]) or WINDOWS[name]
        # Others may use the same limit. What was on its way may be counted there or not.
        there = window.remaining + (self.at - now) * bucket.rate - bucket.ahead_of(now)
        if name in booking.taken and bucket.share == 1.0:
            on_its_way = booking.taken[name] + bucket.total
            bucket.level = max(bucket.level, there - on_its_way)
        bucket.level = min(bucket.level, there, bucket.capacity)

    def settle(self, booking: Booking, usage: Cost | None = None, size: int = 0) -> None:
        """Give back what a request has not used, or take what it used on top.

        Args:
            booking: What the request had reserved.
            usage: What it has cost, with the `cached_tokens` that count for nothing; all that was
                reserved by default.
            size: The bytes that it was sent in, to learn from; 0 if there is nothing to learn.
        """
        usage = usage or booking.cost
        if size:
            self._observe(size, usage)
        prompt = usage.get("input_tokens", 0.0)
        # The server has reserved what the prompt has proved to be, and the most of the answer.
        there = token_cost(prompt, booking.cost.get("output_tokens", 0.0))
        used = {**usage}
        if cached := used.get("cached_tokens"):
            used["tokens"] -= cached
            used["input_tokens"] -= cached
        for name, bucket in self.buckets.items():
            of = unit(name)
            if of not in used:
                continue
            if name in booking.taken:
                bucket.reserved = max(0.0, bucket.reserved - booking.cost[of])
                bucket.level += booking.cost[of] - used[of]
            else:  # it became known when the request was on its way
                bucket.level += there.get(of, used[of]) - used[of]
            bucket.level = min(bucket.level, bucket.capacity)

    def cancel(self, booking: Booking) -> None:
        """Give back all: the request was not sent, or the server refused it."""
        for name in booking.taken:
            if bucket := self.buckets.get(name):
                amount = booking.cost[unit(name)]
                if [booking.start, amount] in bucket.ahead:
                    bucket.ahead.remove([booking.start, amount])
                bucket.reserved = max(0.0, bucket.reserved - amount)
                bucket.level = min(bucket.capacity, bucket.level + amount)

    def refuse(
        self,
        now: float,
        booking: Booking,
        exceeded: LimitExceeded | None,
        wait: float,
        in_flight: Cost,
    ) -> None:
        """Take note that the server has refused a request: nothing goes before `wait` is over.

        Args:
            now: The time, in seconds.
            booking: What the request had reserved.
            exceeded: What the server said of the limit.
            wait: The seconds that it asks to wait.
            in_flight: What the other requests have reserved of which nobody knows yet whether they
                were refused too.
        """
        self._go_to(max(now, self.at))
        self.cancel(booking)
        self.epoch += 1
        name = exceeded and limit_name(exceeded)
        if exceeded and name and exceeded.limit:
            is_new = name not in self.buckets
            bucket = self._limit(now, name, exceeded.limit, self._share)
            if exceeded.used is not None:
                there = exceeded.limit - exceeded.used
                there += (self.at - now - _JITTER) * bucket.rate - bucket.ahead_of(now)
                if is_new:
                    there -= in_flight.get(unit(name), 0.0)
                bucket.level = there if is_new else min(bucket.level, there)
        self._go_to(max(now + wait, self.at))

    def _go_to(self, moment: float) -> None:
        """Fill the buckets up to a moment that is not in the past."""
        elapsed = moment - self.at
        self.at = moment
        for bucket in self.buckets.values():
            bucket.level = min(bucket.capacity, bucket.level + elapsed * bucket.rate)

    def _forget(self, now: float) -> None:
        for name, bucket in list(self.buckets.items()):
            if now - bucket.named_at > _REMEMBERED:
                del self.buckets[name]

    # ----------------------------------------------------------------------------------- estimates

    def text_cost(self, size: int, most_output: float | None) -> Cost:
        """Estimate what a prompt of so many bytes costs, with the most that may be answered."""
        # Rather too much, which is given back, than too little, which is refused.
        prompt = self._prompt(size) * (1 + 3 * self.input_error)
        output = self.output_tokens[0] / self.output_tokens[1]
        return token_cost(prompt, output if most_output is None else most_output)

    def _prompt(self, size: int) -> float:
        return size * self.input_tokens[0] / self.input_tokens[1]

    def audio_cost(self, size: int) -> Cost:
        """Estimate what a recording of so many bytes costs."""
        seconds = size * self.audio_seconds[0] / self.audio_seconds[1]
        return {"requests": 1, "audio_seconds": seconds}

    def _observe(self, size: int, usage: Cost) -> None:
        if prompt := usage.get("input_tokens"):
            error = min(abs(prompt / self._prompt(size) - 1), 1.0)
            self.input_error += 0.05 * (error - self.input_error)
            _add(self.input_tokens, prompt, size)
        if "output_tokens" in usage:
            _add(self.output_tokens, usage["output_tokens"], 1.0)
        if "audio_seconds" in usage:
            _add(self.audio_seconds, usage["audio_seconds"], size)

    # --------------------------------------------------------------------------------- as text

    def to_json(self) -> str:
        """Return the state as text that `from_json` reads."""
        return json.dumps(dataclasses.asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Limits:
        """Read a state that `to_json` has written."""
        state = json.loads(text)
        state["buckets"] = {name: Bucket(**each) for name, each in state["buckets"].items()}
        return cls(**state)


def _add(average: list[float], amount: float, weight: float) -> None:
    """Add to a weighted sum, in which what is older counts ever less."""
    average[:] = [0.95 * average[0] + amount, 0.95 * average[1] + weight]


def token_cost(prompt: float, output: float) -> Cost:
    """Return the cost of a prompt and an answer of so many tokens."""
    return {
        "requests": 1,
        "tokens": prompt + output,
        "input_tokens": prompt,
        "output_tokens": output,
    }


def unit(name: str) -> str:
    """Return what a limit counts: `tokens` for `tokens_per_day`."""
    return name.partition("_per_")[0]


def limit_name(exceeded: LimitExceeded) -> str | None:
    """Return the name of the limit that an error names; `None` if it is not known."""
    name = f"{exceeded.kind}_per_{exceeded.per}"
    return name if name in WINDOWS else None

"""The API's rate limits: eight kinds, for each model and key, which refill over time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ._answers import Refusal

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
_UPGRADE = (
    "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
)


class Cost(NamedTuple):
    """The cost of a request in the units of the limits."""

    input_tokens: int = 0
    output_tokens: int = 0
    """Before the answer, its most tokens: `max_completion_tokens`."""
    seconds: float = 0
    """Seconds of audio."""

    def of(self, unit: str) -> float:
        """Return the cost in one unit."""
        match unit:
            case "requests":
                return 1
            case "tokens":
                return self.input_tokens + self.output_tokens
            case "input tokens":
                return self.input_tokens
            case "output tokens":
                return self.output_tokens
            case _:
                return self.seconds

    def without_output(self) -> Cost:
        """Return the reserved cost of a request."""
        return Cost(self.input_tokens, 0, self.seconds)


@dataclass(frozen=True)
class Limit:
    """A limit: the amount of a unit that a window allows."""

    name: str
    """The name in the API's errors, such as `tokens per minute (TPM)`."""
    unit: str
    """`requests`, `tokens`, `input tokens`, `output tokens` or `seconds`."""
    capacity: int
    window: float
    """Seconds in which an exhausted limit refills."""
    header: str | None = None
    """The suffix of the `x-ratelimit-*` headers that report it; `None` if it is in no header."""


_KINDS: Mapping[str, tuple[str, str, float, str | None]] = {
    "requests_per_minute": ("requests per minute (RPM)", "requests", MINUTE, None),
    "requests_per_day": ("requests per day (RPD)", "requests", DAY, "requests"),
    "tokens_per_minute": ("tokens per minute (TPM)", "tokens", MINUTE, "tokens"),
    "tokens_per_day": ("tokens per day (TPD)", "tokens", DAY, None),
    "input_tokens_per_minute": (
        "input tokens per minute (ITPM)",
        "input tokens",
        MINUTE,
        None,
    ),
    "output_tokens_per_minute": (
        "output tokens per minute (OTPM)",
        "output tokens",
        MINUTE,
        None,
    ),
    "audio_seconds_per_hour": ("seconds of audio per hour (ASPH)", "seconds", HOUR, None),
    "audio_seconds_per_day": ("seconds of audio per day (ASPD)", "seconds", DAY, None),
}


def limit_of(kind: str, capacity: int, window: float | None = None) -> Limit:
    """Return a limit of one of the eight kinds, such as `tokens_per_day`.

    Raises:
        ValueError: The capacity or the window is not above 0.
    """
    if not capacity > 0 or not (window is None or window > 0):
        raise ValueError(f"Expected the limit and its window of `{kind}` to be above 0")
    name, unit, usual, header = _KINDS[kind]
    return Limit(name, unit, capacity, window or usual, header)


@dataclass
class Bucket:
    """What remains of a limit, which refills evenly."""

    limit: Limit
    level: float = field(init=False)
    _seen: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.level = float(self.limit.capacity)

    def refill(self, now: float) -> None:
        """Refill up to a time."""
        if self._seen is not None:
            gained = (now - self._seen) * self.limit.capacity / self.limit.window
            self.level = min(float(self.limit.capacity), self.level + gained)
        self._seen = now

    def wait_for(self, units: float) -> float:
        """Return the seconds until that many units are available."""
        # Tolerance: rounding must not refuse a client that has waited as long as requested.
        missing = units - self.level - 1e-9
        return max(0.0, missing * self.limit.window / self.limit.capacity)

    def add_headers(self, headers: dict[str, str]) -> None:
        """Add the headers that report the limit."""
        capacity, name = self.limit.capacity, self.limit.header
        if name is not None:
            headers[f"x-ratelimit-limit-{name}"] = str(capacity)
            headers[f"x-ratelimit-remaining-{name}"] = str(max(0, math.floor(self.level + 1e-9)))
            headers[f"x-ratelimit-reset-{name}"] = go_duration(self.wait_for(capacity))


class Account:
    """The limits of one model for one key, and what remains of them."""

    def __init__(
        self, limits: Sequence[Limit], clock: Callable[[], float], *, model: str, is_enforced: bool
    ) -> None:
        self._buckets = [Bucket(limit) for limit in limits]
        self._clock = clock
        self._model = model
        self._is_enforced = is_enforced
        self._lock = threading.Lock()

    def reserve(self, cost: Cost) -> dict[str, str]:
        """Reserve the cost of a request, and return the `x-ratelimit-*` headers of its response.

        A refused request reserves nothing.
        """
        with self._lock:
            self._refill()
            if self._is_enforced:
                self._check(cost)
            for bucket in self._buckets:
                bucket.level -= cost.of(bucket.limit.unit)
            return self._headers()

    def settle(self, reserved: Cost, used: Cost) -> None:
        """Return the unused part of a reservation, or take what was used beyond it."""
        with self._lock:
            self._refill()
            for bucket in self._buckets:
                unused = reserved.of(bucket.limit.unit) - used.of(bucket.limit.unit)
                bucket.level = min(bucket.level + unused, float(bucket.limit.capacity))

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for bucket in self._buckets:
            bucket.add_headers(headers)
        return headers

    def _refill(self) -> None:
        now = self._clock()
        for bucket in self._buckets:
            bucket.refill(now)

    def _check(self, cost: Cost) -> None:
        for bucket in self._buckets:
            if cost.of(bucket.limit.unit) > bucket.limit.capacity:
                raise self._too_large(bucket.limit, cost.of(bucket.limit.unit))
        if not self._buckets:
            return
        waits = [(bucket.wait_for(cost.of(bucket.limit.unit)), bucket) for bucket in self._buckets]
        wait, bucket = max(waits, key=lambda each: each[0])
        if wait > 0:
            raise self._refusal(bucket, cost.of(bucket.limit.unit), wait)

    def _where(self, limit: Limit) -> str:
        return (
            f"for model `{self._model}` in organization `org_local` service tier `on_demand` "
            f"on {limit.name}: Limit {limit.capacity}"
        )

    def _too_large(self, limit: Limit, requested: float) -> Refusal:
        # Too many output tokens make a request invalid; for other limits it is too large.
        refusal = Refusal(
            400 if limit.unit == "output tokens" else 413,
            f"Request too large {self._where(limit)}, Requested {requested:g}, please reduce your "
            f"message size and try again. {_UPGRADE}",
            code="rate_limit_exceeded",
            headers=self._headers(),
        )
        refusal.error["type"] = limit.unit.rpartition(" ")[2]
        return refusal

    def _refusal(self, bucket: Bucket, requested: float, wait: float) -> Refusal:
        limit = bucket.limit
        refusal = Refusal(
            429,
            f"Rate limit reached {self._where(limit)}, Used {limit.capacity - bucket.level:.0f}, "
            f"Requested {requested:g}. Please try again in {go_duration(wait)}. {_UPGRADE}",
            code="rate_limit_exceeded",
            headers={"retry-after": retry_after(wait), **self._headers()},
        )
        refusal.error["type"] = limit.unit.rpartition(" ")[2]
        return refusal


class RateLimits:
    """The accounts of all models and keys.

    Until a test sets limits, headers report those of a developer plan, and nothing is refused.
    """

    def __init__(self) -> None:
        self._limits: dict[str | None, tuple[tuple[Limit, ...], Callable[[], float]]] = {}
        self._accounts: dict[tuple[str, str], Account] = {}

    def set(self, model: str | None, limits: Sequence[Limit], clock: Callable[[], float]) -> None:
        """Set the limits of a model, or with `None` those of all other models."""
        self._limits = {**self._limits, model: (tuple(limits), clock)}
        self._accounts = {}

    def forget(self, key: str) -> None:
        """Restore all limits of a key."""
        self._accounts = {
            (whose, model): account
            for (whose, model), account in self._accounts.items()
            if whose != key
        }

    def account(self, key: str, model: str) -> Account:
        """Return the account of a key with a model."""
        account = self._accounts.get((key, model))
        if account is None:
            limits, clock = self._limits.get(
                model, self._limits.get(None, (_DEVELOPER_PLAN, time.monotonic))
            )
            is_enforced = limits is not _DEVELOPER_PLAN
            account = Account(limits, clock, model=model, is_enforced=is_enforced)
            # Another thread may have created it in the meantime.
            account = self._accounts.setdefault((key, model), account)
        return account


_DEVELOPER_PLAN = (
    limit_of("requests_per_day", 500_000),
    limit_of("tokens_per_minute", 250_000),
)


def retry_after(seconds: float) -> str:
    """Format a wait as the API does: whole seconds, or exact below one second."""
    return str(math.ceil(seconds)) if seconds >= 1 else f"{math.ceil(seconds * 1000) / 1000:g}"


def go_duration(seconds: float) -> str:
    """Format seconds as a Go duration: `120ms`, `7.66s`, `2m59.56s`, `1h2m3s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms" if seconds > 0 else "0s"
    hundredths = math.ceil(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}h" if hours else ""
    text += f"{minutes}m" if hours or minutes else ""
    return text + f"{rest / 100:g}s"

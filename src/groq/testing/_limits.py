"""Rate limits as the API has them: two buckets, of requests and of tokens, that fill again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from ._answers import Refusal


@dataclass
class Bucket:
    """Holds `capacity` units and wins them back, evenly, over `window` seconds."""

    capacity: int
    window: float
    level: float = field(init=False)
    _seen: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.level = float(self.capacity)

    def refill(self, now: float) -> None:
        """Takes note of the time."""
        if self._seen is not None:
            gained = (now - self._seen) * self.capacity / self.window
            self.level = min(float(self.capacity), self.level + gained)
        self._seen = now

    def wait_for(self, units: int) -> float:
        """Gives the seconds until that many units are there."""
        # Rounding must not leave a client that waited as told a hair too early.
        missing = units - self.level - 1e-9
        return max(0.0, missing * self.window / self.capacity)

    def headers(self, name: str) -> dict[str, str]:
        """Gives the headers that tell a client where it stands."""
        return {
            f"x-ratelimit-limit-{name}": str(self.capacity),
            f"x-ratelimit-remaining-{name}": str(max(0, math.floor(self.level + 1e-9))),
            f"x-ratelimit-reset-{name}": go_duration(self.wait_for(self.capacity)),
        }


class RateLimits:
    """Counts requests and tokens, and refuses what is over the limit."""

    def __init__(
        self, requests: Bucket | None, tokens: Bucket | None, clock: Callable[[], float]
    ) -> None:
        self._buckets = {
            name: bucket
            for name, bucket in (("requests", requests), ("tokens", tokens))
            if bucket is not None
        }
        self._clock = clock

    def admit(self, tokens: int) -> None:
        """Counts a request, or raises the refusal that it meets."""
        costs = {"requests": 1, "tokens": tokens}
        now = self._clock()
        for name, bucket in self._buckets.items():
            bucket.refill(now)
            if costs[name] > bucket.capacity:
                raise Refusal(
                    413,
                    f"Request too large: Limit {bucket.capacity} {name}, Requested {costs[name]}",
                    code="rate_limit_exceeded",
                )
        for name, bucket in self._buckets.items():
            wait = bucket.wait_for(costs[name])
            if wait > 0:
                raise self._refusal(name, bucket, wait, costs[name])
        for name, bucket in self._buckets.items():
            bucket.level -= costs[name]

    def spend(self, tokens: int) -> None:
        """Counts what an answer cost on top."""
        if "tokens" in self._buckets:
            self._buckets["tokens"].level -= tokens

    def headers(self) -> dict[str, str]:
        """Gives the `x-ratelimit-*` headers of an answer."""
        headers: dict[str, str] = {}
        for name, bucket in self._buckets.items():
            bucket.refill(self._clock())
            headers.update(bucket.headers(name))
        return headers

    def _refusal(self, name: str, bucket: Bucket, wait: float, cost: int) -> Refusal:
        used = bucket.capacity - bucket.level
        refusal = Refusal(
            429,
            f"Rate limit reached: Limit {bucket.capacity} {name}, Used {used:.0f}, "
            f"Requested {cost}. Please try again in {go_duration(wait)}.",
            code="rate_limit_exceeded",
            headers={"retry-after": retry_after(wait)},
        )
        refusal.error["type"] = name
        return refusal


def retry_after(seconds: float) -> str:
    """Writes a wait as the API does, in whole seconds, and below one second exactly."""
    return str(math.ceil(seconds)) if seconds >= 1 else f"{math.ceil(seconds * 1000) / 1000:g}"


def go_duration(seconds: float) -> str:
    """Writes seconds as a Go duration: `120ms`, `7.66s`, `2m59.56s`, `1h2m3s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms" if seconds > 0 else "0s"
    hundredths = math.ceil(seconds * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}h" if hours else ""
    text += f"{minutes}m" if hours or minutes else ""
    return text + f"{rest / 100:g}s"

"""`RateLimit`: what the `x-ratelimit-*` headers say, and the durations that they are written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ms|us|µs|ns|h|m|s)", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_LONGEST = 64
"""Characters; no duration of a server is longer, and a hostile one costs nothing."""


@dataclass(frozen=True)
class RateLimitWindow:
    """One of the two limits: how much there is, how much is left, and when it is whole again."""

    limit: int | None
    """How many requests or tokens the window allows."""
    remaining: int | None
    """How many of them are left."""
    reset: timedelta | None
    """How long until all of them are back."""


@dataclass(frozen=True)
class RateLimit:
    """The rate limits that an answer reports.

    Source: https://console.groq.com/docs/rate-limits
    """

    requests: RateLimitWindow
    """Requests, counted per day."""
    tokens: RateLimitWindow
    """Tokens, counted per minute."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> RateLimit | None:
        """Read the `x-ratelimit-*` headers; `None` if there are none.

        A header that is missing or makes no sense is `None` in its place.
        """
        requests = _window(headers, "requests")
        tokens = _window(headers, "tokens")
        empty = RateLimitWindow(None, None, None)
        return None if requests == tokens == empty else cls(requests, tokens)


def parse_duration(text: str) -> timedelta | None:
    """Read a duration as Go writes it: `7.66s`, `2m59.56s`, `1h2m3s`, `120ms`.

    Returns `None` for anything else. Source: https://pkg.go.dev/time#Duration.String
    """
    text = text.strip()
    if text == "0":
        return timedelta(0)
    if len(text) > _LONGEST or not _DURATION.fullmatch(text):
        return None
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None


def _window(headers: Mapping[str, str], kind: str) -> RateLimitWindow:
    return RateLimitWindow(
        limit=_count(headers.get(f"x-ratelimit-limit-{kind}")),
        remaining=_count(headers.get(f"x-ratelimit-remaining-{kind}")),
        reset=parse_duration(headers.get(f"x-ratelimit-reset-{kind}", "")),
    )


def _count(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        return None
    return int(text)

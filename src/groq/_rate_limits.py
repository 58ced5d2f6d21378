"""Rate limits and retry delays, parsed from headers and from messages of refusals."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ms|us|µs|ns|h|m|s)", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_LONGEST = 64
"""The longest duration that is parsed, in characters, to bound the work."""


@dataclass(frozen=True)
class RateLimitWindow:
    """One rate limit: its size, what remains of it, and when it is restored."""

    limit: int | None
    """The requests or tokens that the window allows."""
    remaining: int | None
    """The requests or tokens that remain."""
    reset: timedelta | None
    """The time until the limit is fully restored."""


@dataclass(frozen=True)
class RateLimit:
    """The rate limits in the headers of a response.

    Source: https://console.groq.com/docs/rate-limits
    """

    requests: RateLimitWindow
    """Requests, counted per day."""
    tokens: RateLimitWindow
    """Tokens, counted per minute."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> RateLimit | None:
        """Parse the `x-ratelimit-*` headers; return `None` if there are none.

        The field of a missing or invalid header is `None`.
        """
        requests = _window(headers, "requests")
        tokens = _window(headers, "tokens")
        empty = RateLimitWindow(None, None, None)
        return None if requests == tokens == empty else cls(requests, tokens)


LimitKind: TypeAlias = Literal[
    "requests", "tokens", "input_tokens", "output_tokens", "audio_seconds"
]
"""The quantity that a rate limit counts."""

LimitPeriod: TypeAlias = Literal["minute", "hour", "day"]
"""The window of a rate limit."""

_KINDS: dict[str, LimitKind] = {
    "requests": "requests",
    "tokens": "tokens",
    "input tokens": "input_tokens",
    "output tokens": "output_tokens",
    "seconds of audio": "audio_seconds",
    "audio seconds": "audio_seconds",
}
_PERIODS: dict[str, LimitPeriod] = {"minute": "minute", "hour": "hour", "day": "day"}
_REFUSAL = re.compile(
    rf"\b({'|'.join(sorted(_KINDS, key=len, reverse=True))}) per ({'|'.join(_PERIODS)})\b"
)
_AMOUNT = re.compile(r"\b(Limit|Used|Requested):? (\d[\d,]*(?:\.\d+)?)", re.ASCII)
_TRY_AGAIN = re.compile(r"try again in ([\d.hmsuµn]+)")
_LONGEST_REFUSAL = 2000
"""The characters of a message that are searched."""


REFUSED_FOR_LIMITS = frozenset({400, 413, 429})
"""Statuses whose message may name a limit."""


@dataclass(frozen=True)
class LimitExceeded:
    """The rate limit that a request exceeded, parsed from the message of the refusal.

    Source: https://console.groq.com/docs/rate-limits
    """

    kind: LimitKind
    """The quantity that the limit counts."""
    per: LimitPeriod
    """The window of the limit."""
    limit: float | None
    """The amount that it allows in a window."""
    used: float | None
    """The amount already used."""
    requested: float | None
    """The amount that the request needs; for tokens, its prompt and `max_completion_tokens`."""
    retry_after: float | None
    """The seconds until that amount is available."""

    @property
    def can_ever_fit(self) -> bool:
        """Whether the request can succeed later, because it is not larger than the limit."""
        return self.limit is None or self.requested is None or self.requested <= self.limit

    @classmethod
    def from_message(cls, message: str) -> LimitExceeded | None:
        """Parse the message of a refusal; return `None` if it does not name a limit."""
        message = message[:_LONGEST_REFUSAL]
        named = _REFUSAL.search(message)
        if named is None:
            return None
        amounts = {name: float(text.replace(",", "")) for name, text in _AMOUNT.findall(message)}
        again = _TRY_AGAIN.search(message)
        wait = parse_duration(again[1].rstrip(".")) if again else None
        return cls(
            kind=_KINDS[named[1]],
            per=_PERIODS[named[2]],
            limit=amounts.get("Limit"),
            used=amounts.get("Used"),
            requested=amounts.get("Requested"),
            retry_after=None if wait is None else wait.total_seconds(),
        )


def parse_duration(text: str) -> timedelta | None:
    """Parse a duration in Go's format: `7.66s`, `2m59.56s`, `1h2m3s`, `120ms`.

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


_LONGEST_WAIT = 366 * 24 * 3600.0
"""The longest delay that is believed, in seconds: a year."""


_DECIMAL = re.compile(r"\d{1,16}(\.\d{0,16})?", re.ASCII)
"""A plain decimal number; `float` would also accept `nan`, `1e9` and non-ASCII digits."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the delay that the server asks for, in seconds; `None` without a valid one.

    `retry-after-ms` goes before `retry-after`, which holds seconds or an HTTP date (RFC 9110,
    10.2.3). An invalid or absurd number, and a date in the past, are ignored.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    return _until(text) if seconds is None else seconds


def _number(text: str | None) -> float | None:
    if text is None or not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    return number if number <= _LONGEST_WAIT else None


def _until(date: str) -> float | None:
    parsed = email.utils.parsedate_tz(date)
    if parsed is None:
        return None
    try:
        wait = email.utils.mktime_tz(parsed) - time.time()
    except (OverflowError, ValueError):
        return None
    return wait if 0 <= wait <= _LONGEST_WAIT else None

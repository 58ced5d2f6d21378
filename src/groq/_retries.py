"""Should a request be tried again, and when: decisions about status codes, headers and clocks."""

from __future__ import annotations

import email.utils
import random
import re
import time
from collections.abc import Mapping

from ._constants import INITIAL_RETRY_DELAY, MAX_RETRY_AFTER, MAX_RETRY_DELAY

_CAPACITY_EXCEEDED = 498
"""Groq's own status: the flex tier has no room at the moment."""

_RETRIED = frozenset({408, 409, 429, _CAPACITY_EXCEEDED})


def should_retry(status: int, headers: Mapping[str, str]) -> bool:
    """Say whether an answer with this status is worth another attempt.

    The server's `x-should-retry` decides where it is there. A wait that is asked for and is too
    long to be slept through decides before it: trying earlier would only hammer the server.
    """
    asked = retry_after(headers)
    if asked is not None and asked > MAX_RETRY_AFTER:
        return False
    verdict = headers.get("x-should-retry")
    if verdict in ("true", "false"):
        return verdict == "true"
    return status in _RETRIED or status >= 500


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the wait that the server asks for, in seconds; `None` if it names none that is sane.

    `retry-after-ms` comes before `retry-after`, which holds seconds or an HTTP date (RFC 9110,
    10.2.3). A number or a date that is absurd, over, or no number at all counts as none.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    return _until(text) if seconds is None else seconds


def delay(retries_taken: int, headers: Mapping[str, str] | None) -> float:
    """Return how long to wait before the next attempt, in seconds.

    What the server asks for, if it is in (0, 60]; else half a second, doubled with each retry
    taken, at most eight, less up to a quarter so that clients do not come back all at once.
    """
    asked = None if headers is None else retry_after(headers)
    if asked is not None and 0 < asked <= MAX_RETRY_AFTER:
        return asked
    # Sixteen doublings are far past the longest wait, and two to a large power is no float.
    grown = INITIAL_RETRY_DELAY * 2.0 ** min(retries_taken, 16)
    return min(grown, MAX_RETRY_DELAY) * (1 - 0.25 * random.random())


_LONGEST_WAIT = 366 * 24 * 3600.0
"""Seconds; a server that asks for more than a year does not mean it."""


_DECIMAL = re.compile(r"\d{1,16}(\.\d{0,16})?", re.ASCII)
"""A plain number: what Python takes for one beside that (`nan`, `1e9`, other digits) is none."""


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

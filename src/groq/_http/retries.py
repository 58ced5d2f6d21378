"""Should a request be tried again, and when: decisions about exceptions, statuses and bodies."""

from __future__ import annotations

import random
from collections.abc import Mapping

from .._constants import INITIAL_RETRY_DELAY, MAX_RETRY_AFTER, MAX_RETRY_DELAY
from .._rate_limits import REFUSED_FOR_LIMITS as REFUSED_FOR_LIMITS
from .._rate_limits import LimitExceeded, retry_after
from . import library

_CAPACITY_EXCEEDED = 498
"""Groq's own status: the flex tier has no room at the moment."""

_SHORTEST = 0.01
"""Seconds that are waited at least, doubled with each retry: no header has a server hammered."""

_RETRIED = frozenset({408, 409, 429, _CAPACITY_EXCEEDED})


def errors() -> tuple[type[Exception], ...]:
    """Return the exceptions that are worth another attempt: the connection failed.

    A bug, a signal, a cancellation or an error of this package is none of them.
    """
    return library.errors()


def can_resend(body: object) -> bool:
    """Say whether a body can be sent once more in full; an iterator that was read cannot."""
    return getattr(body, "can_resend", True)


def check_read(body: object) -> None:
    """Raise the `OSError` of a file that could not be read while it was sent, if there is one."""
    failure: OSError | None = getattr(body, "failure", None)
    if failure is not None:
        raise failure


def should_retry(status: int, headers: Mapping[str, str], refusal: str = "") -> bool:
    """Say whether an answer with this status is worth another attempt.

    The server's `x-should-retry` decides where it is there. Two things decide before it: a request
    that is larger than a limit can never succeed, and a wait that is too long to be slept through
    would only be cut short, to hammer the server.
    """
    if status in REFUSED_FOR_LIMITS:
        limit = LimitExceeded.from_message(refusal)
        if limit is not None and not limit.can_ever_fit:
            return False
    asked = retry_after(headers)
    if asked is not None and asked > MAX_RETRY_AFTER:
        return False
    verdict = headers.get("x-should-retry")
    if verdict in ("true", "false"):
        return verdict == "true"
    return status in _RETRIED or status >= 500


def delay(retries_taken: int, headers: Mapping[str, str] | None) -> float:
    """Return how long to wait before the next attempt, in seconds.

    What the server asks for, if it is in (0, 60]; else half a second, doubled with each retry
    taken, at most eight, less up to a quarter so that clients do not come back all at once.
    """
    # Sixteen doublings are far past the longest wait, and two to a large power is no float.
    growth = 2.0 ** min(retries_taken, 16)
    asked = None if headers is None else retry_after(headers)
    if asked is not None and 0 < asked <= MAX_RETRY_AFTER:
        return max(asked, min(_SHORTEST * growth, INITIAL_RETRY_DELAY))
    grown = INITIAL_RETRY_DELAY * growth
    return min(grown, MAX_RETRY_DELAY) * (1 - 0.25 * random.random())

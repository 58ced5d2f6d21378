"""Should a request be tried again, and when: decisions about exceptions, statuses and bodies."""

from __future__ import annotations

import random
from collections.abc import Mapping

from .._constants import INITIAL_RETRY_DELAY, MAX_RETRY_AFTER, MAX_RETRY_DELAY
from .._rate_limits import retry_after
from . import library

_CAPACITY_EXCEEDED = 498
"""Groq's own status: the flex tier has no room at the moment."""

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

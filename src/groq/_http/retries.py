"""Whether and when a request is retried, by its exception, status and body."""

from __future__ import annotations

import random
from collections.abc import Mapping

from .._constants import INITIAL_RETRY_DELAY, MAX_RETRY_AFTER, MAX_RETRY_DELAY
from .._exceptions import APIConnectionError, limit_exceeded
from .._rate_limits import retry_after

_CAPACITY_EXCEEDED = 498
"""Groq's own status: the flex tier has no capacity at the moment."""

_SHORTEST = 0.01
"""The shortest delay in seconds, doubled with each retry, whatever a header asks for."""

_RETRIED = frozenset({408, 409, 429, _CAPACITY_EXCEEDED})


def should_retry_error(error: APIConnectionError) -> bool:
    """Say whether a request is retried after an error: if an exception of the transport caused it.

    Other errors are refusals of the client, such as a redirect that it does not follow, or come
    from a hook of the caller. A bug would persist. Other `RuntimeError`s may not: a pool drops the
    connection that belongs to a closed event loop, so that the next attempt opens another one.
    """
    is_bug = isinstance(error.__cause__, (NotImplementedError, RecursionError))
    return error.is_of_transport and not is_bug


def can_resend(body: object) -> bool:
    """Say whether a body can be sent again in full; an iterator that was read cannot."""
    return getattr(body, "can_resend", True)


def raise_file_error(body: object) -> None:
    """Raise the `OSError` of a file that could not be read during the upload, if there is one."""
    failure: OSError | None = getattr(body, "failure", None)
    if failure is not None:
        raise failure


def should_retry_status(status: int, headers: Mapping[str, str], refusal: str = "") -> bool:
    """Say whether a request that was answered with this status is retried.

    The server's `x-should-retry` decides if it is present, except in two cases that are never
    retried: a request that is larger than a limit, and a `retry-after` that is longer than the
    client would wait.
    """
    limit = limit_exceeded(status, refusal)
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
    """Return the delay before the next attempt, in seconds.

    It is the server's `retry-after` if that is in (0, 60]. Otherwise it is half a second, doubled
    with each retry taken up to eight seconds, minus a random quarter at most, so that clients do
    not return all at once.
    """
    # Sixteen doublings exceed the longest delay; a larger power could overflow a float.
    growth = 2.0 ** min(retries_taken, 16)
    asked = None if headers is None else retry_after(headers)
    if asked is not None and 0 < asked <= MAX_RETRY_AFTER:
        return max(asked, min(_SHORTEST * growth, INITIAL_RETRY_DELAY))
    grown = INITIAL_RETRY_DELAY * growth
    return min(grown, MAX_RETRY_DELAY) * (1 - 0.25 * random.random())

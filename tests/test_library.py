"""The seam to the HTTP library: what its exceptions mean, whichever call meets them."""

from __future__ import annotations

import httpx
import pytest

from groq import APIConnectionError, APITimeoutError
from twins import Twin

REQUEST = httpx.Request("GET", "http://x.invalid")

FAILURES: list[tuple[Exception, type[APIConnectionError]]] = [
    (httpx.ConnectError("refused"), APIConnectionError),
    (httpx.ReadError("reset"), APIConnectionError),
    (httpx.RemoteProtocolError("no HTTP"), APIConnectionError),
    (httpx.ProxyError("407"), APIConnectionError),
    (httpx.UnsupportedProtocol("ftp"), APIConnectionError),
    (httpx.TooManyRedirects("21"), APIConnectionError),
    (httpx.InvalidURL("no host"), APIConnectionError),
    (
        httpx.HTTPStatusError("503", request=REQUEST, response=httpx.Response(503)),
        APIConnectionError,
    ),
    (OSError("no route"), APIConnectionError),
    (RuntimeError("the loop is closed"), APIConnectionError),
    (httpx.ConnectTimeout("slow"), APITimeoutError),
    (httpx.ReadTimeout("slow"), APITimeoutError),
    (httpx.WriteTimeout("slow"), APITimeoutError),
    (httpx.PoolTimeout("busy"), APITimeoutError),
    (TimeoutError("slow"), APITimeoutError),
]


@pytest.mark.parametrize(("failure", "kind"), FAILURES, ids=lambda each: repr(each)[:40])
def test_what_a_transport_raises_is_retried_and_wrapped(
    twin: Twin, failure: Exception, kind: type[APIConnectionError]
) -> None:
    attempts: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise failure

    client = twin.mocked(fail, max_retries=1)
    client._calculate_retry_timeout = lambda *_: 0.0
    with pytest.raises(APIConnectionError) as caught:
        twin.chat(client)
    assert type(caught.value) is kind
    assert caught.value.__cause__ is failure
    assert len(attempts) == 2


@pytest.mark.parametrize(
    "bug", [KeyError("x"), ValueError("x"), AssertionError("x"), KeyboardInterrupt()], ids=repr
)
def test_a_bug_and_a_signal_come_through_at_once(twin: Twin, bug: BaseException) -> None:
    attempts: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise bug

    if twin.is_async and isinstance(bug, KeyboardInterrupt):
        pytest.skip("the loop itself deals with signals")
    with pytest.raises(type(bug)) as caught:
        twin.chat(twin.mocked(fail))
    assert caught.value is bug
    assert len(attempts) == 1

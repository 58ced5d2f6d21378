"""What is tried again, when, and with what; over real sockets where bytes matter."""

from __future__ import annotations

import email.utils
import math
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import groq
from faults.times import in_time
from groq import AsyncGroq, Groq
from groq._http.retries import can_resend, delay, should_retry_status
from groq._models import FinalRequestOptions
from groq._rate_limits import retry_after
from groq.testing import LocalServer, SlowStart
from twins import MESSAGES, MODEL, NO_WAIT, Body, Twin, requests_of

SOON = {"retry-after-ms": "1"}
RETRIED = [408, 409, 429, 498, 500, 502, 503, 504, 529, 599]
NOT_RETRIED = [400, 401, 403, 404, 413, 418, 422, 424, 499]


# ----------------------------------------------------------------------------------- decisions


@pytest.mark.parametrize("status", RETRIED)
def test_temporary_statuses_are_retried(status: int) -> None:
    assert should_retry_status(status, {})
    assert not should_retry_status(status, {"x-should-retry": "false"})


@pytest.mark.parametrize("status", NOT_RETRIED)
def test_permanent_statuses_are_not_retried(status: int) -> None:
    assert not should_retry_status(status, {})
    assert should_retry_status(status, {"x-should-retry": "true"})


@pytest.mark.parametrize("verdict", ["", "yes", "1", "True", "perhaps"])
def test_only_true_and_false_overrule_the_status(verdict: str) -> None:
    assert should_retry_status(500, {"x-should-retry": verdict})
    assert not should_retry_status(400, {"x-should-retry": verdict})


@pytest.mark.parametrize(("seconds", "retried"), [("60", True), ("60.5", False), ("3600", False)])
def test_a_retry_after_above_a_minute_is_not_retried(seconds: str, retried: bool) -> None:
    assert should_retry_status(429, {"retry-after": seconds}) is retried


NOW = 1696004797.0
"""Fri, 29 Sep 2023 16:26:37 GMT"""


@pytest.mark.parametrize(
    ("remaining", "header", "seconds"),
    [
        (3, "20", 20),
        (3, "0.25", 0.25),
        (3, "0", 0.5),
        (3, "-10", 0.5),
        (3, "60", 60),
        (3, "61", 0.5),
        (3, "Fri, 29 Sep 2023 16:26:57 GMT", 20),
        (3, "Fri, 29 Sep 2023 16:26:37 GMT", 0.5),
        (3, "Fri, 29 Sep 2023 16:26:27 GMT", 0.5),
        (3, "Fri, 29 Sep 2023 16:27:37 GMT", 60),
        (3, "Fri, 29 Sep 2023 16:27:38 GMT", 0.5),
        (3, "Fri, 29 Sep 2023 18:26:57 +0200", 20),
        (3, "99999999999999999999999999999999999", 0.5),
        (3, "Zun, 29 Sep 2023 16:26:27 GMT", 0.5),
        (3, "inf", 0.5),
        (3, "nan", 0.5),
        (3, "1e400", 0.5),
        (3, "Fri, 99 Sep 99999 16:26:27 GMT", 0.5),
        (3, "Fri, 31 Dec 999999999999 23:59:59 GMT", 0.5),
        (3, "", 0.5),
        (2, "", 1.0),
        (1, "", 2.0),
        (-1100, "", 8),
    ],
)
def test_the_wait_follows_retry_after_or_backs_off(
    remaining: int, header: str, seconds: float
) -> None:
    client: Any = Groq(api_key="key", max_retries=3)
    options = FinalRequestOptions(method="get", url="/foo", max_retries=3)
    with mock.patch("time.time", return_value=NOW):
        found = client._calculate_retry_timeout(
            remaining, options, httpx.Headers({"retry-after": header})
        )
    assert found == pytest.approx(seconds, rel=0.25)
    assert found <= seconds + 0.001


def test_a_client_with_unlimited_retries_tries_until_it_succeeds(twin: Twin) -> None:
    statuses = iter([500, 200])
    client = twin.mocked(lambda _: httpx.Response(next(statuses), json={}), max_retries=math.inf)
    assert twin.do(client.get, "/foo", cast_to=object) == {}


def test_milliseconds_come_before_seconds() -> None:
    assert retry_after({"retry-after-ms": "1500", "retry-after": "20"}) == 1.5
    assert retry_after({"retry-after-ms": "odd", "retry-after": "20"}) == 20


@pytest.mark.parametrize(("taken", "least"), [(0, 0.01), (1, 0.02), (20, 0.5), (10**9, 0.5)])
def test_a_tiny_retry_after_is_raised_to_a_minimum(taken: int, least: float) -> None:
    assert delay(taken, {"retry-after-ms": "0.001"}) == least
    assert delay(taken, {"retry-after": "7"}) == 7


TOO_LARGE = (
    "Request too large for model `m` in organization `o` service tier `on_demand` on tokens per "
    "minute (TPM): Limit 8000, Requested 32979, please reduce your message size and try again."
)
FULL = (
    "Rate limit reached for model `m` in organization `o` service tier `on_demand` on tokens per "
    "minute (TPM): Limit 8000, Used 7000, Requested 2000. Please try again in 7.5s."
)


@pytest.mark.parametrize("status", [413, 429])
def test_a_request_above_the_limit_is_never_retried(
    twin: Twin, groq_server: LocalServer, status: int
) -> None:
    groq_server.fail(status, error=TOO_LARGE, headers={**SOON, "x-should-retry": "true"})
    with pytest.raises(groq.APIStatusError) as raised:
        twin.chat(twin.client(groq_server))
    assert raised.value.limit_exceeded and not raised.value.limit_exceeded.can_ever_fit
    assert len(groq_server.requests) == 1


def test_a_request_that_fits_the_limit_later_is_retried(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.fail(429, error=FULL, headers=SOON)
    assert twin.chat(twin.client(groq_server))
    assert len(groq_server.requests) == 2


def test_a_retry_after_beyond_a_year_is_ignored() -> None:
    year = 366 * 24 * 3600
    assert retry_after({"retry-after": str(year)}) == year
    assert retry_after({"retry-after": str(year + 1)}) is None
    assert retry_after({"retry-after": "Tue, 01 Jan 3000 00:00:00 GMT"}) is None


def test_a_body_that_was_read_and_is_gone_is_not_sent_again() -> None:
    assert can_resend(b"")
    assert not can_resend(SimpleNamespace(can_resend=False))


@given(text=st.one_of(st.text(max_size=20), st.floats().map(str), st.integers().map(str)))
def test_no_header_makes_the_wait_absurd(text: str) -> None:
    for name in ("retry-after", "retry-after-ms"):
        assert 0 < delay(0, {name: text}) <= 60


@given(moment=st.datetimes(), taken=st.integers(0, 10**6))
def test_no_date_makes_the_wait_absurd(moment: Any, taken: int) -> None:
    header = email.utils.format_datetime(moment)
    assert 0 < delay(taken, {"retry-after": header}) <= 60


def test_waits_double_up_to_eight_seconds_less_a_quarter_at_most() -> None:
    for taken, longest in enumerate([0.5, 1, 2, 4, 8, 8, 8]):
        found = [delay(taken, None) for _ in range(50)]
        assert longest * 0.75 <= min(found)
        assert max(found) <= longest
        assert len(set(found)) > 1


# ----------------------------------------------------------------------------------- the wire


def test_a_call_can_set_max_retries(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.fail(500, headers=SOON, times=None)
    client = twin.client(groq_server)
    with pytest.raises(groq.InternalServerError):
        twin.do(client.get, "/openai/v1/models", cast_to=object, options={"max_retries": 1})
    assert len(groq_server.requests) == 2


def test_a_refused_connection_is_tried_again_and_then_raised(twin: Twin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    remaining: list[int] = []

    def hardly_wait(_: Any, remaining_retries: int, *__: Any) -> float:
        remaining.append(remaining_retries)
        return 0.001

    client = twin.client(base_url=url, overrides={"_calculate_retry_timeout": hardly_wait})
    with pytest.raises(groq.APIConnectionError) as raised:
        twin.chat(client)
    assert remaining == [2, 1]
    assert raised.value.message == "Connection error."
    assert isinstance(raised.value.__cause__, httpx.ConnectError)


NO_TOKEN = groq.APIConnectionError(request=httpx.Request("GET", "https://token.test"))
NO_TOKEN.__cause__ = OSError("x")


@pytest.mark.parametrize(
    "bug", [RuntimeError("x"), OSError("x"), RecursionError("x"), NO_TOKEN], ids=repr
)
def test_a_bug_in_an_event_hook_is_raised_as_it_is(twin: Twin, bug: Exception) -> None:
    calls: list[httpx.Request] = []

    def hook(request: httpx.Request) -> None:
        calls.append(request)
        raise bug

    async def async_hook(request: httpx.Request) -> None:
        hook(request)

    hooks = {"request": [async_hook if twin.is_async else hook]}
    http = {"event_hooks": hooks}
    client = twin.mocked(lambda _: httpx.Response(200), http=http, overrides=NO_WAIT)
    with pytest.raises(type(bug)) as raised:
        twin.chat(client)
    assert raised.value is bug
    assert len(calls) == 1


@pytest.mark.parametrize("error", [RuntimeError("x"), ConnectionResetError("x")], ids=repr)
def test_an_error_of_a_patched_http_client_is_a_lost_connection(
    twin: Twin, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = twin.mocked(lambda _: httpx.Response(200), overrides=NO_WAIT)
    send = mock.Mock(side_effect=error)
    handle = "handle_async_request" if twin.is_async else "handle_request"
    kind = httpx.AsyncClient if twin.is_async else httpx.Client
    for patched, method in ((httpx.MockTransport, handle), (kind, "send")):
        send.reset_mock()
        monkeypatch.setattr(patched, method, send)
        with pytest.raises(groq.APIConnectionError):
            twin.chat(client)
        assert send.call_count == 3


@pytest.mark.parametrize("bug", [RuntimeError("x"), OSError("x")], ids=repr)
def test_a_bug_in_a_hook_of_the_limiter_is_raised_as_it_is(twin: Twin, bug: Exception) -> None:
    calls: list[groq.Wait] = []

    def on_wait(wait: groq.Wait) -> None:
        calls.append(wait)
        raise bug

    limiter = groq.RateLimiter(requests_per_minute=1, on_wait=on_wait)
    client = twin.mocked(lambda _: httpx.Response(200, json={}), limiter=limiter)
    twin.chat(client)
    with pytest.raises(type(bug)) as raised:
        twin.chat(client)
    assert raised.value is bug
    assert len(calls) == 1


@pytest.mark.parametrize("bug", [NotImplementedError("x"), RecursionError("x")], ids=repr)
def test_a_bug_in_a_transport_is_not_retried(twin: Twin, bug: Exception) -> None:
    calls: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise bug

    client = twin.mocked(handler, overrides=NO_WAIT)
    with pytest.raises(groq.APIConnectionError) as raised:
        twin.chat(client)
    assert raised.value.__cause__ is bug
    assert len(calls) == 1


def test_a_retry_replaces_a_connection_of_a_closed_event_loop(groq_server: LocalServer) -> None:
    program = f"""
import asyncio, groq, httpx
client = groq.AsyncGroq(
    api_key="key", base_url={groq_server.url!r}, http_client=httpx.AsyncClient(), max_retries=1
)
asyncio.run(client.models.list())
print(bool(asyncio.run(client.models.list()).data))
"""
    # asyncio warns of the socket that the closed loop left open.
    command = [sys.executable, "-W", "ignore", "-c", program]
    assert subprocess.check_output(command, text=True).strip() == "True"


def test_a_timeout_is_tried_again_and_then_raised(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.inject(SlowStart(60), times=None)
    timeout = httpx.Timeout(60, read=0.1)
    client = twin.client(groq_server, timeout=timeout, overrides=NO_WAIT)
    with pytest.raises(groq.APITimeoutError) as raised:
        twin.chat(client)
    assert str(raised.value).startswith("Request timed out. ReadTimeout (POST http://")
    assert isinstance(raised.value.__cause__, httpx.ReadTimeout)
    # A busy server may read a request after the client has left, and in another order.
    groq_server.wait_for_requests(3, timeout=30)
    counts = requests_of(groq_server, "x-stainless-retry-count")
    assert sorted(map(str, counts)) == ["0", "1", "2"]


def test_the_message_of_a_deadline_names_no_private_class(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.inject(SlowStart(60))
    with pytest.raises(groq.APITimeoutError) as raised:
        twin.chat(twin.client(groq_server, deadline=0.2))
    message = str(raised.value)
    assert message.startswith(("Request timed out. ReadTimeout", "Request timed out. The deadline"))


def test_a_streaming_response_knows_its_retries(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.fail(500, headers=SOON)
    create = twin.client(groq_server).chat.completions.with_streaming_response.create
    with twin.inside(create(messages=MESSAGES, model=MODEL)) as response:
        assert response.retries_taken == 1


@pytest.mark.parametrize("changed", ["headers", "json_data"])
def test_a_hook_that_changes_options_changes_one_attempt(changed: str) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500, headers=SOON) if len(seen) < 3 else httpx.Response(200, json={})

    class Hooked(Groq):
        def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
            if not seen:
                setattr(options, changed, {"new": "1"})
            return options

    http_client = httpx.Client(transport=httpx.MockTransport(handler))
    with Hooked(api_key="key", http_client=http_client) as client:
        client.post("/x", cast_to=object, body={"old": 1})
    if changed == "headers":
        assert [request.headers.get("new") for request in seen] == ["1", None, None]
    else:
        assert [request.content for request in seen] == [b'{"new":"1"}', *[b'{"old":1}'] * 2]


@pytest.mark.parametrize("stream", [False, True])
def test_the_response_of_a_retried_attempt_is_closed(twin: Twin, stream: bool) -> None:
    bodies = [Body(b"{}") for _ in range(3)]
    left = iter(bodies)
    client = twin.mocked(lambda request: httpx.Response(500, headers=SOON, stream=next(left)))
    with pytest.raises(groq.InternalServerError):
        twin.chat(client, stream=stream)
    assert [body.is_closed for body in bodies] == [True] * 3


def test_should_retry_may_be_overridden(twin: Twin) -> None:
    count = 0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return httpx.Response(418, headers=SOON)

    def always(*_: object) -> bool:
        return True

    client = twin.mocked(handler, overrides={"_should_retry": always})
    with pytest.raises(groq.APIStatusError):
        twin.do(client.models.list)
    assert count == 3


# -------------------------------------------------------------------------------- cancellation


@pytest.mark.anyio
async def test_a_cancellation_in_the_back_off_ends_the_call(groq_server: LocalServer) -> None:
    groq_server.fail(500, retry_after=30, times=None)
    async with groq_server.async_client() as client:
        with anyio.move_on_after(0.2) as scope:
            await client.models.list()
        assert scope.cancelled_caught
        assert len(groq_server.requests) <= 1
        groq_server.reset()
        assert (await client.models.list()).data


# ------------------------------------------------------------------------------------ deadline


def test_a_deadline_ends_the_retries(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.fail(503, retry_after=30, times=None)
    client = twin.client(groq_server, deadline=29)
    with pytest.raises(groq.InternalServerError):
        twin.chat(client)
    assert len(groq_server.requests) == 1


def test_a_deadline_ends_an_attempt_that_stalls(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.inject(SlowStart(60), times=None)
    client = twin.client(groq_server).with_options(deadline=0.3)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client)
    assert len(groq_server.requests) <= 1


@pytest.mark.parametrize("stream", [False, True])
def test_a_deadline_ends_an_answer_that_trickles(
    twin: Twin, groq_server: LocalServer, stream: bool
) -> None:
    def ticks() -> Any:
        while True:
            yield b": ping\n\n" if stream else b" "

    groq_server.reply_with_bytes(
        ticks, content_type="text/event-stream" if stream else "application/json", pace=0.05
    )
    client = twin.client(groq_server, deadline=0.3, max_retries=0)
    with pytest.raises(groq.APITimeoutError):
        twin.list(twin.chat(client, stream=stream))


@pytest.mark.anyio
@pytest.mark.parametrize("where", ["head", "body"])
async def test_a_deadline_holds_over_a_transport_without_timeouts(where: str) -> None:
    class Stalled(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"{"
            await anyio.sleep_forever()

    async def handler(request: httpx.Request) -> httpx.Response:
        if where == "head":
            await anyio.sleep_forever()
        return httpx.Response(200, stream=Stalled())

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    async with AsyncGroq(api_key="key", http_client=http_client, deadline=0.2) as client:
        with anyio.fail_after(60), pytest.raises(groq.APITimeoutError):
            await client.models.list()
        with anyio.fail_after(60), pytest.raises(groq.APITimeoutError):
            async with client.models.with_streaming_response.list() as response:
                await response.read()


def test_a_call_without_a_timeout_is_not_ended_by_that_of_an_earlier_call(
    twin: Twin, groq_server: LocalServer
) -> None:
    def check(slowness: float) -> None:
        client = twin.client(groq_server, timeout=slowness, max_retries=0)
        twin.do(client.models.list)
        groq_server.inject(SlowStart(1.5 * slowness))
        assert twin.do(client.with_options(timeout=None).models.list).data

    in_time(check)

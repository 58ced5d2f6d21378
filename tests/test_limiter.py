"""`RateLimiter`: calls that wait, in threads and in tasks, against a server that refuses."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import importlib.util
import json
import logging
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest

import groq
from groq import AsyncGroq, Groq, RateLimiter, RedisStore, RequestTooLargeError, Wait
from groq._helpers.estimates import token_cost
from groq._helpers.limits import Limits
from twins import MESSAGES, MODEL, Body, Twin

SPEED = 300.0
MINUTE = 60.0
"""Seconds of the limits; a fifth of a second for who waits."""


def clock() -> float:
    return time.monotonic() * SPEED


class Limited:
    """A handler that keeps to limits as the API does, by a clock that runs fast."""

    def __init__(self, *, requests: float | None = None, tokens: float | None = None) -> None:
        self.limits = {"requests": requests, "tokens": tokens}
        self.used = {"requests": 0.0, "tokens": 0.0}
        self.now = clock()
        self.lock = threading.Lock()
        self.accepted: list[float] = []
        self.refused = 0
        self.output = 5

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        most = body.get("max_completion_tokens", 10)
        cost = {"requests": 1.0, "tokens": 10.0 + most}
        with self.lock:
            now = clock()
            for unit, limit in self.limits.items():
                if limit is not None:
                    leaked = (now - self.now) * limit / MINUTE
                    self.used[unit] = max(0.0, self.used[unit] - leaked)
            self.now = now
            for unit, limit in self.limits.items():
                if limit is not None and self.used[unit] + cost[unit] > limit + 1e-6:
                    self.refused += 1
                    return self.refusal(unit, limit, cost[unit])
            for unit in self.used:
                self.used[unit] += cost[unit]
            self.used["tokens"] -= most - self.output
            self.accepted.append(now)
        return httpx.Response(200, json=self.answer())

    def answer(self) -> dict[str, Any]:
        return {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "logprobs": None,
                    "message": {"role": "assistant", "content": "Hello"},
                }
            ],
            "usage": {
                "prompt_tokens": 10,
                "completion_tokens": self.output,
                "total_tokens": 10 + self.output,
            },
        }

    def refusal(self, unit: str, limit: float, amount: float) -> httpx.Response:
        used = self.used[unit]
        wait = (used + amount - limit) * MINUTE / limit
        message = (
            f"Rate limit reached for model `{MODEL}` in organization `org_01` on {unit} per minute "
            f"({unit[0].upper()}PM): Limit {limit:g}, Used {used:g}, Requested {amount:g}. "
            f"Please try again in {wait:.3f}s."
        )
        error = {"message": message, "type": unit, "code": "rate_limit_exceeded"}
        return httpx.Response(429, json={"error": error}, headers={"retry-after": f"{wait:.0f}"})


class Fast(RateLimiter):
    """A limiter whose minute lasts a second."""

    speed = SPEED


def many(twin: Twin, client: Any, count: int, **options: Any) -> list[Any]:
    """Call so often at once; return the answers, or what was raised."""
    create = client.chat.completions.create
    arguments: dict[str, Any] = {"messages": MESSAGES, "model": MODEL, **options}
    results: list[Any] = [None] * count
    if twin.is_async:

        async def call(number: int) -> None:
            try:
                results[number] = await create(**arguments)
            except groq.GroqError as error:
                results[number] = error

        async def run() -> None:
            async with anyio.create_task_group() as group:
                for number in range(count):
                    group.start_soon(call, number)

        twin.do(run)
    else:

        def in_thread(number: int) -> None:
            try:
                results[number] = create(**arguments)
            except groq.GroqError as error:
                results[number] = error

        threads = [threading.Thread(target=in_thread, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results


def test_calls_at_once_wait_for_a_limit_that_is_not_known(twin: Twin) -> None:
    server = Limited(requests=50)
    client = twin.mocked(server, limiter=Fast(), max_retries=0)
    results = many(twin, client, 200)
    assert all(result.choices[0].message.content == "Hello" for result in results)
    assert server.refused <= 10


def test_unused_reserved_tokens_are_returned(twin: Twin) -> None:
    server = Limited(tokens=1000)
    client = twin.mocked(server, limiter=Fast(tokens_per_minute=1000), max_retries=0)
    # Each reserves 310 and uses 15: three at once fit, and 66 in a minute.
    results = many(twin, client, 100, max_completion_tokens=300)
    assert [type(result).__name__ for result in results] == ["ChatCompletion"] * 100
    assert server.refused <= 5


def test_threads_and_tasks_wait_for_one_limit() -> None:
    server = Limited(requests=50)
    limiter = Fast()
    http = httpx.MockTransport(server)
    client = Groq(api_key="key", limiter=limiter, http_client=httpx.Client(transport=http))
    answers: list[Any] = []

    def call() -> None:
        answers.append(client.chat.completions.create(messages=MESSAGES, model=MODEL))

    async def call_often() -> None:
        async with AsyncGroq(
            api_key="key", limiter=limiter, http_client=httpx.AsyncClient(transport=http)
        ) as asynchronous:

            async def ask() -> None:
                create = asynchronous.chat.completions.create
                answers.append(await create(messages=MESSAGES, model=MODEL))

            async with anyio.create_task_group() as group:
                for _ in range(40):
                    group.start_soon(ask)

    threads = [threading.Thread(target=call) for _ in range(40)]
    threads += [
        threading.Thread(target=anyio.run, args=(call_often,), kwargs={"backend": backend})
        for backend in ("asyncio", "trio")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    assert len(answers) == 120
    assert server.refused <= 10


def test_a_request_above_the_limit_is_not_sent(twin: Twin) -> None:
    server = Limited()
    client = twin.mocked(server, limiter=RateLimiter(tokens_per_minute=1000))
    with pytest.raises(RequestTooLargeError, match="at most 1,000 tokens in a request") as raised:
        twin.chat(client, max_completion_tokens=2000)
    exceeded = raised.value.limit_exceeded
    assert (exceeded.kind, exceeded.per, exceeded.limit) == ("tokens", "minute", 1000)
    assert exceeded.requested and exceeded.requested >= 2000
    assert exceeded.used is None
    assert exceeded.retry_after is None
    assert not exceeded.can_ever_fit
    assert raised.value.request.url.path == "/openai/v1/chat/completions"
    assert not server.accepted
    assert twin.chat(client, max_completion_tokens=500)


def test_a_request_too_large_for_the_server_is_sent_only_once(twin: Twin) -> None:
    message = "on tokens per minute (TPM): Limit 8000, Requested 32979, please reduce"
    sent: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(413, json={"error": {"message": message}})

    client = twin.mocked(refuse, limiter=RateLimiter())
    with pytest.raises(groq.APIStatusError, match="413"):
        twin.chat(client, max_completion_tokens=32900)
    with pytest.raises(RequestTooLargeError):
        twin.chat(client, max_completion_tokens=32900)
    assert len(sent) == 1


def test_a_limit_of_two_words_is_said_in_two_words(twin: Twin) -> None:
    client = twin.mocked(Limited(), limiter=RateLimiter(input_tokens_per_minute=1))
    with pytest.raises(RequestTooLargeError, match="at most 1 input tokens in a request"):
        twin.chat(client)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_a_failed_connection_costs_nothing(twin: Twin, error: type[Exception]) -> None:
    client = twin.mocked(
        FailsOnce(error), limiter=RateLimiter(requests_per_day=1), deadline=30, max_retries=0
    )
    with pytest.raises(groq.APIConnectionError):
        twin.chat(client)
    assert twin.chat(client)


@pytest.mark.parametrize("error", [httpx.ReadError, httpx.ReadTimeout, KeyError])
def test_a_lost_response_counts_as_sent(twin: Twin, error: type[Exception]) -> None:
    client = twin.mocked(
        FailsOnce(error), limiter=RateLimiter(requests_per_day=1), deadline=30, max_retries=0
    )
    with pytest.raises((groq.APIConnectionError, KeyError)):
        twin.chat(client)
    # The server may have counted the request, so the next one would have to wait a day.
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client)


def test_a_lost_response_does_not_stay_reserved(twin: Twin) -> None:
    """If the server has not counted it, which headers show, all is left for other calls."""
    headers = {
        "x-ratelimit-limit-tokens": "1000",
        "x-ratelimit-remaining-tokens": "990",
        "x-ratelimit-reset-tokens": "600ms",
    }
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        if len(sent) == 2:
            raise httpx.ReadError("lost")
        return httpx.Response(200, json=Limited().answer(), headers=headers)

    client = twin.mocked(handler, limiter=RateLimiter(), deadline=10, max_retries=0)
    assert twin.chat(client, max_completion_tokens=10)
    with pytest.raises(groq.APIConnectionError):
        twin.chat(client, max_completion_tokens=700)
    assert twin.chat(client, max_completion_tokens=10)
    # It would wait for half a minute if the lost 700 tokens were still reserved.
    assert twin.chat(client, max_completion_tokens=800)


class FailsOnce:
    """A handler that raises an error for the first request, and answers the others."""

    def __init__(self, error: type[Exception]) -> None:
        self.error: Exception | None = error("failed")

    def __call__(self, request: httpx.Request) -> httpx.Response:
        error, self.error = self.error, None
        if error is not None:
            raise error
        return httpx.Response(200, json=Limited().answer())


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        ({}, "RateLimiter()"),
        ({"share": 1.0}, "RateLimiter()"),
        ({"share": 0.5}, "RateLimiter(share=0.5)"),
        (
            {"tokens_per_day": 1, "requests_per_minute": 30},
            "RateLimiter(requests_per_minute=30, tokens_per_day=1)",
        ),
        ({"requests_per_minute": 1.0}, "RateLimiter(requests_per_minute=1.0)"),
    ],
)
def test_the_repr_of_a_limiter_shows_its_settings(settings: dict[str, Any], written: str) -> None:
    assert repr(RateLimiter(**settings)) == written


def test_a_deadline_counts_the_wait(twin: Twin) -> None:
    server = Limited()
    client = twin.mocked(server, limiter=RateLimiter(requests_per_day=1), deadline=30)
    assert twin.chat(client)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client)
    assert len(server.accepted) == 1


def test_a_wait_that_would_pass_the_deadline_is_not_begun(twin: Twin) -> None:
    deadline = 5.0
    client = twin.mocked(Limited(), limiter=RateLimiter(requests_per_day=1), deadline=deadline)
    assert twin.chat(client)
    started_at = time.monotonic()
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client)
    assert time.monotonic() - started_at < deadline


def test_a_wait_can_be_cancelled_and_the_next_one_goes() -> None:
    server = Limited()
    http = httpx.MockTransport(server)

    async def run() -> None:
        limiter = Fast(requests_per_minute=1)
        async with AsyncGroq(
            api_key="key", limiter=limiter, http_client=httpx.AsyncClient(transport=http)
        ) as client:
            create = client.chat.completions.create
            await create(messages=MESSAGES, model=MODEL)

            async def call(scope: anyio.CancelScope) -> None:
                with scope:
                    await create(messages=MESSAGES, model=MODEL)

            async with anyio.create_task_group() as group:
                scopes = [anyio.CancelScope(), anyio.CancelScope()]
                for scope in scopes:
                    group.start_soon(call, scope)
                await anyio.wait_all_tasks_blocked()
                assert limiter.waiting == 2
                scopes[0].cancel()
            assert limiter.waiting == 0

    anyio.run(run)
    assert len(server.accepted) == 2


def test_calls_do_not_wait_behind_an_event_loop_that_was_closed() -> None:
    server = Limited()
    limiter = Fast(requests_per_minute=1)
    transport = httpx.MockTransport(server)
    with Groq(
        api_key="key", limiter=limiter, http_client=httpx.Client(transport=transport)
    ) as client:
        client.chat.completions.create(messages=MESSAGES, model=MODEL)
        loop = asyncio.new_event_loop()
        abandoned = AsyncGroq(
            api_key="key", limiter=limiter, http_client=httpx.AsyncClient(transport=transport)
        )
        call = abandoned.chat.completions.create(messages=MESSAGES, model=MODEL)
        task = loop.create_task(call)
        while not limiter.waiting:
            loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        assert limiter.waiting == 1
        # The task is still referenced, so that its end does not take it out of the queue.
        with_deadline = client.with_options(deadline=30)
        with_deadline.chat.completions.create(messages=MESSAGES, model=MODEL)
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # it is meant
        del task, call
    assert len(server.accepted) == 2


def test_a_wait_is_logged_and_passed_to_a_hook(
    twin: Twin, caplog: pytest.LogCaptureFixture
) -> None:
    waits: list[Wait] = []
    server = Limited()
    limiter = Fast(requests_per_minute=1, on_wait=waits.append)
    client = twin.mocked(server, limiter=limiter)
    assert twin.chat(client)
    assert not waits
    with caplog.at_level(logging.DEBUG, logger="groq"):
        assert twin.chat(client)
    (wait,) = waits
    assert (wait.model, wait.limit, wait.ahead) == (MODEL, "requests_per_minute", 0)
    assert wait.seconds is not None
    assert 0 < wait.seconds <= MINUTE / SPEED
    assert f"A call of {MODEL} waits about" in caplog.text
    assert "for requests_per_minute, with 0 before it" in caplog.text


class InFlight:
    """A handler that answers a request when it is told to, and a client for it in threads."""

    def __init__(self, on_wait: Any) -> None:
        self.sent: dict[str, threading.Event] = defaultdict(threading.Event)
        self.may_end: dict[str, threading.Event] = defaultdict(threading.Event)
        self.threads: dict[str, threading.Thread] = {}
        self.transport = httpx.MockTransport(self.answer)
        # As long as its limits are unknown, two calls may be in flight.
        self.limiter = RateLimiter(on_wait=on_wait)
        self.client = Groq(
            api_key="key",
            limiter=self.limiter,
            http_client=httpx.Client(transport=self.transport),
            deadline=60,
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        name: str = json.loads(request.content)["messages"][0]["content"]
        self.sent[name].set()
        assert self.may_end[name].wait(60)
        return httpx.Response(200, json=Limited().answer())

    def start(self, name: str) -> None:
        """Start a call in a thread."""

        def call() -> None:
            message: Any = {"role": "user", "content": name}
            self.client.chat.completions.create(messages=[message], model=MODEL)

        self.threads[name] = threading.Thread(target=call)
        self.threads[name].start()

    def end(self, name: str) -> None:
        """Let a call end, and wait until it has."""
        self.may_end[name].set()
        self.threads[name].join(60)
        assert not self.threads[name].is_alive()


def test_a_wait_of_unknown_length_is_logged_without_one(caplog: pytest.LogCaptureFixture) -> None:
    waits: SimpleQueue[Wait] = SimpleQueue()
    calls = InFlight(waits.put)
    with calls.client, caplog.at_level(logging.INFO, logger="groq"):
        for name in "ab":
            calls.start(name)
            assert calls.sent[name].wait(60)
        calls.start("c")
        assert waits.get(timeout=60).seconds is None
        for name in "abc":
            calls.end(name)
    assert f"A call of {MODEL} waits for its turn, with 0 before it" in caplog.messages


def test_a_call_that_is_woken_and_waits_on_tells_the_hook_once() -> None:
    waits: SimpleQueue[Wait] = SimpleQueue()
    calls = InFlight(waits.put)
    with calls.client:
        for name in ("first", "second"):
            calls.start(name)
            assert calls.sent[name].wait(60)
        for name in ("third", "fourth"):
            calls.start(name)
            assert waits.get(timeout=60).model == MODEL
        calls.end("first")
        # The fourth one is woken when the third one has been sent, and still has to wait.
        assert calls.sent["third"].wait(60)
        for name in ("second", "third", "fourth"):
            calls.end(name)
    assert waits.empty()


def test_the_estimated_wait_grows_with_the_calls_ahead() -> None:
    waits: SimpleQueue[Wait] = SimpleQueue()
    calls = InFlight(waits.put)
    with calls.client:
        for name in "ab":
            calls.start(name)
            assert calls.sent[name].wait(60)
        for name in "cde":
            calls.start(name)
            assert waits.get(timeout=60).seconds is None
        # The first of them are sent one after the other, which shows their pace.
        started_at = time.monotonic()
        sent: list[str] = []
        for name in "ab":
            calls.end(name)
            while not (new := [each for each in "cde" if calls.sent[each].is_set()])[len(sent) :]:
                time.sleep(0.001)
            sent = new
        seconds: list[float] = []
        for ahead, name in enumerate("fg", start=1):
            calls.start(name)
            wait = waits.get(timeout=60)
            assert wait.ahead == ahead
            assert wait.seconds
            seconds.append(wait.seconds / (ahead + 1))
        assert seconds[0] == pytest.approx(seconds[1])
        assert seconds[0] <= time.monotonic() - started_at
        for name in "abcdefg":
            calls.may_end[name].set()
        for thread in calls.threads.values():
            thread.join(60)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_task_that_is_woken_before_it_waits_does_not_wait(backend: str) -> None:
    def end_first(_: object) -> None:  # before the wait begins
        calls.end("first")

    calls = InFlight(end_first)

    async def call() -> None:
        http = httpx.AsyncClient(transport=calls.transport)
        async with AsyncGroq(
            api_key="key", limiter=calls.limiter, http_client=http, deadline=30
        ) as client:
            message: Any = {"role": "user", "content": "task"}
            await client.chat.completions.create(messages=[message], model=MODEL)

    with calls.client:
        for name in ("first", "second"):
            calls.start(name)
            assert calls.sent[name].wait(60)
        calls.may_end["task"].set()
        try:
            anyio.run(call, backend=backend)
        finally:
            calls.end("second")


def test_a_refusal_holds_back_all_calls(twin: Twin) -> None:
    """A refusal that names no limit says when to come again: nobody comes before."""
    sent: list[float] = []
    wait = 0.3

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(time.monotonic())
        if len(sent) == 1:
            return httpx.Response(429, headers={"retry-after": f"{wait}"})
        return httpx.Response(200, json=Limited().answer())

    client = twin.mocked(handler, limiter=RateLimiter(), max_retries=0)
    results = many(twin, client, 10)
    assert [type(result).__name__ for result in results] == ["ChatCompletion"] * 10
    # One other may have been on its way.
    assert sum(moment - sent[0] < wait for moment in sent) <= 2


def refused(message: str = "", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(429, json={"error": {"message": message}}, headers=named)


class Refusing:
    """A handler that refuses the first requests, and answers the others."""

    def __init__(self, *refusals: httpx.Response) -> None:
        self.refusals = list(refusals)
        self.sent = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        if self.refusals:
            return self.refusals.pop(0)
        return httpx.Response(200, json=Limited().answer())


@pytest.mark.parametrize("after", [None, "soon", "-5", "nan", "inf", "1e9", "9999999999"])
def test_a_refusal_that_does_not_say_how_long_is_waited_for(twin: Twin, after: str | None) -> None:
    handler = Refusing(refused() if after is None else refused(retry_after=after))
    client = twin.mocked(handler, limiter=Fast(), max_retries=0)
    assert twin.chat(client).choices
    assert handler.sent == 2


def test_endless_refusals_that_say_nothing_are_raised_after_a_minute(twin: Twin) -> None:
    handler = Refusing(*(refused() for _ in range(20)))
    client = twin.mocked(handler, limiter=Fast(), max_retries=0)
    with pytest.raises(groq.RateLimitError):
        twin.chat(client)
    assert handler.sent == 7  # after 1, 2, 4, 8, 16 and 32 seconds


PER_MINUTE = (
    "on tokens per minute (TPM): Limit 6000, Used {}, Requested 400. Please try again in {}."
)


@pytest.mark.parametrize(
    "refusal",
    [
        refused(retry_after="90000"),
        refused(PER_MINUTE.format(5900, "25h")),
        refused(PER_MINUTE.format(5900, "99999999h"), retry_after="1"),
    ],
    ids=["header", "message", "both"],
)
def test_a_wait_longer_than_any_limit_is_raised(twin: Twin, refusal: httpx.Response) -> None:
    client = twin.mocked(Refusing(refusal), limiter=RateLimiter(), max_retries=0, deadline=30)
    with pytest.raises(groq.RateLimitError):
        twin.chat(client)
    # Others do not wait for it.
    assert twin.chat(client, max_completion_tokens=10).choices


def test_an_absurd_use_in_a_refusal_delays_no_longer_than_it_asks(twin: Twin) -> None:
    handler = Refusing(refused(PER_MINUTE.format(999_999_999, "30s")))
    client = twin.mocked(handler, limiter=Fast(), max_retries=0, deadline=30)
    assert twin.chat(client, max_completion_tokens=10).choices


def test_the_wait_in_the_message_of_a_refusal_goes_before_the_header(twin: Twin) -> None:
    handler = Refusing(refused(PER_MINUTE.format(5601, "10ms"), retry_after="3600"))
    client = twin.mocked(handler, limiter=RateLimiter(), max_retries=0, deadline=30)
    assert twin.chat(client, max_completion_tokens=10).choices


def test_the_header_says_how_long_if_the_message_does_not(twin: Twin) -> None:
    message = "on tokens per minute (TPM): Limit 6000, Used 10, Requested 400."
    handler = Refusing(refused(message, retry_after="3600"))
    client = twin.mocked(handler, limiter=RateLimiter(), max_retries=0, deadline=30)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client, max_completion_tokens=10)
    assert handler.sent == 1


def test_an_invalid_request_costs_one_request(twin: Twin) -> None:
    handler = Refusing(httpx.Response(400, json={"error": {"message": "no"}}))
    client = twin.mocked(handler, limiter=RateLimiter(requests_per_day=2), deadline=30)
    with pytest.raises(groq.BadRequestError):
        twin.chat(client)
    assert twin.chat(client)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client)


def test_an_invalid_request_costs_no_tokens(twin: Twin) -> None:
    handler = Refusing(httpx.Response(400, json={"error": {"message": "no"}}))
    client = twin.mocked(handler, limiter=RateLimiter(tokens_per_day=1000), deadline=30)
    with pytest.raises(groq.BadRequestError):
        twin.chat(client, max_completion_tokens=900)
    assert twin.chat(client, max_completion_tokens=900)


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        (PER_MINUTE.format(5601, "10ms"), "tokens_per_minute"),
        ("Slow down.", "a limit that has no name"),
    ],
)
def test_a_refusal_is_logged(
    twin: Twin, caplog: pytest.LogCaptureFixture, message: str, limit: str
) -> None:
    handler = Refusing(refused(message, retry_after="0.01"))
    client = twin.mocked(handler, limiter=RateLimiter(), max_retries=0, deadline=30)
    with caplog.at_level(logging.INFO, logger="groq"):
        twin.chat(client, max_completion_tokens=10)
    expected = f"A call of {MODEL} was refused for {limit}; the calls that wait go on in 0.01 s"
    assert expected in caplog.messages


def test_a_refused_call_is_sent_before_those_that_wait() -> None:
    order: list[str] = []
    is_waiting, is_repeated, both = threading.Event(), threading.Event(), threading.Barrier(2)

    def handler(request: httpx.Request) -> httpx.Response:
        name: str = json.loads(request.content)["messages"][0]["content"]
        order.append(name)
        if name == "refused" and order.count(name) == 1:
            both.wait(30)
            assert is_waiting.wait(30)
            return refused(retry_after="0")
        if name == "other":  # which keeps its place in flight
            both.wait(30)
            assert is_repeated.wait(30)
        if name == "refused":
            is_repeated.set()
        return httpx.Response(200, json=Limited().answer())

    http = httpx.Client(transport=httpx.MockTransport(handler))
    # As long as its limits are unknown, two calls may be in flight.
    limiter = RateLimiter(on_wait=lambda _: is_waiting.set())
    with Groq(api_key="key", limiter=limiter, http_client=http, max_retries=0) as client:

        def call(name: str) -> None:
            client.chat.completions.create(
                messages=[{"role": "user", "content": name}], model=MODEL
            )

        first = [threading.Thread(target=call, args=(name,)) for name in ("refused", "other")]
        for thread in first:
            thread.start()
        while len(order) < 2:
            time.sleep(0.001)
        last = threading.Thread(target=call, args=("last",))
        last.start()
        for thread in (*first, last):
            thread.join(60)
    assert order[2:] == ["refused", "last"]


def test_a_refused_call_does_not_count_as_a_retry(twin: Twin) -> None:
    server = Limited(requests=2)
    client = twin.mocked(server, limiter=Fast(), max_retries=0)
    for _ in range(6):
        response = twin.do(
            client.chat.completions.with_raw_response.create, messages=MESSAGES, model=MODEL
        )
        assert response.retries_taken == 0
    assert server.refused


def test_other_failures_are_retried_under_a_limiter(twin: Twin) -> None:
    statuses = [500, 503, 200]

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            statuses.pop(0), json=Limited().answer(), headers={"retry-after-ms": "1"}
        )

    client = twin.mocked(handler, limiter=RateLimiter())
    assert twin.chat(client).choices
    assert not statuses


STREAM = (
    'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],'
    '"x_groq":{"id":"r","usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}}\n\n'
    "data: [DONE]\n\n"
)


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_stream_returns_its_unused_tokens(twin: Twin, is_packed: bool) -> None:
    content = gzip.compress(STREAM.encode()) if is_packed else STREAM.encode()
    headers = {"content-type": "text/event-stream"}
    if is_packed:
        headers["content-encoding"] = "gzip"
    pieces = [content[start : start + 50] for start in range(0, len(content), 50)]

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Body(*pieces), headers=headers)

    # Two at once do not fit, and each used 15 of 1000.
    client = twin.mocked(handler, limiter=RateLimiter(tokens_per_day=1000), deadline=30)
    for _ in range(20):
        stream = twin.chat(client, stream=True, max_completion_tokens=600)
        assert len(twin.list(stream)) == 2


def test_a_body_that_is_read_later_improves_the_estimates(twin: Twin) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Body(json.dumps(Limited().answer()).encode()))

    client = twin.mocked(handler, limiter=RateLimiter(tokens_per_day=2000), deadline=10)
    for _ in range(40):
        message: Any = [{"role": "user", "content": "word " * 200}]
        assert twin.chat(client, messages=message, max_completion_tokens=10)
    # At four bytes a token, as the first estimate has it, this would be too much for the rest.
    message = [{"role": "user", "content": "word " * 1200}]
    assert twin.chat(client, messages=message, max_completion_tokens=10)


def test_cached_tokens_are_not_counted(twin: Twin) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        answer = Limited().answer()
        answer["usage"] = {
            "prompt_tokens": 800,
            "completion_tokens": 10,
            "total_tokens": 810,
            "prompt_tokens_details": {"cached_tokens": 800},
        }
        return httpx.Response(200, json=answer)

    client = twin.mocked(handler, limiter=RateLimiter(tokens_per_day=2000), deadline=30)
    message: Any = [{"role": "user", "content": "word " * 500}]
    for _ in range(20):
        assert twin.chat(client, messages=message, max_completion_tokens=10)


def test_requests_of_no_model_do_not_wait(twin: Twin) -> None:
    client = twin.mocked(
        lambda request: httpx.Response(200, json={"data": []}),
        limiter=RateLimiter(requests_per_day=1),
        deadline=30,
    )
    for _ in range(3):
        twin.do(client.models.list)


def test_models_do_not_wait_for_each_other(twin: Twin) -> None:
    client = twin.mocked(Limited(), limiter=RateLimiter(requests_per_day=1), deadline=30)
    assert twin.chat(client, model="one")
    assert twin.chat(client, model="two")
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client, model="one")


def test_a_limiter_can_be_changed_for_some_calls(twin: Twin) -> None:
    client = twin.mocked(Limited(), limiter=RateLimiter(requests_per_day=1), deadline=30)
    assert client.with_options(timeout=5).limiter is client.limiter
    assert twin.chat(client)
    assert twin.chat(client.with_options(limiter=None))
    assert twin.chat(client.with_options(limiter=RateLimiter()))


def test_a_file_keeps_the_limits_for_another_process(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    client = twin.mocked(Limited(), limiter=RateLimiter(path=path, requests_per_day=2), deadline=30)
    assert twin.chat(client)
    other = twin.mocked(Limited(), limiter=RateLimiter(path=path), deadline=30)
    assert twin.chat(other)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(other)
    assert b"key" not in path.read_bytes().replace(b"key TEXT PRIMARY KEY", b"")


def test_calls_that_share_a_file_keep_to_the_limit(twin: Twin, tmp_path: Path) -> None:
    server = Limited(requests=50)
    clients = [
        twin.mocked(server, limiter=Fast(path=tmp_path / "limits.db"), max_retries=0)
        for _ in range(3)
    ]
    results = [result for client in clients for result in many(twin, client, 30)]
    assert [type(result).__name__ for result in results] == ["ChatCompletion"] * 90
    # At this speed a thread that is late for a moment is late by seconds.
    assert server.refused <= 20


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """Start a server of Redis, where there is one."""
    program = shutil.which("redis-server")
    if program is None or importlib.util.find_spec("redis") is None:
        pytest.skip("redis-server or the extra `redis` is not installed")
    path = tmp_path / "redis.sock"
    arguments = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL) as server:
        ends_at = time.monotonic() + 60
        while not path.exists():
            assert time.monotonic() < ends_at
            time.sleep(0.01)
        yield f"unix://{path}"
        server.terminate()


def test_calls_that_share_a_redis_keep_to_the_limit(twin: Twin, redis_url: str) -> None:
    server = Limited(requests=50)
    clients = [
        twin.mocked(server, limiter=Fast(store=RedisStore(redis_url)), max_retries=0)
        for _ in range(3)
    ]
    results = [result for client in clients for result in many(twin, client, 30)]
    assert [type(result).__name__ for result in results] == ["ChatCompletion"] * 90
    assert server.refused <= 20


def test_a_redis_store_swaps_only_an_unchanged_value(redis_url: str) -> None:
    store = pickle.loads(pickle.dumps(RedisStore(redis_url)))
    assert store.get("a") is None
    assert store.swap("a", None, "1")
    assert not store.swap("a", None, "2")
    assert not store.swap("a", "0", "2")
    assert store.swap("a", "1", "2")
    assert store.get("a") == "2"


def test_a_store_of_redis_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ImportError, match=r"groq\[redis\]"):
        RedisStore("redis://127.0.0.1")


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk. " * 200)
    with pytest.raises(OSError, match="cannot be kept in"):
        RateLimiter(path=tmp_path / "notes.txt")
    with pytest.raises(OSError, match="cannot be kept in"):
        RateLimiter(path=tmp_path / "missing" / "limits.db")


class FailingStore:
    """A store in memory that fails from a moment on."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.error: Exception | None = None

    def get(self, key: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.texts.get(key)

    def swap(self, key: str, old: str | None, new: str) -> bool:
        if self.error is not None:
            raise self.error
        if self.texts.get(key) != old:
            return False
        self.texts[key] = new
        return True


@pytest.mark.parametrize("error", [RuntimeError("no quorum"), OSError("no quorum")])
def test_a_request_is_not_sent_when_the_store_fails(twin: Twin, error: Exception) -> None:
    server, store = Limited(), FailingStore()
    client = twin.mocked(server, limiter=RateLimiter(store=store))
    store.error = error
    with pytest.raises(
        groq.GroqError, match="store of the rate limits failed: no quorum"
    ) as raised:
        twin.chat(client)
    assert type(raised.value) is groq.GroqError
    assert raised.value.__cause__ is error
    assert not server.accepted
    store.error = None
    assert twin.chat(client)


def test_a_response_is_kept_when_the_store_fails_after_it(
    twin: Twin, caplog: pytest.LogCaptureFixture
) -> None:
    server, store = Limited(), FailingStore()

    def handler(request: httpx.Request) -> httpx.Response:
        store.error = OSError("no quorum")
        return server(request)

    client = twin.mocked(handler, limiter=RateLimiter(store=store))
    assert twin.chat(client).choices
    assert f"The rate limits of {MODEL} are out of date" in caplog.text


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_while_it_books_reserves_nothing() -> None:
    is_booking, may_end = threading.Event(), threading.Event()

    class SlowStore(FailingStore):
        def swap(self, key: str, old: str | None, new: str) -> bool:
            is_booking.set()
            may_end.wait(30)
            return super().swap(key, old, new)

    store, server = SlowStore(), Limited()
    http = httpx.AsyncClient(transport=httpx.MockTransport(server))
    async with AsyncGroq(
        api_key="key", limiter=RateLimiter(store=store, requests_per_day=1), http_client=http
    ) as client:

        async def call() -> None:
            await client.chat.completions.create(messages=MESSAGES, model=MODEL)

        async with anyio.create_task_group() as group:
            group.start_soon(call)
            await anyio.to_thread.run_sync(is_booking.wait, 30)
            group.cancel_scope.cancel()
            may_end.set()
        assert not server.accepted
        limited = client.with_options(deadline=30)
        assert await limited.chat.completions.create(messages=MESSAGES, model=MODEL)


def test_a_store_that_fails_in_a_cancelled_call_is_the_cause_of_the_cancellation() -> None:
    class SlowStore(FailingStore):
        is_called, is_cancelled = threading.Event(), threading.Event()

        def swap(self, key: str, old: str | None, new: str) -> bool:
            self.is_called.set()
            self.is_cancelled.wait(60)
            raise OSError("no quorum")

    store, unread = SlowStore(), list[object]()

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, problem: unread.append(problem))
        http = httpx.AsyncClient(transport=httpx.MockTransport(Limited()))
        limiter = RateLimiter(store=store, requests_per_day=1)
        async with AsyncGroq(api_key="key", limiter=limiter, http_client=http) as client:

            async def call() -> None:
                # Within the task: Python 3.10 raises another error to those who await it.
                with pytest.raises(asyncio.CancelledError) as raised:
                    await client.chat.completions.create(messages=MESSAGES, model=MODEL)
                assert "no quorum" in str(raised.value.__cause__)

            task = asyncio.ensure_future(call())
            await asyncio.to_thread(store.is_called.wait)
            task.cancel()
            await asyncio.sleep(0)  # The task is cancelled before the store fails.
            store.is_cancelled.set()
            await task

    asyncio.run(run())
    gc.collect()
    assert not unread


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_response_is_closed_if_its_call_is_cancelled_while_it_is_recorded(backend: str) -> None:
    is_recording = threading.Event()
    may_record = threading.Event()
    body = Body(json.dumps(Limited().answer()).encode())

    class SlowStore(FailingStore):
        def swap(self, key: str, old: str | None, new: str) -> bool:
            if is_sent:
                is_recording.set()
                assert may_record.wait(30)
            return super().swap(key, old, new)

    is_sent: list[bool] = []

    def handler(request: httpx.Request) -> httpx.Response:
        is_sent.append(True)
        return httpx.Response(200, stream=body)

    async def run() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        limiter = RateLimiter(store=SlowStore())
        async with AsyncGroq(api_key="key", limiter=limiter, http_client=http) as client:

            async def call() -> None:
                with scope:
                    await client.chat.completions.create(messages=MESSAGES, model=MODEL)

            scope = anyio.CancelScope()
            async with anyio.create_task_group() as group:
                group.start_soon(call)
                await anyio.to_thread.run_sync(is_recording.wait)
                scope.cancel()
                may_record.set()

    anyio.run(run, backend=backend)
    assert body.is_closed


def test_a_reservation_that_another_process_forestalled_is_not_kept(twin: Twin) -> None:
    class Forestalled(FailingStore):
        """A store in which another process uses the whole limit first."""

        def swap(self, key: str, old: str | None, new: str) -> bool:
            if old is None:
                limits = Limits()
                limits.tell(time.time(), {"tokens_per_day": 6000}, 1.0)
                limits.book(time.time(), token_cost(5900, 0))
                self.texts[key] = limits.to_json()
            return super().swap(key, old, new)

    store = Forestalled()
    client = twin.mocked(Limited(), limiter=RateLimiter(store=store), deadline=30, max_retries=0)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client, max_completion_tokens=2000)
    (text,) = store.texts.values()
    assert Limits.from_json(text).buckets["tokens_per_day"].level == pytest.approx(100, abs=1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_leaves_the_connection_of_its_parent_open(tmp_path: Path) -> None:
    program = """
import gc, os, sys
from groq._helpers.limiter_stores import SQLiteStore
store = SQLiteStore(sys.argv[1])
store.swap("a", None, "1")
for use in (True, False):
    child = os.fork()
    if child == 0:
        before = len(os.listdir("/proc/self/fd"))
        if use:
            store.get("a")
        del store
        gc.collect()
        os._exit(len(os.listdir("/proc/self/fd")) < before)
    assert os.waitpid(child, 0)[1] == 0
"""
    if not Path("/proc/self/fd").exists():
        pytest.skip("open files cannot be counted")
    command = [sys.executable, "-W", "error", "-c", program, str(tmp_path / "limits.db")]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0


def test_a_file_of_limits_that_fails_is_named(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    client = twin.mocked(Limited(), limiter=RateLimiter(path=path))
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE limits")
    with pytest.raises(groq.GroqError, match=r"cannot be kept in .*limits\.db'"):
        twin.chat(client)


def test_a_state_of_another_version_is_learnt_anew(twin: Twin) -> None:
    store = FailingStore()
    client = twin.mocked(Limited(), limiter=RateLimiter(store=store))
    assert twin.chat(client)
    (key,) = store.texts
    for text in ("", "[]", '{"version": 7}', '{"buckets": []}'):
        store.texts[key] = text
        assert twin.chat(client)


def test_the_parts_of_a_usage_are_not_its_whole(twin: Twin) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        answer = Limited().answer()
        part = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer["usage"] = {"prompt_tokens": 500, "completion_tokens": 100, "total_tokens": 600}
        answer["usage_breakdown"] = {"models": [{"model": "a", "usage": part}]}
        return httpx.Response(200, json=answer)

    client = twin.mocked(handler, limiter=RateLimiter(tokens_per_day=1000), deadline=30)
    assert twin.chat(client, max_completion_tokens=900)
    with pytest.raises(groq.APITimeoutError):
        twin.chat(client, max_completion_tokens=900)


def test_a_limiter_is_pickled_as_its_settings(tmp_path: Path) -> None:
    limiter = RateLimiter(path=tmp_path / "limits.db", share=0.25, tokens_per_minute=5)
    copied = pickle.loads(pickle.dumps(limiter))
    assert repr(copied) == repr(limiter)
    assert "share=0.25" in repr(copied)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"requests_per_minute": 0}, "Expected `requests_per_minute` to be above 0"),
        ({"share": 2}, "Expected `share` to be in"),
        ({"path": "x", "store": object()}, "Expected either a `path` or a `store`"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RateLimiter(**settings)

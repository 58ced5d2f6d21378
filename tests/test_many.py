"""`create_many`: any number of requests, some at a time, and a checkpoint to go on from."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

import groq
from groq import BatchResult, Groq, RateLimiter, RunProgress, read_results
from groq.testing import LocalServer, SlowStart
from twins import MODEL, Twin


def asked(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "custom_id": f"q-{number}",
            "model": MODEL,
            "messages": [{"role": "user", "content": f"Question {number}"}],
        }


def answer(request: httpx.Request) -> httpx.Response:
    """Answer with the question; `fail 400` in it fails with that status."""
    text: str = json.loads(request.content)["messages"][-1]["content"]
    if text.startswith("fail"):
        body = {"error": {"message": "No.", "code": "no", "type": "invalid_request_error"}}
        return httpx.Response(int(text.split()[1]), json=body)
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    completion = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
    return httpx.Response(200, json=completion, headers={"x-request-id": "req_1"})


def failing(status: int, custom_id: str = "bad") -> dict[str, Any]:
    return {
        "custom_id": custom_id,
        "model": MODEL,
        "messages": [{"role": "user", "content": f"fail {status}"}],
    }


def run(twin: Twin, client: Any, requests: Any, **options: Any) -> list[BatchResult]:
    return twin.list(twin.do(client.chat.completions.create_many, requests, **options))


def text_of(result: BatchResult) -> str | None:
    assert result.completion is not None
    return result.completion.choices[0].message.content


def test_each_request_has_a_result(twin: Twin) -> None:
    results = run(twin, twin.mocked(answer), asked(200))
    assert {result.custom_id: text_of(result) for result in results} == {
        f"q-{number}": f"Question {number}" for number in range(200)
    }
    assert {(result.status_code, result.request_id) for result in results} == {(200, "req_1")}


def test_results_come_in_order_if_that_is_asked(twin: Twin) -> None:
    results = run(twin, twin.mocked(answer), asked(100), in_order=True, max_concurrency=7)
    assert [result.custom_id for result in results] == [f"q-{number}" for number in range(100)]


def test_results_are_yielded_as_they_complete(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.inject(SlowStart(0.5))
    results = run(twin, twin.client(groq_server), asked(10), max_concurrency=2)
    # One of the first two took long, and the others went past it.
    assert results[-1].custom_id in {"q-0", "q-1"}


def test_an_error_is_the_result_of_its_request_alone(twin: Twin) -> None:
    results = run(twin, twin.mocked(answer), [*asked(3), failing(400), {"custom_id": "x"}])
    errors = {result.custom_id: result for result in results if result.error}
    assert set(errors) == {"bad", "x"}
    assert errors["bad"].status_code == 400
    assert errors["bad"].error is not None
    assert (errors["bad"].error.message, errors["bad"].error.code) == ("No.", "no")
    assert errors["x"].error is not None
    assert "messages" in str(errors["x"].error.message)
    assert len(results) == 5


def test_the_first_error_is_raised_if_that_is_asked(twin: Twin) -> None:
    client = twin.mocked(answer)
    with pytest.raises(groq.BadRequestError):
        run(twin, client, [*asked(3), failing(400), *asked(500)], stop_on_error=True)


def test_requests_are_taken_from_the_source_as_needed(twin: Twin) -> None:
    taken: list[int] = []

    def requests() -> Iterator[dict[str, Any]]:
        for number, request in enumerate(asked(100)):
            taken.append(number)
            yield request

    results = twin.do(
        twin.mocked(answer).chat.completions.create_many, requests(), max_concurrency=4
    )
    for number in range(1, 50):
        twin.next(results)
        assert len(taken) <= number + 4
    twin.do(results.close)


def test_max_concurrency_bounds_open_connections(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    results = twin.do(client.chat.completions.create_many, asked(40), max_concurrency=3)
    for _ in twin.each(results):
        assert groq_server.open_connections <= 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_requests_may_come_one_by_one(backend: str) -> None:
    async def requests() -> AsyncIterator[dict[str, Any]]:
        for request in asked(20):
            await anyio.lowlevel.checkpoint()
            yield request

    async def collect() -> list[str]:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            results = client.chat.completions.create_many(requests(), max_concurrency=3)
            return [result.custom_id async for result in results]

    names = anyio.run(collect, backend=backend)
    assert sorted(names) == sorted(f"q-{number}" for number in range(20))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_slow_source_does_not_hold_results_back(backend: str) -> None:
    async def collect() -> list[str]:
        got_first = anyio.Event()

        async def requests() -> AsyncIterator[dict[str, Any]]:
            first, second = asked(2)
            yield first
            await got_first.wait()
            yield second

        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            names: list[str] = []
            async for result in client.chat.completions.create_many(requests()):
                names.append(result.custom_id)
                got_first.set()
            return names

    assert anyio.run(collect, backend=backend) == ["q-0", "q-1"]


def test_an_exception_of_the_source_is_raised(twin: Twin) -> None:
    def requests() -> Iterator[dict[str, Any]]:
        yield from asked(1)
        raise LookupError("the database is gone")

    with pytest.raises(LookupError, match="the database is gone"):
        run(twin, twin.mocked(answer), requests())


def test_nothing_is_sent_after_the_loop_is_left(twin: Twin) -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answer(request)

    client = twin.mocked(handler, limiter=RateLimiter(requests_per_day=5))
    results = twin.do(client.chat.completions.create_many, asked(100), max_concurrency=20)
    with twin.inside(results):
        twin.next(results)
    before = len(sent)
    assert before <= 5
    assert client.limiter.waiting == 0
    with pytest.raises((StopIteration, StopAsyncIteration)):
        twin.next(results)
    assert len(sent) == before


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_close_waits_for_cancelled_requests_without_polling(backend: str) -> None:
    async def close_early() -> None:
        is_cleaned_up, may_end = False, anyio.Event()

        async def handler(request: httpx.Request) -> httpx.Response:
            nonlocal is_cleaned_up
            if b"Question 1" in request.content:
                try:
                    await anyio.sleep_forever()
                finally:
                    with anyio.CancelScope(shield=True):
                        await may_end.wait()
                    is_cleaned_up = True
            return answer(request)

        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            results = client.chat.completions.create_many(asked(2))
            await anext(results)
            async with anyio.create_task_group() as group:
                group.start_soon(results.close)
                try:
                    with anyio.fail_after(60):
                        await anyio.wait_all_tasks_blocked()  # never returns while a task polls
                finally:
                    may_end.set()
            assert is_cleaned_up

    anyio.run(close_early, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_run_waits_until_its_requests_have_ended(backend: str) -> None:
    is_cleaned_up: list[str] = []

    async def run_and_cancel() -> None:
        are_both_sent = anyio.Event()

        async def requests() -> AsyncIterator[dict[str, Any]]:
            try:
                for request in asked(3):
                    yield request
            finally:
                await anyio.lowlevel.checkpoint()
                is_cleaned_up.append("source")

        async def handler(request: httpx.Request) -> httpx.Response:
            if b"Question 1" in request.content:
                are_both_sent.set()
            try:
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.wait_all_tasks_blocked()
                is_cleaned_up.append("request")
            raise AssertionError

        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        limiter = RateLimiter(requests_per_minute=1000)
        async with groq.AsyncGroq(api_key="key", http_client=http, limiter=limiter) as client:
            with anyio.CancelScope() as scope:

                async def cancel() -> None:
                    await are_both_sent.wait()
                    scope.cancel()

                async with anyio.create_task_group() as group:
                    group.start_soon(cancel)
                    results = client.chat.completions.create_many(requests(), max_concurrency=2)
                    async for _ in results:
                        pass
            assert sorted(is_cleaned_up) == ["request", "request", "source"]

    anyio.run(run_and_cancel, backend=backend)


def test_progress_is_reported_for_each_result(twin: Twin) -> None:
    told: list[RunProgress] = []
    requests = [*asked(9), failing(400)]
    run(twin, twin.mocked(answer), requests, on_progress=told.append, in_order=True)
    assert [progress.done + progress.failed for progress in told] == list(range(1, 11))
    assert told[-1] == RunProgress(done=9, failed=1, skipped=0, running=0, tokens=45, total=10)


def test_the_total_of_a_file_is_unknown(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text("\n".join(map(json.dumps, asked(3))))
    for requests in (path, str(path)):
        told: list[RunProgress] = []
        run(twin, twin.mocked(answer), requests, on_progress=told.append)
        assert {progress.total for progress in told} == {None}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_running_excludes_results_that_wait_for_their_turn(backend: str) -> None:
    running: list[int] = []

    async def run_in_order() -> None:
        first_taken = anyio.Event()

        async def handler(request: httpx.Request) -> httpx.Response:
            if b"Question 0" in request.content:
                await anyio.wait_all_tasks_blocked()  # until the others have finished, apart from 1
            elif b"Question 1" in request.content:
                await first_taken.wait()
            return answer(request)

        def on_progress(progress: RunProgress) -> None:
            running.append(progress.running)
            first_taken.set()

        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        limiter = RateLimiter(requests_per_minute=1000)
        async with groq.AsyncGroq(api_key="key", http_client=http, limiter=limiter) as client:
            results = client.chat.completions.create_many(
                asked(4), max_concurrency=4, in_order=True, on_progress=on_progress
            )
            assert len([result async for result in results]) == 4

    anyio.run(run_in_order, backend=backend)
    assert running == [1, 0, 0, 0]


def test_lines_of_a_batch_file_are_accepted(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    lines: list[dict[str, Any]] = []
    for request in asked(3):
        body = {name: value for name, value in request.items() if name != "custom_id"}
        url = "/v1/chat/completions"
        line = {"custom_id": request["custom_id"], "method": "POST", "url": url, "body": body}
        lines.append(line)
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    for requests in (lines, path, str(path)):
        results = run(twin, twin.mocked(answer), requests, in_order=True)
        assert [text_of(result) for result in results] == [f"Question {n}" for n in range(3)]


def test_a_line_for_another_path_is_an_error(twin: Twin) -> None:
    line = {"custom_id": "a", "method": "POST", "url": "/v1/embeddings", "body": {"input": "x"}}
    (result,) = run(twin, twin.mocked(answer), [line])
    assert result.error is not None
    assert "Expected a request for '/v1/chat/completions'" in str(result.error.message)


def test_unknown_arguments_are_sent(twin: Twin) -> None:
    sent: list[dict[str, Any]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return answer(request)

    run(twin, twin.mocked(handler), [{**next(asked(1)), "brand_new": 1}])
    assert sent[0]["brand_new"] == 1


def test_a_checkpoint_has_the_lines_of_a_batch_and_is_taken_up_again(
    twin: Twin, tmp_path: Path
) -> None:
    path = tmp_path / "results.jsonl"
    client = twin.mocked(answer)
    requests = [*asked(20), failing(400), failing(500, "passing")]
    client = client.with_options(max_retries=0)
    first = run(twin, client, requests, checkpoint=path)
    assert len(first) == 22
    kept = {result.custom_id: result for result in read_results(path)}
    # A mistake is one for good; a server that failed may answer next time.
    assert set(kept) == {*(f"q-{number}" for number in range(20)), "bad"}
    assert text_of(kept["q-7"]) == "Question 7"
    assert kept["bad"].error is not None
    assert kept["bad"].error.code == "no"
    line = json.loads(path.read_text().splitlines()[0])
    assert set(line) == {"id", "custom_id", "response", "error"}
    assert set(line["response"]) == {"status_code", "request_id", "body"}

    told: list[RunProgress] = []
    again = run(
        twin, client, [*requests, *asked(25)][22:], checkpoint=path, on_progress=told.append
    )
    assert sorted(result.custom_id for result in again) == [f"q-{n}" for n in range(20, 25)]
    assert told[-1].skipped == 20
    assert len(path.read_text().splitlines()) == 26


def test_half_a_line_at_the_end_of_a_checkpoint_is_sent_again(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    client = twin.mocked(answer)
    run(twin, client, asked(3), checkpoint=path, in_order=True)
    path.write_bytes(path.read_bytes()[:-10])
    again = run(twin, client, asked(3), checkpoint=path)
    assert len(again) == 1
    assert {result.custom_id for result in read_results(path)} == {"q-0", "q-1", "q-2"}


def test_a_file_of_requests_is_refused_as_a_checkpoint(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text('{"model": "x"}\n')
    with pytest.raises(ValueError, match="Expected a result in line 1"):
        run(twin, twin.mocked(answer), asked(1), checkpoint=path)


@pytest.mark.parametrize(
    "content",
    [
        b"My only copy of a poem, without a line feed",
        b'{"id": 1}',
        b'{"custom_id": "q-0", "method": "POST", "url": "/v1/chat/completions", "body": {}}\n',
    ],
    ids=["poem", "document", "batch"],
)
def test_a_file_that_is_no_checkpoint_is_left_alone(
    twin: Twin, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "precious"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="Expected a result in line 1"):
        run(twin, twin.mocked(answer), asked(1), checkpoint=path)
    assert path.read_bytes() == content


def test_a_checkpoint_whose_only_line_is_cut_off_is_sent_again(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    client = twin.mocked(answer)
    run(twin, client, asked(1), checkpoint=path)
    path.write_bytes(path.read_bytes()[:-10])
    assert len(run(twin, client, asked(1), checkpoint=path)) == 1


def test_a_last_result_without_a_line_feed_is_kept(twin: Twin, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    client = twin.mocked(answer)
    run(twin, client, asked(2), checkpoint=path)
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    (result,) = run(twin, client, asked(3), checkpoint=path)
    assert result.custom_id == "q-2"
    assert {result.custom_id for result in read_results(path)} == {"q-0", "q-1", "q-2"}


def test_a_checkpoint_that_cannot_be_written_ends_the_run(twin: Twin, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    client = twin.mocked(answer)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            run(twin, client, asked(3), checkpoint=tmp_path / "results.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_results_are_in_the_checkpoint_before_they_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    http = httpx.Client(transport=httpx.MockTransport(answer))
    limiter = RateLimiter(requests_per_minute=1000)
    with Groq(api_key="key", http_client=http, limiter=limiter) as client:
        results = client.chat.completions.create_many(
            asked(4), max_concurrency=4, checkpoint=path, in_order=True
        )
        with results:
            assert next(results).custom_id == "q-0"
            assert next(results).custom_id == "q-1"
            assert next(results).custom_id == "q-2"
            # All four have been started: the last one is written while the consumer pauses.
            ends_at = time.monotonic() + 60
            while len(path.read_bytes().splitlines()) < 4:
                assert time.monotonic() < ends_at
                time.sleep(0.01)


def test_requests_in_flight_are_kept_when_a_loop_is_left(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    is_sent, may_end = threading.Event(), threading.Event()

    def handler(request: httpx.Request) -> httpx.Response:
        if b"Question 0" in request.content:
            is_sent.wait(30)
        else:
            is_sent.set()
            may_end.wait(30)
        return answer(request)

    http = httpx.Client(transport=httpx.MockTransport(handler))
    limiter = RateLimiter(requests_per_minute=1000)
    with Groq(api_key="key", http_client=http, limiter=limiter) as client:
        for _ in client.chat.completions.create_many(asked(2), checkpoint=path):
            break
        may_end.set()
        ends_at = time.monotonic() + 60
        while len(path.read_bytes().splitlines()) < 2:
            assert time.monotonic() < ends_at
            time.sleep(0.01)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_in_flight_are_kept_when_a_loop_is_left(backend: str, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"

    async def leave_early() -> None:
        is_sent, may_end = anyio.Event(), anyio.Event()

        async def handler(request: httpx.Request) -> httpx.Response:
            if b"Question 0" in request.content:
                await is_sent.wait()
            else:
                is_sent.set()
                await may_end.wait()
            return answer(request)

        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        limiter = RateLimiter(requests_per_minute=1000)
        async with groq.AsyncGroq(api_key="key", http_client=http, limiter=limiter) as client:
            async for _ in client.chat.completions.create_many(asked(2), checkpoint=path):
                break
            may_end.set()
            with anyio.fail_after(30):
                while len(path.read_bytes().splitlines()) < 2:  # noqa: ASYNC110  # it is a file
                    await anyio.sleep(0.01)

    anyio.run(leave_early, backend=backend)


def test_an_exit_within_a_call_ends_the_run() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise SystemExit(3)

    http = httpx.Client(transport=httpx.MockTransport(handler))
    with (
        Groq(api_key="key", http_client=http) as client,
        pytest.raises(SystemExit),
    ):
        list(client.chat.completions.create_many(asked(2)))


def test_the_cancellation_of_another_task_is_the_result_of_its_request() -> None:
    async def handler(request: httpx.Request) -> httpx.Response:
        if b"Question 0" in request.content:
            other = asyncio.ensure_future(asyncio.sleep(60))
            other.cancel()
            await other
        return answer(request)

    async def collect() -> dict[str, bool]:
        http = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            results = client.chat.completions.create_many(asked(3))
            return {result.custom_id: result.error is None async for result in results}

    assert asyncio.run(collect()) == {"q-0": False, "q-1": True, "q-2": True}


def test_the_cancellation_of_another_task_within_the_source_ends_the_run() -> None:
    async def requests() -> AsyncIterator[dict[str, Any]]:
        for request in asked(1):
            yield request
        other = asyncio.ensure_future(asyncio.sleep(60))
        other.cancel()
        await other

    async def collect() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            results = client.chat.completions.create_many(requests())
            with pytest.raises(asyncio.CancelledError):
                async for _ in results:
                    pass
            await results.close()

    asyncio.run(asyncio.wait_for(collect(), 30))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_one_task_reads_the_source(backend: str) -> None:
    """A cancel scope must be left by the task that has entered it."""

    async def requests() -> AsyncIterator[dict[str, Any]]:
        with anyio.CancelScope():
            for request in asked(5):
                yield request

    async def collect() -> list[str]:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            results = client.chat.completions.create_many(requests(), max_concurrency=2)
            return [result.custom_id async for result in results]

    assert sorted(anyio.run(collect, backend=backend)) == [f"q-{number}" for number in range(5)]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_two_tasks_can_take_the_results(backend: str) -> None:
    async def collect() -> list[str]:
        names: list[str] = []
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with groq.AsyncGroq(api_key="key", http_client=http) as client:
            results = client.chat.completions.create_many(asked(20), max_concurrency=3)

            async def take() -> None:
                async for result in results:
                    names.append(result.custom_id)
                    await anyio.lowlevel.checkpoint()

            with anyio.fail_after(60):
                async with anyio.create_task_group() as group:
                    group.start_soon(take)
                    group.start_soon(take)
        return names

    names = anyio.run(collect, backend=backend)
    assert sorted(names) == sorted(f"q-{number}" for number in range(20))


def test_two_threads_can_take_the_results() -> None:
    taken: list[str] = []
    http = httpx.Client(transport=httpx.MockTransport(answer))
    with Groq(api_key="key", http_client=http) as client:
        results = client.chat.completions.create_many(asked(50), max_concurrency=3)

        def take() -> None:
            taken.extend(result.custom_id for result in results)

        threads = [threading.Thread(target=take, daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
    assert sorted(taken) == sorted(f"q-{number}" for number in range(50))


def test_a_run_can_be_closed_while_another_thread_reads_its_source() -> None:
    is_reading, is_closed = threading.Event(), threading.Event()
    errors: list[Exception] = []

    def source() -> Iterator[dict[str, Any]]:
        is_reading.set()
        assert is_closed.wait(30)
        yield from asked(1)

    with Groq(api_key="key", http_client=httpx.Client(transport=httpx.MockTransport(answer))) as c:
        results = c.chat.completions.create_many(source())

        def take() -> None:
            try:
                list(results)
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        assert is_reading.wait(30)
        results.close()
        is_closed.set()
        thread.join(30)
        assert not thread.is_alive()
    assert errors == []


def test_a_line_without_url_is_for_the_method_that_sends_it(twin: Twin) -> None:
    (request,) = asked(1)
    body = {name: request[name] for name in ("model", "messages")}
    (result,) = run(twin, twin.mocked(answer), [{"custom_id": "a", "body": body}])
    assert text_of(result) == "Question 0"


def test_a_name_that_comes_twice_is_an_error_in_a_run_with_a_checkpoint(
    twin: Twin, tmp_path: Path
) -> None:
    path = tmp_path / "results.jsonl"
    for done in (True, False):
        requests = [*asked(1), *asked(1)]
        results = run(twin, twin.mocked(answer), requests, checkpoint=path, in_order=True)
        assert [result.error is None for result in results] == [True, False][not done :]
        assert results[-1].error
        assert "'q-0' comes twice" in (results[-1].error.message or "")


def test_create_many_stays_within_the_rate_limit(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.limit_rate(requests=20, requests_window=1.0)
    results = run(twin, twin.client(groq_server, max_retries=0), asked(50))
    assert [result.error for result in results] == [None] * 50
    assert len(groq_server.requests) <= 55  # at most 5 were refused


def test_embeddings_and_transcriptions_have_create_many(
    twin: Twin, groq_server: LocalServer, tmp_path: Path
) -> None:
    client = twin.client(groq_server)
    texts = [{"custom_id": text, "model": "embed", "input": text} for text in ("one", "two")]
    vectors = twin.list(
        twin.do(client.embeddings.create_many, texts, checkpoint=tmp_path / "vectors.jsonl")
    )
    assert {result.custom_id for result in vectors if result.embeddings} == {"one", "two"}
    stored = list(read_results(tmp_path / "vectors.jsonl"))
    assert {result.custom_id for result in stored if result.embeddings} == {"one", "two"}
    recordings = [{"model": "whisper-large-v3", "file": ("a.wav", wav())} for _ in range(3)]
    heard = twin.list(
        twin.do(
            client.audio.transcriptions.create_many,
            recordings,
            checkpoint=tmp_path / "heard.jsonl",
        )
    )
    assert [result.error for result in heard] == [None] * 3
    assert all(result.transcription and result.transcription.text for result in heard)
    assert all(result.transcription for result in read_results(tmp_path / "heard.jsonl"))


def wav() -> bytes:
    import io
    import wave

    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(16000)
        recording.writeframes(bytes(32000))
    return file.getvalue()


PROGRAM = """
import sys
from groq import Groq, RateLimiter
url, path, count = sys.argv[1:]
client = Groq(api_key="key", base_url=url)
messages = [{"role": "user", "content": "Hi"}]
requests = (
    {"custom_id": f"q-{n}", "model": "openai/gpt-oss-20b", "messages": messages}
    for n in range(int(count))
)
for _ in client.chat.completions.create_many(requests, checkpoint=path, max_concurrency=8):
    pass
"""


def test_a_run_that_is_killed_goes_on_where_it_stopped(
    groq_server: LocalServer, tmp_path: Path
) -> None:
    path, count = tmp_path / "results.jsonl", 300
    command = [sys.executable, "-c", PROGRAM, groq_server.url, str(path), str(count)]
    kills = 0
    while True:
        process = subprocess.Popen(command)
        ends_at = time.monotonic() + 60
        seen = lines_in(path)
        while process.poll() is None and lines_in(path) < seen + 70:
            assert time.monotonic() < ends_at
            time.sleep(0.005)
        if process.poll() is not None:
            break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert process.returncode == 0
    assert kills >= 2
    names = [result.custom_id for result in read_results(path)]
    assert sorted(names) == sorted(f"q-{number}" for number in range(count))
    # Paid for twice is at most what was on its way.
    assert len(groq_server.requests) <= count + 8 * kills


def lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_the_run_of_a_client_without_limiter_has_one(twin: Twin) -> None:
    refused: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if not refused:
            refused.append(1)
            return httpx.Response(429, headers={"retry-after": "0.05"})
        return answer(request)

    client = twin.mocked(handler, max_retries=0)
    results = run(twin, client, asked(5))
    assert [result.error for result in results] == [None] * 5
    assert client.limiter is None


def test_a_run_takes_at_least_one_request_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with Groq(api_key="key") as client, pytest.raises(ValueError, match="at least 1"):
        client.chat.completions.create_many([], max_concurrency=0, checkpoint=path)
    assert not path.exists()

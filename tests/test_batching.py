"""`client.batches.create_and_poll` and its parts: files there, waits, results back."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from groq import (
    APIResponseValidationError,
    AuthenticationError,
    GroqError,
    InternalServerError,
)
from groq.testing import LocalServer, Reply
from groq.testing import ReceivedRequest as Received
from groq.types import Batch
from twins import MODEL, Twin


def asks(text: str, **more: Any) -> Any:
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}


def echo(request: Received) -> Reply:
    return Reply("You said " + request.json()["messages"][0]["content"])


def batch(status: str, **more: Any) -> bytes:
    """Write a batch `b1` as the API does."""
    told = {
        "id": "b1",
        "object": "batch",
        "completion_window": "24h",
        "created_at": 1,
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file_1",
        "status": status,
    }
    return json.dumps({**told, **more}).encode()


def answered(custom_id: str, text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    completion = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    response = {"status_code": 200, "request_id": "req_1", "body": completion}
    return {"id": "r1", "custom_id": custom_id, "response": response, "error": None}


def lines(*results: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(result).encode() + b"\n" for result in results)


def texts(results: Any) -> dict[str, str | None]:
    return {
        name: result.completion and result.completion.choices[0].message.content
        for name, result in results.items()
    }


@pytest.fixture
def scripted(groq_server: LocalServer) -> Iterator[LocalServer]:
    """Give a server that makes every batch `b1`."""
    groq_server.reply_with_bytes(batch("validating"), path="/batches")
    yield groq_server
    assert not groq_server.pending


# ---------------------------------------------------------------------------------- the way there


def test_results_come_by_custom_id_in_the_order_asked(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(echo, times=None)
    requests = [asks("one", custom_id="z"), asks("two", custom_id="a"), asks("three")]
    create = twin.client(groq_server).batches.create_and_poll
    with twin.do(create, requests, poll_interval_ms=1) as results:
        assert texts(results) == {
            "z": "You said one",
            "a": "You said two",
            "request-2": "You said three",
        }
        assert list(results) == ["z", "a", "request-2"]
        assert results["z"].status_code == 200
        assert results["z"].request_id.startswith("req_")


def test_the_file_has_a_line_for_each_request(twin: Twin, groq_server: LocalServer) -> None:
    requests = (asks(text) for text in ("one", "zwei 😀"))
    batches = twin.client(groq_server).batches
    twin.do(batches.create_and_poll, requests, completion_window="7d", poll_interval_ms=1)
    (upload,) = groq_server.assert_received("/files", form={"purpose": "batch"})
    file = upload.files["file"]
    assert file.filename == "requests.jsonl"
    assert [json.loads(line) for line in file.content.splitlines()] == [
        {
            "custom_id": f"request-{place}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": asks(text),
        }
        for place, text in enumerate(("one", "zwei 😀"))
    ]
    made = groq_server.assert_received("/batches", json={"completion_window": "7d"})
    assert made[0].json()["endpoint"] == "/v1/chat/completions"


def test_a_failed_request_has_an_error_as_its_result(twin: Twin) -> None:
    requests = [asks("one"), asks("two", n=2), asks("three")]
    with LocalServer() as server:
        batches = twin.client(server).batches
        results = twin.do(batches.create_and_poll, requests, poll_interval_ms=1)
    assert [result.completion is None for result in results.values()] == [False, True, False]
    failed = results["request-1"]
    assert failed.status_code == 400
    assert failed.error.type == "invalid_request_error"
    assert "'n'" in failed.error.message
    assert results["request-0"].error is None


@pytest.mark.parametrize(
    "limit", [{"max_requests_per_batch": 2}, {"max_file_bytes": 350}], ids=["requests", "bytes"]
)
def test_more_than_a_batch_may_hold_becomes_several(
    twin: Twin, groq_server: LocalServer, limit: dict[str, int]
) -> None:
    groq_server.reply(echo, times=None)
    batches = twin.client(groq_server).batches
    requests = [asks(f"number {place}") for place in range(5)]
    results = twin.do(batches.create_and_poll, requests, poll_interval_ms=1, **limit)
    assert list(texts(results).values()) == [f"You said number {place}" for place in range(5)]
    uploads = groq_server.assert_received("/files", method="POST", times=3)
    assert [upload.files["file"].content.count(b"\n") for upload in uploads] == [2, 2, 1]
    assert len(results.batches) == 3


def line_of(custom_id: str, text: str, **more: Any) -> dict[str, Any]:
    """Write a request as the file of a batch has it."""
    line = {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions"}
    return {**line, "body": asks(text), **more}


@pytest.mark.parametrize("form", ["lines", "path", "text"])
def test_requests_may_be_the_lines_of_a_file(
    twin: Twin, groq_server: LocalServer, tmp_path: Path, form: str
) -> None:
    groq_server.reply(echo, times=None)
    requests: Any = [line_of("a", "one"), line_of("b", "two")]
    if form != "lines":
        path = tmp_path / "requests.jsonl"
        path.write_bytes(lines(*requests) + b"\n")
        requests = path if form == "path" else str(path)
    batches = twin.client(groq_server).batches
    results = twin.do(batches.create_and_poll, requests, poll_interval_ms=1)
    assert texts(results) == {"a": "You said one", "b": "You said two"}
    (upload,) = groq_server.assert_received("/files", form={"purpose": "batch"})
    sent = [json.loads(line) for line in upload.files["file"].content.splitlines()]
    assert sent == [line_of("a", "one"), line_of("b", "two")]


def test_a_batch_of_recordings_is_sent_to_the_transcription_endpoint(twin: Twin) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append(request)
        if request.url.path.endswith("/files"):
            return httpx.Response(200, json={"id": "file_1"})
        return httpx.Response(401)

    url = "/v1/audio/transcriptions"
    body = {"model": "whisper-large-v3", "url": "https://example.com/a.wav"}
    request = {"custom_id": "a", "url": url, "body": body}
    with pytest.raises(AuthenticationError):
        twin.do(twin.mocked(answer).batches.create_and_poll, [request])
    assert f'"url":"{url}"'.encode() in seen[0].content
    assert json.loads(seen[1].content)["endpoint"] == url


@pytest.mark.parametrize(
    ("requests", "error", "message"),
    [
        ([], ValueError, "at least one request"),
        ([asks("x"), asks("y", custom_id="request-0")], ValueError, "'request-0' comes twice"),
        ([asks("x"), asks("y" * 500)], ValueError, r"at most 400 bytes in requests\[1\]"),
        ([asks("x"), asks("y", custom_id=7)], TypeError, r"requests\[1\] but received 7"),
        ([asks("x"), asks("y", user=object())], TypeError, r"requests\[1\] cannot be sent.*user"),
        (["x"], TypeError, r"a dict as requests\[0\] but received str"),
        ("requests", ValueError, r"path of a `.jsonl` file but received 'requests'"),
        (asks("x"), TypeError, "Expected requests, or the path of"),
        ([{"model": "m"}], ValueError, r"Expected `messages` in requests\[0\]"),
        ([line_of("a", "x", body=3)], TypeError, r"a dict as `body`, in requests\[0\]"),
        ([line_of("a", "x", more=3)], TypeError, r"in requests\[0\]"),
        ([line_of("a", "x", url="/v1/files")], ValueError, "received 'POST' to '/v1/files'"),
        ([line_of("a", "x", method="GET")], ValueError, "received 'GET' to"),
        ([asks("x", top_p=float("nan"))], ValueError, r"requests\[0\] cannot be sent.*top_p"),
    ],
)
def test_requests_are_checked_before_anything_is_sent(
    twin: Twin,
    groq_server: LocalServer,
    requests: Any,
    error: type[Exception],
    message: str,
) -> None:
    batches = twin.client(groq_server).batches
    with pytest.raises(error, match=message):
        twin.do(batches.create_and_poll, requests, max_requests_per_batch=1, max_file_bytes=400)
    assert groq_server.requests == []


# --------------------------------------------------------------------------------------- the wait


def test_progress_is_reported_at_creation_and_at_each_poll(
    twin: Twin, groq_server: LocalServer
) -> None:
    seen: list[Batch] = []
    batches = twin.client(groq_server).batches
    twin.do(batches.create_and_poll, [asks("one")], poll_interval_ms=1, on_progress=seen.append)
    told = [each.status for each in seen]
    assert told == ["validating", "in_progress", "finalizing", "completed"]
    assert len({each.id for each in seen}) == 1


def test_a_wait_can_be_taken_up_again_by_id(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(echo, times=None)
    batches = twin.client(groq_server).batches
    begun: list[str] = []

    def interrupt(batch: Batch) -> None:
        begun.append(batch.id)
        raise InterruptedError

    with pytest.raises(InterruptedError) as caught:
        twin.do(batches.create_and_poll, [asks("one", custom_id="a")], on_progress=interrupt)
    assert begun[0] in caught.value.__notes__[0]  # type: ignore[attr-defined,unused-ignore]
    ended = twin.do(batches.poll, begun[0], poll_interval_ms=1)
    assert ended.status == "completed"
    results = twin.do(batches.results, ended)
    assert texts(results) == {"a": "You said one"}
    groq_server.assert_received("/batches", method="POST", times=1)


def test_an_error_while_waiting_names_the_batches_that_go_on(
    twin: Twin, scripted: LocalServer
) -> None:
    scripted.fail(500, path="/batches/b1")
    batches = twin.client(scripted, max_retries=0).batches
    with pytest.raises(InternalServerError) as caught:
        twin.do(batches.create_and_poll, [asks("one")], poll_interval_ms=1)
    assert "'b1'" in caught.value.__notes__[0]  # type: ignore[attr-defined,unused-ignore]


# ----------------------------------------------------------------------------------- the way back


def test_output_may_be_out_of_order_and_have_fields_unheard_of(
    twin: Twin, scripted: LocalServer
) -> None:
    answer = answered("request-0", "a")
    answer["response"]["body"]["choices"][0]["finish_reason"] = "unheard of"
    output = lines({**answered("request-1", "b\u2028c"), "new": {"deep": [1]}}, {}, answer)[:-1]
    file = scripted.add_file("output", output.replace(b"{}\n", b"\n"))
    scripted.reply_with_bytes(batch("completed", output_file_id=file), path="/batches/b1")
    batches = twin.client(scripted).batches
    results = twin.do(batches.create_and_poll, [asks("one"), asks("two")])
    assert list(texts(results).items()) == [("request-0", "a"), ("request-1", "b\u2028c")]


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_a_batch_that_ended_early_has_partial_results_and_errors(
    twin: Twin, scripted: LocalServer, status: str
) -> None:
    output = scripted.add_file("output", lines(answered("request-1", "b")))
    refused = {"custom_id": "request-2", "response": None, "error": {"message": "no", "code": "c"}}
    errors = scripted.add_file("errors", lines(refused))
    ended = batch(status, output_file_id=output, error_file_id=errors)
    scripted.reply_with_bytes(ended, path="/batches/b1")
    batches = twin.client(scripted).batches
    results = twin.do(batches.create_and_poll, [asks("one"), asks("two"), asks("three")])
    assert texts(results) == {"request-0": None, "request-1": "b", "request-2": None}
    assert results["request-0"].error.code == status
    assert results["request-0"].status_code is None
    assert results["request-2"].error.code == "c"


def test_a_batch_that_failed_has_the_fault_of_each_line(
    twin: Twin, groq_server: LocalServer
) -> None:
    fault = {"code": "bad", "line": 2, "message": "no model", "param": "model"}
    groq_server.reply_with_bytes(batch("validating"), path="/batches")
    failed = batch("failed", errors={"object": "list", "data": [fault]})
    groq_server.reply_with_bytes(failed, path="/batches/b1", times=2)
    batches = twin.client(groq_server).batches
    results = twin.do(batches.create_and_poll, [asks("one"), asks("two")])
    assert results["request-0"].error.code == "failed"
    assert results["request-1"].error.code == "bad"
    assert results["request-1"].error.message == "no model"
    with pytest.raises(GroqError, match="'b1' failed: line 2: no model"):
        twin.do(batches.results, "b1")


def test_results_of_a_batch_that_goes_on_are_refused(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes(batch("in_progress"), path="/batches/b1")
    with pytest.raises(GroqError, match="'b1' is in_progress; `client"):
        twin.do(twin.client(groq_server).batches.results, "b1")


BAD_LINES = [
    b"<html>",
    b"[]",
    b'{"no": "id"}',
    b'{"custom_id": 1',
    b'{"custom_id": "c", "response": "x"}',
    b'{"custom_id": "c", "error": 5}',
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_an_invalid_output_line_becomes_an_error_result(
    twin: Twin, groq_server: LocalServer, line: bytes
) -> None:
    output = lines(answered("a", "x")) + line + b"\n" + lines(answered("b", "y"))
    file = groq_server.add_file("output", output)
    groq_server.reply_with_bytes(batch("completed", output_file_id=file), path="/batches/b1")
    results = twin.do(twin.client(groq_server).batches.results, "b1")
    assert texts(results) == {"a": "x", "line-2": None, "b": "y"}
    assert results["line-2"].error.type == "invalid_result"
    assert line.decode() in results["line-2"].error.message


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_file_of_something_else_is_an_error_that_shows_it(
    twin: Twin, groq_server: LocalServer, line: bytes
) -> None:
    file = groq_server.add_file("output", line)
    groq_server.reply_with_bytes(batch("completed", output_file_id=file), path="/batches/b1")
    with pytest.raises(APIResponseValidationError, match="a result in each line") as caught:
        twin.do(twin.client(groq_server).batches.results, "b1")
    assert caught.value.body == line.decode()


@pytest.mark.parametrize(
    "body", [{"choices": []}, {"choices": [{"message": None}]}, {"choices": "odd"}], ids=str
)
def test_an_invalid_completion_becomes_an_error_result(
    twin: Twin, groq_server: LocalServer, body: Any
) -> None:
    odd = {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}
    file = groq_server.add_file("output", lines(odd, answered("b", "y")))
    groq_server.reply_with_bytes(batch("completed", output_file_id=file), path="/batches/b1")
    results = twin.do(twin.client(groq_server).batches.results, "b1")
    assert texts(results) == {"a": None, "b": "y"}
    assert results["a"].error is not None


def test_threads_read_the_results_that_they_ask_for(groq_server: LocalServer) -> None:
    # So much that it stands on the disk, where a read lets other threads run.
    names = [f"id-{place}" for place in range(100)]
    output = lines(*(answered(name, "x" * 100_000) for name in names))
    file = groq_server.add_file("output", output)
    groq_server.reply_with_bytes(batch("completed", output_file_id=file), path="/batches/b1")
    with groq_server.client() as client:
        results = client.batches.results("b1")

    def read(number: int) -> bool:
        return all(results[name].custom_id == name for name in names[number:] + names[:number])

    with results, ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(16)))


def test_a_batch_may_have_its_faults_in_a_list_and_an_empty_object_for_a_file(
    twin: Twin, scripted: LocalServer
) -> None:
    fault = {"code": "bad", "line": 1, "message": "no model", "param": "model"}
    ended = batch("failed", errors=[fault], error_file_id={}, output_file_id=None)
    scripted.reply_with_bytes(ended, path="/batches/b1", times=2)
    batches = twin.client(scripted).batches
    results = twin.do(batches.create_and_poll, [asks("one")])
    assert results["request-0"].error.code == "bad"
    with pytest.raises(GroqError, match="line 1: no model"):
        twin.do(batches.results, "b1")


@pytest.mark.parametrize("line", [[], {}, "one", 1.5, None], ids=str)
def test_a_fault_of_a_batch_without_a_line_is_of_no_request(
    twin: Twin, scripted: LocalServer, line: object
) -> None:
    fault = {"code": "bad", "line": line, "message": "no model", "param": [5]}
    scripted.reply_with_bytes(
        batch("failed", errors={"data": [fault]}), path="/batches/b1", times=1
    )
    results = twin.do(twin.client(scripted).batches.create_and_poll, [asks("one")])
    assert results["request-0"].error.code == "failed"


def test_a_batch_that_is_being_cancelled_is_waited_for(
    twin: Twin, groq_server: LocalServer
) -> None:
    for status in ("cancelling", "cancelling", "cancelled"):
        groq_server.reply_with_bytes(batch(status), path="/batches/b1")
    ended = twin.do(twin.client(groq_server).batches.poll, "b1", poll_interval_ms=1)
    assert ended.status == "cancelled"


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_file_may_be_cut_anywhere(twin: Twin, size: int) -> None:
    output = lines(*(answered(f"id-{place}", f"text {place} ü") for place in range(20)))

    def pieces() -> Iterator[bytes]:
        return (output[start : start + size] for start in range(0, len(output), size))

    class Pieces(httpx.AsyncByteStream, httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return pieces()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in pieces():
                yield piece

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/content"):
            return httpx.Response(200, stream=Pieces())
        return httpx.Response(200, json=json.loads(batch("completed", output_file_id="f1")))

    results = twin.do(twin.mocked(answer).batches.results, "b1")
    assert texts(results) == {f"id-{place}": f"text {place} ü" for place in range(20)}


def test_results_of_any_number_take_little_memory(groq_server: LocalServer) -> None:
    line = lines(answered("id-000000", "x" * 100_000))

    def output() -> Iterator[bytes]:
        return (line.replace(b"000000", b"%06d" % place) for place in range(400))

    file = groq_server.add_file("output", output, size=len(line) * 400)
    groq_server.reply_with_bytes(batch("completed", output_file_id=file), path="/batches/b1")
    with groq_server.client() as client:
        client.files.list()
        gc.collect()
        tracemalloc.start()
        try:
            with client.batches.results("b1") as results:
                assert sum(1 for result in results.values() if result.completion) == 400
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < len(line) * 400 / 2


def test_closed_results_leave_no_file_open(groq_server: LocalServer) -> None:
    with groq_server.client() as client:
        results = client.batches.create_and_poll([asks("one")], poll_interval_ms=1)
    results.close()
    with pytest.raises(ValueError, match="closed file"):
        results["request-0"]

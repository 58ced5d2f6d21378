"""What the server received, and assertions about it."""

from __future__ import annotations

import hashlib
import threading
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groq.testing import LocalServer
from groq.testing._multipart import MultipartError, MultipartParser

from .wire import chat


def test_a_request_is_kept_as_it_came(groq_server: LocalServer, http: httpx.Client) -> None:
    response = http.post("/nowhere/a%2Fb?x=1&y=", json={"a": 1}, headers={"X-Mine": "yes"})
    request = groq_server.last_request
    assert (request.method, request.path) == ("POST", "/openai/v1/nowhere/a%2Fb")
    assert request.query == {"x": "1", "y": ""}
    assert request.headers["x-mine"] == request.headers["X-MINE"] == "yes"
    assert "X-Mine" in request.headers
    assert "X-Mine" in request.headers.names()
    assert request.json() == {"a": 1}
    assert request.size == len(request.body)
    assert response.headers["x-request-id"] == request.id


def test_repeated_headers_are_joined_and_kept_apart(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    http.get("/models", headers=[("x-a", "1"), ("x-a", "2")])
    headers = groq_server.last_request.headers
    assert headers["x-a"] == "1, 2"
    assert [pair for pair in headers.items_received() if pair[0] == "x-a"] == [
        ("x-a", "1"),
        ("x-a", "2"),
    ]


def test_reprs_show_no_key(groq_server: LocalServer, http: httpx.Client) -> None:
    http.get("/models", headers={"authorization": "Bearer secret-key"})
    assert "secret-key" not in repr(groq_server.requests) + repr(groq_server.last_request.headers)


def test_assert_received_matches_path_method_headers_and_json(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    chat(http, temperature=0.5)
    chat(http, temperature=1)
    http.get("/models")
    found = groq_server.assert_received("/chat/completions", json={"temperature": 0.5})
    assert found == groq_server.requests[:1]
    groq_server.assert_received(path="/openai/v1/models", method="get", times=1)
    groq_server.assert_received("/chat/completions", times=2)
    groq_server.assert_received("/files", times=0)
    groq_server.assert_received(headers={"Authorization": "Bearer any"}, times=3)


def test_a_failed_assertion_lists_the_received_requests(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    chat(http, temperature=0.5)
    with pytest.raises(AssertionError) as caught:
        groq_server.assert_received("/chat/completions", json={"temperature": 1})
    message = str(caught.value)
    assert "Expected a request with path='/chat/completions', json={'temperature': 1}" in message
    assert '"temperature":0.5' in message.replace(" ", "")
    assert "Bearer" not in message
    with pytest.raises(AssertionError, match="Expected 2 requests with anything but found 1"):
        groq_server.assert_received(times=2)


def test_a_missing_request_is_named_in_the_error(groq_server: LocalServer) -> None:
    with pytest.raises(AssertionError, match="received none"):
        _ = groq_server.last_request
    with pytest.raises(AssertionError, match="nothing"):
        groq_server.assert_received()


def test_requests_can_be_waited_for(groq_server: LocalServer, http: httpx.Client) -> None:
    thread = threading.Thread(target=http.get, args=("/models",))
    thread.start()
    assert [request.method for request in groq_server.wait_for_requests(1, timeout=30)] == ["GET"]
    thread.join()
    with pytest.raises(AssertionError, match="Expected 2 requests within"):
        groq_server.wait_for_requests(2, timeout=0.01)


def test_a_form_is_taken_apart(groq_server: LocalServer, http: httpx.Client) -> None:
    http.post(
        "/audio/transcriptions",
        data={"model": "whisper-large-v3", "timestamp_granularities[]": ["word", "segment"]},
        files={"file": ("höre zu.wav", b"RIFF\r\n--almost\r\n\r\n", "audio/wav")},
    )
    [request] = groq_server.assert_received(
        "/audio/transcriptions", form={"model": "whisper-large-v3"}
    )
    assert request.values("timestamp_granularities[]") == ["word", "segment"]
    part = request.files["file"]
    assert (part.filename, part.content_type) == ("höre zu.wav", "audio/wav")
    assert part.content == b"RIFF\r\n--almost\r\n\r\n"
    assert part.is_whole


def test_a_large_upload_is_counted_and_not_kept() -> None:
    content = bytes(range(256)) * 16_384
    with LocalServer(keep_bytes=1000) as server:
        headers = {"authorization": "Bearer x"}
        url = f"{server.url}/openai/v1/files"
        with httpx.Client(headers=headers, trust_env=False) as http:
            response = http.post(
                url, data={"purpose": "batch"}, files={"file": ("a.jsonl", content)}
            )
            refused = http.get(f"{url}/{response.json()['id']}/content")
            too_long = http.post(
                f"{server.url}/openai/v1/chat/completions", json={"messages": "x" * 2000}
            )
    assert response.json()["bytes"] == len(content)
    part = server.requests[0].files["file"]
    assert (part.size, len(part.content), part.is_whole) == (len(content), 1000, False)
    assert part.sha256 == hashlib.sha256(content).hexdigest()
    assert len(server.requests[0].body) == 1000
    assert "keep_bytes" in refused.json()["error"]["message"]
    assert too_long.status_code == 413


def test_only_the_last_requests_are_kept() -> None:
    with LocalServer(keep_requests=2) as server:
        for name in "abc":
            httpx.get(f"{server.url}/{name}", trust_env=False)
    assert [request.path for request in server.requests] == ["/b", "/c"]


@given(st.lists(st.integers(0, 400)))
def test_a_form_reads_the_same_however_it_is_split(places: list[int]) -> None:
    body = (
        b'--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nw\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n'
        b"content-type: audio/wav\r\n\r\n\r\n--\r\n\r\n--almost\r\n--b--\r\nepilogue"
    )
    parser = MultipartParser(b"b", keep=1000)
    cuts = [0, *sorted(place for place in places if place < len(body)), len(body)]
    for begin, end in pairwise(cuts):
        parser.feed(body[begin:end])
    model, file = parser.close()
    assert (model.name, model.filename, model.text) == ("model", None, "w")
    assert (file.filename, file.content_type) == ("a.wav", "audio/wav")
    assert file.content == b"\r\n--\r\n\r\n--almost"


@pytest.mark.parametrize("body", [b"", b"--b", b"--b\r\nx: " + b"y" * 70_000])
def test_a_form_that_does_not_end_is_an_error(body: bytes) -> None:
    parser = MultipartParser(b"b", keep=1000)
    with pytest.raises(MultipartError):
        parser.feed(body)
        parser.close()

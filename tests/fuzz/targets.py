"""What is fuzzed: functions of bytes that fail when anything but an error of the client comes."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import httpx

import groq
from groq import Groq, Stream

MESSAGES: Any = [{"role": "user", "content": "hi"}]


class Pieces(httpx.SyncByteStream):
    """A body in the pieces that it was cut into."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


def answering(
    body: list[bytes], status: int = 200, headers: list[tuple[str, str]] | None = None
) -> Groq:
    """A client whose every request is answered with this."""

    def answer(request: httpx.Request) -> httpx.Response:
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers or []]
        return httpx.Response(status, headers=sent, stream=Pieces(body))

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    return Groq(api_key="k", base_url="http://fuzz.invalid", max_retries=0, http_client=http_client)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """Cut bytes into pieces of these sizes, and the rest."""
    pieces: list[bytes] = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


def events_of(body: list[bytes]) -> list[object]:
    """Read a stream of any JSON; an error is the last item, by its class."""
    headers = [("content-type", "text/event-stream")]
    found: list[object] = []
    with answering(body, headers=headers) as client:
        try:
            events: Any = client.post(
                "/events", cast_to=object, body={}, stream=True, stream_cls=Stream[object]
            )
            found.extend(events)
        except groq.APIError as error:
            found.append(type(error))
    return found


def chunks_of(body: list[bytes]) -> list[object]:
    """Read a chat stream; an error is the last item, by its class."""
    headers = [("content-type", "text/event-stream")]
    found: list[object] = []
    with answering(body, headers=headers) as client:
        try:
            chunks = client.chat.completions.create(messages=MESSAGES, model="m", stream=True)
            found.extend(plain(chunk) for chunk in chunks)
        except groq.APIError as error:
            found.append(type(error))
    return found


def plain(value: object) -> object:
    """Return a model as a dict: odd values in it are what is looked for, and no surprise."""
    return value.to_dict(warnings=False) if isinstance(value, groq.BaseModel) else value


def answer_of(body: bytes, content_type: str = "application/json") -> object:
    """Read a whole answer; an error stands for itself."""
    with answering([body], headers=[("content-type", content_type)]) as client:
        try:
            return client.chat.completions.create(messages=MESSAGES, model="m")
        except groq.APIError as error:
            return error


def error_of(
    body: bytes, status: int = 400, headers: list[tuple[str, str]] | None = None
) -> groq.APIStatusError:
    """Read an error, and have it say all that it knows."""
    error: groq.APIStatusError | None = None
    with answering([body], status, headers) as client:
        try:
            client.models.list()
        except groq.APIStatusError as raised:
            error = raised
    assert error is not None
    for name in ("code", "type", "param", "failed_generation", "request_id"):
        value = getattr(error, name)
        assert value is None or isinstance(value, str)
    assert error.retry_after is None or 0 <= error.retry_after < float("inf")
    repr(error.rate_limit)
    assert len(str(error)) < 100_000
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert repr(copy.body) == repr(error.body)  # NaN equals nothing
    return error


def fuzz_streams(data: bytes) -> None:
    """A stream read at once, in halves and byte by byte gives the same."""
    whole = chunks_of([data])
    assert repr(chunks_of(cut(data, [len(data) // 2]))) == repr(whole)  # NaN equals nothing
    assert repr(events_of(cut(data, [1] * len(data)))) == repr(events_of([data]))


def fuzz_answers(data: bytes) -> None:
    """An answer comes out, or an error of the client."""
    answer = answer_of(data)
    if isinstance(answer, groq.BaseModel):
        plain(answer)
        repr(answer)


def fuzz_errors(data: bytes) -> None:
    """Whatever an error says, it is the error of its status."""
    status = 400 + (data[0] if data else 0) % 200
    header = data[1:40].replace(b"\r", b"").replace(b"\n", b"").decode("latin-1").strip()
    headers = [
        ("retry-after", header),
        ("x-ratelimit-limit-requests", header),
        ("x-ratelimit-reset-tokens", header),
        ("x-request-id", header),
    ]
    error = error_of(data[1:], status, headers)
    assert error.status_code == status


TARGETS = {"streams": fuzz_streams, "answers": fuzz_answers, "errors": fuzz_errors}

EVENT = {"choices": [{"delta": {"content": "a"}, "finish_reason": None}], "x_groq": {"id": "r"}}
SEEDS: dict[str, list[bytes]] = {
    "streams": [
        b"data: " + json.dumps(EVENT).encode() + b"\n\ndata: [DONE]\n\n",
        b"\xef\xbb\xbf: ping\r\nevent: error\rdata: {}\n\n",
        b'data: {"error": {"message": "m", "status_code": 400}}\n\n',
        b'data: {"x_groq": {"error": "e"}, "choices": []}\n\n',
        b'event: x\ndata: [1\ndata: ,2]\nid: 1\nretry: 1\n\n{"error": 1}',
    ],
    "answers": [
        b'{"id": "a", "choices": [{"message": {"content": "b"}}], "usage": {"total_tokens": 1}}',
        b'\xef\xbb\xbf{"created": 1e999, "id": "\\ud83d", "new": [NaN, null]}',
        b"<html>",
    ],
    "errors": [
        b'\x00{"error": {"message": "m", "code": "c", "failed_generation": "{}"}}',
        b'\x1d{"message": "m"}',
        b"\x1d7.66s",
        b"\x1d<html>",
    ],
}

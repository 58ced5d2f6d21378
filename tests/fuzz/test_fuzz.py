"""Properties of the client under odd bytes, through its public API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import groq

from .targets import (
    SEEDS,
    TARGETS,
    answer_of,
    chunks_of,
    cut,
    error_of,
    events_of,
    fuzz_answers,
    fuzz_errors,
    fuzz_streams,
)

TEXTS = st.text(max_size=10)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "id",
        "choices",
        "created",
        "model",
        "object",
        "usage",
        "x_groq",
        "error",
        "message",
        "code",
        "delta",
        "content",
        "finish_reason",
        "index",
        "tool_calls",
        "reasoning",
        "status_code",
        "type",
    ]
)
CHUNKS = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
LINES = st.one_of(
    st.just(b""),
    st.just(b"data: [DONE]"),
    st.binary(max_size=10),
    st.sampled_from([b": ping", b"event: error", b"event: x", b"id: 1", b"retry: 2", b"data"]),
    CHUNKS.map(lambda value: b"data: " + json.dumps(value).encode()),
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b"\r\r"])
STREAMS = st.lists(st.tuples(LINES, ENDS), max_size=8).map(
    lambda pairs: b"".join(line + end for line, end in pairs)
)
CUTS = st.lists(st.integers(0, 40), max_size=12)


@given(stream=STREAMS, sizes=CUTS)
@example(stream=b"data: 1\r\n\r\ndata: 2\r\r", sizes=[8, 1, 1, 1])
def test_a_stream_gives_the_same_however_it_is_cut(stream: bytes, sizes: list[int]) -> None:
    pieces = cut(stream, sizes)

    # A body is told from an event stream by its first piece, which is never an empty one here.
    assert events_of(pieces) == events_of([stream])
    assert chunks_of(pieces) == chunks_of([stream])


@given(values=st.lists(JSON.filter(lambda value: "error" not in json.dumps(value)), max_size=5))
def test_json_values_in_events_are_yielded_unchanged(values: list[Any]) -> None:
    body = b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)

    assert events_of([body, b"data: [DONE]\n\n"]) == values


@given(value=CHUNKS)
def test_any_json_body_is_decoded_without_loss(value: Any) -> None:
    answer = answer_of(json.dumps(value).encode())

    assert not isinstance(answer, Exception)
    if isinstance(answer, groq.BaseModel):
        assert answer.to_dict(mode="json", warnings=False) == value


@given(body=st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_an_error_with_the_response(body: bytes) -> None:
    answer = answer_of(body)

    if isinstance(answer, groq.APIError):
        assert isinstance(answer, groq.APIResponseValidationError)
        assert answer.response.content == body


@given(body=st.binary(max_size=60), status=st.integers(400, 599))
def test_any_bytes_are_the_error_of_their_status(body: bytes, status: int) -> None:
    error = error_of(body, status)

    assert error.status_code == status
    assert error.response.content == body


@given(value=CHUNKS, status=st.integers(400, 599))
def test_any_json_is_the_body_of_an_error(value: Any, status: int) -> None:
    error = error_of(json.dumps(value).encode(), status)

    assert error.body == value


HEADERS = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30
)
DURATIONS = st.lists(
    st.tuples(st.floats(0, 1e6).map(str), st.sampled_from(["h", "m", "s", "ms", "us", "x", ""])),
    max_size=4,
).map(lambda parts: "".join(number + unit for number, unit in parts))


@given(
    header=HEADERS
    | DURATIONS
    | st.floats().map(str)
    | st.integers().map(str)
    | st.datetimes().map(str)
)
def test_no_header_of_an_error_makes_it_another_one(header: str) -> None:
    names = ["retry-after", "retry-after-ms", "x-request-id", "x-should-retry"]
    for window in ("requests", "tokens"):
        names += [f"x-ratelimit-{what}-{window}" for what in ("limit", "remaining", "reset")]

    error_of(b"{}", 429, [(name, header) for name in names])


@pytest.mark.parametrize("name", SEEDS)
def test_the_seeds_of_the_fuzzer_hold(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)


@given(data=st.binary(max_size=80))
def test_the_targets_of_the_fuzzer_hold(data: bytes) -> None:
    fuzz_streams(data)
    fuzz_answers(data)
    fuzz_errors(data)

"""Statuses to errors: the class, the message, the body, whatever the body is like."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

import groq

from .script import (
    CLOSE,
    CUT,
    GZIP,
    HOLD,
    LONG_NUMBER,
    RESET,
    Script,
    compressed,
    data,
    deep,
    failure,
    head,
    raw,
    stream,
    text,
    whole,
)
from .server import FaultServer
from .table import (
    MODES,
    Call,
    Case,
    Outcome,
    Raises,
    attempt,
    chat,
    chat_stream,
    models,
    raw_chat,
    run,
    speech,
    streamed,
    table,
)

STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    408: "APIStatusError",
    409: "ConflictError",
    413: "APIStatusError",
    418: "APIStatusError",
    422: "UnprocessableEntityError",
    424: "FailedDependencyError",
    429: "RateLimitError",
    498: "APIStatusError",
    499: "APIStatusError",
    500: "InternalServerError",
    502: "InternalServerError",
    503: "InternalServerError",
    504: "InternalServerError",
    529: "InternalServerError",
    599: "InternalServerError",
}

QUICK = {"timeout": 0.3}


def fails(
    name: str, script: Script, kind: str = "BadRequestError", call: Call = chat, **more: Any
) -> Case:
    """A row that ends in an error of a status."""
    expected = {key: more.pop(key) for key in ("says", "has", "carries", "cause") if key in more}
    return Case(name, [script], call=call, raises=Raises(kind, **expected), **more)


def is_named(kind: str) -> Callable[[Outcome], None]:
    def check(outcome: Outcome) -> None:
        assert type(outcome.error).__name__ == kind

    return check


def not_chatty(outcome: Outcome) -> None:
    assert len(str(outcome.error)) < 20_000


def keeps_the_start_of_it(outcome: Outcome) -> None:
    not_chatty(outcome)
    error: Any = outcome.error
    # Whole reads of what a socket gives, up to the limit.
    assert 3_500_000 < len(error.body) <= 4 * 1024 * 1024


BODY = failure()

STATUS_ROWS = [
    fails(
        f"a {status} is a {kind}",
        whole(BODY, status),
        kind,
        says=f"Error code: {status} - ",
        has={"status_code": status, "body": BODY},
        check=is_named(kind),
    )
    for status, kind in STATUSES.items()
]

BODY_ROWS = [
    fails(
        "an error of JSON has it in its message", whole(BODY, 400), says=f"Error code: 400 - {BODY}"
    ),
    fails(
        "an error has the text of a body that is no JSON",
        whole("overloaded", 400, content_type="text/plain"),
        says="overloaded",
        has={"body": "overloaded"},
    ),
    fails(
        "an error of HTML is an error of its status",
        whole("<html>Gateway</html>", 502, content_type="text/html"),
        "InternalServerError",
        says="Gateway",
    ),
    fails(
        "an error of HTML that claims to be JSON is one too",
        whole("<html>Gateway</html>", 400),
        says="Gateway",
    ),
    fails(
        "an error without a body says its code",
        whole("", 400, content_type=None),
        says="Error code: 400",
    ),
    fails(
        "an error of no content type is decoded",
        whole(BODY, 400, content_type=None),
        has={"body": BODY},
    ),
    fails(
        "an error of JSON as text is decoded",
        whole(BODY, 400, content_type="text/plain"),
        has={"body": BODY},
    ),
    *(
        fails(
            f"an error whose body is {body!r} has it as its body",
            whole(body.encode(), 400),
            has={"body": json.loads(body)},
        )
        for body in ("[1]", '"text"', "5", "true", "{}")
    ),
    fails("an error whose body is null is an error", whole(b"null", 400), says="400"),
    *(
        fails(
            f"an error whose error is {inner!r} is an error",
            whole({"error": inner}, 400),
            says="400",
        )
        for inner in (
            "It failed",
            ["It failed"],
            None,
            5,
            {},
            {"message": None},
            {"message": ["x"]},
        )
    ),
    fails(
        "a flat error is an error",
        whole({"message": "It failed", "code": "x"}, 400),
        says="It failed",
    ),
    fails(
        "an error whose JSON is cut is an error",
        whole(b'{"error": {"mess', 400),
        says='{"error": {"mess',
    ),
    fails("an error that is not UTF-8 is an error", whole(b'{"error": "\xff\xfe"}', 400)),
    fails("an error of zeros is an error", whole(bytes(1000), 400)),
    fails("an error of 100,000 levels is an error", whole(deep(), 400)),
    fails(
        "an error with a number of 5,000 digits is an error",
        whole(f'{{"error": {LONG_NUMBER}}}', 400),
    ),
    fails(
        "an error with a lone surrogate is an error",
        whole(b'{"error": {"message": "\\ud83d"}}', 400),
    ),
    fails("an error with NaN is an error", whole(b'{"error": NaN}', 400)),
    fails(
        "an error with a BOM is an error",
        whole(b'\xef\xbb\xbf{"error": {"message": "It failed"}}', 400),
        says="It failed",
    ),
    fails(
        "a compressed error is unpacked",
        whole(compressed(b'{"a": 1}'), 400, headers=GZIP),
        has={"body": {"a": 1}},
    ),
    fails("an error that is not compressed as it says is an error", whole(BODY, 400, headers=GZIP)),
    fails(
        "an error with half a gzip is an error",
        whole(compressed(b'{"a": 1}')[:20], 400, headers=GZIP),
    ),
    fails(
        "an error in an unknown charset is an error",
        whole("overloaded", 400, content_type="text/plain; charset=klingon"),
        says="overloaded",
    ),
    fails(
        "an error cut short of its length is an error",
        whole(b'{"error"', 400, length=100, then=[CLOSE]),
    ),
    fails(
        "an error that is reset in its body is an error",
        whole(b'{"error"', 400, length=100, then=[RESET]),
    ),
    fails(
        "an error without its last chunk is an error",
        stream(b'{"error"', CLOSE, status=400, content_type="application/json"),
    ),
    fails(
        "an error whose body stalls is an error",
        whole(b'{"error"', 400, length=100, then=[HOLD]),
        client=QUICK,
    ),
    fails(
        "an error whose body never begins is an error",
        whole(b"", 400, length=100, then=[HOLD]),
        client=QUICK,
    ),
    fails(
        "an error of 50 MB is read up to 4 MiB, and cut further in the message",
        whole(b"x" * 50_000_000, 400, content_type="text/plain"),
        check=keeps_the_start_of_it,
    ),
    fails(
        "an error of 5 MB of JSON is cut in the message",
        whole({"error": {"message": "x" * 5_000_000}}, 400),
        check=not_chatty,
    ),
    # By the way that it was asked for
    fails(
        "an error in place of a stream has its body",
        whole(BODY, 400),
        call=chat_stream,
        has={"body": BODY},
    ),
    fails(
        "an error as an event stream has its body",
        whole(BODY, 400, content_type="text/event-stream"),
        call=chat_stream,
        has={"body": BODY},
    ),
    fails(
        "an error in place of a file has its body",
        whole(BODY, 400),
        call=speech,
        has={"body": BODY},
    ),
    fails(
        "an error in place of a raw response has its body",
        whole(BODY, 400),
        call=raw_chat,
        has={"body": BODY},
    ),
    fails(
        "an error in place of a streamed response has its body",
        whole(BODY, 400),
        call=streamed(lambda response: response.read()),
        has={"body": BODY},
    ),
    fails("a 304 is an error", raw(head(304)), "APIStatusError"),
    fails("a 300 without a place to go is an error", whole("", 300), "APIStatusError"),
    # The connection
    fails("an error leaves the connection in use", whole(BODY, 400), reuses=True),
    fails(
        "an error in place of a stream leaves the connection in use",
        whole(BODY, 400),
        call=chat_stream,
        reuses=True,
    ),
    fails(
        "an error whose body stalls frees the connection",
        whole(b"{", 400, length=100, then=[HOLD]),
        client=QUICK,
        then_serves=True,
    ),
    # Before there is an answer
    fails(
        "a connection that is closed is a connection error",
        raw(CLOSE),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "a connection that is reset is a connection error",
        raw(RESET),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "an answer cut in its head is a connection error",
        raw(b"HTTP/1.1 200 O", CLOSE),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "an answer that is no HTTP is a connection error",
        raw(b"hello\r\n\r\n", CLOSE),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "an answer with a status of two digits is a connection error",
        raw(b"HTTP/1.1 20 OK\r\n\r\n", CLOSE),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "an answer with a head of a megabyte is a connection error",
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", CLOSE),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "a header with a NUL is a connection error",
        raw(b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", CLOSE),
        "APIConnectionError",
        cause=True,
    ),
    fails(
        "a server that says nothing is a timeout",
        raw(HOLD),
        "APITimeoutError",
        cause=True,
        client=QUICK,
    ),
    Case(
        "hints before an answer are read over",
        [
            raw(
                b"HTTP/1.1 100 Continue\r\n\r\n",
                b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
                head(200, [("Content-Type", "application/json"), ("Content-Length", "2")]) + b"{}",
            )
        ],
        call=models,
    ),
]

LIMITS = [
    ("retry-after", "7"),
    ("x-request-id", "req_1"),
    ("x-ratelimit-limit-requests", "14400"),
    ("x-ratelimit-limit-tokens", "18000"),
    ("x-ratelimit-remaining-requests", "14370"),
    ("x-ratelimit-remaining-tokens", "17997"),
    ("x-ratelimit-reset-requests", "2m59.56s"),
    ("x-ratelimit-reset-tokens", "7.66s"),
]
FULL = failure(code="tool_use_failed", param="tools", failed_generation="{}")


def has_limits(outcome: Outcome) -> None:
    limit = getattr(outcome.error, "rate_limit")  # noqa: B009  # older versions have none
    assert (limit.requests.limit, limit.requests.remaining) == (14400, 14370)
    assert (limit.tokens.limit, limit.tokens.remaining) == (18000, 17997)
    assert limit.requests.reset == timedelta(minutes=2, seconds=59.56)
    assert limit.tokens.reset == timedelta(seconds=7.66)


def _has_a_code_of_text_or_none(outcome: Outcome) -> None:
    assert isinstance(outcome.error, groq.APIError)
    assert outcome.error.code is None or isinstance(outcome.error.code, str)


def _has_limits_that_can_be_read(outcome: Outcome) -> None:
    assert isinstance(outcome.error, groq.RateLimitError)
    repr(outcome.error.rate_limit)


def newer(name: str, script: Script, kind: str = "BadRequestError", **more: Any) -> Case:
    return fails(name, script, kind, new_api=True, **more)


ATTRIBUTE_ROWS = [
    newer(
        "an error has its request id", whole(BODY, 400, headers=LIMITS), has={"request_id": "req_1"}
    ),
    newer("an error without a request id has none", whole(BODY, 400), has={"request_id": None}),
    newer(
        "an error has code, type and param",
        whole(FULL, 400),
        has={"code": "tool_use_failed", "type": "invalid_request_error", "param": "tools"},
    ),
    newer("an error has its failed_generation", whole(FULL, 400), has={"failed_generation": "{}"}),
    newer(
        "a flat error has its code",
        whole({"message": "m", "code": "c", "type": "t"}, 400),
        has={"code": "c", "type": "t"},
    ),
    newer(
        "an error of HTML has no code",
        whole("<html>", 400),
        has={"code": None, "type": None, "param": None},
    ),
    newer(
        "an error whose code is a number has a code that is text or none",
        whole(failure(code=5), 400),
        check=_has_a_code_of_text_or_none,
    ),
    newer(
        "an error has its retry_after",
        whole(BODY, 429, headers=LIMITS),
        "RateLimitError",
        has={"retry_after": 7},
    ),
    newer(
        "an error in milliseconds has its retry_after",
        whole(BODY, 429, headers=[("retry-after-ms", "250")]),
        "RateLimitError",
        has={"retry_after": 0.25},
    ),
    newer(
        "an error without a retry_after has none",
        whole(BODY, 429),
        "RateLimitError",
        has={"retry_after": None},
    ),
    *(
        newer(
            f"a retry-after of {value!r} is none",
            whole(BODY, 429, headers=[("retry-after", value)]),
            "RateLimitError",
            has={"retry_after": None},
        )
        for value in (
            "soon",
            "nan",
            "inf",
            "-inf",
            "-5",
            "1e999",
            "",
            "Fri, 99 Foo 2025 99:99:99 GMT",
        )
    ),
    newer(
        "an error has its rate limits",
        whole(BODY, 429, headers=LIMITS),
        "RateLimitError",
        check=has_limits,
    ),
    newer(
        "an error without rate limits has none",
        whole(BODY, 429),
        "RateLimitError",
        has={"rate_limit": None},
    ),
    newer(
        "rate limits that make no sense raise nothing",
        whole(
            BODY,
            429,
            headers=[
                ("x-ratelimit-limit-requests", "many"),
                ("x-ratelimit-reset-tokens", "1y"),
                ("x-ratelimit-remaining-tokens", "9" * 5000),
            ],
        ),
        "RateLimitError",
        check=_has_limits_that_can_be_read,
    ),
]


@table(STATUS_ROWS)
def test_statuses(case: Case, mode: str) -> None:
    run(case, mode)


@table(BODY_ROWS)
def test_error_bodies(case: Case, mode: str) -> None:
    run(case, mode)


@table(ATTRIBUTE_ROWS)
def test_attributes_of_errors(case: Case, mode: str) -> None:
    run(case, mode)


# Errors travel: between processes, into logs, through a queue.

TRAVELLERS: dict[str, tuple[Sequence[Script], Call, dict[str, Any]]] = {
    "a status error": ([whole(FULL, 400, headers=LIMITS)], chat, {}),
    "a rate limit error": ([whole(FULL, 429, headers=LIMITS)], chat, {}),
    "a server error of HTML": ([whole("<html>", 502, content_type="text/html")], chat, {}),
    "a status error whose body was cut off": ([whole(b"{", 400, length=9, then=[CLOSE])], chat, {}),
    "a compressed status error": ([whole(compressed(b"{}"), 400, headers=GZIP)], chat, {}),
    "a connection error": ([raw(CUT)], chat, {}),
    "a timeout": ([raw(HOLD)], chat, QUICK),
    "an error of an answer that is no JSON": ([whole("<html>")], chat, {}),
    "an error of an answer that was cut off": ([whole("{", length=9, then=[CLOSE])], chat, {}),
    "an error of a stream that was cut off": ([stream(text("a"), CLOSE)], chat_stream, {}),
    "an error event": ([stream(data(FULL))], chat_stream, {}),
    "an error of malformed JSON in a stream": ([stream(b"data: {\n\n")], chat_stream, {}),
}
COPIES: dict[str, Callable[[Any], Any]] = {
    "pickled": lambda error: pickle.loads(pickle.dumps(error)),
    "copied": copy.copy,
    "deep-copied": copy.deepcopy,
}


def fail(
    mode: str, scripts: Sequence[Script], call: Call, options: dict[str, Any]
) -> groq.APIError:
    """Make the call and return the error that it ends in."""
    with FaultServer(scripts) as server:
        error = attempt(mode, server.origin, call, **options)
    assert isinstance(error, groq.APIError)
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", TRAVELLERS)
def test_an_error_can_be_pickled_and_copied(kind: str, mode: str) -> None:
    error = fail(mode, *TRAVELLERS[kind])

    for how in COPIES.values():
        assert_same(how(error), error)


def assert_same(found: Any, error: Any) -> None:
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert found.message == error.message
    assert found.body == error.body
    assert found.request.method == error.request.method
    assert found.request.url == error.request.url
    for name in ("status_code", "request_id", "code", "retry_after", "rate_limit"):
        assert getattr(found, name, None) == getattr(error, name, None)
    response = getattr(error, "response", None)
    if response is not None:
        assert found.response.status_code == response.status_code
        assert found.response.headers.get("x-request-id") == response.headers.get("x-request-id")
        if isinstance(error, groq.APIStatusError) and response.is_stream_consumed:
            assert found.response.text == response.text


@pytest.mark.parametrize("mode", ["sync"])
@pytest.mark.parametrize(
    "error",
    [
        groq.GroqError("It failed"),
        groq.APIError("It failed", httpx.Request("GET", "https://a.test/"), body={"a": 1}),
        groq.APIConnectionError(request=httpx.Request("GET", "https://a.test/")),
        groq.APITimeoutError(request=httpx.Request("GET", "https://a.test/")),
        groq.NotFoundError(
            "It failed",
            response=httpx.Response(404, request=httpx.Request("GET", "https://a.test/")),
            body=None,
        ),
        groq.APIResponseValidationError(
            httpx.Response(200, request=httpx.Request("GET", "https://a.test/")), "text"
        ),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_made_by_hand_can_be_pickled_and_copied(error: Any, mode: str) -> None:
    for how in COPIES.values():
        found = how(error)
        assert type(found) is type(error)
        assert str(found) == str(error)
        assert getattr(found, "body", None) == getattr(error, "body", None)

"""Errors: their classes, their words, what they carry, and what they keep to themselves."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import groq
from groq.testing import ErrorEvent, LocalServer
from twins import Twin

KEY = "gsk_secret_of_the_errors"
PROMPT = "the prompt is a secret too"

CLASSES = {
    400: groq.BadRequestError,
    401: groq.AuthenticationError,
    403: groq.PermissionDeniedError,
    404: groq.NotFoundError,
    409: groq.ConflictError,
    422: groq.UnprocessableEntityError,
    424: groq.FailedDependencyError,
    429: groq.RateLimitError,
    500: groq.InternalServerError,
    503: groq.InternalServerError,
    599: groq.InternalServerError,
    402: groq.APIStatusError,
    413: groq.APIStatusError,
    498: groq.APIStatusError,
}


def test_error_classes_form_a_hierarchy() -> None:
    assert issubclass(groq.APIError, groq.GroqError)
    assert issubclass(groq.APIConnectionError, groq.APIError)
    assert issubclass(groq.APITimeoutError, groq.APIConnectionError)
    assert issubclass(groq.APIResponseValidationError, groq.APIError)
    assert issubclass(groq.APIStatusError, groq.APIError)
    assert not issubclass(groq.APIStatusError, groq.APIConnectionError)


def raised_by(twin: Twin, response: httpx.Response, **options: Any) -> groq.APIStatusError:
    given: dict[str, Any] = {"max_retries": 0, **options}
    client = twin.mocked(lambda request: response, **given)
    with pytest.raises(groq.APIStatusError) as raised:
        twin.do(client.models.list)
    return raised.value


@pytest.mark.parametrize("status", CLASSES)
def test_a_status_has_its_class(twin: Twin, status: int) -> None:
    body = {"error": {"message": "It is so"}}
    error = raised_by(twin, httpx.Response(status, json=body))
    assert type(error) is CLASSES[status]
    assert error.status_code == error.response.status_code == status
    assert error.body == body
    assert str(error) == error.message == f"Error code: {status} - {body}"
    assert error.__cause__ is None
    assert error.request is error.response.request


@pytest.mark.parametrize(
    ("content", "message", "body"),
    [
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>", "<html>Bad gateway</html>"),
        (b" plain \n", "plain", "plain"),
        (b'{"message": "flat"}', "Error code: 400 - {'message': 'flat'}", {"message": "flat"}),
        (b'"text"', "Error code: 400 - text", "text"),
        (b"{", "{", "{"),
    ],
)
def test_the_message_is_the_body_or_its_text(
    twin: Twin, content: bytes, message: str, body: object
) -> None:
    error = raised_by(twin, httpx.Response(400, content=content))
    assert str(error) == message
    assert error.body == body


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'{"error": {"message": "No such model."}}', "No such model."),
        (b'{"message": "flat"}', "flat"),
        (b'{"error": "bare"}', "bare"),
        (b'"text"', "text"),
        (b" plain \n", "plain"),
        (b" <html>Bad gateway</html>", "Error code: 400"),
        (b"", "Error code: 400"),
        (b'{"error": {"message": 5}}', "Error code: 400 - {'error': {'message': 5}}"),
    ],
)
def test_the_text_is_the_message_of_the_server(twin: Twin, content: bytes, text: str) -> None:
    assert raised_by(twin, httpx.Response(400, content=content)).text == text


def test_without_a_body_the_message_is_the_code(twin: Twin) -> None:
    assert str(raised_by(twin, httpx.Response(404))) == "Error code: 404"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe not UTF-8",
        b'{"error": "\xff"}',
        b"[" * 100_000 + b"]" * 100_000,
        b"9" * 5000,
        b'{"error": ' + b"9" * 5000 + b"}",
    ],
    ids=["not UTF-8", "JSON that is not UTF-8", "deep", "long number", "long number inside"],
)
def test_an_odd_body_is_still_a_status_error(twin: Twin, content: bytes) -> None:
    error = raised_by(twin, httpx.Response(400, content=content))
    assert type(error) is groq.BadRequestError
    assert isinstance(error.body, str)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-encoding": "gzip"},
        {"content-encoding": "deflate"},
        *(
            {"content-type": f"text/plain; charset={charset}"}
            for charset in ("nonsense", "hex", "rot13", "idna", "undefined", "punycode", "base64")
        ),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_read_is_still_a_status_error(
    twin: Twin, headers: dict[str, str]
) -> None:
    response = httpx.Response(400, headers=headers, stream=httpx.ByteStream(b"not packed"))
    assert type(raised_by(twin, response)) is groq.BadRequestError


def test_a_huge_body_is_cut_in_the_message_and_whole_in_the_body(twin: Twin) -> None:
    for body in ("x" * 1_000_000, {"error": {"message": "x" * 1_000_000}}):
        error = raised_by(twin, httpx.Response(500, json=body))
        assert len(str(error)) < 10_000
        assert error.body == body


@pytest.mark.parametrize("is_flat", [False, True])
def test_details_are_attributes_in_nested_and_flat_bodies(twin: Twin, is_flat: bool) -> None:
    details = {
        "message": "Failed to call a function",
        "type": "invalid_request_error",
        "code": "tool_use_failed",
        "param": "tools",
        "failed_generation": "<tool>",
    }
    error = raised_by(
        twin,
        httpx.Response(
            400, json=details if is_flat else {"error": details}, headers={"x-request-id": "req_1"}
        ),
    )
    assert (error.code, error.type, error.param) == (
        "tool_use_failed",
        "invalid_request_error",
        "tools",
    )
    assert error.failed_generation == "<tool>"
    assert error.request_id == "req_1"


def test_missing_or_odd_details_are_none(twin: Twin) -> None:
    for body in (
        {"error": {"code": 5, "type": ["x"]}},
        {"error": "text"},
        [1],
        None,
        {"error": None},
    ):
        error = raised_by(twin, httpx.Response(400, json=body))
        assert error.code is None
        assert error.type is None
        assert error.failed_generation is None
        assert error.request_id is None


def test_an_error_in_a_stream_has_its_own_status(twin: Twin, groq_server: LocalServer) -> None:
    details = {"message": "No tool", "code": "tool_use_failed", "status_code": 400}
    groq_server.reply("a b", ErrorEvent(details, after=2))
    stream = twin.chat(twin.client(groq_server), stream=True)
    with pytest.raises(groq.APIError) as raised:
        twin.list(stream)
    error = raised.value
    assert type(error) is groq.APIError
    assert error.message == str(error) == "No tool"
    assert error.body == details
    assert (error.status_code, error.code) == (400, "tool_use_failed")


# ------------------------------------------------------------------------------------- secrets


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


COPIES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, pickled]


def every_kind_of_error(twin: Twin, groq_server: LocalServer) -> list[groq.APIError]:
    def fail_to_connect(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    def time_out(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    options: dict[str, Any] = {
        "api_key": KEY,
        "max_retries": 0,
        "base_url": "https://user:hunter2@api.groq.com",
        "default_headers": {"X-Secret": "hunter2"},
    }
    answers: list[Callable[[httpx.Request], httpx.Response]] = [
        fail_to_connect,
        time_out,
        lambda request: httpx.Response(
            401,
            json={"error": {"message": "no", "code": "c"}},
            headers={"x-request-id": "req_1", "set-cookie": "session=hunter2"},
        ),
        lambda request: httpx.Response(429, text="later", headers={"retry-after": "7"}),
        lambda request: httpx.Response(200, text="{", headers={"content-type": "application/json"}),
    ]
    errors: list[groq.APIError] = []
    for answer in answers:
        client = twin.mocked(answer, **options)
        with pytest.raises(groq.APIError) as raised:
            twin.chat(client, messages=[{"role": "user", "content": PROMPT}])
        errors.append(raised.value)
    groq_server.reply("a", ErrorEvent())
    client = twin.client(groq_server, api_key=KEY, default_headers={"X-Secret": "hunter2"})
    with pytest.raises(groq.APIError) as raised:
        twin.list(twin.chat(client, messages=[{"role": "user", "content": PROMPT}], stream=True))
    return [*errors, raised.value]


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_of_an_error_has_the_same_attributes(
    twin: Twin, groq_server: LocalServer, copied: Callable[[Any], Any]
) -> None:
    for error in every_kind_of_error(twin, groq_server):
        twin_error = copied(error)
        assert type(twin_error) is type(error)
        assert str(twin_error) == str(error)
        for name in (
            "message",
            "body",
            "code",
            "type",
            "param",
            "failed_generation",
            "status_code",
        ):
            assert getattr(twin_error, name) == getattr(error, name)
        assert twin_error.request.method == error.request.method
        assert twin_error.request.url.path == error.request.url.path
        if isinstance(error, groq.APIStatusError):
            again: Any = twin_error
            assert again.response.text == error.response.text
            assert again.request_id == error.request_id
            assert again.retry_after == error.retry_after


def test_no_error_shows_a_key_a_header_or_a_credential(
    twin: Twin, groq_server: LocalServer
) -> None:
    for error in every_kind_of_error(twin, groq_server):
        told = [str(error), repr(error), str(pickle.dumps(error))]
        told += traceback.format_exception(error)
        for text in told:
            assert KEY not in text
            assert "hunter2" not in text
        assert PROMPT not in str(pickle.dumps(error))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_pickles_with_every_protocol(twin: Twin, protocol: int) -> None:
    error = raised_by(twin, httpx.Response(404, json={"error": {"message": "no"}}))
    assert str(pickle.loads(pickle.dumps(error, protocol))) == str(error)


def test_an_exported_error_is_named_as_users_import_it() -> None:
    exported = [getattr(groq, name) for name in groq.__all__]
    errors = [each for each in exported if isinstance(each, type) and issubclass(each, Exception)]
    assert len(errors) > 15
    assert [each for each in errors if each.__module__ != "groq"] == []


def test_errors_can_be_constructed_by_hand() -> None:
    request = httpx.Request("POST", "https://api.groq.com/x")
    response = httpx.Response(429, request=request)
    assert groq.APIError("m", request, body=None).message == "m"
    assert str(groq.APIConnectionError(request=request)) == "Connection error."
    assert str(groq.APIConnectionError(message="m", request=request)) == "m"
    assert str(groq.APITimeoutError(request)) == "Request timed out."
    assert str(groq.APITimeoutError(request=request)) == "Request timed out."
    error = groq.RateLimitError("m", response=response, body={"error": {"code": "c"}})
    assert (error.message, error.status_code, error.code) == ("m", 429, "c")
    unfit = groq.APIResponseValidationError(response, None)
    assert str(unfit) == "Data returned by API invalid for expected schema."
    assert unfit.status_code == 429


# -------------------------------------------------------------------------------- what explains


def test_a_call_on_a_closed_client_is_an_error(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    twin.do(client.models.list)
    twin.do(client.close)
    with pytest.raises(groq.APIConnectionError, match="closed"):
        twin.do(client.models.list)
    assert len(groq_server.requests) == 1


def test_a_pickled_error_keeps_no_query_of_its_url() -> None:
    request = httpx.Request("GET", "https://user:word@a.test/models?token=secret")
    error = pickle.loads(pickle.dumps(groq.APIConnectionError(request=request)))
    assert str(error.request.url) == "https://a.test/models"

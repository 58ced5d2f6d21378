"""Options to requests: headers, URL, query, JSON, forms."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import groq
from groq import NOT_GIVEN, Groq, Omit, omit
from groq._models import FinalRequestOptions
from groq.testing import LocalServer
from twins import MESSAGES, MODEL, NO_WAIT, Twin, seen_by

KEY = "gsk_secret_of_the_requests"


def built(client: Any = None, **options: Any) -> httpx.Request:
    given: dict[str, Any] = {"method": "post", "url": "/foo", **options}
    made: Any = client or Groq(api_key=KEY)
    request: httpx.Request = made._build_request(FinalRequestOptions(**given))
    return request


# ----------------------------------------------------------------------------------------- body


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({"json_data": {"foo": "bar"}, "extra_json": {"baz": False}}, {"foo": "bar", "baz": False}),
        ({"json_data": {"foo": "bar"}, "extra_json": {"foo": "baz"}}, {"foo": "baz"}),
        ({"json_data": {"a": {"b": 1}}, "extra_json": {"a": {"c": 2}}}, {"a": {"c": 2}}),
        ({"json_data": {"foo": "bar"}, "extra_json": None}, {"foo": "bar"}),
        ({"extra_json": {"baz": 1}}, {"baz": 1}),
        ({"json_data": {"foo": omit, "a": None}}, {"a": None}),
        ({"json_data": [1, 2]}, [1, 2]),
    ],
)
def test_extra_json_is_laid_over_the_body(options: dict[str, Any], body: object) -> None:
    request = built(**options)
    assert json.loads(request.content) == body
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(request.content))


def test_without_a_body_none_is_sent() -> None:
    for method in ("get", "post", "delete"):
        request = built(method=method)
        assert request.content == b""
        assert request.headers.get("content-length", "0") == "0"


def test_a_request_has_the_current_headers_of_the_client() -> None:
    http_client = httpx.Client()
    client = Groq(api_key=KEY, http_client=http_client)
    first, same = built(client), built(client)
    same.headers["x-changed"] = "a hook's"
    client.api_key = "another key"
    http_client.headers["x-late"] = "1"
    second = built(client)
    third = built(client, url="https://elsewhere.example/foo")
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert "x-changed" not in first.headers
    assert second.headers["authorization"] == "Bearer another key"
    assert second.headers["x-late"] == "1"
    assert second.headers["host"] == "api.groq.com"
    assert third.headers["host"] == "elsewhere.example"
    client.close()


@pytest.mark.parametrize("where", ["default_headers", "http_client"])
def test_a_host_header_replaces_that_of_the_url(where: str) -> None:
    named: Any = {"Host": "named.example"}
    http_client = httpx.Client(headers=named if where == "http_client" else None)
    defaults = named if where == "default_headers" else None
    with Groq(api_key=KEY, http_client=http_client, default_headers=defaults) as client:
        assert built(client).headers.get_list("host") == ["named.example"]


def test_a_get_has_no_content_type() -> None:
    assert "content-type" not in built(method="get").headers


def test_extra_json_cannot_be_laid_over_a_list() -> None:
    with pytest.raises(TypeError, match="extra_body"):
        built(json_data=[1], extra_json={"a": 1})


def sent_with(twin: Twin, **options: Any) -> dict[str, Any]:
    bodies: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={})

    twin.chat(twin.mocked(handler), **options)
    (body,) = bodies
    return dict(body)


def test_omitted_arguments_are_not_sent_and_none_is_null(twin: Twin) -> None:
    body = sent_with(twin, top_p=omit, seed=NOT_GIVEN, stop=None, temperature=0)
    assert body == {"messages": MESSAGES, "model": MODEL, "stop": None, "temperature": 0}


def test_extra_body_wins_over_arguments(twin: Twin) -> None:
    body = sent_with(twin, temperature=0, extra_body={"temperature": 1, "new": {"a": [1]}})
    assert body == {"messages": MESSAGES, "model": MODEL, "temperature": 1, "new": {"a": [1]}}


def generator(items: list[Any]) -> Iterator[Any]:
    yield from items


@pytest.mark.parametrize("wrap", [list, tuple, iter, generator])
def test_messages_may_be_any_iterable(twin: Twin, wrap: Any) -> None:
    assert sent_with(twin, messages=wrap(MESSAGES))["messages"] == MESSAGES


@pytest.mark.parametrize(
    ("arguments", "error", "where"),
    [
        ({"temperature": math.nan}, ValueError, "`temperature`"),
        ({"extra_body": {"a": {"b": [math.inf]}}}, ValueError, "`a.b[0]`"),
        ({"messages": [{"role": "user", "content": object()}]}, TypeError, "`messages[0].content`"),
        ({"tools": [{"type": "function", "function": {"f": print}}]}, TypeError, "`tools[0]."),
    ],
    ids=["nan", "inf", "object", "function"],
)
def test_an_unencodable_argument_is_named_before_sending(
    twin: Twin,
    groq_server: LocalServer,
    arguments: dict[str, Any],
    error: type[Exception],
    where: str,
) -> None:
    with pytest.raises(error) as raised:
        twin.chat(twin.client(groq_server), **arguments)
    assert where in str(raised.value)
    assert not groq_server.requests


# -------------------------------------------------------------------------------------- headers


def test_requests_carry_the_headers_that_identify_the_client() -> None:
    headers = built().headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == f"Groq/Python {groq.__version__}"
    assert headers["x-stainless-lang"] == "python"
    assert headers["x-stainless-package-version"] == groq.__version__
    assert headers["x-stainless-async"] == "false"
    assert headers["x-stainless-retry-count"] == "0"
    assert headers["x-stainless-read-timeout"] == "60"


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION"])
def test_a_header_of_a_call_wins_whatever_its_case(name: str) -> None:
    request = built(headers={name: "Basic abc"})
    assert request.headers.get_list("authorization") == ["Basic abc"]


@pytest.mark.parametrize("name", ["user-agent", "User-Agent", "x-stainless-lang", "X-Foo", "x-foo"])
def test_omit_removes_a_header_whatever_its_case(name: str) -> None:
    with Groq(api_key=KEY, default_headers={"X-Foo": "bar"}) as client:
        request = built(client, headers={name: Omit()})
    # httpx has a user agent of its own, which is not sent in its place.
    assert "Groq" not in request.headers.get("user-agent", "") or "user" not in name.lower()
    if name.lower() != "user-agent":
        assert name not in request.headers


def test_omit_removes_a_header_that_is_there_in_two_spellings() -> None:
    with Groq(api_key=KEY, default_headers={"X-Team": "a", "x-team": "b"}) as client:
        request = built(client, headers={"X-Team": Omit()})
    assert "x-team" not in request.headers


def test_default_headers_give_way_to_those_of_a_call() -> None:
    with Groq(api_key=KEY, default_headers={"X-Foo": "bar", "X-Bar": "1"}) as client:
        headers = built(client, headers={"X-Foo": "baz"}).headers
    assert headers.get_list("x-foo") == ["baz"]
    assert headers["x-bar"] == "1"


def test_default_headers_win_over_the_clients_own() -> None:
    with Groq(
        api_key=KEY, default_headers={"x-stainless-lang": "mine", "USER-AGENT": "me"}
    ) as client:
        headers = built(client).headers
    assert headers.get_list("x-stainless-lang") == ["mine"]
    assert headers.get_list("user-agent") == ["me"]


@pytest.mark.parametrize(
    "value", ["a\r\nX-Evil: 1", "a\n", "a\0", "š", "a\r", " ", "\t", "\x7f", "\x1b[0m"]
)
def test_a_header_value_that_cannot_be_sent_is_refused_and_not_shown(
    twin: Twin, groq_server: LocalServer, value: str
) -> None:
    secret = f"secret{value}"
    client = twin.client(groq_server)
    with pytest.raises(groq.GroqError) as raised:
        twin.chat(client, extra_headers={"X-Foo": secret})
    assert "X-Foo" in str(raised.value)
    assert "secret" not in str(raised.value)
    with pytest.raises(groq.GroqError) as raised:
        twin.client(groq_server, default_headers={"X-Foo": secret})
    assert "secret" not in str(raised.value)
    assert not groq_server.requests


def test_latin_1_is_sent(twin: Twin, groq_server: LocalServer) -> None:
    twin.chat(twin.client(groq_server), extra_headers={"X-Foo": "Zoë"})
    assert groq_server.last_request.headers["x-foo"].encode("latin-1") in (
        "Zoë".encode(),
        "Zoë".encode("latin-1"),
    )


@pytest.mark.parametrize("name", ["", "X Foo", "X:Foo", "X-Foo\r\n", "é"])
def test_a_header_name_that_cannot_be_sent_is_refused(twin: Twin, name: str) -> None:
    client = twin.mocked(lambda request: httpx.Response(200, json={}))
    with pytest.raises(groq.GroqError, match="header name"):
        twin.chat(client, extra_headers={name: "x"})


@pytest.mark.parametrize("value", ["", "a\tb", "a b", "a\x80\xff"])
def test_every_field_value_of_http_is_sent(value: str) -> None:
    with Groq(api_key=KEY) as client:
        headers = built(client, headers={"X-Foo": value}).headers
    assert dict(headers.raw)[b"X-Foo"] == value.encode("latin-1")


@pytest.mark.parametrize("name", ["host", "HOST", "content-type", "X-STAINLESS-RETRY-COUNT"])
def test_a_header_with_one_value_is_sent_once(
    twin: Twin, groq_server: LocalServer, name: str
) -> None:
    value = "own.example" if name.lower() == "host" else "1"
    client = twin.client(groq_server)
    twin.chat(client, extra_headers={name: value})
    transcribe = client.audio.transcriptions.create
    twin.do(transcribe, model="whisper-large-v3", file=("a.wav", b"x"), extra_headers={name: value})
    plain, upload = groq_server.requests
    assert plain.headers[name] == value
    assert len(upload.headers.names()) == len(upload.headers)
    if name == "content-type":
        _, _, boundary = upload.headers[name].partition("multipart/form-data; boundary=")
        assert upload.body.startswith(f"--{boundary}".encode())
    else:
        assert upload.headers[name] == value


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_framing_headers_of_the_caller_are_refused(
    twin: Twin, groq_server: LocalServer, name: str
) -> None:
    with pytest.raises(groq.GroqError, match="Transfer-Encoding"):
        twin.chat(twin.client(groq_server), extra_headers={name: "5"})
    assert not groq_server.requests


def test_an_idempotency_key_is_not_sent() -> None:
    # It is an option of 1.7.0, which names no header for it.
    assert "key-1" not in built(idempotency_key="key-1").headers.values()


# ------------------------------------------------------------------------------------ URL, query


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("https://api.groq.com", "/foo", "https://api.groq.com/foo"),
        ("https://api.groq.com/", "foo", "https://api.groq.com/foo"),
        ("https://h/custom/path", "/foo", "https://h/custom/path/foo"),
        ("https://h/custom/path/", "/foo?a=1", "https://h/custom/path/foo?a=1"),
        ("https://h/custom", "https://other/foo", "https://other/foo"),
        ("http://localhost:5000/a%2Fb", "/c%2Fd", "http://localhost:5000/a%2Fb/c%2Fd"),
        ("http://[::1]:80/x", "/foo", "http://[::1]/x/foo"),
    ],
)
def test_a_path_is_put_behind_the_base_url(base: str, path: str, url: str) -> None:
    with Groq(api_key=KEY, base_url=base) as client:
        assert str(built(client, url=path).url) == url


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"foo": "bar"}, "foo=bar"),
        ({"a": True, "b": None, "c": omit}, "a=true"),
        ({"a": [1, "x", False]}, "a=1%2Cx%2Cfalse"),
        ({"a": {"b": {"c": 1}}}, "a%5Bb%5D%5Bc%5D=1"),
        ({"a": 1.5, "b": ""}, "a=1.5&b="),
        ({"a": "é &="}, "a=%C3%A9%20%26%3D"),
    ],
)
def test_query_parameters_are_encoded(params: Any, query: str) -> None:
    found = built(method="get", params=params).url.query.decode()
    assert found.replace("+", "%20") == query


def test_the_query_of_a_call_wins_over_that_of_the_http_client(twin: Twin) -> None:
    seen: list[httpx.Request] = []
    client = twin.mocked(seen_by(seen), http={"params": {"a": "client", "b": "client"}})
    twin.do(client.get, "/foo", cast_to=object, options={"params": {"a": "call"}})
    assert dict(seen[0].url.params) == {"a": "call", "b": "client"}


def test_the_query_of_a_call_wins_over_the_default_query(twin: Twin) -> None:
    urls: list[httpx.URL] = []

    def handler(request: httpx.Request) -> httpx.Response:
        urls.append(request.url)
        return httpx.Response(200, json={})

    client = twin.mocked(handler, default_query={"a": "1", "b": "2"})
    twin.chat(client, extra_query={"b": "3", "c": "4"})
    assert dict(urls[0].params) == {"a": "1", "b": "3", "c": "4"}


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("openai/gpt-oss-20b", "openai%2Fgpt-oss-20b"),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("é", "%C3%A9"),
        ("a%2Fb", "a%252Fb"),
        ("..a", "..a"),
        ("...", "..."),
    ],
)
def test_a_path_parameter_is_one_segment(
    twin: Twin, groq_server: LocalServer, model: str, path: str
) -> None:
    groq_server.reply_with_bytes(b"{}")
    twin.do(twin.client(groq_server).models.retrieve, model)
    assert groq_server.last_request.path == f"/openai/v1/models/{path}"


@pytest.mark.parametrize("value", [".", "..", "%2e", "%2E%2e", ".%2E"])
def test_a_path_parameter_that_leads_elsewhere_is_refused(twin: Twin, value: str) -> None:
    client = twin.client()
    for method in (client.models.retrieve, client.models.delete, client.files.info):
        with pytest.raises(ValueError, match="not a path"):
            twin.do(method, value)


def test_an_empty_path_parameter_is_refused(twin: Twin) -> None:
    client = twin.client()
    for name, methods in {
        "file_id": [client.files.info, client.files.delete, client.files.content],
        "model": [client.models.retrieve, client.models.delete],
        "batch_id": [client.batches.retrieve, client.batches.cancel],
    }.items():
        for method in methods:
            with pytest.raises(ValueError) as raised:
                twin.do(method, "")
            assert str(raised.value).startswith(
                f"Expected a non-empty value for `{name}` but received ''"
            )


# --------------------------------------------------------------------------------- verbs, bodies


def test_raw_bytes_as_a_body_are_deprecated(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes(b"{}")
    with pytest.warns(DeprecationWarning, match="Passing raw bytes") as told:
        twin.do(twin.client(groq_server).post, "/x", cast_to=object, body=b"raw")
    assert groq_server.last_request.body == b"raw"
    assert str(told[0].message) == (
        "Passing raw bytes as `body` is deprecated and will be removed in a future version. "
        "Please pass raw bytes via the `content` parameter instead."
    )


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_a_verb_sends_content_unchanged(twin: Twin, verb: str) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"ok": True})

    client = twin.mocked(handler)
    options = {"headers": {"Content-Type": "application/octet-stream"}}
    answer = twin.do(getattr(client, verb), "/x", cast_to=object, content=b"\0raw", options=options)
    assert answer == {"ok": True}
    assert (seen[0].method, seen[0].content) == (verb.upper(), b"\0raw")
    assert seen[0].headers["content-type"] == "application/octet-stream"


def test_text_as_content_is_sent_as_utf_8(twin: Twin) -> None:
    seen: list[httpx.Request] = []
    twin.do(twin.mocked(seen_by(seen)).post, "/foo", cast_to=object, content="grüezi")
    assert seen[0].content == "grüezi".encode()


def test_body_and_content_exclude_each_other(twin: Twin) -> None:
    with pytest.raises(TypeError, match="`body` and `content`"):
        twin.do(twin.client().post, "/x", cast_to=object, body={}, content=b"x")


def test_content_that_is_iterated_over_is_streamed(twin: Twin, groq_server: LocalServer) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    groq_server.reply_with_bytes(b"{}")
    twin.do(twin.client(groq_server).post, "/x", cast_to=object, content=pieces())
    request = groq_server.last_request
    assert request.body == b"one two"
    assert request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in request.headers


@pytest.mark.parametrize("failed", [500, "reset"])
def test_a_one_way_body_that_was_read_is_not_sent_again(
    twin: Twin, groq_server: LocalServer, failed: int | str
) -> None:
    from groq.testing import Cut

    if isinstance(failed, int):
        groq_server.fail(failed, headers={"retry-after-ms": "1"})
    else:
        groq_server.reply_with_bytes(b"{}", Cut(at_byte=0, how="reset"))
    client = twin.client(groq_server)
    with pytest.raises(groq.APIError):
        twin.do(client.post, "/x", cast_to=object, content=iter([b"one ", b"two"]))
    assert [request.body for request in groq_server.requests] == [b"one two"]


def test_a_list_of_pieces_is_sent_again(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.fail(500, headers={"retry-after-ms": "1"})
    groq_server.reply_with_bytes(b"{}")
    twin.do(twin.client(groq_server).post, "/x", cast_to=object, content=[b"one ", b"two"])
    assert [request.body for request in groq_server.requests] == [b"one two"] * 2


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        (
            {"a": "x", "b": 1, "c": True, "d": 1.5},
            [("a", "x"), ("b", "1"), ("c", "true"), ("d", "1.5")],
        ),
        ({"a": ["x", "y"]}, [("a[]", "x"), ("a[]", "y")]),
        ({"a": {"b": "x"}}, [("a[b]", "x")]),
        ({"a": omit, "b": ""}, [("b", "")]),
        ({'a"\r\nb': "x"}, [("a%22%0D%0Ab", "x")]),
        ({"a": "é\r\n--x"}, [("a", "é\r\n--x")]),
    ],
)
def test_form_fields_are_encoded(
    twin: Twin, groq_server: LocalServer, fields: Any, sent: list[tuple[str, str]]
) -> None:
    groq_server.reply_with_bytes(b"{}")
    twin.do(twin.client(groq_server).post, "/x", cast_to=object, body=fields, files={"f": b"F"})
    *parts, file = groq_server.last_request.parts
    assert [(part.name, part.text) for part in parts] == sent
    assert (file.name, file.content) == ("f", b"F")


@pytest.mark.parametrize("where", [{"url": "http://x.test/a.wav"}, {"file": ("a.wav", b"RIFF")}])
def test_iterators_in_a_form_are_sent_again(twin: Twin, where: dict[str, Any]) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200 if len(seen) > 1 else 500, json={"text": ""})

    twin.do(
        twin.mocked(answer, overrides=NO_WAIT).audio.transcriptions.create,
        model="m",
        timestamp_granularities=iter(["word", "segment"]),
        extra_body={"tags": iter(["first", "second"])},
        **where,
    )
    for request in seen:
        assert all(each in request.content for each in (b"segment", b"second"))


def test_a_form_may_set_its_boundary(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes(b"{}")
    twin.do(
        twin.client(groq_server).post,
        "/x",
        cast_to=object,
        body={"a": "x"},
        options={"headers": {"content-type": "Multipart/Form-Data; boundary=6b7ba517decee4a4"}},
    )
    assert groq_server.last_request.body == (
        b"--6b7ba517decee4a4\r\n"
        b'Content-Disposition: form-data; name="a"\r\n\r\n'
        b"x\r\n--6b7ba517decee4a4--\r\n"
    )


def test_a_value_that_a_form_cannot_hold_is_named(twin: Twin) -> None:
    with pytest.raises(TypeError, match="`a`"):
        twin.do(twin.client().post, "/x", cast_to=object, body={"a": object()}, files={"f": b""})


@pytest.mark.parametrize("value", [5, b"value", None])
def test_a_header_value_that_is_not_text_is_refused(twin: Twin, value: object) -> None:
    client = twin.mocked(lambda request: httpx.Response(200, json={}))
    with pytest.raises(TypeError, match=f"not {type(value).__name__}"):
        twin.do(client.get, "/x", cast_to=object, options={"headers": {"X-Tenant": value}})


@pytest.mark.parametrize("cls", [groq.Groq, groq.AsyncGroq])
def test_an_api_key_that_is_not_text_is_refused(cls: Any) -> None:
    with pytest.raises(TypeError, match="not bytes"):
        cls(api_key=b"key")


def test_a_field_of_a_form_that_is_not_unicode_is_refused(twin: Twin) -> None:
    client = twin.mocked(lambda request: httpx.Response(200, json={}))
    create = client.audio.transcriptions.create
    with pytest.raises(ValueError, match="at `prompt` but received a lone surrogate"):
        twin.do(create, file=("a.wav", b"RIFF"), model="whisper-large-v3", prompt="\ud800")


def test_a_subclass_of_a_response_is_refused_as_a_type(twin: Twin) -> None:
    class Mine(httpx.Response):
        pass

    client = twin.mocked(lambda request: httpx.Response(200, json={}))
    with pytest.raises(ValueError, match="itself"):
        twin.do(client.get, "/x", cast_to=Mine)

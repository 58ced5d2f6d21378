"""`Groq` and `AsyncGroq`: options, verbs, what making one costs, and errors of connections."""

from __future__ import annotations

import asyncio
import errno
import functools
import gc
import json
import logging
import math
import pickle
import socket
import ssl
import subprocess
import sys
import traceback
from typing import Any, Union

import httpx
import pydantic
import pytest

import groq
from groq import (
    NOT_GIVEN,
    AsyncGroq,
    BaseModel,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    Groq,
    Omit,
)
from groq._models import FinalRequestOptions
from groq.testing import LocalServer
from twins import KEY, Twin, either_class, seen_by

# ------------------------------------------------------------------------------------------ options


@either_class
def test_defaults(cls: Any) -> None:
    client = cls(api_key=KEY)
    assert client.base_url == "https://api.groq.com"
    assert client._base_url == client.base_url
    assert client.max_retries == groq.DEFAULT_MAX_RETRIES == 2
    assert client.timeout == groq.DEFAULT_TIMEOUT == httpx.Timeout(60, connect=5)
    assert client.api_key == KEY
    assert client._client.follow_redirects
    assert client._client.timeout == groq.DEFAULT_TIMEOUT
    assert not client.is_closed()


def test_client_and_async_client_are_aliases() -> None:
    assert groq.Client is Groq
    assert groq.AsyncClient is AsyncGroq


@either_class
def test_the_environment_gives_key_and_url(cls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "from outside")
    monkeypatch.setenv("GROQ_BASE_URL", "http://localhost:5000/from/env")
    client = cls()
    assert client.api_key == "from outside"
    assert client.base_url == "http://localhost:5000/from/env/"
    assert cls(api_key=KEY, base_url="http://localhost").api_key == KEY
    assert cls(base_url="http://localhost").base_url == "http://localhost"


@either_class
def test_without_a_key_both_ways_to_give_one_are_named(cls: Any) -> None:
    with pytest.raises(groq.GroqError) as raised:
        cls()
    assert "api_key" in str(raised.value)
    assert "GROQ_API_KEY" in str(raised.value)


@either_class
@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "gsk_secret\n",
        "gsk_secret\0",
        "gsk_sec\u2028ret",
        "gsk_secretš",
        "\tgsk_secret",
        "gsk_secret ",
    ],
)
def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(
    cls: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(groq.GroqError) as raised:
        cls(api_key=key)
    assert "gsk_sec" not in str(raised.value)
    if "\0" not in key:
        monkeypatch.setenv("GROQ_API_KEY", key)
        with pytest.raises(groq.GroqError):
            cls()


BAD_OPTIONS: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "a timeout in text": ({"timeout": "5"}, TypeError),
    "a timeout below 0": ({"timeout": -1}, ValueError),
    "a timeout that is no number": ({"timeout": math.nan}, ValueError),
    "retries in text": ({"max_retries": "3"}, TypeError),
    "retries below 0": ({"max_retries": -1}, ValueError),
    "half a retry": ({"max_retries": 1.5}, TypeError),
}


@pytest.mark.parametrize("what", BAD_OPTIONS)
def test_an_option_that_makes_no_sense_is_refused_where_it_is_given(what: str, twin: Twin) -> None:
    options, error = BAD_OPTIONS[what]
    (name,) = options
    client = twin.client()
    with pytest.raises(error, match=f"`{name}`"):
        twin.client(**options)
    with pytest.raises(error, match=f"`{name}`"):
        client.with_options(**options)
    with pytest.raises(error, match=f"`{name}`"):
        twin.do(client.get, "/x", cast_to=object, options=options)


@either_class
@pytest.mark.parametrize(
    "options",
    [
        {"deadline": "3"},
        {"deadline": [3]},
        {"stream_idle_timeout": "3"},
        {"max_unpacked_bytes": "3"},
        {"max_unpacked_bytes": None},
        {"max_body_bytes": [3]},
        {"default_headers": ["x"]},
        {"default_query": "x=1"},
    ],
    ids=str,
)
def test_an_option_of_another_type_is_refused(cls: Any, options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(TypeError, match=f"`{name}`"):
        cls(api_key="k", **options)
    with pytest.raises(TypeError, match=f"`{name}`"):
        cls(api_key="k").with_options(**options)


@pytest.mark.parametrize("name", ["extra_headers", "extra_query", "extra_body"])
def test_extra_arguments_must_be_mappings(twin: Twin, name: str) -> None:
    wrong: Any = {name: ["secret"]}
    with pytest.raises(TypeError, match=f"`{name}`") as raised:
        twin.chat(twin.client(), **wrong)
    assert "secret" not in str(raised.value)


def test_a_timeout_may_be_a_tuple_and_max_retries_infinite(twin: Twin) -> None:
    client = twin.client(timeout=(1, 2, 3, 4), max_retries=math.inf)
    assert client.max_retries == math.inf


@either_class
@pytest.mark.parametrize(
    "url",
    [
        "api.groq.com",
        "api.groq.com:443",
        "//api.groq.com",
        "https://",
        "ftp://x",
        "http://h:port",
        "/v1",
    ],
)
def test_an_invalid_base_url_is_refused(
    cls: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(groq.GroqError, match="base_url"):
        cls(api_key="k", base_url=url)
    with pytest.raises(groq.GroqError, match="base_url"):
        cls(api_key="k").with_options(base_url=url)
    monkeypatch.setenv("GROQ_BASE_URL", url)
    with pytest.raises(groq.GroqError, match="base_url"):
        cls(api_key="k")


def test_a_bad_base_url_does_not_show_its_credentials() -> None:
    for url in ("ftp://me:hunter2@x", "http://me:hunter2@h:port", "me:hunter2@x"):
        with pytest.raises(groq.GroqError) as raised:
            groq.Groq(api_key="k", base_url=url)
        assert "hunter2" not in "".join(traceback.format_exception(raised.value))


@either_class
@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://api.groq.com/openai/v1", "https://api.groq.com/"),
        ("https://api.groq.com/openai/v1/", "https://api.groq.com/"),
        ("https://gateway.example/groq/openai/v1", "https://gateway.example/groq/"),
        ("https://gateway.example/myopenai/v1", "https://gateway.example/myopenai/v1/"),
    ],
)
def test_the_path_that_openai_wants_is_taken_off_the_base_url(
    cls: Any, given: str, base: str
) -> None:
    assert cls(api_key="k", base_url=given).base_url == base


def test_headers_come_from_the_environment_under_those_given(
    twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_CUSTOM_HEADERS", "X-Env: from\x85env\r\nX-Both : env:1 \n\nno colon")
    requests: list[httpx.Request] = []
    client = twin.mocked(seen_by(requests), default_headers={"X-Both": "given"})
    twin.chat(client)
    assert requests[0].headers["x-env"] == "from\x85env"
    assert requests[0].headers["x-both"] == "given"


@either_class
def test_max_retries_may_not_be_none(cls: Any) -> None:
    with pytest.raises(TypeError) as raised:
        cls(api_key=KEY, max_retries=None)
    assert str(raised.value).startswith("max_retries cannot be None")
    assert "0" in str(raised.value)
    assert cls(api_key=KEY, max_retries=math.inf).max_retries == math.inf


@pytest.mark.parametrize(("cls", "wrong"), [(Groq, httpx.AsyncClient), (AsyncGroq, httpx.Client)])
def test_an_http_client_of_the_wrong_kind_is_refused(cls: Any, wrong: Any) -> None:
    with pytest.raises(TypeError, match="Invalid `http_client` argument"):
        cls(api_key=KEY, http_client=wrong())


@pytest.mark.parametrize(
    ("given", "read"),
    [(5, 5.0), (0.5, 0.5), (httpx.Timeout(7, read=3), 3.0), (None, None), (NOT_GIVEN, 60.0)],
)
def test_a_timeout_may_be_given_to_client_and_call(twin: Twin, given: Any, read: Any) -> None:
    requests: list[httpx.Request] = []
    twin.chat(twin.mocked(seen_by(requests), timeout=given))
    twin.chat(twin.mocked(seen_by(requests)), timeout=given)
    twin.chat(twin.mocked(seen_by(requests)).with_options(timeout=given))
    assert [request.extensions["timeout"]["read"] for request in requests] == [read] * 3
    told = [request.headers.get("x-stainless-read-timeout") for request in requests]
    assert {None if each is None else float(each) for each in told} == {read}


def test_the_timeout_of_an_http_client_is_taken_over_unless_it_is_httpxs_own(twin: Twin) -> None:
    client = twin.client(http_client=twin.http_client(timeout=7))
    assert client.timeout == httpx.Timeout(7)
    client = twin.client(http_client=twin.http_client(timeout=None))
    assert client.timeout == httpx.Timeout(None)
    client = twin.client(http_client=twin.http_client())
    assert client.timeout == groq.DEFAULT_TIMEOUT
    client = twin.client(http_client=twin.http_client(timeout=7), timeout=3)
    assert client.timeout == 3


def test_an_http_client_brings_its_headers_cookies_and_parameters(twin: Twin) -> None:
    requests: list[httpx.Request] = []
    own = {
        "headers": {"X-Http": "1", "user-agent": "mine"},
        "cookies": {"a": "b"},
        "params": {"q": "1"},
    }
    twin.chat(twin.mocked(seen_by(requests), http=own))
    (request,) = requests
    assert request.headers["x-http"] == "1"
    assert request.headers["cookie"] == "a=b"
    assert request.url.params["q"] == "1"
    # What the client sets of itself goes over what httpx sets of itself.
    assert request.headers.get_list("user-agent") == [f"Groq/Python {groq.__version__}"]


def test_hooks_of_an_http_client_are_called(twin: Twin) -> None:
    told: list[str] = []

    def on_request(request: httpx.Request) -> None:
        told.append(request.method)

    def on_response(response: httpx.Response) -> None:
        told.append(str(response.status_code))

    async def on_async_request(request: httpx.Request) -> None:
        on_request(request)

    async def on_async_response(response: httpx.Response) -> None:
        on_response(response)

    hooks: dict[str, list[Any]] = {
        "request": [on_async_request if twin.is_async else on_request],
        "response": [on_async_response if twin.is_async else on_response],
    }
    twin.chat(twin.mocked(seen_by([]), http={"event_hooks": hooks}))
    assert told == ["POST", "200"]


def test_defaults_of_a_default_http_client_can_be_changed_one_by_one() -> None:
    for cls in (DefaultHttpxClient, DefaultAsyncHttpxClient):
        client: Any = cls(timeout=3)
        assert client.timeout == httpx.Timeout(3)
        assert client.follow_redirects
        assert not cls(follow_redirects=False).follow_redirects


# ---------------------------------------------------------------------------------------- the verbs


def test_requests_can_be_built_by_hand() -> None:
    client: Any = Groq(api_key=KEY, default_query={"a": "1"})
    options = FinalRequestOptions.construct(
        method="post",
        url="/foo",
        params={"b": "2"},
        headers={"X-Foo": "stainless", "X-Omitted": Omit()},
        json_data={"foo": "bar"},
        extra_json={"baz": False},
    )
    request = client._build_request(options)
    assert isinstance(request, httpx.Request)
    assert request.url == "https://api.groq.com/foo?a=1&b=2"
    assert request.headers["x-foo"] == "stainless"
    assert json.loads(request.content) == {"foo": "bar", "baz": False}
    assert client._build_request(options, retries_taken=2).headers["x-stainless-retry-count"] == "2"


class Thing(BaseModel):
    foo: str


class Other(BaseModel):
    bar: int


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Thing, Thing(foo="x")),
        (dict, {"foo": "x"}),
        (dict[str, object], {"foo": "x"}),
        (object, {"foo": "x"}),
        (str, '{"foo":"x"}'),
        (bytes, b'{"foo":"x"}'),
        (type(None), None),
        (Union[Other, Thing], Thing(foo="x")),
        (Union[Thing, None], Thing(foo="x")),
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete"])
def test_a_verb_casts_to(twin: Twin, verb: str, kind: Any, expected: object) -> None:
    headers = {"content-type": "application/json"}
    body = b'{"foo":"x"}'
    client = twin.mocked(lambda request: httpx.Response(200, content=body, headers=headers))
    answer = twin.do(getattr(client, verb), "/x", cast_to=kind)
    assert answer == expected
    assert type(answer) is type(expected)


def test_a_verb_casts_to_lists_and_responses(twin: Twin) -> None:
    client = twin.mocked(lambda request: httpx.Response(200, json=[{"foo": "x"}]))
    assert twin.do(client.get, "/x", cast_to=list[Thing]) == [Thing(foo="x")]
    assert twin.do(client.get, "/x", cast_to=list) == [{"foo": "x"}]
    answer = twin.do(client.get, "/x", cast_to=httpx.Response)
    assert type(answer) is httpx.Response
    assert answer.json() == [{"foo": "x"}]


def test_a_verb_takes_options(twin: Twin) -> None:
    requests: list[httpx.Request] = []
    options = {
        "headers": {"X-Foo": "1"},
        "params": {"q": [1, 2]},
        "timeout": 3,
        "max_retries": 0,
        "extra_json": {"b": 2},
        "idempotency_key": "i",
        "follow_redirects": False,
    }
    client = twin.mocked(seen_by(requests))
    twin.do(client.post, "/x", cast_to=object, body={"a": 1}, options=options)
    (request,) = requests
    assert request.headers["x-foo"] == "1"
    assert request.url.query == b"q=1%2C2"
    assert request.extensions["timeout"]["read"] == 3
    assert json.loads(request.content) == {"a": 1, "b": 2}


def test_a_model_that_is_not_groqs_is_refused(twin: Twin) -> None:
    class Foreign(pydantic.BaseModel):
        foo: str

    client = twin.mocked(lambda request: httpx.Response(200, json={"foo": "x"}))
    with pytest.raises(TypeError) as raised:
        twin.do(client.get, "/x", cast_to=Foreign)
    assert str(raised.value).startswith(
        "Pydantic models must subclass our base model type, e.g. `from groq import BaseModel`"
    )


def test_an_endpoint_without_a_method_streams(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes(
        [b'data: {"foo":"x"}\n\n', b"data: [DONE]\n\n"], content_type="text/event-stream"
    )
    client = twin.client(groq_server)
    cls: Any = groq.AsyncStream[Thing] if twin.is_async else groq.Stream[Thing]
    stream = twin.do(client.get, "/x", cast_to=Thing, stream=True, stream_cls=cls)
    assert twin.list(stream) == [Thing(foo="x")]


# -------------------------------------------------------------- what importing and making one costs


def test_building_a_client_makes_no_http_client_and_no_tls_context() -> None:
    program = """
import ssl
def refuse(*arguments, **keywords):
    raise AssertionError("a TLS context is made")
import httpx
httpx.create_ssl_context = ssl.create_default_context = ssl.SSLContext.__init__ = refuse
from groq import AsyncGroq, Groq
for cls in (Groq, AsyncGroq):
    client = cls(api_key="k")
    client.chat.completions, client.with_options(timeout=1)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


def test_importing_groq_imports_neither_aiohttp_nor_trio() -> None:
    program = """
import sys, httpx
by_httpx = {*sys.modules}
import groq
groq.AsyncGroq(api_key="k")
print(*({*sys.modules} - by_httpx))
"""
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert not {"aiohttp", "httpx_aiohttp", "trio"} & {*loaded}


def test_the_aiohttp_client_names_its_missing_extra() -> None:
    program = """
import sys
import traceback
sys.modules["httpx_aiohttp"] = None
import groq
try:
    groq.DefaultAioHttpClient()
except RuntimeError as error:
    print(error)
"""
    said = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert "groq[aiohttp]" in said


def test_default_clients_share_one_tls_context() -> None:
    def contexts() -> set[int]:
        return {id(each) for each in gc.get_objects() if isinstance(each, ssl.SSLContext)}

    with groq.DefaultHttpxClient():
        before = contexts()
        with groq.DefaultHttpxClient():
            asyncio.run(groq.DefaultAsyncHttpxClient().aclose())
            assert contexts() == before


# ---------------------------------------------------------------------------- errors of connections


def test_a_refused_port_is_a_connection_error_with_its_cause(twin: Twin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(groq.APIConnectionError) as raised:
        twin.chat(twin.client(base_url=url, max_retries=0))
    assert raised.value.message == "Connection error."
    said = str(raised.value)
    assert said.startswith(f"Connection error. [Errno {errno.ECONNREFUSED}] ")
    assert said.endswith(f" (POST {url}/openai/v1/chat/completions)")
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    assert str(pickle.loads(pickle.dumps(raised.value))) == said


CAUSES: dict[str, tuple[Exception, str]] = {
    "a text": (httpx.ConnectError("no route"), "Connection error. no route (POST "),
    "no text": (httpx.ReadError(""), "Connection error. ReadError (POST "),
    "a timeout": (httpx.ConnectTimeout("too slow"), "Request timed out. ConnectTimeout (POST "),
    "an escape": (httpx.ReadError("\x1b[2J"), r"Connection error. \x1b[2J (POST "),
    "a header": (
        httpx.LocalProtocolError("Illegal header value b'hunter2'"),
        "Connection error. LocalProtocolError (POST ",
    ),
    "a proxy": (
        httpx.ProxyError("no way through http://me:hunter2@proxy:1"),
        "Connection error. no way through http://proxy:1 (POST ",
    ),
}


def test_an_error_behind_a_proxy_shows_no_password_of_it(
    twin: Twin, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="groq")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://me:hunter2@127.0.0.1:{port}")
    monkeypatch.setenv("NO_PROXY", "")
    client = twin.client(base_url="http://me:hunter2@api.example", max_retries=0)
    with pytest.raises(groq.APIConnectionError) as raised:
        twin.chat(client)
    shown = [str(raised.value), repr(raised.value), repr(client), caplog.text]
    assert "hunter2" not in "".join(shown)
    assert b"hunter2" not in pickle.dumps(raised.value)


@pytest.mark.parametrize("url", ["http://me:hunter2@h:port/x", "http://me:hunter2@[zz]/x"])
def test_an_error_for_an_invalid_url_shows_no_password(twin: Twin, url: str) -> None:
    with pytest.raises(httpx.InvalidURL) as raised:
        twin.do(twin.client(max_retries=0).get, url, cast_to=object)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("what", CAUSES)
def test_a_connection_error_names_its_reason_and_no_secret(twin: Twin, what: str) -> None:
    cause, says = CAUSES[what]

    def fail(request: httpx.Request) -> httpx.Response:
        raise cause

    client = twin.mocked(
        fail, base_url="http://me:hunter2@h", default_query={"key": "hunter2"}, max_retries=0
    )
    with pytest.raises(groq.APIConnectionError) as raised:
        twin.chat(client)
    assert str(raised.value).startswith(says)
    assert "hunter2" not in str(raised.value)


# -------------------------------------------------------------------------------------------- names


@either_class
def test_the_repr_of_a_client_says_where_it_leads(cls: Any) -> None:
    client = cls(api_key=KEY, base_url=f"https://user:{KEY}@example.com/x")
    assert repr(client) == f"{cls.__name__}(base_url='https://example.com/x/')"


@either_class
def test_a_client_is_named_as_it_is_imported(cls: Any) -> None:
    assert cls.__module__ == "groq"
    assert repr(groq.omit).startswith("<groq.Omit object at 0x")


def test_private_names_of_the_old_package_are_there() -> None:
    from groq import _base_client, _compat, _utils
    from groq._utils._proxy import LazyProxy

    class Numbers(LazyProxy[list[int]]):
        def __load__(self) -> list[int]:
            return [1, 2]

    wrappers = (_base_client.SyncHttpxClientWrapper, _base_client.AsyncHttpxClientWrapper)
    assert wrappers == (groq.DefaultHttpxClient, groq.DefaultAsyncHttpxClient)
    assert (_base_client.INITIAL_RETRY_DELAY, _base_client.MAX_RETRY_DELAY) == (0.5, 8.0)
    assert _utils.maybe_transform({"a": 1}, dict) == {"a": 1}
    assert asyncio.run(_utils.async_maybe_transform(None, dict)) is None
    assert _utils.lru_cache(int)("3") == 3
    assert isinstance(_compat.cached_property(len), functools.cached_property)
    assert (repr(Numbers()), Numbers().count(1)) == ("[1, 2]", 1)


@pytest.mark.parametrize("missing", ["httpx2", "httpx_aiohttp"])
def test_every_name_that_dir_shows_can_be_had(missing: str) -> None:
    program = f"""
import inspect, sys
sys.modules[{missing!r}] = None
import groq
inspect.getmembers(groq)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_dir_of_the_package_shows_public_names_alone() -> None:
    assert not [name for name in dir(groq) if name.startswith("_") and name[:2] != "__"]
    assert set(groq.__all__) <= set(dir(groq))

"""The clients: options, environment, copies, hooks, the verbs, and how they close."""

from __future__ import annotations

import asyncio
import copy
import errno
import functools
import gc
import inspect
import json
import logging
import math
import pickle
import socket
import ssl
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Union

import anyio
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
from groq.resources.chat.completions import AsyncCompletions, Completions
from groq.testing import LocalServer, SlowStart
from groq.types.chat import ChatCompletion
from twins import MESSAGES, MODEL, NO_WAIT, Twin, requests_of

KEY = "gsk_secret_of_the_client"
CLASSES: list[Any] = [Groq, AsyncGroq]
either_class = pytest.mark.parametrize("cls", CLASSES)


def seen_by(requests: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    return handler


# ------------------------------------------------------------------------------------- options


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


# --------------------------------------------------------------------------------------- copies


@either_class
def test_a_copy_keeps_the_options_and_shares_the_connections(cls: Any) -> None:
    client = cls(
        api_key=KEY,
        base_url="http://localhost/x",
        timeout=7,
        max_retries=5,
        default_headers={"X-A": "1"},
        default_query={"q": "1"},
        deadline=30.0,
        stream_idle_timeout=3.0,
        max_unpacked_bytes=1000,
        _strict_response_validation=True,
    )
    for copied in (client.copy(), client.with_options()):
        assert copied is not client
        for name in (
            "api_key",
            "base_url",
            "timeout",
            "max_retries",
            "deadline",
            "stream_idle_timeout",
            "max_unpacked_bytes",
            "default_query",
        ):
            assert getattr(copied, name) == getattr(client, name)
        assert copied.default_headers["X-A"] == "1"
        assert copied._strict_response_validation is True
        assert copied._client is client._client


@either_class
def test_a_copy_takes_other_options(cls: Any) -> None:
    client = cls(api_key=KEY, timeout=7)
    copied = client.copy(
        api_key="other", base_url="http://other", timeout=None, max_retries=0, deadline=1.0
    )
    assert (copied.api_key, str(copied.base_url)) == ("other", "http://other")
    assert (copied.timeout, copied.max_retries, copied.deadline) == (None, 0, 1.0)
    assert (client.api_key, client.timeout, client.max_retries) == (KEY, 7, 2)
    assert copied.copy(deadline=None).deadline is None
    assert copied.copy(timeout=NOT_GIVEN).timeout is None


@either_class
def test_a_copy_merges_or_sets_headers_and_query(cls: Any) -> None:
    client = cls(api_key=KEY, default_headers={"X-A": "1"}, default_query={"a": "1"})
    merged = client.copy(default_headers={"X-B": "2"}, default_query={"b": "2"})
    assert merged.default_headers.items() >= {"X-A": "1", "X-B": "2"}.items()
    assert merged.default_query == {"a": "1", "b": "2"}
    replaced = client.copy(set_default_headers={"X-B": "2"}, set_default_query={})
    assert "X-A" not in replaced.default_headers
    assert replaced.default_headers["X-B"] == "2"
    assert replaced.default_query == {}
    assert client.copy(default_headers={"X-A": "3"}).default_headers["X-A"] == "3"
    assert client.default_headers["X-A"] == "1"


@either_class
def test_a_copy_cannot_merge_and_set_at_once(cls: Any) -> None:
    client = cls(api_key=KEY)
    with pytest.raises(ValueError) as raised:
        client.copy(default_headers={}, set_default_headers={})
    assert str(raised.value).startswith(
        "`default_headers` and `set_default_headers` arguments are mutually exclusive"
    )
    with pytest.raises(ValueError) as raised:
        client.copy(default_query={}, set_default_query={})
    assert str(raised.value).startswith(
        "`default_query` and `set_default_query` arguments are mutually exclusive"
    )


@either_class
def test_copies_have_the_signature_of_the_constructor(cls: Any) -> None:
    taken = inspect.signature(cls.copy).parameters
    for name in inspect.signature(cls.__init__).parameters:
        if name != "_strict_response_validation":
            assert name in taken
    assert cls.with_options is cls.copy


def test_a_call_may_use_another_http_client(twin: Twin) -> None:
    ours: list[httpx.Request] = []
    theirs: list[httpx.Request] = []
    client = twin.mocked(seen_by(ours))
    other = twin.http_client(httpx.MockTransport(seen_by(theirs)))
    twin.chat(client.with_options(http_client=other))
    assert (len(ours), len(theirs)) == (0, 1)
    twin.do(other.aclose if twin.is_async else other.close)


def test_a_copy_of_a_subclass_is_one_whatever_its_constructor_takes() -> None:
    class Mine(Groq):
        def __init__(
            self,
            *,
            api_key: str | None = None,
            base_url: str | httpx.URL | None = None,
            timeout: Any = NOT_GIVEN,
            max_retries: int = 2,
            default_headers: Any = None,
            default_query: Any = None,
            http_client: httpx.Client | None = None,
            _strict_response_validation: bool = False,
        ) -> None:
            super().__init__(api_key=api_key, timeout=timeout, deadline=5)

    with Mine(api_key=KEY) as client:
        copied = client.with_options(timeout=1, stream_idle_timeout=3)
        assert type(copied) is Mine
        assert (copied.timeout, copied.deadline, copied.stream_idle_timeout) == (1, 5, 3)
        assert client.with_options(deadline=None).deadline is None


def test_the_http_client_may_be_assigned(twin: Twin) -> None:
    requests: list[httpx.Request] = []
    client = twin.client()
    client._client = twin.http_client(httpx.MockTransport(seen_by(requests)))
    twin.chat(client)
    twin.chat(client.with_options(timeout=1))
    assert len(requests) == 2


def test_base_url_may_be_assigned(twin: Twin) -> None:
    requests: list[httpx.Request] = []
    client = twin.mocked(seen_by(requests))
    client.base_url = "http://localhost:1/x"
    assert client.base_url == "http://localhost:1/x/"
    twin.chat(client)
    assert str(requests[0].url) == "http://localhost:1/x/openai/v1/chat/completions"


def test_attributes_may_be_assigned(twin: Twin) -> None:
    requests: list[httpx.Request] = []
    client = twin.mocked(seen_by(requests))
    client.api_key = "another"
    client.timeout = 3.0
    client.max_retries = 0
    twin.chat(client)
    assert requests[0].headers["authorization"] == "Bearer another"
    assert requests[0].extensions["timeout"]["read"] == 3.0


# ---------------------------------------------------------------------------------------- hooks


def test_hooks_are_called_for_each_attempt(twin: Twin) -> None:
    told: list[str] = []
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        status = 500 if len(requests) == 1 else 200
        return httpx.Response(status, json={}, headers={"retry-after-ms": "1"})

    def options_hook(options: FinalRequestOptions) -> FinalRequestOptions:
        told.append("options")
        options.headers = {"X-Options": options.url}
        return options

    def request_hook(request: httpx.Request) -> None:
        told.append("request")
        request.headers["X-Request"] = request.url.path

    class Sync(Groq):
        def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
            return options_hook(options)

        def _prepare_request(self, request: httpx.Request) -> None:
            request_hook(request)

    class Async(AsyncGroq):
        async def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
            return options_hook(options)

        async def _prepare_request(self, request: httpx.Request) -> None:
            request_hook(request)

    http_client = twin.http_client(httpx.MockTransport(handler))
    made: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    twin.chat(made)
    assert told == ["options", "request"] * 2
    assert {request.headers["x-options"] for request in requests} == {"/openai/v1/chat/completions"}
    assert requests[1].headers["x-request"] == "/openai/v1/chat/completions"
    twin.do(made.close)


def test_other_hooks_may_be_overridden(twin: Twin) -> None:
    class Mine(groq.APIStatusError):
        pass

    class Overriding:
        waits: list[int] = []  # noqa: RUF012  # of one test

        @property
        def auth_headers(self) -> dict[str, str]:
            return {"X-Auth": "1"}

        def _should_retry(self, response: httpx.Response) -> bool:
            return True

        def _calculate_retry_timeout(
            self,
            remaining_retries: int,
            options: FinalRequestOptions,
            response_headers: httpx.Headers | None = None,
        ) -> float:
            self.waits.append(remaining_retries)
            return 0.0

        def _make_status_error(
            self, err_msg: str, *, body: object, response: httpx.Response
        ) -> groq.APIStatusError:
            return Mine(err_msg, response=response, body=body)

    class Sync(Overriding, Groq):
        pass

    class Async(Overriding, AsyncGroq):
        pass

    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(418)

    http_client = twin.http_client(httpx.MockTransport(handler))
    made: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    with pytest.raises(Mine):
        twin.chat(made)
    assert Overriding.waits == [2, 1]
    assert requests[0].headers["x-auth"] == "1"
    assert "authorization" not in requests[0].headers
    twin.do(made.close)


def test_custom_auth_is_used(twin: Twin) -> None:
    class Custom:
        @property
        def custom_auth(self) -> httpx.Auth | None:
            return httpx.BasicAuth("user", "password")

    class Sync(Custom, Groq):
        pass

    class Async(Custom, AsyncGroq):
        pass

    requests: list[httpx.Request] = []
    http_client = twin.http_client(httpx.MockTransport(seen_by(requests)))
    made: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    twin.chat(made)
    assert requests[0].headers["authorization"].startswith("Basic ")
    twin.do(made.close)


# ------------------------------------------------------------------------- tests of integrations


def test_post_may_be_replaced_on_a_resource(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    client = twin.client()
    answer = ChatCompletion.construct(id="mine")
    seen: list[Any] = []

    def post(path: str, **options: Any) -> Any:
        seen.append((path, options["body"]["model"], options["cast_to"], options["stream"]))
        return answer

    async def async_post(path: str, **options: Any) -> Any:
        return post(path, **options)

    monkeypatch.setattr(client.chat.completions, "_post", async_post if twin.is_async else post)
    assert twin.chat(client) is answer
    assert seen == [("/openai/v1/chat/completions", MODEL, ChatCompletion, False)]


@pytest.mark.parametrize("completions", [Completions, AsyncCompletions])
def test_create_may_be_wrapped_on_the_class(
    completions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = completions.create
    assert inspect.iscoroutinefunction(create) is (completions is AsyncCompletions)
    bound: list[Any] = []

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        arguments = inspect.signature(create).bind(*args, **kwargs)
        arguments.apply_defaults()
        bound.append(arguments.arguments)
        return create(*args, **kwargs)

    monkeypatch.setattr(completions, "create", wrapped)
    handler = seen_by([])
    if completions is Completions:
        http_client = httpx.Client(transport=httpx.MockTransport(handler))
        with Groq(api_key=KEY, http_client=http_client) as client:
            client.chat.completions.create(messages=MESSAGES, model=MODEL, temperature=0.5)
    else:

        async def ask() -> None:
            http_client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
            async with AsyncGroq(api_key=KEY, http_client=http_client) as client:
                await client.chat.completions.create(
                    messages=MESSAGES, model=MODEL, temperature=0.5
                )

        anyio.run(ask)
    assert bound[0]["temperature"] == 0.5
    assert bound[0]["model"] == MODEL
    assert isinstance(bound[0]["top_p"], (Omit, groq.NotGiven))
    assert bound[0]["timeout"] is groq.not_given


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


# ----------------------------------------------------------------------------------- the verbs


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


# -------------------------------------------------------------------------------------- closing


def test_a_context_manager_closes(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    with twin.inside(client) as entered:
        assert entered is client
        twin.chat(entered)
    assert client.is_closed()
    assert client._client.is_closed
    twin.do(client.close)


def test_a_client_that_was_never_used_closes(twin: Twin) -> None:
    client = twin.client()
    twin.do(client.close)
    assert client.is_closed()
    with pytest.raises(groq.APIConnectionError, match="closed"):
        twin.chat(client)


def test_connections_are_shared_and_reused(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    for copied in (client, client.with_options(timeout=3), client.copy(), client):
        twin.chat(copied)
    assert {request.connection for request in groq_server.requests} == {1}


def wait_until_closed(server: LocalServer) -> None:
    for _ in range(100):
        if not server.open_connections:
            return
        gc.collect()
        anyio.run(anyio.sleep, 0.01)
    raise AssertionError(f"{server.open_connections} connections are still open")


def test_a_client_that_is_collected_closes_its_connections(groq_server: LocalServer) -> None:
    client = groq_server.client()
    client.models.list()
    assert groq_server.open_connections == 1
    del client
    gc.collect()
    wait_until_closed(groq_server)


@pytest.mark.anyio
async def test_an_async_client_that_is_collected_is_silent(groq_server: LocalServer) -> None:
    client = groq_server.async_client()
    await client.models.list()
    del client
    gc.collect()
    await anyio.sleep(0.05)
    gc.collect()


def test_a_client_behind_a_proxy_that_is_collected_is_silent(
    groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", groq_server.url)
    client = Groq(api_key="key", base_url="http://groq.invalid")
    assert client.models.list().data
    assert groq_server.open_connections == 1
    del client
    gc.collect()
    wait_until_closed(groq_server)


@pytest.mark.parametrize("cls", [groq.DefaultHttpxClient, groq.DefaultAsyncHttpxClient])
def test_an_http_client_that_could_not_be_made_is_collected_in_silence(cls: Any) -> None:
    with pytest.raises(TypeError, match="no_such_option"):
        cls(no_such_option=True)
    gc.collect()


@pytest.mark.anyio
async def test_an_async_client_behind_a_proxy_that_is_collected_is_silent(
    groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Connections through a proxy are those of the HTTP library, whose sockets warn.
    monkeypatch.setenv("HTTP_PROXY", groq_server.url)
    client = AsyncGroq(api_key="key", base_url="http://groq.invalid")
    assert (await client.models.list()).data
    assert groq_server.open_connections == 1
    del client
    gc.collect()
    await anyio.sleep(0.05)
    gc.collect()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_client_that_outlives_its_loop_is_silent_unless_warnings_are_asked_for(
    groq_server: LocalServer, backend: str
) -> None:
    program = f"""
import anyio, gc
from groq import AsyncGroq
client = AsyncGroq(api_key="k", base_url={groq_server.url!r})
async def ask():
    await client.models.list()
anyio.run(ask, backend={backend!r})
del client
gc.collect()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_second_event_loop_works_or_is_named_in_the_error(groq_server: LocalServer) -> None:
    client = groq_server.async_client(max_retries=0)

    async def ask() -> Any:
        return await client.chat.completions.create(messages=MESSAGES, model=MODEL)

    # Both loops stay open, as those of worker threads do.
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        first.run_until_complete(ask())
        try:
            answer = second.run_until_complete(ask())
        except groq.APIConnectionError as error:
            assert "event loop" in str(error)  # noqa: PT017  # either will do
        else:
            assert answer.choices
        first.run_until_complete(client.close())
    finally:
        first.close()
        second.close()


def test_one_client_serves_many_threads(groq_server: LocalServer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with groq_server.client() as client, ThreadPoolExecutor(8) as pool:

        def ask() -> ChatCompletion:
            return client.chat.completions.create(messages=MESSAGES, model=MODEL)

        # The first requests come at once: the HTTP client must be made once all the same.
        answers = [each.result() for each in [pool.submit(ask) for _ in range(24)]]
    assert len(answers) == len(groq_server.requests) == 24


@pytest.mark.anyio
async def test_one_client_serves_many_tasks(groq_server: LocalServer) -> None:
    async with groq_server.async_client() as client, anyio.create_task_group() as tasks:

        async def ask() -> None:
            stream = await client.chat.completions.create(
                messages=MESSAGES, model=MODEL, stream=True
            )
            assert [chunk async for chunk in stream]

        for _ in range(24):
            tasks.start_soon(ask)
    assert len(groq_server.requests) == 24


@pytest.mark.anyio
async def test_a_full_pool_is_a_timeout(groq_server: LocalServer) -> None:
    groq_server.inject(SlowStart(5), times=None)
    http_client = DefaultAsyncHttpxClient(
        limits=httpx.Limits(max_connections=1), timeout=httpx.Timeout(5, pool=0.05)
    )
    raised: list[groq.APIError] = []
    async with AsyncGroq(
        api_key=KEY, base_url=groq_server.url, http_client=http_client, max_retries=0
    ) as client:

        async def ask() -> None:
            try:
                await client.models.list()
            except groq.APITimeoutError as error:
                raised.append(error)
                tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            tasks.start_soon(ask)
    assert isinstance(raised[0].__cause__, httpx.PoolTimeout)


@either_class
def test_the_repr_of_a_client_shows_no_credentials(cls: Any) -> None:
    client = cls(api_key=KEY, base_url="https://user:hunter2@localhost")
    assert KEY not in repr(client)
    assert "hunter2" not in repr(client)


# ---------------------------------------------------------------------------------------- cost


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


# --------------------------------------------------------------------------- copies and pickles

SECRET = "gsk_secret_of_the_pickles"


def test_a_client_pickles_without_secrets(
    twin: Twin, groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = twin.client(
        groq_server,
        api_key=SECRET,
        timeout=httpx.Timeout(7, connect=2),
        max_retries=5,
        default_headers={"X-Tenant": "t1", "X-Api-Key": SECRET, "Cookie": SECRET},
        default_query={"a": "b", "token": SECRET},
        deadline=9,
        max_unpacked_bytes=1000,
    )
    twin.do(client.models.list)
    client.base_url = groq_server.url.replace("://", f"://user:{SECRET}@")
    pickled = pickle.dumps(client)
    assert SECRET.encode() not in pickled
    monkeypatch.setenv("GROQ_API_KEY", "the key of the other side")
    other = pickle.loads(pickled)
    assert other.api_key == "the key of the other side"
    assert (other.timeout, other.max_retries) == (httpx.Timeout(7, connect=2), 5)
    assert (other.deadline, other.max_unpacked_bytes) == (9, 1000)
    assert other.base_url == groq_server.url
    assert twin.do(other.models.list).data
    sent = groq_server.requests[-1]
    assert sent.headers["x-tenant"] == "t1"
    assert "x-api-key" not in sent.headers
    assert sent.query == {"a": "b"}
    twin.do(other.close)


def test_unpickling_a_client_requires_a_key() -> None:
    pickled = pickle.dumps(Groq(api_key=SECRET))
    with pytest.raises(groq.GroqError, match="GROQ_API_KEY"):
        pickle.loads(pickled)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_the_resources_of_a_copy_belong_to_the_copy(
    twin: Twin, duplicate: Any, groq_server: LocalServer
) -> None:
    client = twin.client(groq_server)
    twin.do(client.models.list)
    copied = duplicate(client)
    copied.api_key = "another key"
    assert copied.chat is not client.chat
    twin.do(copied.models.list)
    twin.do(client.models.list)
    assert requests_of(groq_server, "authorization") == [
        "Bearer key",
        "Bearer another key",
        "Bearer key",
    ]
    assert copied._client is client._client


@either_class
def test_the_repr_of_a_client_says_where_it_leads(cls: Any) -> None:
    client = cls(api_key=SECRET, base_url=f"https://user:{SECRET}@example.com/x")
    assert repr(client) == f"{cls.__name__}(base_url='https://example.com/x/')"


@either_class
def test_a_client_is_named_as_it_is_imported(cls: Any) -> None:
    assert cls.__module__ == "groq"
    assert repr(groq.omit).startswith("<groq.Omit object at 0x")


@pytest.fixture
def threads_that_take_turns() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("threads_that_take_turns")
def test_threads_share_the_http_client_that_one_of_them_makes() -> None:
    everyone = threading.Barrier(16)
    with Groq(api_key="key") as client, ThreadPoolExecutor(16) as threads:

        def look(_: int) -> object:
            everyone.wait()
            return client._client  # pyright: ignore[reportPrivateUsage]  # what public programs read

        first, *others = threads.map(look, range(16))
        assert others == [first] * 15


def test_a_call_after_close_makes_no_http_client(twin: Twin) -> None:
    kind: Any = groq.DefaultAsyncHttpxClient if twin.is_async else groq.DefaultHttpxClient
    gc.collect()
    client = twin.client()
    twin.do(client.close)
    with pytest.raises(groq.APIConnectionError, match="has been closed"):
        twin.chat(client)
    assert not [each for each in gc.get_objects() if type(each) is kind]


def test_options_changed_in_place_by_a_hook_are_sent_at_each_attempt(twin: Twin) -> None:
    sent: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(500 if len(sent) == 1 else 200, json={})

    def change(_: object, options: Any) -> Any:
        options.json_data["metadata"] = {"attempt": len(sent) + 1}
        return options

    async def async_change(client: object, options: Any) -> Any:
        return change(client, options)

    hook = {"_prepare_options": async_change if twin.is_async else change}
    client = twin.mocked(handler, overrides={**NO_WAIT, **hook})
    given = {"messages": iter(MESSAGES), "metadata": {"mine": "1"}}
    twin.do(client.post, "/x", cast_to=object, body=given)
    assert [each["metadata"] for each in sent] == [{"attempt": 1}, {"attempt": 2}]
    assert [each["messages"] for each in sent] == [MESSAGES, MESSAGES]
    assert given["metadata"] == {"mine": "1"}


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

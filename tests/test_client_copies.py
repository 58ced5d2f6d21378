"""Copies of a client: `copy`, `with_options`, the `copy` module, and pickles."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import httpx
import pytest

import groq
from groq import (
    NOT_GIVEN,
    Groq,
)
from groq.testing import LocalServer
from twins import KEY, Twin, either_class, requests_of, seen_by

# ------------------------------------------------------------------------------------- with_options


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


# ------------------------------------------------------------------------------- copies and pickles


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

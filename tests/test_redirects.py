"""Redirects: followed as httpx follows them, but never out of TLS, and never with secrets."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

import groq
from groq.testing import LocalServer
from twins import MODEL, Body, Twin

KEY = "gsk_secret_of_the_redirects"


class Web:
    """Redirects from one URL to the next, and answers the last."""

    def __init__(self, *locations: str, status: int = 307) -> None:
        self._locations = iter(locations)
        self._status = status
        self.requests: list[httpx.Request] = []
        self.bodies: list[Body] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.bodies.append(Body(b"{}"))
        headers = {"content-type": "application/json"}
        if location := next(self._locations, ""):
            headers["location"] = location
        status = self._status if location else 200
        return httpx.Response(status, headers=headers, stream=self.bodies[-1])


FOLLOWS: dict[str, Any] = {"follow_redirects": True}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(twin: Twin, groq_server: LocalServer, status: int) -> None:
    there = {"location": "/openai/v1/models"}
    groq_server.reply_with_bytes(b"", status=status, headers=there)
    client = twin.client(groq_server)
    response = twin.do(client.models.with_raw_response.list)
    assert twin.do(response.parse) if twin.is_async else response.parse()
    assert [each.status_code for each in response.http_response.history] == [status]
    assert [request.headers["authorization"] for request in groq_server.requests] == [
        "Bearer key"
    ] * 2


def test_a_call_may_not_want_redirects(twin: Twin) -> None:
    web = Web("/y")
    client = twin.mocked(web, http=FOLLOWS)
    options = {"follow_redirects": False}
    with pytest.raises(groq.APIStatusError) as raised:
        twin.do(client.get, "/x", cast_to=object, options=options)
    assert raised.value.status_code == 307
    assert raised.value.response.headers["location"] == "/y"


def test_a_call_may_want_redirects(twin: Twin) -> None:
    web = Web("/y")
    client = twin.mocked(web)
    options = {"follow_redirects": True}
    assert twin.do(client.get, "/x", cast_to=object, options=options) == {}


def test_a_redirect_whose_body_cannot_be_closed_is_followed(twin: Twin) -> None:
    class Lost(Body):
        def close(self) -> None:
            raise httpx.ReadError("lost")

        async def aclose(self) -> None:
            raise httpx.ReadError("lost")

    web = Web("/y")

    def handler(request: httpx.Request) -> httpx.Response:
        response = web(request)
        if response.has_redirect_location:
            response.stream = Lost()
        return response

    client = twin.mocked(handler, http=FOLLOWS, max_retries=0)
    assert twin.do(client.get, "/x", cast_to=object) == {}


def test_redirects_without_end_are_refused(twin: Twin) -> None:
    web = Web(*["/x"] * 100)
    client = twin.mocked(web, http={**FOLLOWS, "max_redirects": 3})
    with pytest.raises(groq.APIConnectionError, match="redirects"):
        twin.chat(client)
    assert len(web.requests) == 4
    assert all(body.is_closed for body in web.bodies)


@pytest.mark.parametrize("location", ["https://elsewhere.test/x", "https://api.groq.com:444/x"])
@pytest.mark.parametrize(
    ("http", "options"),
    [
        ({}, {}),
        ({"auth": ("user", KEY)}, {}),
        ({}, {"base_url": f"https://user:{KEY}@api.groq.com"}),
    ],
    ids=["the key", "the auth of the HTTP client", "the credentials of the URL"],
)
def test_another_origin_gets_no_secret(
    twin: Twin, http: dict[str, Any], options: dict[str, Any], location: str
) -> None:
    web = Web(location)
    headers = {"X-Gateway": KEY, "Cookie": KEY}
    client = twin.mocked(
        web, http={**FOLLOWS, **http}, api_key=KEY, default_headers=headers, **options
    )
    twin.do(client.models.list, extra_headers={"X-Tenant": KEY})
    here, there = web.requests
    assert here.headers["authorization"]
    assert here.headers["x-gateway"] == here.headers["x-tenant"] == KEY
    assert "authorization" not in there.headers
    assert KEY not in str(there.headers.raw) + str(there.url)
    assert there.headers["accept"] == "application/json"


def test_another_origin_gets_the_body_only_with_follow_redirects(twin: Twin) -> None:
    web = Web("https://elsewhere.test/x")
    client = twin.mocked(web, http=FOLLOWS)
    with pytest.raises(groq.APIConnectionError, match="leads to another origin"):
        twin.chat(client)
    assert [request.url.host for request in web.requests] == ["api.groq.com"]
    assert web.bodies[0].is_closed
    web = Web("https://elsewhere.test/x")
    client = twin.mocked(web)
    options = {"follow_redirects": True}
    twin.do(client.post, "/x", cast_to=object, body={"model": MODEL}, options=options)
    assert json.loads(web.requests[1].content)["model"] == MODEL
    assert "authorization" not in web.requests[1].headers


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("https://api.groq.com/x", True),
        ("https://API.groq.com:443/x", True),
        ("https://elsewhere.test/x", False),
        ("https://api.groq.com.elsewhere.test/x", False),
        ("https://api.groq.com:444/x", False),
        ("http://api.groq.com/x", False),
        ("HTTPS://elsewhere.test/x", False),
    ],
)
def test_the_key_is_sent_only_to_the_origin_of_the_base_url(
    twin: Twin, url: str, is_told: bool
) -> None:
    web = Web()
    client = twin.mocked(web, api_key=KEY)
    twin.do(client.get, url, cast_to=object)
    assert (KEY in str(web.requests[0].headers.raw)) is is_told
    own = {"headers": {"Authorization": "Bearer of that server"}}
    twin.do(client.get, url, cast_to=object, options=own)
    assert web.requests[1].headers["authorization"] == "Bearer of that server"


def test_the_same_origin_gets_the_credentials_again(twin: Twin) -> None:
    web = Web("/y")
    client = twin.mocked(web, http={**FOLLOWS, "auth": ("user", "password")})
    twin.chat(client)
    here, there = web.requests
    assert here.headers["authorization"] == there.headers["authorization"]
    assert here.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", [307, 308])
def test_a_one_way_body_is_not_sent_empty(
    twin: Twin, groq_server: LocalServer, status: int
) -> None:
    groq_server.reply_with_bytes(b"", status=status, headers={"location": "/y"})
    groq_server.reply_with_bytes(b"{}")
    client = twin.client(groq_server)
    with pytest.raises(groq.APIConnectionError, match="cannot be sent twice"):
        twin.do(client.post, "/x", cast_to=object, content=iter([b"one ", b"two"]))
    assert [request.body for request in groq_server.requests] == [b"one two"]


def test_a_redirect_that_makes_no_sense_is_an_error(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply_with_bytes(b"", status=307, headers={"location": "https://a:b:c"})
    with pytest.raises(groq.APIConnectionError):
        twin.do(twin.client(groq_server, max_retries=0).models.list)


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "https://xn--a/", "https://[::1/x", "http://\udce9.test/"]
)
def test_a_redirect_to_an_invalid_url_is_an_error(twin: Twin, location: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        there = location.encode("utf-8", "surrogateescape")
        return httpx.Response(302, headers=[(b"location", there)])

    client = twin.mocked(handler, http=FOLLOWS, max_retries=0)
    with pytest.raises(groq.APIConnectionError):
        twin.do(client.models.list)


def test_a_redirect_gets_the_remaining_time(twin: Twin) -> None:
    web = Web("/y", "/z")
    client = twin.mocked(web, http=FOLLOWS, deadline=60)
    twin.do(client.models.list)
    reads = [request.extensions["timeout"]["read"] for request in web.requests]
    assert len(reads) == 3
    assert 60 > reads[0] > reads[1] > reads[2]

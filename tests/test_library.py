"""The seam to the HTTP library: httpx and httpx2 are used alike, and only the one asked for."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import h11
import httpcore
import httpx
import idna
import pytest

import groq
from groq import APIConnectionError, APITimeoutError, AsyncGroq, Groq
from groq.testing import Cut, LocalServer, Stall
from twins import MESSAGES, MODEL, NO_WAIT, Twin

REQUEST = httpx.Request("GET", "http://x.invalid")

FAILURES: list[tuple[Exception, type[APIConnectionError]]] = [
    (httpx.ConnectError("refused"), APIConnectionError),
    (httpx.ReadError("reset"), APIConnectionError),
    (httpx.RemoteProtocolError("no HTTP"), APIConnectionError),
    (httpx.ProxyError("407"), APIConnectionError),
    (httpx.UnsupportedProtocol("ftp"), APIConnectionError),
    (httpx.TooManyRedirects("21"), APIConnectionError),
    (httpx.InvalidURL("no host"), APIConnectionError),
    (
        httpx.HTTPStatusError("503", request=REQUEST, response=httpx.Response(503)),
        APIConnectionError,
    ),
    (OSError("no route"), APIConnectionError),
    (RuntimeError("the loop is closed"), APIConnectionError),
    (httpcore.ReadError("reset"), APIConnectionError),
    (h11.RemoteProtocolError("no HTTP"), APIConnectionError),
    (idna.IDNAError("no name"), APIConnectionError),
    (anyio.EndOfStream(), APIConnectionError),
    (httpcore.ReadTimeout("slow"), APITimeoutError),
    (httpx.ConnectTimeout("slow"), APITimeoutError),
    (httpx.ReadTimeout("slow"), APITimeoutError),
    (httpx.WriteTimeout("slow"), APITimeoutError),
    (httpx.PoolTimeout("busy"), APITimeoutError),
    (TimeoutError("slow"), APITimeoutError),
]


@pytest.mark.parametrize(("failure", "kind"), FAILURES, ids=lambda each: repr(each)[:40])
def test_errors_of_a_transport_are_retried_and_wrapped(
    twin: Twin, failure: Exception, kind: type[APIConnectionError]
) -> None:
    attempts: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise failure

    client = twin.mocked(fail, max_retries=1, overrides=NO_WAIT)
    with pytest.raises(APIConnectionError) as caught:
        twin.chat(client)
    assert type(caught.value) is kind
    assert caught.value.__cause__ is failure
    assert len(attempts) == 2


@pytest.mark.parametrize(
    "bug", [KeyError("x"), ValueError("x"), AssertionError("x"), KeyboardInterrupt()], ids=repr
)
def test_a_bug_and_a_signal_come_through_at_once(twin: Twin, bug: BaseException) -> None:
    attempts: list[httpx.Request] = []

    def fail(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise bug

    if twin.is_async and isinstance(bug, KeyboardInterrupt):
        pytest.skip("the loop itself deals with signals")
    with pytest.raises(type(bug)) as caught:
        twin.chat(twin.mocked(fail))
    assert caught.value is bug
    assert len(attempts) == 1


# ------------------------------------------------------------------------------- either library


@pytest.fixture(params=["httpx", "httpx2"])
def its(request: pytest.FixtureRequest) -> Any:
    """Give one of the libraries; the other one is loaded beside it."""
    return pytest.importorskip(request.param)


def client_of(its: Any, twin: Twin, server: LocalServer, **options: Any) -> Any:
    kind = its.AsyncClient if twin.is_async else its.Client
    return twin.client(server, http_client=kind(timeout=5), **options)


def test_returned_objects_belong_to_the_chosen_http_library(
    twin: Twin, its: Any, groq_server: LocalServer
) -> None:
    client = client_of(its, twin, groq_server)
    assert twin.chat(client).choices
    response = twin.do(client.models.with_raw_response.list)
    assert isinstance(response.http_response, its.Response)
    assert isinstance(response.http_request, its.Request)
    assert isinstance(client.base_url, its.URL)
    assert isinstance(client.timeout, its.Timeout)
    assert isinstance(twin.do(client.get, "/openai/v1/models", cast_to=its.Response), its.Response)
    groq_server.reply_with_bytes(b"{}", status=400)
    with pytest.raises(groq.BadRequestError) as caught:
        twin.chat(client)
    assert isinstance(caught.value.response, its.Response)
    copied = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(copied.response, its.Response)
    assert copied.body == caught.value.body


def test_streams_uploads_and_downloads_are_the_same(
    twin: Twin, its: Any, groq_server: LocalServer, tmp_path: Path
) -> None:
    client = client_of(its, twin, groq_server)
    chunks = twin.list(twin.chat(client, stream=True))
    assert chunks[-1].choices[0].finish_reason == "stop"
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n" * 50_000)
    file = twin.do(client.files.create, file=path, purpose="batch")
    content = twin.do(client.files.content, file.id)
    twin.do(content.write_to_file, tmp_path / "b.jsonl")
    assert (tmp_path / "b.jsonl").read_bytes() == path.read_bytes()


def test_errors_are_the_same_with_either_http_library(
    twin: Twin, its: Any, groq_server: LocalServer
) -> None:
    client = client_of(its, twin, groq_server, max_retries=1, overrides=NO_WAIT)
    groq_server.inject(Cut(at_byte=10), times=2)
    with pytest.raises(APIConnectionError) as caught:
        twin.do(client.models.list)
    assert isinstance(caught.value.__cause__, its.HTTPError)
    groq_server.inject(Stall(after=1))
    with pytest.raises(APITimeoutError):
        twin.list(twin.chat(client.with_options(deadline=0.5), stream=True))
    groq_server.reset()
    groq_server.reply_with_bytes(b"x", headers={"content-encoding": "gzip"})
    with pytest.raises(groq.APIResponseValidationError) as refused:
        twin.do(client.models.list)
    assert isinstance(refused.value.__cause__, its.DecodingError)


@pytest.mark.parametrize("other", ["httpx", "httpx2"])
def test_timeouts_and_urls_of_either_library_are_taken_by_both(
    twin: Twin, its: Any, other: str, groq_server: LocalServer
) -> None:
    given = pytest.importorskip(other)
    client = client_of(its, twin, groq_server, timeout=given.Timeout(7, connect=2))
    twin.do(client.models.list, timeout=given.Timeout(9, read=3))
    client.base_url = given.URL(groq_server.url)
    assert isinstance(client.base_url, its.URL)
    twin.do(client.models.list)
    told = [each.headers["x-stainless-read-timeout"] for each in groq_server.requests]
    assert told == ["3", "7"]


@pytest.mark.parametrize("how", ["option", "environment", "copy"])
def test_the_library_of_the_default_client_can_be_named(
    twin: Twin, how: str, groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpx2 = pytest.importorskip("httpx2")
    if how == "option":
        client = twin.client(groq_server, http_library="httpx2")
    elif how == "environment":
        monkeypatch.setenv("GROQ_HTTP_LIBRARY", "httpx2")
        client = twin.client(groq_server)
    else:
        client = twin.client(groq_server).with_options(http_library="httpx2")
    assert twin.do(client.with_options(timeout=5).models.list).data
    assert isinstance(client._client, (httpx2.Client, httpx2.AsyncClient))
    assert isinstance(client._client, (groq.DefaultHttpx2Client, groq.DefaultAsyncHttpx2Client))
    assert client.timeout.as_dict() == httpx2.Timeout(60, connect=5).as_dict()
    if how == "copy":
        twin.do(client.close)


def test_an_unknown_http_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="'httpx' or 'httpx2' but received 'requests'"):
        Groq(api_key="key", http_library="requests")
    monkeypatch.setenv("GROQ_HTTP_LIBRARY", "curl")
    with pytest.raises(ValueError, match="received 'curl'"):
        AsyncGroq(api_key="key")


def test_a_library_that_is_not_that_of_the_http_client_is_refused() -> None:
    pytest.importorskip("httpx2")
    with httpx.Client() as http_client, pytest.raises(ValueError, match="received 'httpx2'"):
        Groq(api_key="key", http_client=http_client, http_library="httpx2")


def printed_by(program: str) -> str:
    return subprocess.check_output([sys.executable, "-c", program], text=True).strip()


def test_a_library_that_is_missing_is_named_with_its_extra() -> None:
    program = """
import sys
sys.modules["httpx2"] = None
import groq
try:
    groq.Groq(api_key="key", http_library="httpx2")
except ImportError as error:
    print(error)
"""
    assert "pip install 'groq[httpx2]'" in printed_by(program)


LOADED = "print({'httpx', 'httpx2', 'httpcore', 'httpcore2'} & {*sys.modules})"


def test_importing_groq_loads_no_http_library() -> None:
    assert printed_by(f"import sys, groq\n{LOADED}") == "set()"


@pytest.mark.parametrize("name", ["httpx", "httpx2"])
def test_a_client_loads_the_library_that_it_uses_and_no_other(name: str) -> None:
    pytest.importorskip(name)
    program = f"""
import sys, {name}, groq
answer = {name}.Response(200, json={{"object": "list", "data": []}})
client = {name}.Client(transport={name}.MockTransport(lambda _: answer))
groq.Groq(api_key="key", http_client=client).with_options(max_retries=1).models.list(timeout=3)
print("httpx" in sys.modules, "httpx2" in sys.modules)
"""
    assert printed_by(program) == f"{name == 'httpx'} {name == 'httpx2'}"


def test_everything_works_where_httpx_is_an_alias() -> None:
    pytest.importorskip("httpx2")
    program = """
import httpx2
httpx2.alias_httpx()
import groq, httpx
answer = httpx.Response(200, json={"object": "list", "data": []})
client = httpx.Client(transport=httpx.MockTransport(lambda _: answer))
with groq.Groq(api_key="key", http_client=client, timeout=httpx.Timeout(3)) as one:
    print(one.models.list().data, httpx.Client is httpx2.Client, one.base_url.__class__)
"""
    assert printed_by(program) == "[] True <class 'httpx2.URL'>"


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_aiohttp_is_beneath_httpx2_as_well(groq_server: LocalServer) -> None:
    pytest.importorskip("httpx2")
    pytest.importorskip("httpx_aiohttp.httpx2")
    async with AsyncGroq(
        api_key="key",
        base_url=groq_server.url,
        http_client=groq.DefaultAioHttpx2Client(),
        max_retries=0,
    ) as client:
        stream = await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        assert [chunk async for chunk in stream]
        groq_server.inject(Cut(at_byte=10))
        with pytest.raises(APIConnectionError):
            await client.models.list()


@pytest.mark.parametrize("name", ["DefaultHttpx2Client", "DefaultAioHttpx2Client"])
def test_a_client_that_cannot_be_had_names_the_extra(name: str) -> None:
    program = f"""
import sys
sys.modules["httpx2"] = None
try:
    from groq import {name}
except ImportError as error:
    print(error)
"""
    assert "httpx2]'" in printed_by(program)

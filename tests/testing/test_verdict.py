"""The verdict: what bad clients do is found, and nothing is found on good ones."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from groq import APIError, Groq
from groq.testing import Cut, ErrorEvent, LocalServer, Reply

from .conftest import NO_TLS, http_client
from .wire import MESSAGES, chat, stream

ASKED: dict[str, Any] = {"model": "openai/gpt-oss-20b", "messages": MESSAGES}


def kinds(server: LocalServer, **options: Any) -> list[str]:
    return [finding.kind for finding in server.verdict(**options)]


def insist(http: httpx.Client, times: int, wait: float = 0.0) -> None:
    """Ask again and again, as bad clients do."""
    for _ in range(times):
        try:
            if stream(http).status_code < 400:
                return
        except httpx.TransportError:
            pass
        time.sleep(wait)


def kinds_of_a_quick_retry(
    server: LocalServer, http: httpx.Client, fail: Callable[[], None]
) -> list[str]:
    """Fail a request and retry it at once; again if the machine was too busy to be quick."""
    for _ in range(50):
        server.reset()
        fail()
        insist(http, 2)
        if found := kinds(server):
            return found
    return []


# Bad clients


def test_a_retry_before_its_time_is_found(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.fail(429, retry_after=30)
    insist(http, 2)
    [finding] = groq_server.verdict()
    assert finding.kind == "retry_after_ignored"
    assert "after a 429 with `retry-after: 30`" in finding.message
    assert finding.requests == tuple(request.id for request in groq_server.requests)


@pytest.mark.parametrize("status", [408, 429, 498, 500, 503])
def test_a_retry_without_a_pause_is_found(
    groq_server: LocalServer, http: httpx.Client, status: int
) -> None:
    found = kinds_of_a_quick_retry(groq_server, http, lambda: groq_server.fail(status))
    assert found == ["retried_too_soon"]


def test_a_retry_of_a_cut_stream_without_a_pause_is_found(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    found = kinds_of_a_quick_retry(groq_server, http, lambda: groq_server.inject(Cut(after=1)))
    assert found == ["retried_too_soon"]


@pytest.mark.parametrize("status", [400, 401, 404, 413, 422])
def test_a_retry_of_a_permanent_error_is_found(
    groq_server: LocalServer, http: httpx.Client, status: int
) -> None:
    groq_server.fail(status)
    insist(http, 2, wait=0.2)
    assert kinds(groq_server) == ["retried_in_vain"]


def test_a_retry_that_was_forbidden_is_found(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.fail(503, headers={"x-should-retry": "false"})
    insist(http, 2, wait=0.2)
    assert kinds(groq_server) == ["retried_in_vain"]


def test_a_retry_storm_is_found(groq_server: LocalServer, http: httpx.Client) -> None:
    # However busy the machine is, no retry comes as late as that.
    groq_server.fail(503, times=None, headers={"retry-after": "3600"})
    insist(http, 9)
    assert kinds(groq_server) == ["retry_after_ignored"] * 8 + ["retry_storm"]
    assert "was sent 8 times more" in groq_server.verdict()[-1].message


@pytest.mark.parametrize(
    "fault", [Cut(after=3), Cut(after=3, how="reset"), Cut(after=3, how="end"), ErrorEvent(after=3)]
)
def test_a_truncated_stream_sent_back_as_an_answer_is_found(
    groq_server: LocalServer, http: httpx.Client, fault: Any
) -> None:
    groq_server.reply(Reply(["one ", "two ", "three"]), fault)
    with contextlib.suppress(httpx.TransportError):
        stream(http)
    chat(http, messages=[*MESSAGES, {"role": "assistant", "content": "one two "}, *MESSAGES])
    [finding] = groq_server.verdict()
    assert finding.kind == "cut_stream_taken_for_whole"
    assert "'one two '" in finding.message


def test_a_connection_for_each_request_is_found(groq_server: LocalServer) -> None:
    for _ in range(6):
        with http_client(groq_server) as http:
            http.get("/models")
    [finding] = groq_server.verdict()
    assert finding.kind == "connection_per_request"
    assert "5 of 6 requests" in finding.message


@pytest.mark.parametrize("place", ["URL", "body", "file"])
def test_a_key_that_is_sent_elsewhere_is_found(groq_server: LocalServer, place: str) -> None:
    key = "gsk_" + "k" * 52
    with http_client(groq_server) as http:
        http.headers["authorization"] = f"Bearer {key}"
        if place == "URL":
            http.get("/models", params={"key": key})
        elif place == "body":
            chat(http, messages=[{"role": "user", "content": f"Why does {key} fail?"}])
        else:
            http.post("/files", data={"purpose": "batch"}, files={"file": ("log", f"key={key}")})
    [finding] = groq_server.verdict()
    assert finding.kind == "key_sent"
    assert f"the {place} of" in finding.message
    assert key not in finding.message


@pytest.mark.parametrize("strict", [True, False])
def test_requests_that_groq_would_refuse_are_found(strict: bool) -> None:
    models = iter(["my/model"])
    with LocalServer(strict=strict, models=models) as server, http_client(server) as http:
        http.post("/chat/completions", json={**ASKED, "model": "my/model"})
        http.post("/chat/completions", json={**ASKED, "prompt_cache_key": "a"})
        http.post("/chat/completions", json={**ASKED, "model": "llama-3.3-70b-versatile"})
        http.post("/audio/speech", json={"model": "canopylabs/orpheus-v1-english"})
        found = server.verdict()
    assert [finding.kind for finding in found] == ["refused_by_groq"] * 3
    assert "property 'prompt_cache_key' is unsupported" in found[0].message
    assert "decommissioned" in found[1].message


# Good clients


def ask_everything(client: Any, error: type[Exception]) -> None:
    """Ask what goes well, what is refused, what is retried, and what is cut."""
    for _ in range(7):
        client.chat.completions.create(**ASKED)
    with pytest.raises(error):
        for _ in client.chat.completions.create(**ASKED, stream=True):
            pass
    client.chat.completions.create(**ASKED)


def prepare(server: LocalServer) -> None:
    server.fail(429, retry_after=0.3)
    server.fail(503)
    server.reply("one", times=7)
    server.reply("one two three", Cut(after=2))


def test_nothing_is_found_on_the_client_of_this_project(groq_server: LocalServer) -> None:
    prepare(groq_server)
    with groq_server.client() as client:
        ask_everything(client, APIError)
    assert groq_server.verdict() == []


@pytest.mark.skipif(not importlib.util.find_spec("openai"), reason="openai is not installed")
def test_nothing_is_found_on_the_client_of_openai(groq_server: LocalServer) -> None:
    openai: Any = importlib.import_module("openai")
    prepare(groq_server)
    client = openai.OpenAI(base_url=f"{groq_server.url}/openai/v1", api_key="local")
    with client:
        ask_everything(client, Exception)
    assert groq_server.verdict() == []


def test_equal_concurrent_requests_are_not_retries(groq_server: LocalServer) -> None:
    groq_server.fail(503, times=8)
    with groq_server.client(max_retries=0) as client:

        def ask(_: int) -> None:
            with contextlib.suppress(APIError):
                client.chat.completions.create(**ASKED)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(12)))
    assert kinds(groq_server) == []


def test_connections_of_requests_at_the_same_time_are_not_needless(
    groq_server: LocalServer,
) -> None:
    async def ask_at_once() -> None:
        client: Any = groq_server.async_client()
        async with client:
            await asyncio.gather(*(client.chat.completions.create(**ASKED) for _ in range(30)))

    asyncio.run(ask_at_once())
    assert groq_server.accepted_connections > 5
    assert kinds(groq_server) == []


def test_a_complete_streamed_answer_sent_back_is_no_finding(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("one two", times=2)
    stream(http)
    said = {"role": "assistant", "content": "one two"}
    chat(http, messages=[*MESSAGES, said, *MESSAGES])
    assert groq_server.verdict() == []


def test_an_absurd_count_of_retries_harms_nothing(
    groq_server: LocalServer, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        http.get("/models", headers={"x-stainless-retry-count": "9" * 5000})
    assert groq_server.verdict() == []
    assert not caplog.records


def test_the_verdict_forgets_old_requests_when_headers_take_too_much_memory(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.fail(400)
    insist(http, 2)
    assert kinds(groq_server) == ["retried_in_vain"]
    for number in range(600):
        http.get("/models", headers={"x-number": f"{number} {'x' * 60_000}"})
    assert kinds(groq_server) == []


# Where it is told


def test_the_verdict_is_served_over_http_and_by_scope(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.fail(400)
    insist(http, 2)
    with httpx.Client(base_url=f"{groq_server.url}/_local", verify=NO_TLS) as local:
        [finding] = local.get("/verdict").json()["findings"]
        assert finding["kind"] == "retried_in_vain"
        assert len(finding["requests"]) == 2
        assert local.get("/verdict", params={"scope": "another"}).json() == {"findings": []}
    assert kinds(groq_server, scope="any") == ["retried_in_vain"]
    groq_server.reset(scope="another")
    assert kinds(groq_server)
    groq_server.reset(scope="any")
    assert not kinds(groq_server)


def test_the_verdict_outlives_the_server() -> None:
    with LocalServer() as server, Groq(base_url=server.url, api_key="k" * 20) as client:
        client.models.list(extra_query={"token": "k" * 20})
    assert kinds(server) == ["key_sent"]

"""What people watch: the page, and the stream of events that it follows."""

from __future__ import annotations

import gc
import json
import logging
import tracemalloc
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from groq.testing import Cut, Gate, LocalServer, Stall

from .conftest import http_client
from .wire import MESSAGES, chat, stream


def watch(server: LocalServer, scope: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the events of the stream as they come."""
    params = {} if scope is None else {"scope": scope}
    url = f"{server.url}/_local/events"
    with httpx.Client(trust_env=False) as client:
        with client.stream("GET", url, params=params) as answer:
            lines = answer.iter_lines()
            for line in lines:
                if line.startswith("event: "):
                    yield (
                        line.removeprefix("event: "),
                        json.loads(next(lines).removeprefix("data: ")),
                    )


def until_ended(events: Iterator[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Give the news of exchanges up to the end of the first of them."""
    found: list[dict[str, Any]] = []
    for name, news in events:
        if name == "exchange":
            found.append(news)
            if news["answer"] and news["answer"]["ending"]:
                break
    return found


def test_a_stream_is_reported_while_it_is_sent(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    gate = Gate()
    groq_server.reply("one two", Stall(after=3, until=gate))
    events = watch(groq_server)
    assert next(events) == ("start", {})
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "stream": True}
    with http.stream("POST", "/chat/completions", json=body) as answer:
        name, first = next(events)
        assert name == "exchange"
        assert first["model"] == "openai/gpt-oss-20b"
        assert first["request"]["body"] == body
        assert first["answer"]["ending"] is None
        gate.open()
        sent = answer.read().decode()
    rest = until_ended(events)
    assert "".join(news.get("text", "") for news in [first, *rest]) == sent
    assert rest[-1]["answer"]["ending"] == "whole" and rest[-1]["answer"]["seconds"] >= 0
    assert all("request" not in news for news in rest)


def test_the_ending_of_an_answer_is_reported(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.reply("one two three", Cut(after=2, how="reset"))
    with pytest.raises(httpx.TransportError):
        stream(http)
    [*_, last] = until_ended(watch(groq_server))
    assert (last["answer"]["status"], last["answer"]["ending"]) == (200, "reset")


def test_a_client_that_disconnects_is_reported(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("one two", Stall(after=1))
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "stream": True}
    with http.stream("POST", "/chat/completions", json=body):
        pass
    assert until_ended(watch(groq_server))[-1]["answer"]["ending"] == "left"


def test_secrets_are_not_reported(groq_server: LocalServer, http: httpx.Client) -> None:
    server = {"type": "mcp", "server_label": "a", "server_url": "https://mcp.invalid"}
    asked = {**server, "headers": {"Authorization": "hush-body"}, "authorization": "hush-too"}
    http.headers.update({"authorization": "Bearer hush-key", "x-vendor-api-key": "hush-header"})
    http.post("/responses", json={"tools": [asked], "input": "Hi"}, params={"api_key": "hush-url"})
    told = json.dumps(until_ended(watch(groq_server)))
    assert "mcp.invalid" in told and "hush" not in told


def test_a_scope_sees_its_own_requests(groq_server: LocalServer, http: httpx.Client) -> None:
    chat(http)
    http.headers["x-groq-local-scope"] = "mine"
    chat(http)
    [news] = until_ended(watch(groq_server, "mine"))
    assert news["number"] == 2


def test_a_reset_is_reported(groq_server: LocalServer, http: httpx.Client) -> None:
    chat(http)
    events = watch(groq_server)
    until_ended(events)
    groq_server.reset()
    assert next(events) == ("start", {})


def test_watching_is_not_recorded_as_a_request(groq_server: LocalServer) -> None:
    html = {"accept": "text/html"}
    assert httpx.get(groq_server.url, headers=html).status_code == 200
    next(watch(groq_server))
    assert groq_server.requests == []


def test_the_history_for_watchers_is_bounded() -> None:
    # Ten times as many exchanges, and far larger answers, than are kept.
    answer = b"x" * 1024 * 1024
    with LocalServer(keep_requests=1) as server, http_client(server) as http:
        server.reply_with_bytes([answer] * 2, times=None)
        stream(http)
        tracemalloc.start()
        for _ in range(300):
            stream(http)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert kept < 200 * 64 * 1024 * 1.5


def test_a_name_of_the_public_internet_leads_nowhere(groq_server: LocalServer) -> None:
    with httpx.Client(base_url=groq_server.url, trust_env=False) as client:
        for path in ("/", "/_local/requests"):
            for host, status in {
                "evil.invalid": 403,
                "127.0.0.1.evil.invalid:80": 403,
                "127.0.0.1:80": 200,
                "[::1]:80": 200,
                "LOCALHOST": 200,
                "groq.internal": 200,
                "groq:8080": 200,
            }.items():
                headers = {"host": host, "accept": "text/html"}
                assert client.get(path, headers=headers).status_code == status, host


def test_programs_get_words_and_browsers_the_page(groq_server: LocalServer) -> None:
    words = httpx.get(groq_server.url)
    page = httpx.get(groq_server.url, headers={"accept": "text/html,*/*;q=0.8"})
    assert words.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "http" not in page.text.replace("http_", "")


def test_requests_are_logged_at_info_level(
    groq_server: LocalServer, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    chat(http)
    until_ended(watch(groq_server))
    assert not caplog.records
    with caplog.at_level(logging.INFO, "groq.testing"):
        groq_server.reset()
        chat(http)
        # The line is written after the answer has gone out.
        until_ended(watch(groq_server))
    [record] = [each for each in caplog.records if each.name == "groq.testing"]
    assert record.getMessage().startswith("POST /openai/v1/chat/completions openai/gpt-oss-20b 200")

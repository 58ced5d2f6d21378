"""Rate limits that count, refuse and recover, on a clock of the test's own."""

from __future__ import annotations

import httpx
import pytest

from groq.testing import LocalServer
from groq.testing._limits import go_duration, retry_after

from .wire import MESSAGES, chat


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(http: httpx.Client) -> httpx.Response:
    return http.post("/chat/completions", json={"model": "m", "messages": MESSAGES})


def test_requests_are_counted_refused_and_come_back(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    clock = Clock()
    groq_server.limit_rate(requests=2, requests_window=120, clock=clock)
    remaining = [ask(http).headers["x-ratelimit-remaining-requests"] for _ in range(2)]
    assert remaining == ["1", "0"]
    refused = ask(http)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    assert refused.headers["x-ratelimit-limit-requests"] == "2"
    assert refused.headers["x-ratelimit-reset-requests"] == "2m0s"
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert "x-ratelimit-limit-tokens" not in refused.headers
    clock.now += 60
    assert [ask(http).status_code for _ in range(2)] == [200, 429]
    clock.now += 1_000_000
    assert [ask(http).status_code for _ in range(3)] == [200, 200, 429]


def test_tokens_of_prompts_and_answers_are_counted(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    clock = Clock()
    groq_server.limit_rate(tokens=100, clock=clock)
    groq_server.reply(" ".join(["word"] * 80))
    usage = chat(http)["usage"]
    headers = http.get("/models").headers
    assert headers["x-ratelimit-remaining-tokens"] == str(100 - usage["total_tokens"])
    groq_server.reply(" ".join(["word"] * 80))
    clock.now += 6
    assert ask(http).status_code == 200
    refused = ask(http)
    assert refused.status_code == 429
    assert refused.json()["error"]["type"] == "tokens"
    clock.now += int(refused.headers["retry-after"])
    assert ask(http).status_code == 200


def test_a_request_that_can_never_fit_is_too_large(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.limit_rate(tokens=5)
    response = ask(http)
    assert response.status_code == 413
    assert "retry-after" not in response.headers


def test_a_refused_request_costs_nothing_and_takes_no_reply(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    clock = Clock()
    groq_server.limit_rate(requests=1, requests_window=1, clock=clock)
    ask(http)
    groq_server.reply("late")
    assert {ask(http).status_code for _ in range(5)} == {429}
    clock.now += 1
    assert ask(http).json()["choices"][0]["message"]["content"] == "late"


def test_reading_is_not_limited(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.limit_rate(requests=1)
    assert {http.get("/models").status_code for _ in range(3)} == {200}


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0s"),
        (0.12, "120ms"),
        (7.66, "7.66s"),
        (59.999, "1m0s"),
        (179.56, "2m59.56s"),
        (3723, "1h2m3s"),
        (3600, "1h0m0s"),
    ],
)
def test_durations_are_written_as_go_writes_them(seconds: float, written: str) -> None:
    assert go_duration(seconds) == written


@pytest.mark.parametrize(("seconds", "written"), [(0.0501, "0.051"), (1, "1"), (1.2, "2")])
def test_a_wait_is_rounded_up(seconds: float, written: str) -> None:
    assert retry_after(seconds) == written

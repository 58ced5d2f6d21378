"""Rate limits that count, refuse and recover, on a clock of the test's own."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from groq import LimitExceeded
from groq.testing import Gate, LocalServer, Reply, Stall
from groq.testing._limits import go_duration, retry_after

from .wire import MESSAGES, chat


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def asked(**body: Any) -> dict[str, Any]:
    return {"model": "openai/gpt-oss-20b", "messages": MESSAGES, **body}


def ask(http: httpx.Client, **body: Any) -> httpx.Response:
    return http.post("/chat/completions", json=asked(**body))


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
    groq_server.reply(" ".join(["word"] * 80))
    clock.now += 6
    before = int(ask(http).headers["x-ratelimit-remaining-tokens"])
    assert before == 100 - usage["total_tokens"] + 10 - usage["prompt_tokens"]
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


def limited(http: httpx.Client, **body: Any) -> dict[str, Any]:
    """Ask once within the limits and once beyond them; give the second error."""
    assert ask(http, **body).status_code == 200
    refused = ask(http, **body)
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    error: dict[str, Any] = refused.json()["error"]
    return error


@pytest.mark.parametrize(
    ("limits", "kind", "per"),
    [
        ({"requests_per_minute": 1}, "requests", "minute"),
        ({"requests": 1}, "requests", "day"),
        ({"tokens": 30}, "tokens", "minute"),
        ({"tokens_per_day": 30}, "tokens", "day"),
        ({"input_tokens_per_minute": 12}, "input_tokens", "minute"),
        ({"output_tokens_per_minute": 16}, "output_tokens", "minute"),
    ],
)
def test_each_limit_is_reported_in_the_words_of_the_api(
    groq_server: LocalServer, http: httpx.Client, limits: dict[str, Any], kind: str, per: str
) -> None:
    groq_server.reply(" ".join(["word"] * 16), times=None)
    groq_server.limit_rate(**limits, clock=Clock())
    told = LimitExceeded.from_message(limited(http, max_completion_tokens=16)["message"])
    assert told is not None
    assert (told.kind, told.per, told.limit) == (kind, per, next(iter(limits.values())))
    assert told.retry_after
    assert told.retry_after > 0
    assert told.can_ever_fit


@pytest.mark.parametrize(("window", "per"), [(3600, "hour"), (86_400, "day")])
def test_seconds_of_audio_are_limited(
    groq_server: LocalServer, http: httpx.Client, window: int, per: str
) -> None:
    clock = Clock()
    limits: dict[str, Any] = {f"audio_seconds_per_{per}": 3}
    groq_server.limit_rate(**limits, clock=clock)

    def hear() -> httpx.Response:
        file = ("a.mp3", b"x" * 32_000)  # About two seconds.
        data = {"model": "whisper-large-v3"}
        return http.post("/audio/transcriptions", data=data, files={"file": file})

    assert hear().status_code == 200
    refused = hear()
    assert refused.status_code == 429
    assert refused.json()["error"]["type"] == "seconds"
    told = LimitExceeded.from_message(refused.json()["error"]["message"])
    assert told is not None
    assert (told.kind, told.per, told.used, told.requested) == ("audio_seconds", per, 2, 2)
    assert told.retry_after == window / 3
    clock.now += window / 3
    assert hear().status_code == 200


def test_a_refusal_of_tokens_has_every_word_of_the_api(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.limit_rate(tokens=30, clock=Clock())
    assert limited(http, max_completion_tokens=16)["message"] == (
        "Rate limit reached for model `openai/gpt-oss-20b` in organization `org_local` service "
        "tier "
        "`on_demand` on tokens per minute (TPM): Limit 30, Used 27, Requested 27. Please try again "
        "in 48s. Need more tokens? Upgrade to Dev Tier today at "
        "https://console.groq.com/settings/billing"
    )


@pytest.mark.parametrize(
    ("limits", "status"), [({"tokens": 100}, 413), ({"output_tokens_per_minute": 99}, 400)]
)
def test_a_request_reserves_max_completion_tokens(
    groq_server: LocalServer, http: httpx.Client, limits: dict[str, Any], status: int
) -> None:
    groq_server.limit_rate(**limits)
    refused = ask(http, max_completion_tokens=100)
    assert refused.status_code == status
    message = refused.json()["error"]["message"]
    assert message.startswith("Request too large for model `openai/gpt-oss-20b`")
    told = LimitExceeded.from_message(message)
    assert told is not None
    assert not told.can_ever_fit


def test_unused_reserved_tokens_are_returned_at_the_end_of_a_stream(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.limit_rate(tokens=200, clock=Clock())
    gate = Gate()
    groq_server.reply("one two", Stall(until=gate), times=1)
    groq_server.reply("one two", times=None)
    body = {"max_completion_tokens": 100, "stream": True}
    with http.stream("POST", "/chat/completions", json=asked(**body)) as stream:
        gate.wait_until_reached(30)
        assert stream.headers["x-ratelimit-remaining-tokens"] == "89"
        assert ask(http, **body).status_code == 429
        gate.open()
        stream.read()
    assert ask(http, **body).headers["x-ratelimit-remaining-tokens"] == "76"


def test_cached_tokens_are_not_counted(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.limit_rate(tokens=100, clock=Clock())
    usage = {"prompt_tokens_details": {"cached_tokens": 11}}
    groq_server.reply(Reply("one", usage=usage), times=2)
    assert ask(http).headers["x-ratelimit-remaining-tokens"] == "89"
    assert ask(http).headers["x-ratelimit-remaining-tokens"] == "88"


def test_each_key_and_each_model_has_separate_limits(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.limit_rate(requests=1)
    groq_server.limit_rate(model="openai/gpt-oss-120b", requests=2)
    assert [ask(http).status_code for _ in range(2)] == [200, 429]
    other_key = {"authorization": "Bearer other"}
    again = http.post("/chat/completions", json=asked(), headers=other_key)
    assert again.status_code == 200
    large = [ask(http, model="openai/gpt-oss-120b").status_code for _ in range(3)]
    assert large == [200, 200, 429]


def test_headers_tell_of_limits_that_refuse_nothing_until_a_test_sets_some(
    http: httpx.Client,
) -> None:
    headers = ask(http).headers
    assert headers["x-ratelimit-limit-requests"] == "500000"
    assert headers["x-ratelimit-remaining-requests"] == "499999"
    assert headers["x-ratelimit-reset-requests"] == "173ms"
    assert headers["x-ratelimit-limit-tokens"] == "250000"


def test_a_day_of_limits_passes_in_a_moment_with_a_fast_clock(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.limit_rate(requests=1, clock=lambda: time.monotonic() * 1e9)
    assert [ask(http).status_code for _ in range(3)] == [200, 200, 200]


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

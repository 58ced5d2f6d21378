"""What the `x-ratelimit-*` headers and the messages of refusals say, on answers and on errors."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import groq
from groq._rate_limits import LimitExceeded, RateLimit, RateLimitWindow, parse_duration
from groq.testing import LocalServer
from twins import MESSAGES, MODEL, Twin

HEADERS = {
    "x-ratelimit-limit-requests": "14400",
    "x-ratelimit-remaining-requests": "14370",
    "x-ratelimit-reset-requests": "2m59.56s",
    "x-ratelimit-limit-tokens": "18000",
    "x-ratelimit-remaining-tokens": "17997",
    "x-ratelimit-reset-tokens": "7.66s",
}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7.66s", 7.66),
        ("2m59.56s", 179.56),
        ("1h2m3s", 3723),
        ("120ms", 0.12),
        ("1.5h", 5400),
        ("250us", 0.00025),
        ("250µs", 0.00025),
        ("0s", 0),
        ("0", 0),
        (" 1s ", 1),
        ("0" * 62 + "1s", 1),
    ],
)
def test_a_duration_is_read_as_go_writes_it(text: str, seconds: float) -> None:
    duration = parse_duration(text)
    assert duration is not None
    assert duration.total_seconds() == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    ["", "s", "1", "1 s", "-1s", "1x", "1s2", "\u0661s", "1..2s", "nan", "1e5s", "9" * 100 + "s"],
)
def test_an_invalid_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(text=st.text(alphabet="0123456789.hmsun µ", max_size=70))
def test_no_text_makes_parse_duration_raise(text: str) -> None:
    duration = parse_duration(text)
    assert duration is None or duration >= timedelta(0)


def test_the_headers_are_read_into_two_windows() -> None:
    assert RateLimit.from_headers(HEADERS) == RateLimit(
        requests=RateLimitWindow(14400, 14370, timedelta(minutes=2, seconds=59.56)),
        tokens=RateLimitWindow(18000, 17997, timedelta(seconds=7.66)),
    )


def test_a_count_may_be_long() -> None:
    found = RateLimit.from_headers({"x-ratelimit-limit-tokens": "0" * 63 + "7"})
    assert found is not None
    assert found.tokens.limit == 7


def test_without_headers_the_rate_limit_is_none() -> None:
    assert RateLimit.from_headers({}) is None


@pytest.mark.parametrize("count", ["", "-1", "1.5", "many", "²", "9" * 5000])
def test_an_invalid_header_value_is_none(count: str) -> None:
    found = RateLimit.from_headers({**HEADERS, "x-ratelimit-limit-tokens": count})
    assert found is not None
    assert found.tokens.limit is None
    assert found.tokens.remaining == 17997


def test_a_raw_response_has_the_rate_limit(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.limit_rate(requests=10)
    client = twin.client(groq_server)
    create = client.chat.completions.with_raw_response.create
    response = twin.do(create, messages=MESSAGES, model=MODEL)
    assert response.rate_limit.requests.limit == 10
    assert response.rate_limit.requests.remaining == 9


def test_a_status_error_has_the_rate_limit(twin: Twin) -> None:
    client = twin.mocked(lambda request: httpx.Response(429, headers=HEADERS), max_retries=0)
    with pytest.raises(groq.RateLimitError) as raised:
        twin.do(client.models.list)
    assert raised.value.rate_limit is not None
    assert raised.value.rate_limit.tokens.remaining == 17997
    assert raised.value.retry_after is None


REFUSED = (
    "Rate limit reached for model `openai/gpt-oss-20b` in organization `org_01` service tier "
    "`on_demand` on {what}: Limit {limit}, Used {used}, Requested {requested}. "
    "Please try again in {wait}. Need more tokens? Upgrade to Dev Tier today."
)


@pytest.mark.parametrize(
    ("what", "kind", "per"),
    [
        ("requests per minute (RPM)", "requests", "minute"),
        ("requests per day (RPD)", "requests", "day"),
        ("tokens per minute (TPM)", "tokens", "minute"),
        ("tokens per day (TPD)", "tokens", "day"),
        ("input tokens per minute (ITPM)", "input_tokens", "minute"),
        ("output tokens per minute (OTPM)", "output_tokens", "minute"),
        ("seconds of audio per hour (ASPH)", "audio_seconds", "hour"),
        ("seconds of audio per day (ASPD)", "audio_seconds", "day"),
    ],
)
def test_a_refusal_names_its_limit(what: str, kind: str, per: str) -> None:
    message = REFUSED.format(
        what=what, limit=200000, used=199_000, requested="1500", wait="1m47.5s"
    )
    found = LimitExceeded.from_message(message)
    assert found is not None
    assert found == LimitExceeded(kind, per, 200000, 199000, 1500, 107.5)  # type: ignore[arg-type]  # as the table has them
    assert found.can_ever_fit


def test_a_limit_without_a_number_is_still_a_rate_limit_error() -> None:
    found = LimitExceeded.from_message("Rate limit reached on tokens per minute: Limit , Used 5.")
    assert found is not None
    assert (found.limit, found.used) == (None, 5)


def test_a_request_larger_than_its_limit_can_never_fit(twin: Twin) -> None:
    message = (
        "Request too large for model `openai/gpt-oss-20b` in organization `org_01` service tier "
        "`on_demand` on tokens per minute (TPM): Limit 8000, Requested 32979, please reduce your "
        "message size and try again."
    )
    client = twin.mocked(
        lambda request: httpx.Response(413, json={"error": {"message": message}}), max_retries=0
    )
    with pytest.raises(groq.APIStatusError) as raised:
        twin.do(client.models.list)
    exceeded = raised.value.limit_exceeded
    assert exceeded is not None
    assert exceeded == LimitExceeded("tokens", "minute", 8000, None, 32979, None)
    assert not exceeded.can_ever_fit


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, b"slow down"),
        (429, b'{"error": {"message": 5}}'),
        (500, b"on tokens per minute (TPM): Limit 1, Used 1, Requested 1"),
    ],
)
def test_other_errors_name_no_limit(twin: Twin, status: int, body: bytes) -> None:
    client = twin.mocked(lambda request: httpx.Response(status, content=body), max_retries=0)
    with pytest.raises(groq.APIStatusError) as raised:
        twin.do(client.models.list)
    assert raised.value.limit_exceeded is None

"""Weather: random faults by seed, latency, and the speed of streams."""

from __future__ import annotations

import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from faults.times import in_time
from groq.testing import LocalServer, Weather

from .conftest import NO_TLS, http_client
from .wire import chat, read, stream


def outcomes(weather: Weather, count: int = 40) -> list[str]:
    """Ask several times, and tell what came of each request."""
    with LocalServer(pace=0, weather=weather) as server, http_client(server) as http:
        return [outcome(http) for _ in range(count)]


def outcome(http: httpx.Client) -> str:
    try:
        response = stream(http)
    except httpx.TransportError as error:
        return type(error).__name__
    if response.status_code != 200:
        return str(response.status_code)
    return "whole" if response.text.endswith("[DONE]\n\n") else "half"


def test_faults_come_at_their_rate_and_the_same_for_a_seed() -> None:
    faults = (429, 503, "cut", "error_event")
    stormy = Weather(fault_rate=0.5, faults=faults, seed=3)
    seen = outcomes(stormy)
    assert outcomes(stormy) == seen
    assert outcomes(Weather(fault_rate=0.5, faults=faults, seed=4)) != seen
    counted = Counter(seen)
    assert 10 <= counted["whole"] <= 30
    assert {"429", "503", "half"} < set(counted)
    assert {"RemoteProtocolError", "ReadError"} & set(counted)
    assert set(outcomes(Weather(seed=3))) == {"whole"}


@pytest.mark.parametrize(
    ("fault", "seen"),
    [(418, {"418"}), ("cut", {"RemoteProtocolError", "ReadError"}), ("error_event", {"half"})],
)
def test_each_fault_is_dealt_out(fault: int | str, seen: set[str]) -> None:
    assert set(outcomes(Weather(fault_rate=1, faults=[fault]), 8)) <= seen


@pytest.mark.parametrize("fault", ["malformed_event", "slow_start", "stall", "hold_open"])
def test_the_other_faults_disturb_a_stream(fault: str) -> None:
    weather = Weather(fault_rate=1, faults=[fault])
    with LocalServer(pace=0, weather=weather) as server, http_client(server) as http:
        if fault == "malformed_event":
            assert b'data: {"id": "chatcmpl-\n\n' in stream(http).content
        else:
            http.timeout = httpx.Timeout(5, read=0.3)
            with pytest.raises(httpx.ReadTimeout):
                stream(http)


def test_whole_responses_are_cut_too() -> None:
    weather = Weather(fault_rate=1, faults=["stall"])
    with LocalServer(weather=weather) as server, http_client(server) as http:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            http.get("/models")


def test_scripted_answers_are_not_disturbed() -> None:
    with LocalServer(weather=Weather(fault_rate=1, faults=[503])) as server:
        with http_client(server) as http:
            server.fail(418)
            assert [stream(http).status_code for _ in range(2)] == [418, 503]


def test_latency_is_a_constant_or_a_distribution_or_that_of_a_tape(tmp_path: Path) -> None:
    from groq.testing._weather import Conditions

    def drawn(latency: Any, count: int = 4000) -> list[float]:
        conditions = Conditions(Weather(latency=latency))
        return sorted(conditions.draw().latency for _ in range(count))

    assert set(drawn(0.25)) == {0.25}
    spread = drawn((0.2, 0.9))
    assert statistics.median(spread) == pytest.approx(0.2, rel=0.1)
    assert spread[int(0.95 * len(spread))] == pytest.approx(0.9, rel=0.1)
    tape = tmp_path / "tape.jsonl"
    lines = ['{"tape": 1}']
    for at in (0.1, 0.5):
        lines += ['{"request": "GET /"}', f'{{"at": {at}, "status": 200}}', '{"end": "whole"}']
    tape.write_text("\n".join(lines))
    assert set(drawn(tape)) == {0.1, 0.5}
    tape.write_text(lines[0])
    with pytest.raises(ValueError, match="no responses"):
        LocalServer(weather=Weather(latency=tape))


def test_a_response_waits_for_its_latency() -> None:
    with LocalServer(weather=Weather(latency=60)) as server, http_client(server) as http:
        with pytest.raises(httpx.ReadTimeout):
            http.get("/models", timeout=0.3)


def test_streams_go_as_fast_as_is_said_of_the_model() -> None:
    slow = Weather(tokens_per_second={"openai/gpt-oss-20b": 0.01, "qwen/qwen3.8-27b": 1e6})

    def check(slowness: float) -> None:
        with LocalServer(weather=slow) as server, http_client(server) as http:
            http.timeout = httpx.Timeout(30, read=0.3 * slowness)
            assert outcome_of(http, "qwen/qwen3.8-27b") == "whole"
            assert outcome_of(http, "openai/gpt-oss-20b") == "ReadTimeout"

    in_time(check)
    assert Weather(tokens_per_second="groq").speeds()["openai/gpt-oss-20b"] == 1000
    with LocalServer(pace=60, weather=Weather(tokens_per_second=1e6)) as server:
        with http_client(server) as http:
            assert outcome(http) == "whole"


def outcome_of(http: httpx.Client, model: str) -> str:
    try:
        return "whole" if stream(http, model=model).text.endswith("[DONE]\n\n") else "half"
    except httpx.TransportError as error:
        return type(error).__name__


def test_weather_is_set_over_http_and_forgotten_by_reset(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    with httpx.Client(base_url=f"{groq_server.url}/_local", verify=NO_TLS) as local:
        stormy = {"fault_rate": 1, "faults": [418], "latency": [0.001, 0.002]}
        assert read(local.put("/weather", json=stormy), 200)["latency"] == [0.001, 0.002]
        assert stream(http).status_code == 418
        local.post("/reset")
        assert read(local.get("/weather"), 200)["fault_rate"] == 0
        assert chat(http)
        for wrong in ({"colour": 1}, {"fault_rate": "a"}, {"faults": ["flood"]}, {"latency": "no"}):
            assert local.put("/weather", json=wrong).status_code == 400


@pytest.mark.parametrize(
    "options",
    [
        {"fault_rate": 1.5},
        {"fault_rate": 1, "faults": []},
        {"faults": [200]},
        {"faults": ["flood"]},
        {"latency": -1},
        {"latency": (0.9, 0.2)},
        {"tokens_per_second": 0},
    ],
)
def test_weather_is_checked(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        Weather(**options)

"""Weather: the latency, speed and random faults of responses."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any, Literal, TypeAlias

from ._answers import Answer, error_object, json_answer
from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._recordings import read

Latency: TypeAlias = float | tuple[float, float] | str | os.PathLike[str]

# https://console.groq.com/docs/models
_GROQ_SPEEDS = {"openai/gpt-oss-120b": 500.0, "openai/gpt-oss-20b": 1000.0}
_STREAM_FAULTS = ("stall", "error_event", "malformed_event", "hold_open")
_FAULTS = ("slow_start", "cut", *_STREAM_FAULTS)
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Weather:
    """The conditions under which a server answers: latency, speed, and faults at random.

    Equal seeds give requests in the same order the same conditions. Scripted answers and failures
    are not affected.

    Args:
        fault_rate: The share of requests with a fault, from 0 to 1.
        faults: The faults to choose from: statuses, and `slow_start`, `cut`, `stall`,
            `error_event`, `malformed_event` or `hold_open`.
        latency: Seconds until the response begins: a constant; the median and the 95th percentile
            of a log-normal distribution; or the path of a tape, whose times are drawn at random.
        tokens_per_second: The speed of streams: one for all models, one by model, or `groq` for the
            speeds that Groq publishes. A model without a speed keeps the pace of the server.
        seed: The seed of the random numbers.

    Raises:
        ValueError: A value is out of range, or a fault is unknown.
    """

    fault_rate: float = 0.0
    faults: Sequence[int | str] = (429, 500, 503, "slow_start", "cut", "stall", "error_event")
    latency: Latency = 0.0
    tokens_per_second: float | Mapping[str, float] | Literal["groq"] | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.fault_rate <= 1:
            raise ValueError(
                f"Expected `fault_rate` to be from 0 to 1 but received {self.fault_rate!r}"
            )
        for fault in self.faults:
            if fault not in _FAULTS and not (isinstance(fault, int) and 400 <= fault < 600):
                raise ValueError(
                    f"Expected a fault to be a status or one of {', '.join(_FAULTS)} but received "
                    f"{fault!r}"
                )
        if self.fault_rate and not self.faults:
            raise ValueError("Expected `faults` to name at least one")
        if not isinstance(self.latency, (str, os.PathLike)):
            numbers = self.latency if isinstance(self.latency, tuple) else (self.latency,)
            if not all(0 <= each < math.inf for each in numbers) or (
                len(numbers) == 2 and not 0 < numbers[0] <= numbers[1]
            ):
                raise ValueError(f"Expected `latency` in seconds but received {self.latency!r}")
        if any(speed <= 0 for speed in self.speeds().values()):
            raise ValueError("Expected `tokens_per_second` to be above 0")

    def speeds(self) -> Mapping[str, float]:
        """Return the tokens per second by model; the empty name stands for all other models."""
        speeds = self.tokens_per_second
        if speeds is None:
            return {}
        if isinstance(speeds, str):
            return _GROQ_SPEEDS
        return speeds if isinstance(speeds, Mapping) else {"": speeds}


def weather_of(described: Mapping[str, Any]) -> Weather:
    """Parse a weather in JSON."""
    given = dict(described)
    if isinstance(given.get("latency"), list):
        given["latency"] = tuple(given["latency"])
    return Weather(**given)


class Conditions:
    """The source of the conditions of each request."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._speeds = weather.speeds()
        self._random = random.Random(weather.seed)
        self._latencies: list[float] = []
        if isinstance(weather.latency, (str, os.PathLike)):
            recordings = read(weather.latency)
            self._latencies = [each.head_at for each in recordings if each.status is not None]
            if not self._latencies:
                raise ValueError(f"{os.fspath(weather.latency)} has no responses with times")

    def pace(self, model: str, usual: float) -> float:
        """Return the seconds between two tokens of a model."""
        speed = self._speeds.get(model, self._speeds.get(""))
        return usual if speed is None else 1 / speed

    def draw(self) -> Condition:
        """Return the conditions of the next request."""
        # Each request draws as many numbers, so that one more fault does not change later requests.
        chance, place, latency = (self._random.random() for _ in range(3))
        faults = self._weather.faults
        fault = None
        if chance < self._weather.fault_rate:
            fault = faults[int(chance / self._weather.fault_rate * len(faults))]
        return Condition(self._latency(latency), fault, int(place * 6))

    def _latency(self, share: float) -> float:
        latency = self._weather.latency
        if self._latencies:
            return self._latencies[int(share * len(self._latencies))]
        if isinstance(latency, tuple):
            median, p95 = latency
            deviation = math.log(p95 / median) / _NORMAL.inv_cdf(0.95)
            return median * math.exp(deviation * _NORMAL.inv_cdf(min(max(share, 1e-9), 1 - 1e-9)))
        return latency if isinstance(latency, (int, float)) else 0.0


@dataclass(frozen=True)
class Condition:
    """The conditions of one request."""

    latency: float
    fault: int | str | None
    place: int
    """The number of chunks before the fault."""

    def failure(self) -> Answer | None:
        """Return the error that replaces the response, if there is one."""
        if not isinstance(self.fault, int):
            return None
        headers = {"retry-after": "1"} if self.fault in (429, 498, 503) else {}
        return json_answer({"error": error_object(self.fault)}, status=self.fault, headers=headers)

    def apply_faults(self, answer: Answer) -> Answer:
        """Return a response with the latency and the fault applied."""
        answer = replace(answer, delay=answer.delay + self.latency) if self.latency else answer
        if self.fault is None or isinstance(self.fault, int) or answer.is_raw:
            return answer
        if self.fault == "slow_start":
            return SlowStart(1.0)(answer)
        if self.fault == "cut" or isinstance(answer.body, bytes):
            # A response without events is cut before its only chunk.
            after = 0 if isinstance(answer.body, bytes) else self.place
            return Cut(after, how="reset" if self.place % 2 else "close")(answer)
        if self.fault == "stall":
            return Stall(self.place, seconds=5.0)(answer)
        if self.fault == "error_event":
            return ErrorEvent(after=self.place)(answer)
        return (MalformedEvent(self.place) if self.fault == "malformed_event" else HoldOpen(5.0))(
            answer
        )

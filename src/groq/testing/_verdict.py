"""The verdict on a client: behaviour that costs responses or money, or reveals secrets."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from ._answers import Answer
from ._exchanges import ConnectionTimes, Exchange, HowItEnded
from ._json import JSONObject, list_of, object_of, text_of_content
from ._received import Headers, ReceivedRequest, same_path, scopes_of, split_target
from ._secrets import Secrets, secrets_of

Kind: TypeAlias = Literal[
    "retried_too_soon",
    "retry_after_ignored",
    "retry_storm",
    "retried_in_vain",
    "cut_stream_taken_for_whole",
    "connection_per_request",
    "key_sent",
    "refused_by_groq",
]

_RETRYABLE = {408, 409, 429, 498}
_LATENESS = 0.02
"""Seconds by which a busy machine may record the end of a response too late."""

_SOONEST = 0.1
"""The shortest acceptable delay before a retry, in seconds."""
_MOST_OBSERVATIONS = 10_000
_MOST_BYTES = 32 * 1024 * 1024
"""The most bytes of headers and of cut streams that are kept."""
_MOST_ATTEMPTS = 6
_MOST_CONNECTIONS = 5
_IDLE_SECONDS = 5.0
"""Seconds for which a client is expected to keep an idle connection, as httpx does."""
_NOTICED_SECONDS = 0.1
"""Seconds after which a client is expected to have noticed that a connection is idle."""
_ASKING = (
    "chat/completions",
    "responses",
    "embeddings",
    "audio/speech",
    "audio/transcriptions",
    "audio/translations",
)


@dataclass(frozen=True)
class Finding:
    """Something that a client should not do."""

    kind: Kind
    message: str
    requests: tuple[str, ...] = ()
    """The ids of the requests that show it: the `x-request-id` of each response."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class Observation(NamedTuple):
    """The facts about a request and its response that a verdict is based on."""

    id: str
    method: str
    target: str
    headers: Headers
    """The headers of the request."""
    content: int
    """Equal for equal bodies."""
    connection: int
    """The number of the connection."""
    connection_times: ConnectionTimes
    started: float
    ended: float
    status: int | None
    answer_headers: Mapping[str, str]
    ending: HowItEnded | None
    half: str
    """The text of a stream that ended early; otherwise empty."""

    @property
    def name(self) -> str:
        """The method and the path."""
        return f"{self.method} {split_target(self.target)[0]}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the request."""
        return scopes_of(self.headers)

    @property
    def meaning(self) -> tuple[object, ...]:
        """Equal for equal requests."""
        return (self.method, self.target, self.scopes, self.content)

    @property
    def retries(self) -> int | None:
        """The number of earlier attempts, according to the client."""
        retries = self.headers.get("x-stainless-retry-count", "")
        return int(retries[:9]) if retries.isdecimal() else None

    @property
    def retry_after(self) -> float | None:
        """The `retry-after` of the response, if it is in seconds."""
        try:
            return float(self._answer_header("retry-after"))
        except ValueError:
            return None  # a date, which depends on the client's clock, or no such header

    @property
    def is_cut(self) -> bool:
        """Whether the server ended the connection before the end of the response."""
        return self.ending in ("close", "cut", "reset")

    @property
    def can_go_on(self) -> bool:
        """Whether another request may follow on the connection."""
        sides = (self.headers.get("connection", ""), self._answer_header("connection"))
        return self.ending == "whole" and not any("close" in side.lower() for side in sides)

    @property
    def kept_bytes(self) -> int:
        """The approximate size in memory."""
        return self.headers.size + len(self.target) + len(self.half)

    def _answer_header(self, wanted: str) -> str:
        headers = self.answer_headers.items()
        return next((value for name, value in headers if name.lower() == wanted), "")

    @property
    def has_failed(self) -> bool:
        """Whether the request got an error, or no complete response."""
        return self.is_cut or self.status is None or self.status >= 400

    @property
    def is_worth_a_retry(self) -> bool:
        """Whether another attempt may succeed."""
        should_retry = self._answer_header("x-should-retry")
        if should_retry in ("true", "false"):
            return should_retry == "true"
        status = self.status
        return self.is_cut or status is None or status in _RETRYABLE or status >= 500


class Observer:
    """A log of the last 10,000 requests and their responses, for use by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observations: deque[Observation] = deque()
        self._bytes = 0

    def observe(self, exchange: Exchange) -> None:
        """Record an exchange that has ended, and forget the oldest ones beyond the limits."""
        observation = _observation_of(exchange)
        with self._lock:
            self._observations.append(observation)
            self._bytes += observation.kept_bytes
            while len(self._observations) > _MOST_OBSERVATIONS or self._bytes > _MOST_BYTES:
                self._bytes -= self._observations.popleft().kept_bytes

    def clear(self, scope: str | None = None) -> None:
        """Forget the exchanges of one scope, or all."""
        with self._lock:
            kept = [each for each in self._observations if scope and scope not in each.scopes]
            self._observations = deque(kept)
            self._bytes = sum(each.kept_bytes for each in kept)

    def observations(self, scope: str | None) -> list[Observation]:
        """Return the recorded exchanges, in the order of the requests."""
        with self._lock:
            seen = [each for each in self._observations if scope is None or scope in each.scopes]
        return sorted(seen, key=lambda each: each.started)


def findings(
    observations: list[Observation],
    requests: list[ReceivedRequest],
    judge: Callable[[ReceivedRequest], Answer],
) -> list[Finding]:
    """Return what a client did wrong.

    Args:
        observations: The facts about its requests, in their order.
        requests: The requests themselves.
        judge: Returns the answer of a server as strict as Groq's.
    """
    return [
        *_retries(observations),
        *_cut_streams(observations, requests),
        *_connections(observations),
        *_sent_keys(requests),
        *_refusals(requests, judge),
    ]


def _observation_of(exchange: Exchange) -> Observation:
    # Every request comes through here, so that the rest is left to the verdict.
    request, answer = exchange.request, exchange.answer
    parts = tuple((part.name, part.filename, part.sha256) for part in request.parts)
    return Observation(
        request.id,
        request.method,
        request.target,
        request.headers,
        hash(parts or request.body),
        request.connection,
        exchange.connection,
        exchange.started,
        exchange.started + (exchange.seconds or 0),
        None if answer is None or answer.is_raw else answer.status,
        {} if answer is None else answer.headers,
        exchange.ending,
        _half(exchange) if exchange.is_stream and exchange.ending != "left" else "",
    )


def _half(exchange: Exchange) -> str:
    """Return the text of a stream that ended early; empty if it is complete."""
    body = exchange.kept or b""
    # Almost every stream ends like this; one that is not kept completely cannot be checked.
    if b"data: [DONE]" in exchange.last_piece or len(body) < exchange.size:
        return ""
    text: list[str] = []
    for line in body.decode("utf-8", "replace").splitlines():
        if line == "data: [DONE]":
            return ""
        event = _json(line.removeprefix("data: ")) if line.startswith("data: ") else {}
        if event.get("type") in ("response.completed", "response.incomplete"):
            return ""
        if event.get("type") == "response.output_text.delta":
            text.append(str(event.get("delta")))
        for choice in map(object_of, list_of(event.get("choices"))):
            if choice.get("finish_reason"):
                return ""
            text.append(str(object_of(choice.get("delta")).get("content") or ""))
    return "".join(text)


def _json(text: str) -> JSONObject:
    try:
        return object_of(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _retries(observations: list[Observation]) -> Iterator[Finding]:
    same: dict[object, list[Observation]] = {}
    for observation in observations:
        same.setdefault(observation.meaning, []).append(observation)
    for attempts in same.values():
        # A client that counts its retries shows which of several equal requests are retries.
        retries = [
            (before, after)
            for before, after in pairwise(attempts)
            if before.has_failed and after.started >= before.ended and after.retries != 0
        ]
        for before, after in retries:
            yield from _retry(before, after)
        failed = [before for before, _ in retries]
        if len(failed) >= _MOST_ATTEMPTS:
            seconds = retries[-1][1].started - failed[0].started
            yield Finding(
                "retry_storm",
                f"{failed[0].name} was sent {len(failed)} times more after it had failed, in "
                f"{seconds:.3g} s",
                tuple(each.id for each in failed),
            )


def _retry(before: Observation, after: Observation) -> Iterator[Finding]:
    gap = after.started - before.ended
    failure = "a cut connection" if before.is_cut else f"a {before.status or 'broken response'}"
    what = f"{after.name} came again {gap:.3g} s after {failure}"
    ids = (before.id, after.id)
    if not before.is_worth_a_retry:
        yield Finding("retried_in_vain", f"{what}, which stays the same", ids)
    elif before.retry_after is not None:
        if gap < 0.9 * before.retry_after - _LATENESS:
            message = f"{what} with `retry-after: {before.retry_after:g}`"
            yield Finding("retry_after_ignored", message, ids)
    elif gap < _SOONEST:
        yield Finding("retried_too_soon", what, ids)


def _cut_streams(
    observations: list[Observation], requests: list[ReceivedRequest]
) -> Iterator[Finding]:
    halves = {each.half.strip(): each for each in observations if each.half.strip()}
    for request in requests if halves else ():
        for text in _said(request):
            cut = halves.get(text.strip())
            if cut is not None and cut.id != request.id:
                what = f"a stream was cut after {text[-40:]!r}, and came back as the whole answer"
                yield Finding("cut_stream_taken_for_whole", what, (cut.id, request.id))


def _said(request: ReceivedRequest) -> Iterator[str]:
    """Yield the earlier answers of the model that a request contains."""
    body = _json(request.body.decode("utf-8", "replace")) if not request.parts else {}
    for message in map(object_of, [*list_of(body.get("messages")), *list_of(body.get("input"))]):
        if message.get("role") == "assistant":
            yield text_of_content(message.get("content"))


def _connections(observations: list[Observation]) -> Iterator[Finding]:
    """Find requests that opened a connection although an idle one was available.

    Of requests at the same time, some may open a connection right after another became idle.
    """
    used: set[int] = set()
    needless: list[Observation] = []
    for before, observation in pairwise(observations):
        used.add(before.connection)
        if observation.connection in used or not before.can_go_on:
            continue
        opened, closed = observation.connection_times.opened, before.connection_times.closed
        idle = opened - before.ended
        is_left = closed is not None and before.ended <= closed <= opened
        if is_left or _NOTICED_SECONDS <= idle < _IDLE_SECONDS:
            needless.append(observation)
    if len(needless) >= _MOST_CONNECTIONS:
        yield Finding(
            "connection_per_request",
            f"{len(needless)} of {len(observations)} requests made a connection although one was "
            "open: use one client for all of them",
            tuple(each.id for each in needless),
        )


def _sent_keys(requests: list[ReceivedRequest]) -> Iterator[Finding]:
    for request in requests:
        secrets = Secrets(secrets_of(request))
        places = {
            "URL": [request.target],
            "form": [part.text for part in request.parts if part.filename is None],
            "file": [part.text for part in request.parts if part.filename is not None],
            "body": [] if request.parts else [request.body.decode("utf-8", "replace")],
        }
        for place, texts in places.items():
            if any(map(secrets.is_in, texts)):
                what = f"the {place} of {request.method} {request.path} has a key in it"
                yield Finding("key_sent", secrets.redact(what), (request.id,))
                break


def _refusals(
    requests: Iterable[ReceivedRequest], judge: Callable[[ReceivedRequest], Answer]
) -> Iterator[Finding]:
    for request in requests:
        if request.method != "POST" or not any(same_path(request.path, path) for path in _ASKING):
            continue
        answer = judge(request)
        if answer.status >= 400:
            error = object_of(_json(answer.read().decode()).get("error"))
            what = f"{request.method} {request.path} {answer.status}: {error.get('message')}"
            yield Finding("refused_by_groq", what, (request.id,))

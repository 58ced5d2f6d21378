"""The queue of scripted responses, which requests take in order."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ._answers import Answer, error_object, json_answer
from ._received import ReceivedRequest, RequestLog, plain_path, same_path
from ._replies import Match, Reply, ReplyFunction, reply_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pydantic import BaseModel

Fault: TypeAlias = Callable[[Answer], Answer]
"""Damages a response before it is sent."""

Scripted: TypeAlias = (
    "Reply | str | Mapping[str, Any] | BaseModel | DataclassInstance | ReplyFunction"
)

_FIELD_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_WORDED = {"chat/completions", "responses", "audio/transcriptions", "audio/translations"}


@dataclass
class Turn:
    """An entry of the script: a response with its faults, repetitions and matcher."""

    reply: Scripted | None = None
    """The reply of a model, for requests to models only."""
    answer: Callable[[ReceivedRequest], Answer] | None = None
    """Returns the response, for any request."""
    faults: Sequence[Fault] = field(default_factory=tuple[Fault, ...])
    times: int | None = 1
    """The number of requests that get it; `None` for all."""
    path: str | None = None
    """The only path of requests that get it."""
    match: Match | None = None
    """The matcher of requests that get it."""
    waits_for_body: bool = True
    """Whether to read the whole request first."""
    default: bool = False
    """Whether it is the default, for requests without another turn."""
    entry: Mapping[str, Any] | None = None
    """The entry of a script that it was read from, if any."""

    def __post_init__(self) -> None:
        if self.times is not None and self.times < 1:
            raise ValueError(f"Expected `times` to be at least 1 or None but received {self.times}")
        for fault in self.faults:
            if not callable(fault):
                raise TypeError(f"Expected a fault such as Cut() but received {fault!r:.100}")
        if self.default:
            self.times = None
        if isinstance(self.reply, str):
            self.reply = Reply(self.reply)  # Once, and not for each request.

    @property
    def scope(self) -> str | None:
        """The scope of requests that get it; `None` for all."""
        return None if self.match is None else self.match.scope

    def is_for(self, request: ReceivedRequest) -> bool:
        """Say whether it is for a request."""
        return self.is_for_path(request.path) and (self.match is None or self.match.fits(request))

    def is_for_path(self, path: str) -> bool:
        """Say whether it may be for a request to a path."""
        if self.path is not None:
            return same_path(path, self.path)
        return self.reply is None or plain_path(path) in _WORDED

    def apply_faults(self, answer: Answer) -> Answer:
        """Return the response with the faults applied."""
        for fault in self.faults:
            answer = fault(answer)
        return answer

    def reply_to(self, request: ReceivedRequest) -> Reply | None:
        """Return the reply to a request; `None` for the default one."""
        reply = self.reply(request) if callable(self.reply) else self.reply
        return None if reply is None else reply_of(reply)


def failure(
    status: int,
    faults: Sequence[Fault] = (),
    *,
    error: str | Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    retry_after: float | str | None = None,
    times: int | None = 1,
    path: str | None = None,
    match: Match | None = None,
) -> Turn:
    """Return a turn with an error, with the arguments of `LocalServer.fail`."""
    described = dict(error) if isinstance(error, Mapping) else error_object(status, error)
    more = dict(headers or {})
    if retry_after is not None:
        more["retry-after"] = (
            f"{retry_after:g}" if isinstance(retry_after, (int, float)) else retry_after
        )
    check_head(status, more)
    answer = json_answer({"error": described}, status=status, headers=more)
    return Turn(answer=lambda _: answer, faults=faults, times=times, path=path, match=match)


def check_head(status: int, headers: Mapping[str, str]) -> None:
    """Check the status and the headers of a scripted response.

    Raises:
        ValueError: They are not valid HTTP.
    """
    if not 200 <= status <= 999:
        raise ValueError(f"Expected `status` to be from 200 to 999 but received {status!r}")
    for name, value in headers.items():
        if not _FIELD_NAME.fullmatch(name) or not (value.isascii() and value.isprintable()):
            raise ValueError(f"Expected the header {name!r} to be printable ASCII")


class Script:
    """The scripted turns in order; any thread may add one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: list[Turn] = []
        self._unscripted = RequestLog(100)

    def add(self, turn: Turn) -> None:
        """Append a turn, before the default ones."""
        with self._lock:
            # The last of several defaults counts.
            rest = next((place for place, each in enumerate(self._turns) if each.default), None)
            self._turns.insert(len(self._turns) if rest is None else rest, turn)

    def clear(self, scope: str | None = None) -> None:
        """Drop the unused turns, of a scope or all."""
        with self._lock:
            self._turns = [turn for turn in self._turns if not _is_of(turn, scope)]
        self._unscripted.clear(scope)

    def pending(self, scope: str | None = None) -> int:
        """Return the number of unused responses, with endless ones counted as one."""
        return sum(turn.times or 1 for turn in self._of(scope))

    def untaken(self, scope: str | None = None) -> int:
        """Return the number of unused responses, without endless ones."""
        return sum(turn.times or 0 for turn in self._of(scope))

    def unscripted(self, scope: str | None = None) -> list[ReceivedRequest]:
        """Return the last requests to models without a reply."""
        return self._unscripted.all(scope)

    def entries(self, scope: str | None = None) -> list[dict[str, Any]]:
        """Return the unused turns as entries, without those scripted in Python."""
        return [
            {**turn.entry, "times": turn.times} if not turn.default else dict(turn.entry)
            for turn in self._of(scope)
            if turn.entry is not None
        ]

    def _of(self, scope: str | None) -> list[Turn]:
        with self._lock:
            return [turn for turn in self._turns if _is_of(turn, scope)]

    def is_early(self, path: str) -> bool:
        """Say whether the next turn for a path does not wait for the request's body."""
        with self._lock:
            turn = next((turn for turn in self._turns if turn.is_for_path(path)), None)
        return turn is not None and not turn.waits_for_body

    def take_answer(self, request: ReceivedRequest) -> Turn | None:
        """Take the next turn for a request if it is not a reply."""
        return self._take(request, lambda turn: turn.reply is None)

    def take_reply(self, request: ReceivedRequest) -> Turn | None:
        """Take the next turn for a request if it is a reply; record a request without one."""
        turn = self._take(request, lambda turn: turn.reply is not None)
        if turn is None:
            self._unscripted.add(request)
        return turn

    def _take(self, request: ReceivedRequest, is_wanted: Callable[[Turn], bool]) -> Turn | None:
        with self._lock:
            turn = next((turn for turn in self._turns if turn.is_for(request)), None)
            if turn is None or not is_wanted(turn):
                return None
            if turn.times is not None:
                turn.times -= 1
                if not turn.times:
                    self._turns.remove(turn)
            return turn


def _is_of(turn: Turn, scope: str | None) -> bool:
    return scope is None or turn.scope == scope

"""The queue of what a test has scripted; requests take from it in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ._answers import Answer
from ._received import ReceivedRequest, same_path
from ._replies import Match, Reply, ReplyFunction, reply_of, scope_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pydantic import BaseModel

__all__ = ["Fault", "Script", "Scripted", "Turn", "scope_of"]

Fault: TypeAlias = Callable[[Answer], Answer]
"""Changes an answer for the worse before it is sent."""

Scripted: TypeAlias = (
    "Reply | str | Mapping[str, Any] | BaseModel | DataclassInstance | ReplyFunction"
)

_WORDED = ("chat/completions", "responses", "audio/transcriptions", "audio/translations")


@dataclass
class Turn:
    """One entry of the script: what to answer, how to disturb it, how often, and to whom."""

    reply: Scripted | None = None
    """What the model says; only requests to a model's words take it."""
    answer: Callable[[ReceivedRequest], Answer] | None = None
    """Makes the answer itself, for any request."""
    faults: Sequence[Fault] = field(default_factory=tuple[Fault, ...])
    times: int | None = 1
    """How many requests get it; `None` is all of them."""
    path: str | None = None
    """The only path that it is for."""
    match: Match | None = None
    """Which requests it is for, by what they say."""
    waits_for_body: bool = True
    """Whether the request is read to its end first."""

    def is_for(self, request: ReceivedRequest) -> bool:
        """Says whether a request may take it."""
        return self.is_for_path(request.path) and (self.match is None or self.match.fits(request))

    def is_for_path(self, path: str) -> bool:
        """Says whether a request to that path may take it, as far as the path tells."""
        if self.path is not None:
            return same_path(path, self.path)
        return self.reply is None or any(same_path(path, worded) for worded in _WORDED)

    def disturb(self, answer: Answer) -> Answer:
        """Gives the answer as the faults leave it."""
        for fault in self.faults:
            answer = fault(answer)
        return answer

    def say(self, request: ReceivedRequest) -> Reply | None:
        """Gives what the model says to a request, `None` where the usual reply is wanted."""
        reply = self.reply(request) if callable(self.reply) else self.reply
        return None if reply is None else reply_of(reply)


class Script:
    """Turns in the order in which they were scripted; any thread may add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: list[Turn] = []
        self.unscripted: deque[ReceivedRequest] = deque(maxlen=100)
        """The last requests for a model's words that found no reply."""

    def add(self, turn: Turn) -> None:
        """Puts a turn at the end."""
        if turn.times is not None and turn.times < 1:
            raise ValueError(f"Expected `times` to be at least 1 or None but received {turn.times}")
        with self._lock:
            self._turns.append(turn)

    def clear(self) -> None:
        """Forgets what was not used."""
        with self._lock:
            self._turns.clear()
            self.unscripted.clear()

    def pending(self) -> int:
        """Counts the answers that no request has taken yet, endless ones as one."""
        with self._lock:
            return sum(turn.times or 1 for turn in self._turns)

    def untaken(self) -> int:
        """Counts the answers that are left, without endless ones."""
        with self._lock:
            return sum(turn.times or 0 for turn in self._turns)

    def is_early(self, path: str) -> bool:
        """Says whether the next turn for a path does not wait for the body of the request."""
        with self._lock:
            turn = next((turn for turn in self._turns if turn.is_for_path(path)), None)
        return turn is not None and not turn.waits_for_body

    def take_answer(self, request: ReceivedRequest) -> Turn | None:
        """Takes the next turn for a request if it is no reply."""
        return self._take(request, lambda turn: turn.reply is None)

    def take_reply(self, request: ReceivedRequest) -> Turn | None:
        """Takes the next turn for a request if it is a reply; notes a request without one."""
        turn = self._take(request, lambda turn: turn.reply is not None)
        if turn is None or turn.reply is None:
            self.unscripted.append(request)
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

"""Faults: values that turn a good answer into a bad one.

A chunk is one event of a stream, or one piece of a download.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ._answers import Answer, Gate, Pause, Step
from ._json import JSONObject, compact


@dataclass(frozen=True)
class SlowStart:
    """Waits before the head of the answer goes out."""

    seconds: float

    def __call__(self, answer: Answer) -> Answer:
        """Gives the answer, late."""
        return replace(answer, delay=answer.delay + self.seconds)


@dataclass(frozen=True)
class Stall:
    """Stands still after some chunks, then goes on.

    It ends when the client leaves, when `seconds` have passed, or, with `until`, when the test
    opens that gate.
    """

    after: int = 1
    seconds: float = 60.0
    until: Gate | None = None

    def __call__(self, answer: Answer) -> Answer:
        """Gives the answer with a hole in it."""
        wait: Step = Pause(self.seconds) if self.until is None else self.until
        return _stepwise(answer, _insert(answer.steps(), self.after, [wait]))


@dataclass(frozen=True)
class Cut:
    """Stops after some chunks, or after some bytes of the body.

    `how` says what the client sees: `close`, the connection closed in the middle of the body;
    `reset`, a TCP reset; `end`, a body that ends as bodies do, though the answer is not whole.
    """

    after: int = 1
    how: Literal["close", "reset", "end"] = "close"
    at_byte: int | None = None

    def __call__(self, answer: Answer) -> Answer:
        """Gives the first part of the answer."""
        if self.at_byte is not None:
            kept: Iterable[Step] = _first_bytes(answer.steps(), self.at_byte)
        else:
            kept = _first_chunks(answer.steps(), self.after)
        if self.how == "end":
            return replace(answer, body=kept, length=None)
        return replace(_stepwise(answer, kept), ending=self.how)


@dataclass(frozen=True)
class MalformedEvent:
    """Puts an event that is not JSON after some chunks, then goes on."""

    after: int = 1
    data: bytes = b'{"id": "chatcmpl-'

    def __call__(self, answer: Answer) -> Answer:
        """Gives the stream with the event in it."""
        event = b"data: %b\n\n" % self.data
        return replace(answer, body=_insert(answer.steps(), self.after, [event]), length=None)


@dataclass(frozen=True)
class ErrorEvent:
    """Ends a stream after some chunks with an error.

    `form` is how the error is written: `named`, under `event: error`; `plain`, as data alone;
    `x_groq`, as the string `x_groq.error` of a last chunk.
    """

    error: Mapping[str, Any] | str = "The server had an error while it answered"
    after: int = 1
    form: Literal["named", "plain", "x_groq"] = "named"

    def __call__(self, answer: Answer) -> Answer:
        """Gives the first part of the stream, and the error."""

        def body() -> Iterator[Step]:
            yield from _first_chunks(answer.steps(), self.after)
            yield self._event()

        return replace(answer, body=body(), length=None)

    def _event(self) -> bytes:
        if self.form == "x_groq":
            chunk: JSONObject = {
                "id": "chatcmpl-error",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "local",
                "choices": [],
                "x_groq": {"error": self.error},
            }
            return f"data: {compact(chunk)}\n\n".encode()
        error = self.error
        if isinstance(error, str):
            error = {"message": error, "type": "internal_server_error", "status_code": 500}
        name = "event: error\n" if self.form == "named" else ""
        return f"{name}data: {compact({'error': error})}\n\n".encode()


@dataclass(frozen=True)
class HoldOpen:
    """Sends everything but the end of the body, and keeps the connection.

    It ends when the client leaves or `seconds` have passed; then the connection is closed.
    """

    seconds: float = 60.0

    def __call__(self, answer: Answer) -> Answer:
        """Gives the answer without its end."""

        def body() -> Iterator[Step]:
            yield from answer.steps()
            yield Pause(self.seconds)

        return replace(answer, body=body(), length=None, ending="close")


def _stepwise(answer: Answer, steps: Iterable[Step]) -> Answer:
    """Keeps the announced length, so that what is missing is missed."""
    return replace(answer, body=steps, length=answer.size)


def _insert(steps: Iterable[Step], after: int, inserted: Iterable[Step]) -> Iterator[Step]:
    chunks = 0
    is_done = False
    for step in steps:
        if not is_done and chunks == after:
            is_done = True
            yield from inserted
        chunks += isinstance(step, bytes)
        yield step
    if not is_done:
        yield from inserted


def _first_chunks(steps: Iterable[Step], count: int) -> Iterator[Step]:
    if not count:
        return
    for step in steps:
        yield step
        count -= isinstance(step, bytes)
        if not count:
            return


def _first_bytes(steps: Iterable[Step], count: int) -> Iterator[Step]:
    for step in steps:
        piece = step[:count] if isinstance(step, bytes) else step
        yield piece
        count -= len(piece) if isinstance(piece, bytes) else 0
        if not count:
            return

"""Faults: values that damage a response.

A chunk is one event of a stream, or one piece of a download. The first event of a chat stream has
the role and no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ._answers import Answer, Gate, Pause, Step
from ._json import JSONObject, compact


class _Checked:
    """A fault whose values are checked when it is created."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name in ("after", "seconds", "at_byte") and value is not None and not value >= 0:
                raise ValueError(f"Expected `{name}` to be at least 0 but received {value!r}")
            words = _WORDS.get(name, ())
            if words and value not in words:
                raise ValueError(f"Expected `{name}` to be one of {words!r} but received {value!r}")


_WORDS = {"how": ("close", "reset", "end"), "form": ("named", "plain", "x_groq")}


@dataclass(frozen=True)
class SlowStart(_Checked):
    """Delays the head of the response."""

    seconds: float

    def __call__(self, answer: Answer) -> Answer:
        """Return the delayed response."""
        return replace(answer, delay=answer.delay + self.seconds)


@dataclass(frozen=True)
class Stall(_Checked):
    """Stalls after some chunks, then continues.

    It ends when the client disconnects, after `seconds`, or, with `until`, when the test
    opens that gate.
    """

    after: int = 1
    seconds: float = 60.0
    until: Gate | None = None

    def __call__(self, answer: Answer) -> Answer:
        """Return the response with the stall in it."""
        wait: Step = Pause(self.seconds) if self.until is None else self.until
        return _stepwise(answer, _insert(answer.steps(), self.after, [wait]))


@dataclass(frozen=True)
class Cut(_Checked):
    """Stops after some chunks, or after some bytes of the body.

    `how` says what the client sees: `close`, the connection closed in the middle of the body;
    `reset`, a TCP reset; `end`, a body that ends normally, although the answer is incomplete.
    """

    after: int = 1
    how: Literal["close", "reset", "end"] = "close"
    at_byte: int | None = None

    def __call__(self, answer: Answer) -> Answer:
        """Return the first part of the response."""
        if self.at_byte is not None:
            kept: Iterable[Step] = _first_bytes(answer.steps(), self.at_byte)
        else:
            kept = _first_chunks(answer.steps(), self.after)
        if self.how == "end":
            return replace(answer, body=kept, length=None)
        return replace(_stepwise(answer, kept), ending=self.how)


@dataclass(frozen=True)
class MalformedEvent(_Checked):
    """Inserts an event that is not JSON after some chunks."""

    after: int = 1
    data: bytes = b'{"id": "chatcmpl-'

    def __call__(self, answer: Answer) -> Answer:
        """Return the stream with the event in it."""
        event = b"data: %b\n\n" % self.data
        return replace(answer, body=_insert(answer.steps(), self.after, [event]), length=None)


@dataclass(frozen=True)
class ErrorEvent(_Checked):
    """Ends a stream with an error after some chunks.

    `form` is the format of the error: `named`, as `event: error`; `plain`, as data alone;
    `x_groq`, as the string `x_groq.error` of a last chunk.
    """

    error: Mapping[str, Any] | str = "The server had an error while it answered"
    after: int = 1
    form: Literal["named", "plain", "x_groq"] = "named"

    def __call__(self, answer: Answer) -> Answer:
        """Return the first part of the stream, and the error."""

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
class HoldOpen(_Checked):
    """Sends everything but the end of the body, and keeps the connection open.

    The connection is closed when the client disconnects, or after `seconds`.
    """

    seconds: float = 60.0

    def __call__(self, answer: Answer) -> Answer:
        """Return the response without its end."""

        def body() -> Iterator[Step]:
            yield from answer.steps()
            yield Pause(self.seconds)

        return replace(answer, body=body(), length=None, ending="close")


def _stepwise(answer: Answer, steps: Iterable[Step]) -> Answer:
    """Keep the announced length, so that the missing part is noticed."""
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

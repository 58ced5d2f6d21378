"""`Answer`: a response as a value, which faults change before it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ._json import compact

Ending: TypeAlias = Literal["whole", "close", "cut", "reset"]


@dataclass(frozen=True)
class Pause:
    """A pause before the next piece is sent; it ends early if the client disconnects."""

    seconds: float


class Gate:
    """Holds a response at one point until the test opens it.

    ```python
    from groq.testing import Gate, LocalServer, Stall

    gate = Gate()
    with LocalServer(pace=0) as server, server.client() as client:
        server.reply("one two", Stall(after=2, until=gate))
        stream = client.chat.completions.create(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": "Count"}], stream=True
        )
        assert [next(stream).choices[0].delta.content for _ in range(2)] == ["", "one"]
        gate.open()
        assert next(stream).choices[0].delta.content == " two"
    ```
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_open = False
        self._reached = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    def open(self) -> None:
        """Let all responses pass, those that wait and later ones; thread-safe."""
        with self._lock:
            self._is_open = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def wait_until_reached(self, timeout: float = 5.0) -> bool:
        """Wait until a response is held here, and return whether one is."""
        return self._reached.wait(timeout)

    def when_open(self, callback: Callable[[], None]) -> None:
        """Call a function when the gate is opened, or at once if it is open."""
        self._reached.set()
        with self._lock:
            if not self._is_open:
                self._callbacks.append(callback)
                return
        callback()


class HalfClose:
    """Ends the sending half of the connection; the client's data is still read."""


@dataclass(frozen=True)
class Break:
    """Ends the connection in the middle of a response, as `Answer.ending` says."""

    how: Literal["close", "cut", "reset"]


Step: TypeAlias = bytes | Pause | Gate | HalfClose | Break
"""A piece of the body, sent in one write, or a pause before the next one."""


@dataclass(frozen=True)
class Answer:
    """An HTTP response, with a complete body or one that is sent in steps.

    A body of `bytes` has a `content-length`. Steps are sent with chunked encoding, each `bytes`
    as one chunk, unless `length` says how many bytes there will be, or `ends_with_connection`.
    """

    body: bytes | Iterable[Step]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    length: int | None = None
    delay: float = 0.0
    """Seconds before the head of the response is sent."""
    ending: Ending = "whole"
    """How it ends: normally, or with the connection closed or reset after the body.

    `cut` closes the socket without TLS's close notice.
    """
    is_raw: bool = False
    """Whether only the steps are sent, without a head and without chunked framing."""
    waits_for_body: bool = True
    """Whether it is sent after the complete request, not as soon as its head has arrived."""
    when_ended: Callable[[], object] | None = None
    """Called when it has been sent, or when the connection is lost."""
    ends_with_connection: bool = False
    """Whether only the end of the connection marks the end of the body."""
    reason: str | None = None
    """The reason phrase; the usual one of the status by default."""

    @property
    def size(self) -> int | None:
        """The announced number of bytes; `None` if there is none."""
        if self.ends_with_connection:
            return None
        return len(self.body) if isinstance(self.body, bytes) else self.length

    def extended(
        self, headers: Mapping[str, str], *, when_ended: Callable[[], object] | None = None
    ) -> Answer:
        """Return the response with more headers, over which its own win, and with a callback."""
        # `dataclasses.replace` takes five times as long, and every response comes through here.
        extended = object.__new__(type(self))
        vars(extended).update(vars(self), headers={**headers, **self.headers})
        if when_ended is not None:
            vars(extended)["when_ended"] = when_ended
        return extended

    def steps(self) -> Iterator[Step]:
        """Iterate over the body, which can be done once."""
        if isinstance(self.body, bytes):
            yield self.body
        else:
            yield from self.body

    def read(self) -> bytes:
        """Return the whole body, without pauses."""
        return b"".join(step for step in self.steps() if isinstance(step, bytes))


class Refusal(Exception):
    """Ends the handling of a request with an error response."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error_object(status, message)
        if code is not None:
            self.error["code"] = code
        if param is not None:
            self.error["param"] = param
        self.headers = dict(headers or {})

    def answer(self) -> Answer:
        """Return the error in the API's form."""
        return json_answer({"error": self.error}, status=self.status, headers=self.headers)


_ERRORS: dict[int, tuple[str, str, str | None]] = {
    400: ("The request is not valid", "invalid_request_error", None),
    401: ("Invalid API Key", "invalid_request_error", "invalid_api_key"),
    403: ("This key may not do that", "permissions_error", None),
    404: ("There is nothing here", "invalid_request_error", "not_found"),
    409: ("The request conflicts with another", "invalid_request_error", None),
    413: ("The request is too large", "invalid_request_error", "request_too_large"),
    422: ("The request cannot be followed", "invalid_request_error", None),
    429: ("Rate limit reached, please try again later", "requests", "rate_limit_exceeded"),
    498: ("No flex capacity is left, please try again", "capacity_error", "capacity_exceeded"),
    503: ("Service Unavailable", "internal_server_error", "service_unavailable"),
}


def error_object(status: int, message: str | None = None) -> dict[str, object]:
    """Build the `error` object that goes with a status."""
    default = "invalid_request_error" if status < 500 else "internal_server_error"
    usual, type_, code = _ERRORS.get(status, (f"Status {status}", default, None))
    error: dict[str, object] = {"message": usual if message is None else message, "type": type_}
    if message is None and code is not None:
        error["code"] = code
    return error


def json_answer(
    value: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer with a JSON value."""
    return Answer(compact(value).encode(), status=status, headers=dict(headers or {}))

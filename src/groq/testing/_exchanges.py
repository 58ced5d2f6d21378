"""Exchanges: the last requests with their responses so far, for the page and the log.

Only the server's thread uses them. Memory is bounded: the last 200 exchanges are kept, with 64 KB
of each response and 16 MB of requests. A watcher is updated at most 30 times a second.
"""

from __future__ import annotations

import codecs
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ._answers import Answer, Ending, Gate, Pause, Step
from ._display import described, excerpt, printable, shown_headers
from ._json import JSONObject, compact, object_of
from ._received import ReceivedRequest, scopes_of
from ._secrets import Secrets, secrets_of

_MOST_EXCHANGES = 200
_MOST_REQUEST_BYTES = 16 * 1024 * 1024
_MOST_ANSWER_BYTES = 64 * 1024
_MOST_SHOWN_BYTES = 256 * 1024
"""Bytes of a request that the page shows."""
_LOOK_EVERY = 0.03
"""Seconds between two updates for a watcher."""

HowItEnded: TypeAlias = Ending | Literal["left"]
"""`left`: the client disconnected."""

_MODEL = re.compile(rb'"model"\s*:\s*"([^"\\]*)"')
_logger = logging.getLogger(__package__)


@dataclass
class ConnectionTimes:
    """When a connection was made, and when the client closed it, on the monotonic clock."""

    opened: float
    closed: float | None = None


class Exchange:
    """One request and its response."""

    def __init__(
        self,
        number: int,
        request: ReceivedRequest,
        connection: ConnectionTimes,
        watchers: set[Watcher],
        when_ended: Callable[[Exchange], None],
    ) -> None:
        self.number = number
        self.request = request
        self.connection = connection
        self.answer: Answer | None = None
        """The response, once it has begun."""
        self.began: float = time.time()
        self.seconds: float | None = None
        """The duration, once it has ended."""
        self.size: int = 0
        """Bytes of the body that were sent."""
        self.pieces: int = 0
        """Pieces that were sent: in a stream, one for each event."""
        self.ending: HowItEnded | None = None
        self.kept: bytearray | None = bytearray()
        """The first 64 KB of the body, while this is one of the last exchanges."""
        self.last_piece: bytes = b""
        self.started: float = time.monotonic()
        self._watchers = watchers
        self._when_ended = when_ended

    @property
    def model(self) -> str:
        """The requested model; empty if there is none."""
        request = self.request
        if len(request.body) > _MOST_SHOWN_BYTES and not request.parts:
            # Parsing all of it would take too long.
            found = _MODEL.search(request.body)
            return "" if found is None else found[1].decode("utf-8", "replace")
        try:
            fields = request.form if request.parts else object_of(request.json())
        except ValueError:
            return ""
        return str(fields.get("model") or "")

    def begin(self, answer: Answer) -> None:
        """Record that the answer begins."""
        self.answer = answer
        self._notify()

    def send(self, piece: bytes) -> None:
        """Record a piece of the body that is sent."""
        self.size += len(piece)
        self.pieces += 1
        self.last_piece = piece
        kept = self.kept
        if kept is not None and len(kept) < _MOST_ANSWER_BYTES:
            kept += piece[: _MOST_ANSWER_BYTES - len(kept)]
        if self._watchers:
            self._notify()

    def end(self, ending: HowItEnded) -> None:
        """Record that the answer has ended, and log a line."""
        self.ending = ending
        self.seconds = time.monotonic() - self.started
        self._notify()
        self._when_ended(self)
        if _logger.isEnabledFor(logging.INFO):
            _logger.info("%s", self.line())

    def line(self) -> str:
        """Return a log line, without the query and the headers, which may hold secrets."""
        status = "raw" if self.answer is None or self.answer.is_raw else self.answer.status
        pieces = f" {self.pieces} chunks" if self.is_stream else ""
        milliseconds = round((self.seconds or 0) * 1000)
        ending = "" if self.ending == "whole" else f" ({self.ending})"
        words = [self.request.method, self.request.path[:200], self.model[:100] or "-"]
        return printable(
            f"{' '.join(words)} {status} {self.size} B{pieces} {milliseconds} ms{ending}"
        )

    @property
    def is_stream(self) -> bool:
        """Whether the response is a stream of events."""
        answer = self.answer
        return answer is not None and answer.content_type.startswith("text/event-stream")

    def _notify(self) -> None:
        for watcher in self._watchers:
            watcher.note(self)


class Exchanges:
    """The last exchanges and their watchers.

    Args:
        when_ended: Called with each exchange that has ended.
    """

    def __init__(self, when_ended: Callable[[Exchange], None]) -> None:
        self._when_ended = when_ended
        self._count = 0
        self._recent: deque[Exchange] = deque()
        self._request_bytes = 0
        self._watchers: set[Watcher] = set()

    def begin(self, request: ReceivedRequest, connection: ConnectionTimes) -> Exchange:
        """Add a request, and drop the oldest exchanges if a limit is exceeded."""
        self._count += 1
        exchange = Exchange(self._count, request, connection, self._watchers, self._when_ended)
        self._recent.append(exchange)
        self._request_bytes += request.kept_bytes
        while len(self._recent) > _MOST_EXCHANGES or self._request_bytes > _MOST_REQUEST_BYTES:
            oldest = self._recent.popleft()
            oldest.kept = None
            self._request_bytes -= oldest.request.kept_bytes
        return exchange

    def refuse(self, status: int, message: str) -> None:
        """Log a request that was not valid HTTP."""
        _logger.info("%s", printable(f"- - - {status} {message}"))

    def clear(self) -> None:
        """Forget all exchanges and restart every watcher."""
        self._recent.clear()
        self._request_bytes = 0
        for watcher in self._watchers:
            watcher.start(())

    def watch(self, scope: str | None) -> Answer:
        """Return a stream of the last exchanges and all later ones."""
        watcher = Watcher(scope)
        watcher.start(self._recent)
        self._watchers.add(watcher)
        return Answer(
            watcher.steps(),
            headers={"cache-control": "no-store"},
            content_type="text/event-stream",
            when_ended=lambda: self._watchers.discard(watcher),
        )


class Watcher:
    """A client of the event stream: what was sent to it, and what has changed since."""

    def __init__(self, scope: str | None) -> None:
        self._scope = scope
        self._is_starting = True
        self._new: dict[int, Exchange] = {}
        self._known: dict[int, _Known] = {}
        self._gate: Gate | None = None

    def start(self, exchanges: Iterable[Exchange]) -> None:
        """Restart the stream with these exchanges."""
        self._is_starting = True
        self._known.clear()
        self._new.clear()
        for exchange in exchanges:
            self.note(exchange)
        self._wake()

    def note(self, exchange: Exchange) -> None:
        """Record that an exchange has changed."""
        if self._scope is None or self._scope in scopes_of(exchange.request.headers):
            self._new[exchange.number] = exchange
            self._wake()

    def _wake(self) -> None:
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.open()

    def steps(self) -> Iterator[Step]:
        """Yield the events of the stream, and the pauses between them."""
        while True:
            if self._is_starting:
                self._is_starting = False
                yield _event("start", {})
            new, self._new = self._new, {}
            for number, exchange in new.items():
                if exchange.kept is not None:
                    known = self._known.setdefault(number, _Known())
                    yield _event("exchange", known.news(exchange))
                if exchange.kept is None or exchange.ending is not None:
                    self._known.pop(number, None)
            yield Pause(_LOOK_EVERY)
            if not self._new and not self._is_starting:
                self._gate = Gate()
                yield self._gate


class _Known:
    """The part of an exchange that was sent to a watcher."""

    def __init__(self) -> None:
        self._bytes = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_introduced = False

    def news(self, exchange: Exchange) -> JSONObject:
        """Return the changes since the last call."""
        news: JSONObject = {"number": exchange.number, "answer": _answer_of(exchange)}
        if not self._is_introduced:
            self._is_introduced = True
            news["request"] = described(excerpt(exchange.request, _MOST_SHOWN_BYTES))
            news["model"] = exchange.model
            news["began"] = exchange.began
        kept = exchange.kept or bytearray()
        new, self._bytes = kept[self._bytes :], len(kept)
        if new and _is_text(exchange):
            news["text"] = self._decoder.decode(bytes(new))
        return news


def _event(name: str, data: JSONObject) -> bytes:
    return f"event: {name}\ndata: {compact(data)}\n\n".encode("utf-8", "replace")


def _answer_of(exchange: Exchange) -> JSONObject | None:
    answer = exchange.answer
    if answer is None:
        return None
    secrets = Secrets(secrets_of(exchange.request))
    return {
        "status": None if answer.is_raw else answer.status,
        "headers": shown_headers({"content-type": answer.content_type, **answer.headers}, secrets),
        "size": exchange.size,
        "pieces": exchange.pieces,
        "seconds": exchange.seconds,
        "ending": exchange.ending,
    }


def _is_text(exchange: Exchange) -> bool:
    answer = exchange.answer
    return answer is not None and (
        answer.is_raw or answer.content_type.startswith(("text/", "application/json"))
    )

"""Tapes: recorded exchanges with another server, which are replayed in tests."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from ._answers import Answer, Break, Pause, Refusal, Step
from ._matching import difference, key_of, normalized, paths_of
from ._received import ReceivedRequest, RequestLog
from ._recordings import Recording, first_line, read, recording_of, write
from ._upstream import GROQ, Upstream

_logger = logging.getLogger(__package__)

Mode: TypeAlias = Literal["replay", "record", "record_missing", "answer_missing"]


@dataclass(frozen=True)
class Tape:
    """A file of recorded exchanges, and what a server does with it.

    The chunks of each answer are recorded with their times. Keys, cookies and fields with
    secret-looking names are redacted. Requests match by method, URL and body; key order, whitespace
    and headers are ignored. Identical requests are answered in recorded order.

    Args:
        path: The file, whose name usually ends in `.jsonl`.
        mode: How requests are handled. `replay`: the recorded answer is sent; a request that is
            not on the tape is refused. `record`: all requests are forwarded, and the tape is
            overwritten. `record_missing`: requests that are not on the tape are forwarded and
            added to it. `answer_missing`: the local server answers requests that are not on the
            tape.
        upstream: The base URL of the server that requests are forwarded to.
        speed: The speed of replayed answers: 1 is that of the recording, 10 is ten times faster,
            and `math.inf` is without delay.
        ignore: The parts of requests that are not compared: paths in the JSON body, such as
            `metadata.run` or `messages[*].name`, or fields of a form.

    Raises:
        ValueError: `speed` is not above 0, `upstream` is not a URL, or a path of `ignore` is
            invalid.
    """

    path: str | os.PathLike[str]
    mode: Mode = "replay"
    upstream: str = GROQ
    speed: float = 1.0
    ignore: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.speed > 0:
            raise ValueError(f"Expected `speed` to be above 0 but received {self.speed!r}")
        if not self.upstream.startswith(("http://", "https://")):
            raise ValueError(f"Expected `upstream` to be a URL but received {self.upstream!r}")
        paths_of(self.ignore)


class Player:
    """A player of one tape, which also records the exchanges that it forwards."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._path = Path(tape.path)
        self._ignored = paths_of(tape.ignore)
        self._lock = threading.Lock()
        self._upstream = Upstream(tape.upstream)
        self._is_new = tape.mode == "record"
        self._under_way: deque[Recording] = deque()
        self._recordings: list[Recording] = []
        if tape.mode in ("replay", "answer_missing") or (
            tape.mode == "record_missing" and self._path.exists()
        ):
            self._recordings = read(self._path)
        self.refused: RequestLog = RequestLog(100)
        """The last requests that were refused because they are not on the tape."""
        self.rewind()

    def rewind(self) -> None:
        """Make every recorded answer available again."""
        with self._lock:
            self._unplayed = [(self._key(each), each) for each in self._recordings]
            self.refused.clear()

    @property
    def passes_on(self) -> bool:
        """Whether requests are forwarded to another server."""
        return self._tape.mode in ("record", "record_missing")

    def unplayed(self) -> int:
        """Return the number of recorded answers that were not sent yet."""
        with self._lock:
            return len(self._unplayed)

    def answer(self, request: ReceivedRequest) -> Answer | Coroutine[Any, Any, Answer] | None:
        """Return the answer to a request; `None` if the local server is to answer it."""
        if self.passes_on and request.size > len(request.body):
            message = f"This server passes on at most {len(request.body)} bytes of a body"
            return Refusal(413, message).answer()
        recording = recording_of(request)
        recorded = self._take(self._key(recording))
        if recorded is not None:
            return _played(recorded, self._tape.speed)
        if self.passes_on:
            # They are written in the order of the requests, whichever ends first.
            self._under_way.append(recording)
            return self._upstream.pass_on(request, recording, self._write_ended)
        if self._tape.mode == "answer_missing":
            return None
        self.refused.add(request)
        message = f"This request is not on the tape {self._path.name}: {self._nearest(recording)}"
        headers = {"x-should-retry": "false"}
        return Refusal(400, message, code="not_on_tape", headers=headers).answer()

    async def aclose(self) -> None:
        """Close the connections to the other server."""
        await self._upstream.aclose()

    def _key(self, recording: Recording) -> str:
        return key_of(normalized(recording, self._ignored))

    def _take(self, key: str) -> Recording | None:
        with self._lock:
            for place, (recorded, recording) in enumerate(self._unplayed):
                if recorded == key:
                    del self._unplayed[place]
                    return recording
        return None

    def _nearest(self, sought: Recording) -> str:
        """Describe how the most similar recorded request differs."""
        left = [recording for _, recording in self._unplayed]
        # Requests that are not replayed yet come first, as the more likely match.
        for recording in [*left, *self._recordings]:
            if recording.request == sought.request:
                recorded, received = (
                    normalized(each, self._ignored) for each in (recording, sought)
                )
                found = difference(recorded, received)
                return (
                    f"compared with line {recording.line}, {found}"
                    if found
                    else "its answers to such a request were all given"
                )
        return f"it has no {sought.request}"

    def _write_ended(self) -> None:
        while self._under_way and self._under_way[0].end is not None:
            recording = self._under_way.popleft()
            if recording.end == "unreachable":
                continue
            try:
                self._write(write(recording))
            except OSError as error:
                # The client gets its response anyway, so the error is logged.
                _logger.error("Cannot write the tape: %s", error)  # noqa: TRY400 - it says why

    def _write(self, lines: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_new or not self._path.exists():
            self._path.write_text(first_line(self._tape.upstream), encoding="utf-8")
            self._is_new = False
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(lines)


def _played(recording: Recording, speed: float) -> Answer:
    """Return a recorded answer, with its chunks and times."""
    if recording.status is None:
        # The other server closed the connection without an answer.
        return Answer(_steps(recording, speed), is_raw=True)
    return Answer(
        _steps(recording, speed),
        recording.status,
        recording.headers,
        content_type=recording.headers.get("content-type", ""),
        length=recording.size,
        delay=recording.head_at / speed,
        ends_with_connection=recording.ends_with_connection,
        reason=recording.reason,
    )


def _steps(recording: Recording, speed: float) -> Iterator[Step]:
    # Each chunk has its own time, so that a late chunk does not delay the next one.
    started = time.monotonic() - recording.head_at / speed
    for at, chunk in [*recording.chunks, (recording.ended_at, b"")]:
        wait = started + at / speed - time.monotonic()
        if wait > 0:
            yield Pause(wait)
        yield chunk
    if recording.end != "whole":
        yield Break("reset" if recording.end == "reset" else "close")

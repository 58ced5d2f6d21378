"""Tapes: exchanges with another server, recorded once and replayed ever after."""

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
from ._meaning import difference, key_of, meaning_of, paths_of
from ._received import ReceivedRequest
from ._recordings import Recording, first_line, read, recording_of, write
from ._upstream import GROQ, Upstream

_logger = logging.getLogger(__package__)

Mode: TypeAlias = Literal["replay", "record", "record_missing", "answer_missing"]


@dataclass(frozen=True)
class Tape:
    """A file of recorded exchanges, and what a server does with it.

    Recorded are the chunks of each answer as they came, with the times between them. Keys, cookies
    and whatever is named like a secret are not written down. A request gets the recorded answer to
    one that means the same: neither the order of keys nor white space nor headers count; of equal
    requests each gets an answer of its own, in their order.

    Args:
        path: The file, whose name usually ends in `.jsonl`.
        mode: What happens to a request. `replay`: it gets the recorded answer, and is refused
            where there is none. `record`: it is passed on, and the tape begins anew.
            `record_missing`: what is not on the tape is passed on and added to it.
            `answer_missing`: what is not on the tape is answered by the server's own words.
        upstream: The base URL of the server that requests are passed on to.
        speed: How fast answers are played: 1 is the pace of the recording, 10 is ten times
            faster, `math.inf` is at once.
        ignore: What does not count when requests are compared: paths in the JSON body, such as
            `metadata.run` or `messages[*].name`, or fields of a form.

    Raises:
        ValueError: `speed` is not above 0, `upstream` is no URL, or a path of `ignore` cannot be
            read.
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
    """Answers from a tape, and records onto it what is passed on."""

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
        self.refused: deque[ReceivedRequest] = deque(maxlen=100)
        """The last requests that were refused since they are not on the tape."""
        self.rewind()

    def rewind(self) -> None:
        """Have every recorded answer be played once more."""
        with self._lock:
            self._unplayed = [(self._key(each), each) for each in self._recordings]
            self.refused.clear()

    @property
    def passes_on(self) -> bool:
        """Whether requests are passed on to another server."""
        return self._tape.mode in ("record", "record_missing")

    def unplayed(self) -> int:
        """Count the recorded answers that no request has got."""
        with self._lock:
            return len(self._unplayed)

    def answer(self, request: ReceivedRequest) -> Answer | Coroutine[Any, Any, Answer] | None:
        """Answer a request, now or later; `None` is for the server's own words."""
        if self.passes_on and request.size > len(request.body):
            message = f"This server passes on at most {len(request.body)} bytes of a body"
            return Refusal(413, message).answer()
        asked = recording_of(request)
        recorded = self._take(self._key(asked))
        if recorded is not None:
            return _played(recorded, self._tape.speed)
        if self.passes_on:
            # They are written in the order in which they came, however long each of them takes.
            self._under_way.append(asked)
            return self._upstream.pass_on(request, asked, self._write_ended)
        if self._tape.mode == "answer_missing":
            return None
        self.refused.append(request)
        message = f"This request is not on the tape {self._path.name}: {self._nearest(asked)}"
        headers = {"x-should-retry": "false"}
        return Refusal(400, message, code="not_on_tape", headers=headers).answer()

    async def aclose(self) -> None:
        """Close the connections to the other server."""
        await self._upstream.aclose()

    def _key(self, recording: Recording) -> str:
        return key_of(meaning_of(recording, self._ignored))

    def _take(self, key: str) -> Recording | None:
        with self._lock:
            for place, (recorded, recording) in enumerate(self._unplayed):
                if recorded == key:
                    del self._unplayed[place]
                    return recording
        return None

    def _nearest(self, asked: Recording) -> str:
        """Say what the tape has that comes closest."""
        left = [recording for _, recording in self._unplayed]
        # What is left comes first: it is more likely to be what should have been asked.
        for recording in [*left, *self._recordings]:
            if recording.request == asked.request:
                recorded, received = (
                    meaning_of(each, self._ignored) for each in (recording, asked)
                )
                found = difference(recorded, received)
                return (
                    f"compared with line {recording.line}, {found}"
                    if found
                    else "its answers to such a request were all given"
                )
        return f"it has no {asked.request}"

    def _write_ended(self) -> None:
        while self._under_way and self._under_way[0].end is not None:
            recording = self._under_way.popleft()
            if recording.end == "unreachable":
                continue
            try:
                self._write(write(recording))
            except OSError as error:
                # The client has its response all the same; whoever records is told on stderr.
                _logger.error("Cannot write the tape: %s", error)  # noqa: TRY400 - it says why

    def _write(self, lines: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_new or not self._path.exists():
            self._path.write_text(first_line(self._tape.upstream), encoding="utf-8")
            self._is_new = False
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(lines)


def _played(recording: Recording, speed: float) -> Answer:
    """Return a recorded answer as it came."""
    if recording.status is None:
        # The other server ended the connection in the place of an answer.
        return Answer(_steps(recording, speed), is_raw=True)
    return Answer(
        _steps(recording, speed),
        recording.status,
        recording.headers,
        content_type=recording.headers.get("content-type", ""),
        length=recording.size,
        delay=recording.head_at / speed,
    )


def _steps(recording: Recording, speed: float) -> Iterator[Step]:
    # Each piece has a time of its own, so that one that is late does not make the next one late.
    started = time.monotonic() - recording.head_at / speed
    for at, chunk in [*recording.chunks, (recording.ended_at, b"")]:
        wait = started + at / speed - time.monotonic()
        if wait > 0:
            yield Pause(wait)
        yield chunk
    if recording.end != "whole":
        yield Break("reset" if recording.end == "reset" else "close")

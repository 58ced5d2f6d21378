"""The local server, as the rows of the table use it: an answer for each request, in turn."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from types import TracebackType

from typing_extensions import Self

from groq.testing import Answer as RawAnswer
from groq.testing import HalfClose, LocalServer, ReceivedRequest
from groq.testing import Pause as Wait
from groq.testing._answers import Ending
from groq.testing._answers import Step as RawStep

from .script import Act, Answer, Pause, Received, Request, Script, Step, whole

PATIENCE = 30.0
"""How long, in seconds, the server waits for a client that does not do what a row claims."""

_ENDINGS: dict[Act, Ending] = {Act.RESET: "reset", Act.CLOSE: "close", Act.CUT: "cut"}


class FaultServer:
    """Answers the first request with the first script, the next one with the next.

    Requests past the scripts get `otherwise`; without one they get a 418, which no row expects.
    Each pause of a script takes `slowness` times as long.
    """

    def __init__(
        self,
        scripts: Iterable[Script] = (),
        *,
        otherwise: Script | None = None,
        tls: ssl.SSLContext | None = None,
        keeps_bodies: bool = True,
        slowness: float = 1,
    ) -> None:
        self._slowness = slowness
        self.late: list[Step] = []
        self.held_in_vain = False
        self._received = 0
        self._local = LocalServer(keep_bytes=1024**3 if keeps_bodies else 0, tls=tls)
        for script in scripts:
            self._add(script, times=1)
        refusal = whole("no answer is scripted", 418, content_type="text/plain")
        self._add(otherwise or refusal, times=None)
        self._local.start()
        self.port = self._local.port
        self.origin = f"{'https' if tls else 'http'}://localhost:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """The requests as they came."""
        return [_request(received) for received in self._local.requests]

    @property
    def connection_count(self) -> int:
        """How many connections came."""
        return self._local.accepted_connections

    def received(self, count: int) -> None:
        """Say that the caller has been given this many items; `Received` waits for it."""
        self._received = count

    def wait_until_closed_by_client(self, number: int = 1, timeout: float = PATIENCE) -> bool:
        """Tell whether the client closes the connection of this number, now or soon."""
        return self._local.wait_for_close(number, timeout)

    def wait_for_requests(self, count: int, timeout: float = PATIENCE) -> bool:
        """Tell whether this many requests have come, now or soon."""
        try:
            return bool(self._local.wait_for_requests(count, timeout))
        except AssertionError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._local.close()

    def _add(self, script: Script, times: int | None) -> None:
        waits_for_body = not isinstance(script, Answer) or script.waits_for_body

        def answer(received: ReceivedRequest) -> RawAnswer:
            return self._raw(script if isinstance(script, Answer) else script(_request(received)))

        self._local.reply_with(answer, times=times, waits_for_body=waits_for_body)

    def _raw(self, answer: Answer) -> RawAnswer:
        steps = answer.steps
        acts = [step for step in steps if isinstance(step, Act)] if isinstance(steps, tuple) else []
        endings: list[Ending] = [_ENDINGS[act] for act in acts if act in _ENDINGS]
        ending: Ending = endings[0] if endings else "whole"
        return RawAnswer(self._played(steps), ending=ending, is_raw=True)

    def _played(self, steps: Iterable[Step]) -> Iterator[RawStep]:
        for step in steps:
            if isinstance(step, bytes):
                yield step
            elif isinstance(step, Pause):
                yield Wait(step.seconds * self._slowness)
            elif isinstance(step, Received):
                yield from self._wait_for_caller(step)
            elif step is Act.HALF_CLOSE:
                yield HalfClose()
            elif step is Act.HOLD:
                yield Wait(PATIENCE)
                self.held_in_vain = True
            else:
                return

    def _wait_for_caller(self, step: Received) -> Iterator[RawStep]:
        deadline = time.monotonic() + PATIENCE
        while self._received < step.count:
            if time.monotonic() > deadline:
                self.late.append(step)
                return
            yield Wait(0.002)


def _request(received: ReceivedRequest) -> Request:
    lines = [f"{name}: {value}" for name, value in received.headers.items_received()]
    head = "\r\n".join([f"{received.method} {received.target} HTTP/1.1", *lines])
    return Request(received.connection, head.encode("latin-1"), received.body, received.size)

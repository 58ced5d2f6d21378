"""The other server, which requests are forwarded to while a tape is recorded."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from ._answers import Answer, Break, Gate, Refusal, Step
from ._http import phrase_of
from ._received import ReceivedRequest, origin_form
from ._recordings import HOP_BY_HOP, End, Recording
from ._secrets import Secrets, secrets_of

if TYPE_CHECKING:
    import httpx

GROQ = "https://api.groq.com"
_NOT_PASSED_ON = HOP_BY_HOP | {"accept-encoding", "content-length", "x-groq-local-scope"}


class Upstream:
    """A client that forwards requests and records the answers.

    Args:
        url: The base URL, with or without `/openai/v1`.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/").removesuffix("/openai/v1")
        self._client: httpx.AsyncClient | None = None
        self._reading: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def pass_on(
        self, request: ReceivedRequest, recording: Recording, when_ended: Callable[[], None]
    ) -> Answer:
        """Return the other server's answer as soon as its head arrives; the body follows.

        Args:
            request: The request, with its whole body.
            recording: The recording of the exchange, which the answer is added to.
            when_ended: Called when the answer has ended and `recording.end` is set.
        """
        import httpx

        started = time.monotonic()

        def end(how: End) -> None:
            recording.end, recording.ended_at = how, _since(started)
            when_ended()

        target = origin_form(request.target)
        if not target.startswith("/"):
            # After the URL of the other server, it might name a third one.
            end("unreachable")
            return Refusal(400, "Only requests for a path are passed on").answer()
        client = self._client = self._client or self._new_client()
        try:
            sent = httpx.Request(
                request.method,
                self._url + target,
                headers=_headers_to_send(request),
                content=request.body,
            )
            response = await client.send(sent, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            # The server closed the connection without an answer; that is recorded as well.
            how = _how_it_ended(error)
            end(how)
            return Answer(iter([Break(how)]), is_raw=True)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            end("unreachable")
            message = f"Cannot reach {Secrets(()).redact_target(self._url)}: {error}"
            return Refusal(502, message, code="upstream_unreachable").answer()
        except asyncio.CancelledError:
            end("left")
            raise
        secrets = Secrets(secrets_of(request))
        recording.head_at, recording.status = _since(started), response.status_code
        recording.headers = secrets.redact_headers(
            {name: value for name, value in response.headers.items() if name not in HOP_BY_HOP}
        )
        if response.reason_phrase != phrase_of(response.status_code):
            recording.reason = secrets.redact(response.reason_phrase)
        has_framing = {"content-length", "transfer-encoding"} & response.headers.keys()
        has_body = request.method != "HEAD" and recording.size != 0
        recording.ends_with_connection = has_body and not has_framing
        relay = _Relay()
        reading = asyncio.create_task(_read(response, relay, recording, started, secrets, end))
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        return Answer(
            relay.steps(),
            recording.status,
            recording.headers,
            content_type=recording.headers.get("content-type", ""),
            length=recording.size,
            ends_with_connection=recording.ends_with_connection,
            reason=recording.reason,
            when_ended=reading.cancel,
        )

    def _new_client(self) -> httpx.AsyncClient:
        import httpx

        is_plain = self._url.startswith("http:")
        return httpx.AsyncClient(
            # The client decides how long to wait for an answer.
            timeout=httpx.Timeout(None, connect=10),
            limits=httpx.Limits(max_connections=None),
            # Loading the system's certificates is slow.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else True,
        )


async def _read(
    response: httpx.Response,
    relay: _Relay,
    recording: Recording,
    started: float,
    secrets: Secrets,
    end: Callable[[End], None],
) -> None:
    """Forward and record the chunks of an answer."""
    import httpx

    how: End = "left"
    try:
        async for chunk in response.aiter_raw():
            recording.chunks.append((_since(started), chunk))
            relay.put(chunk)
        how = "whole"
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        how = _how_it_ended(error)
        relay.put(Break(how))
    finally:
        await response.aclose()
        times = [at for at, _ in recording.chunks]
        pieces = secrets.mask([chunk for _, chunk in recording.chunks])
        recording.chunks = list(zip(times, pieces, strict=True))
        end(how)
        relay.put(None)


class _Relay:
    """A queue of the chunks of an answer, from the other server to the client."""

    def __init__(self) -> None:
        self._pieces: deque[Step | None] = deque()
        self._gate = Gate()

    def put(self, piece: Step | None) -> None:
        """Add a chunk; `None` is the end."""
        self._pieces.append(piece)
        gate, self._gate = self._gate, Gate()
        gate.open()

    def steps(self) -> Iterator[Step]:
        """Yield the chunks, and a gate to wait at while there is none."""
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                if piece is None:
                    return
                yield piece
            yield self._gate


def _headers_to_send(request: ReceivedRequest) -> list[tuple[bytes, bytes]]:
    received = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in request.headers.items_received()
        if name.lower() not in _NOT_PASSED_ON
    ]
    # An answer that is not compressed is readable on the tape.
    return [*received, (b"accept-encoding", b"identity")]


def _how_it_ended(error: Exception) -> Literal["close", "reset"]:
    import httpx

    return "reset" if isinstance(error, httpx.ReadError) else "close"


def _since(started: float) -> float:
    return round(time.monotonic() - started, 4)

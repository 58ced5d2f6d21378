"""`Connection`: receives requests from a client, and sends the answers."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from ._answers import Answer, Break, Gate, Pause, Step, error_object, json_answer
from ._api import PendingAnswer
from ._control import is_control_request
from ._exchanges import ConnectionTimes, Exchange, HowItEnded
from ._http import (
    CONTINUE,
    LAST_CHUNK,
    Event,
    ProtocolError,
    RequestHead,
    RequestParser,
    encode_chunk,
    encode_head,
)
from ._ids import new_request_id
from ._incoming import IncomingRequest
from ._received import ReceivedRequest

if TYPE_CHECKING:
    from ._server_thread import ServerThread

_WRITABLE = object()
"""A response waits for a slow client to read."""
_MAX_WAITING = 1024 * 1024
_GRACE_SECONDS = 1.0
"""Seconds that a refused client may continue to send before it is disconnected."""
_TURN = 64
"""Events of one client that are handled before other clients have a turn."""
_LONG = 0.5
"""The shortest pause, in seconds, that ends early if the client disconnects."""


_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


class Connection(asyncio.Protocol):
    """A connection, which answers one request after the other."""

    _transport: asyncio.Transport
    _incoming: IncomingRequest
    _times: ConnectionTimes

    def __init__(self, server: ServerThread) -> None:
        self._server = server
        self._parser = RequestParser()
        self._answer: Answer | None = None
        self._exchange: Exchange | None = None
        self._steps: Iterator[Step] = iter(())
        self._wait: object = None
        self._late_timer: asyncio.TimerHandle | None = None
        """Refuses the request that is arriving if the rest of its head or body comes too late."""
        self._rest: asyncio.Handle | None = None
        """The scheduled call that continues with received bytes."""
        self._is_writable = True
        self._is_half_closed = False
        self._waits_long = False
        self._keeps_alive = True
        self._ignores_input = False
        self._waits_for_memory = False
        self._number = 0

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Protocols of this kind always have a transport that reads and writes.
        self._transport = cast("asyncio.Transport", transport)
        # Each piece is sent before the next one is created, and before the connection is reset.
        self._transport.set_write_buffer_limits(high=1, low=0)
        self._number = self._server.accept(self)
        self._times = ConnectionTimes(time.monotonic())

    def data_received(self, data: bytes) -> None:
        if self._ignores_input:
            return
        self._parser.feed(data)
        if self._answer is None:
            if self._rest is None:
                self._advance()
        elif len(self._parser) > _MAX_WAITING:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """Keep answering a client that has only closed its sending half."""
        self._server.tell_closed(self._number)
        self._times.closed = time.monotonic()
        self._is_half_closed = True
        # TLS has no half-closed connections.
        is_plain = self._transport.can_write_eof()
        return self._answer is not None and not self._waits_long and is_plain

    def connection_lost(self, exc: Exception | None) -> None:
        self._times.closed = self._times.closed or time.monotonic()
        self._stop_late_timer()
        self._server.budget.release(self)
        self._finish("left")
        # On Python 3.10, a TLS connection that the client has left would stay open, with a warning.
        self._transport.close()
        self._server.forget(self, self._number)

    def pause_writing(self) -> None:
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_writable = True
        self._go_on(_WRITABLE)

    def abort(self) -> None:
        self._transport.abort()

    # Requests

    def _advance(self) -> None:
        self._rest = None
        try:
            for _ in range(_TURN):
                if self._answer is not None or self._waits_for_memory:
                    break
                if self._ignores_input or self._transport.is_closing():
                    break
                event = self._parser.next_event()
                if event is None:
                    break
                self._take(event)
            else:
                # Other clients have a turn, however much this one has sent at once.
                self._transport.pause_reading()
                self._rest = self._server.loop.call_soon(self._go_on_reading)
        except ProtocolError as error:
            self._refuse(error)
        else:
            self._start_late_timer()

    def receive_body(self) -> None:
        """Read the body that has waited for memory."""
        self._waits_for_memory = False
        self._receive_body()
        self._rest = self._server.loop.call_soon(self._go_on_reading)

    def _receive_body(self) -> None:
        if self._incoming.head.expects_continue:
            self._transport.write(CONTINUE)

    def _go_on_reading(self) -> None:
        if not (self._transport.is_closing() or self._waits_for_memory or self._ignores_input):
            self._transport.resume_reading()
            self._advance()

    def _start_late_timer(self) -> None:
        """Limit the time for the rest of a head or of a body."""
        if self._late_timer is not None or self._answer is not None or self._waits_for_memory:
            return
        limits = self._server.read_limits
        if self._parser.is_in_head:
            what, seconds = "headers", limits.head_timeout
        elif self._parser.is_in_body:
            what, seconds = "body", limits.body_timeout
        else:
            return
        late = ProtocolError(408, f"The {what} did not come within {seconds:g} s")
        self._late_timer = self._server.loop.call_later(seconds, self._refuse, late)

    def _stop_late_timer(self) -> None:
        if self._late_timer is not None:
            self._late_timer.cancel()
            self._late_timer = None

    def _take(self, event: Event) -> None:
        if isinstance(event, bytes):
            self._incoming.feed(event)
            return
        self._stop_late_timer()
        if isinstance(event, RequestHead):
            self._incoming = IncomingRequest(
                event, self._server.read_limits.keep_bytes, is_kept_whole=self._server.api.passes_on
            )
            if self._server.api.is_early(event.path):
                self._ignores_input = True
                self._transport.pause_reading()
                self._begin(self._server.api.answer(self._log()), event)
            elif self._server.budget.acquire(self, self._incoming.most_kept):
                self._receive_body()
            else:
                self._waits_for_memory = True
                self._transport.pause_reading()
        else:
            head = self._incoming.head
            request = self._log()
            self._server.budget.reduce(self, request.kept_bytes)
            self._begin(self._server.api.answer(request), head)

    def _log(self) -> ReceivedRequest:
        is_whole = not self._ignores_input
        request = self._incoming.finish(new_request_id(), self._number, is_whole=is_whole)
        del self._incoming  # The connection may stay open, and would keep the body.
        if not is_control_request(request):
            self._server.log.add(request)
            self._exchange = self._server.exchanges.begin(request, self._times)
        return request

    def _refuse(self, error: ProtocolError) -> None:
        self._ignores_input = True
        self._stop_late_timer()
        self._server.budget.release(self)
        self._server.exchanges.refuse(error.status, str(error))
        answer = json_answer({"error": error_object(error.status, str(error))}, status=error.status)
        headers = _headers(answer, keeps_alive=False, is_chunked=False)
        self._transport.write(encode_head(error.status, headers) + answer.read())
        self._close_unread()

    def _close_unread(self) -> None:
        """Close the connection of a client that may still be sending."""
        if not self._transport.can_write_eof():
            self._transport.close()
            return
        # Closing a socket with unread bytes resets it, and the client would not see the response.
        self._transport.resume_reading()
        self._transport.write_eof()
        self._server.loop.call_later(_GRACE_SECONDS, self._transport.abort)

    # Answers

    def _begin(self, answer: Answer | PendingAnswer, head: RequestHead) -> None:
        if not isinstance(answer, Answer):
            self._await(answer, head)
            return
        self._server.budget.release(self)
        exchange = self._exchange
        if exchange is not None:
            exchange.begin(answer)
        keeps_alive = head.keeps_alive and not self._ignores_input
        is_bodiless = answer.status in _BODILESS
        has_body = head.method != "HEAD" and not is_bodiless
        is_framed = not (answer.is_raw or answer.ends_with_connection)
        is_plain = is_framed and answer.ending == "whole" and not answer.delay
        if isinstance(answer.body, bytes) and is_plain:
            headers = _headers(answer, keeps_alive=keeps_alive, is_chunked=False)
            body = answer.body if has_body else b""
            self._transport.write(encode_head(answer.status, headers, answer.reason) + body)
            if exchange is not None:
                exchange.send(body)
            self._answer = answer
            self._finish("whole")
            if self._ignores_input:
                self._close_unread()
            elif not keeps_alive or (self._is_half_closed and not len(self._parser)):
                self._transport.close()
            return
        # For a client without chunked encoding, a body of unknown length ends with the connection.
        has_end = not answer.is_raw and (answer.size is not None or is_bodiless)
        is_chunked = is_framed and not (has_end or head.is_http_1_0)
        self._keeps_alive = answer.is_raw or (keeps_alive and (has_end or is_chunked))
        self._answer = answer
        headers = _headers(answer, keeps_alive=self._keeps_alive, is_chunked=is_chunked)
        has_body = has_body or answer.is_raw
        self._steps = _framed(answer, headers, exchange, has_body=has_body, is_chunked=is_chunked)
        self._pump()

    def _await(self, pending: PendingAnswer, head: RequestHead) -> None:
        """Begin to send the response when it is available."""
        task = self._server.spawn(pending)
        self._answer = Answer(b"", when_ended=task.cancel)
        if self._server.api.passes_on:
            self._watch_client()

        def begin(task: asyncio.Task[Answer]) -> None:
            if task.cancelled():
                return
            answer = task.result()
            if self._transport.is_closing():
                self._answer = answer
                self._finish("left")
            else:
                self._answer = None
                self._begin(answer, head)
                if self._answer is None:
                    self._go_on_reading()

        task.add_done_callback(begin)

    def _pump(self) -> None:
        """Send until there is a pause; the hot path of streams."""
        self._wait = None
        self._waits_long = False
        try:
            for place, step in enumerate(self._steps):
                if isinstance(step, bytes):
                    self._transport.write(step)
                    if self._transport.is_closing():
                        return  # The client is gone; `connection_lost` will be called.
                    if not self._is_writable:
                        self._wait = _WRITABLE
                        return
                    if place % 64 == 63:
                        # Let other streams run, however fast this one is.
                        self._wait_for(Pause(0))
                        return
                elif isinstance(step, Pause):
                    self._wait_for(step)
                    return
                elif isinstance(step, Gate):
                    self._wait_at(step)
                    return
                elif isinstance(step, Break):
                    self._finish(step.how)
                    self._break(step.how)
                    return
                else:
                    self._half_close()
        except Exception as error:  # noqa: BLE001 - an iterable of the test may raise anything
            context = {"message": "The body of an answer failed", "exception": error}
            self._server.loop.call_exception_handler(context)
            self._transport.abort()
            return
        self._end()

    def _wait_for(self, pause: Pause) -> None:
        timer = self._server.loop.call_later(pause.seconds, self._pump)
        self._wait = timer
        if pause.seconds >= _LONG:
            self._watch_client()

    def _wait_at(self, gate: Gate) -> None:
        self._wait = gate

        gate.when_open(lambda: self._server.run_soon(lambda: self._go_on(gate)))
        self._watch_client()

    def _watch_client(self) -> None:
        """End a long pause if the client disconnects, which only a read can notice."""
        self._waits_long = True
        if self._ignores_input:
            self._transport.resume_reading()
        if self._is_half_closed:
            self._transport.abort()

    def _go_on(self, wait: object) -> None:
        """Continue to send, if the response waits for this."""
        if self._answer is not None and self._wait is wait:
            self._pump()

    def _finish(self, ending: HowItEnded) -> None:
        """Drop the response, sent or not."""
        answer, self._answer = self._answer, None
        exchange, self._exchange = self._exchange, None
        if isinstance(self._wait, asyncio.TimerHandle):
            self._wait.cancel()
        self._wait = None
        if answer is not None and answer.when_ended is not None:
            answer.when_ended()
        if exchange is not None:
            exchange.end(ending)

    def _half_close(self) -> None:
        # End of file; TLS has no half-close, so its socket is shut down.
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.get_extra_info("socket").shutdown(socket.SHUT_WR)

    def _break(self, how: str) -> None:
        if how == "close":
            self._transport.close()
            return
        if how == "reset":
            # With a linger time of zero, closing resets the connection.
            linger = struct.pack("ii", 1, 0)
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    def _end(self) -> None:
        self._finish("whole")
        is_last = self._is_half_closed and not len(self._parser)
        if self._ignores_input:
            self._close_unread()
        elif not self._keeps_alive or is_last:
            self._transport.close()
        else:
            # Not at once, because the request may be one of many that were sent in one go.
            self._rest = self._server.loop.call_soon(self._go_on_reading)


def _framed(
    answer: Answer,
    headers: Mapping[str, str],
    exchange: Exchange | None,
    *,
    has_body: bool,
    is_chunked: bool,
) -> Iterator[Step]:
    """Yield the bytes to send, head and framed body, and the pauses."""
    if answer.delay:
        yield Pause(answer.delay)
    if not answer.is_raw:
        yield encode_head(answer.status, headers, answer.reason)
    for step in answer.steps():
        if not isinstance(step, bytes):
            yield step
        elif step and has_body:
            if exchange is not None:
                exchange.send(step)
            yield encode_chunk(step) if is_chunked else step
    if answer.ending != "whole":
        yield Break(answer.ending)
    elif is_chunked and has_body:
        yield LAST_CHUNK


def _headers(answer: Answer, *, keeps_alive: bool, is_chunked: bool) -> dict[str, str]:
    headers = {"content-type": answer.content_type} if answer.content_type else {}
    if is_chunked:
        headers["transfer-encoding"] = "chunked"
    elif answer.size is not None and answer.status != HTTPStatus.NO_CONTENT:
        headers["content-length"] = str(answer.size)
    if not keeps_alive:
        headers["connection"] = "close"
    return headers | {name.lower(): value for name, value in answer.headers.items()}

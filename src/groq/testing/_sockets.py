"""The sockets: one thread, one event loop, as many connections as come."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any, cast

from ._answers import Answer, Gate, Pause, error_object, json_answer
from ._api import API, new_request_id
from ._http import (
    CONTINUE,
    LAST_CHUNK,
    Event,
    IncomingRequest,
    ProtocolError,
    RequestHead,
    RequestParser,
    encode_chunk,
    encode_head,
)
from ._received import RequestLog

_MAX_WAITING = 1024 * 1024


class Serving:
    """A listening socket, the thread that serves it, and the connections it has."""

    def __init__(self, listener: socket.socket, api: API, log: RequestLog, keep_bytes: int) -> None:
        self.api = api
        self.log = log
        self.keep_bytes = keep_bytes
        self.port: int = listener.getsockname()[1]
        self.connections: set[_Connection] = set()
        self.accepted = 0
        self.loop = asyncio.SelectorEventLoop()
        self._listener = listener
        self._listener.settimeout(0)
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._run, name="groq-local-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs something in the loop, which is waited for before the thread ends."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _run(self) -> None:
        with contextlib.closing(self.loop), self._listener:
            self.loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._listen()
        await self._stop.wait()
        self.loop.remove_reader(self._listener)
        while self.connections or self._tasks:
            for connection in list(self.connections):
                connection.abort()
            await asyncio.sleep(0)

    def _listen(self) -> None:
        if not self._stop.is_set():
            self.loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        # asyncio's own servers lose connections that come in while they are stopped.
        while True:
            try:
                accepted, _ = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:  # No file descriptor is left: those who wait shall not be asked after.
                self.loop.remove_reader(self._listener)
                self.loop.call_later(0.05, self._listen)
                return
            accepted.settimeout(0)
            self.spawn(self.loop.connect_accepted_socket(lambda: _Connection(self), accepted))


class _Connection(asyncio.Protocol):
    """One connection: requests come in, answers go out, one after the other."""

    _transport: asyncio.Transport
    _incoming: IncomingRequest

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._parser = RequestParser()
        self._answering: asyncio.Task[None] | None = None
        self._resumed: asyncio.Future[None] | None = None
        self._is_writable = True
        self._number = 0

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Protocols of this kind are given transports that read and write.
        self._transport = cast("asyncio.Transport", transport)
        # Each piece is on its way before the next one is made, and before the connection is reset.
        self._transport.set_write_buffer_limits(0)
        self._serving.accepted += 1
        self._number = self._serving.accepted
        self._serving.connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed(data)
        if self._answering is None:
            self._advance()
        elif len(self._parser) > _MAX_WAITING:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()
        self._serving.connections.discard(self)

    def pause_writing(self) -> None:
        self._is_writable = False

    def resume_writing(self) -> None:
        self._is_writable = True
        if self._resumed is not None and not self._resumed.done():
            self._resumed.set_result(None)

    def abort(self) -> None:
        self._transport.abort()

    # Requests

    def _advance(self) -> None:
        try:
            while self._answering is None and not self._transport.is_closing():
                event = self._parser.next_event()
                if event is None:
                    return
                self._take(event)
        except ProtocolError as error:
            self._refuse(error)

    def _take(self, event: Event) -> None:
        if isinstance(event, RequestHead):
            self._incoming = IncomingRequest(event, self._serving.keep_bytes)
            if event.expects_continue:
                self._transport.write(CONTINUE)
        elif isinstance(event, bytes):
            self._incoming.feed(event)
        else:
            request = self._incoming.finish(new_request_id(), self._number)
            self._serving.log.add(request)
            self._begin(self._serving.api.answer(request), self._incoming.head)

    def _refuse(self, error: ProtocolError) -> None:
        answer = json_answer({"error": error_object(error.status, str(error))}, status=error.status)
        headers = _headers(answer, keeps_alive=False, is_chunked=False)
        self._transport.write(encode_head(error.status, headers) + answer.read())
        self._transport.close()

    # Answers

    def _begin(self, answer: Answer, head: RequestHead) -> None:
        if isinstance(answer.body, bytes) and not answer.delay and answer.ending == "whole":
            headers = _headers(answer, keeps_alive=head.keeps_alive, is_chunked=False)
            body = b"" if head.method == "HEAD" else answer.body
            self._transport.write(encode_head(answer.status, headers) + body)
            if answer.when_ended is not None:
                answer.when_ended()
            if not head.keeps_alive:
                self._transport.close()
            return
        self._answering = self._serving.spawn(self._send_slowly(answer, head))

    async def _send_slowly(self, answer: Answer, head: RequestHead) -> None:
        try:
            await self._send(answer, head)
        except Exception as error:  # noqa: BLE001 - whatever an iterable of the test raises
            context = {"message": "The body of an answer failed", "exception": error}
            self._serving.loop.call_exception_handler(context)
            self._transport.abort()
        finally:
            if answer.when_ended is not None:
                answer.when_ended()

    async def _send(self, answer: Answer, head: RequestHead) -> None:
        if answer.delay:
            await asyncio.sleep(answer.delay)
        # A body of unknown length ends with the connection where the client knows no chunks.
        is_chunked = answer.size is None and not head.is_http_1_0
        keeps_alive = head.keeps_alive and (is_chunked or answer.size is not None)
        headers = _headers(answer, keeps_alive=keeps_alive, is_chunked=is_chunked)
        self._transport.write(encode_head(answer.status, headers))
        for place, step in enumerate(answer.steps()):
            if isinstance(step, bytes):
                if step:
                    self._transport.write(encode_chunk(step) if is_chunked else step)
                if not self._is_writable:
                    await self._until_writable()
                elif place % 64 == 63:
                    # Other streams get their turn, however fast this one is.
                    await asyncio.sleep(0)
            elif isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            else:
                await self._until_open(step)
        self._answering = None
        self._end(answer, keeps_alive=keeps_alive, is_chunked=is_chunked)

    def _end(self, answer: Answer, *, keeps_alive: bool, is_chunked: bool) -> None:
        if answer.ending == "reset":
            # With a linger time of zero, closing sends a reset.
            linger = struct.pack("ii", 1, 0)
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._transport.abort()
            return
        if answer.ending == "whole" and is_chunked:
            self._transport.write(LAST_CHUNK)
        if answer.ending == "close" or not keeps_alive:
            self._transport.close()
            return
        self._transport.resume_reading()
        self._advance()

    async def _until_writable(self) -> None:
        self._resumed = self._serving.loop.create_future()
        await self._resumed

    async def _until_open(self, gate: Gate) -> None:
        loop = self._serving.loop
        opened = asyncio.Event()

        def tell() -> None:
            # The server may have stopped before the test opens the gate.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(opened.set)

        gate.when_open(tell)
        await opened.wait()


def _headers(answer: Answer, *, keeps_alive: bool, is_chunked: bool) -> dict[str, str]:
    headers = {"content-type": answer.content_type}
    if is_chunked:
        headers["transfer-encoding"] = "chunked"
    elif answer.size is not None:
        headers["content-length"] = str(answer.size)
    if not keeps_alive:
        headers["connection"] = "close"
    return headers | {name.lower(): value for name, value in answer.headers.items()}

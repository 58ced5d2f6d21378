"""The sockets: one thread, one event loop, as many connections as come."""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ._answers import Answer, Gate, Pause, Step, error_object, json_answer
from ._api import API, new_request_id
from ._http import (
    CONTINUE,
    END_OF_REQUEST,
    LAST_CHUNK,
    IncomingRequest,
    ProtocolError,
    RequestHead,
    RequestParser,
    encode_chunk,
    encode_head,
)
from ._limits import Bucket, RateLimits
from ._received import Expectation, ReceivedRequest, RequestLog, describe
from ._script import Fault, Script, Scripted, Turn

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from groq import AsyncGroq, Groq

_MAX_WAITING = 1024 * 1024

Chunks: TypeAlias = bytes | Iterable[bytes] | Callable[[], Iterable[bytes]]


class LocalServer:
    """A server on this machine that speaks Groq's API, for tests, examples and demos.

    It answers every endpoint, asks no model, and says so. Replies, recorded answers and faults
    can be scripted; what it received can be looked at.

    ```python
    with LocalServer(pace=0) as server:
        server.reply("Hello")
        client = server.client()
        ...
        server.assert_received(path="/chat/completions", json={"stream": True})
    ```

    It runs in a thread of its own, so it serves synchronous and asynchronous clients alike, and
    `async with` works as `with` does.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 lets the system choose a free one.
        pace: Seconds between two tokens of a stream.
        keep_bytes: How much of each request's body, and of each part of a form, is kept in
            memory; the rest is counted and forgotten.
        keep_requests: How many requests `requests` goes back.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: float = 0.02,
        keep_bytes: int = 8 * 1024 * 1024,
        keep_requests: int = 10_000,
    ) -> None:
        self._address = (host, port)
        self._script = Script()
        self._log = RequestLog(keep_requests)
        self._api = API(self._script, pace)
        self._keep_bytes = keep_bytes
        self._running: _Running | None = None

    # Running

    def start(self) -> Self:
        """Begins to listen and to serve."""
        if self._running is not None:
            raise RuntimeError("This LocalServer is running already")
        listener = socket.create_server(self._address, backlog=1024)
        self._running = _Running(listener, self._api, self._log, self._keep_bytes)
        return self

    def close(self) -> None:
        """Stops: ends every connection and the thread. What was received can still be read."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Stopping waits for no client, so it holds the caller's event loop for a moment only.
        self.close()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        if self._running is None:
            raise RuntimeError(
                "This LocalServer is not running; use `with LocalServer() as server`"
            )
        return self._running.port

    @property
    def url(self) -> str:
        """The base URL for clients, such as `http://127.0.0.1:49152`."""
        host = self._address[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open."""
        return 0 if self._running is None else len(self._running.connections)

    def client(self, **options: Any) -> Groq:
        """Makes a `Groq` client of this server; options are those of `Groq`."""
        from groq import Groq

        return Groq(**self._client_options(options))

    def async_client(self, **options: Any) -> AsyncGroq:
        """Makes an `AsyncGroq` client of this server; options are those of `AsyncGroq`."""
        from groq import AsyncGroq

        return AsyncGroq(**self._client_options(options))

    def _client_options(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"base_url": self.url, "api_key": "local", **given}

    # Scripting

    def reply(
        self, reply: Scripted, *faults: Fault, times: int | None = 1, path: str | None = None
    ) -> None:
        """Scripts what the model says to the next request for a model's words.

        Scripted answers wait in a queue and are given in order, each to the first request that
        it is for; when none is left, the server says its usual words. A function decides from
        the request. Chat completions, lines of batches, transcriptions and translations take
        replies.

        Args:
            reply: A text, a `Reply`, or a function from the request to one of them.
            faults: What goes wrong on the way, such as `Cut(after=2)`.
            times: How many requests get it; `None` is all from here on.
            path: The only path that it is for, such as `/audio/transcriptions`.
        """
        self._script.add(Turn(reply=reply, faults=faults, times=times, path=path))

    def reply_with_bytes(
        self,
        body: Chunks,
        *faults: Fault,
        status: int = 200,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        pace: float = 0.0,
        times: int | None = 1,
        path: str | None = None,
    ) -> None:
        """Scripts the very bytes of the next answer, whatever is asked.

        Args:
            body: The bytes, sent at once; or an iterable of them, each sent as one chunk; or a
                function that makes the iterable, for one that is not a list and asked for twice.
            faults: What goes wrong on the way.
            status: The status of the answer.
            content_type: The media type of the answer.
            headers: More headers, which win over those of the server.
            pace: Seconds between two chunks.
            times: How many requests get it; `None` is all from here on.
            path: The only path that it is for.
        """

        def answer() -> Answer:
            return Answer(
                body if isinstance(body, bytes) else _paced(body, pace),
                status=status,
                headers=dict(headers or {}),
                content_type=content_type,
            )

        self._script.add(Turn(answer=answer, faults=faults, times=times, path=path))

    def reply_with_file(
        self,
        file: str | os.PathLike[str],
        *faults: Fault,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        pace: float = 0.0,
        times: int | None = 1,
        path: str | None = None,
    ) -> None:
        """Scripts a recorded answer; an `.sse` file is streamed, an event at a time.

        The arguments are those of `reply_with_bytes`; the media type is told from the name.
        """
        recorded = Path(file)
        content = recorded.read_bytes()
        body: Chunks = content
        guessed = mimetypes.guess_type(recorded.name)[0] or "application/octet-stream"
        if recorded.suffix == ".sse":
            guessed = "text/event-stream"
            body = split_events(content)
        self.reply_with_bytes(
            body,
            *faults,
            status=status,
            content_type=guessed,
            headers=headers,
            pace=pace,
            times=times,
            path=path,
        )

    def fail(
        self,
        status: int,
        *faults: Fault,
        error: str | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
        times: int | None = 1,
        path: str | None = None,
    ) -> None:
        """Scripts an error answer for the next request, whatever it asks.

        Args:
            status: The status, such as 429 or 503.
            faults: What else goes wrong, such as `SlowStart(0.5)`.
            error: The message, or the whole `error` object; by default what suits the status.
            headers: More headers.
            retry_after: The `retry-after` header, in seconds or as a date.
            times: How many requests get it; `None` is all from here on.
            path: The only path that it is for.
        """
        described = dict(error) if isinstance(error, Mapping) else error_object(status, error)
        more = dict(headers or {})
        if retry_after is not None:
            more["retry-after"] = (
                f"{retry_after:g}" if isinstance(retry_after, (int, float)) else retry_after
            )
        answer = json_answer({"error": described}, status=status, headers=more)
        self._script.add(Turn(answer=lambda: answer, faults=faults, times=times, path=path))

    def inject(self, *faults: Fault, times: int | None = 1, path: str | None = None) -> None:
        """Disturbs the next answer, whichever it is: `server.inject(SlowStart(0.5))`."""
        self._script.add(Turn(faults=faults, times=times, path=path))

    def limit_rate(
        self,
        *,
        requests: int | None = None,
        tokens: int | None = None,
        requests_window: float = 86_400.0,
        tokens_window: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Refuses with 429 what is over a limit, as the API does; the limits recover with time.

        Args:
            requests: How many requests a window allows; `None` is no limit.
            tokens: How many tokens, of prompts and answers together, a window allows.
            requests_window: Seconds in which used-up requests come back.
            tokens_window: Seconds in which used-up tokens come back.
            clock: Gives the time in seconds; a test may bring its own and so need not wait.
        """
        self._api.limits = RateLimits(
            None if requests is None else Bucket(requests, requests_window),
            None if tokens is None else Bucket(tokens, tokens_window),
            clock,
        )

    def add_file(
        self,
        name: str,
        content: bytes | Callable[[], Iterable[bytes]],
        *,
        purpose: str = "batch",
        size: int | None = None,
    ) -> str:
        """Puts a file where `files` finds it, and gives its id.

        Args:
            name: Its name.
            content: Its bytes; or, for a large one, a function that makes them piece by piece.
            purpose: What the API says that it is for.
            size: How many bytes a function will make; without it they are sent in chunks.
        """
        return self._api.files.add(name, content, purpose=purpose, size=size).id

    @property
    def pending(self) -> int:
        """How many scripted answers no request has taken yet."""
        return self._script.pending()

    def reset(self) -> None:
        """Forgets what was scripted, the rate limits and the requests received."""
        self._script.clear()
        self._log.clear()
        self._api.limits = None

    # What it received

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The requests received, oldest first."""
        return self._log.all()

    @property
    def last_request(self) -> ReceivedRequest:
        """The request received last."""
        requests = self._log.all()
        if not requests:
            raise AssertionError("Expected a request but the server has received none")
        return requests[-1]

    def wait_for_requests(self, count: int = 1, timeout: float = 5.0) -> list[ReceivedRequest]:
        """Waits until that many requests have come, and gives them."""
        if not self._log.wait_for(count, timeout):
            raise AssertionError(
                f"Expected {count} requests within {timeout:g} s but the server received\n"
                f"{describe(self.requests)}"
            )
        return self.requests

    def assert_received(
        self,
        path: str | None = None,
        *,
        method: str | None = None,
        json: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> list[ReceivedRequest]:
        """Checks that such requests were received, and gives them, oldest first.

        What is given must be in the request; the request may have more.

        Args:
            path: The path, with or without `/openai/v1`.
            method: The method.
            json: Members of the JSON body.
            headers: Headers, in any case.
            query: Query parameters.
            form: Fields of a multipart form.
            times: How many such requests there are to be; at least one by default.
        """
        wanted = Expectation(path, method, json, headers, query, form)
        received = self.requests
        found = [request for request in received if wanted.is_met_by(request)]
        if not found if times is None else len(found) != times:
            count = "a request" if times is None else f"{times} requests"
            raise AssertionError(
                f"Expected {count} with {wanted} but found {len(found)} among\n{describe(received)}"
            )
        return found


def split_events(recorded: bytes) -> list[bytes]:
    """Parts a recorded event stream after each blank line."""
    return re.findall(rb"(?s).+?(?:\r\n\r\n|\n\n|\Z)", recorded)


def _paced(body: Iterable[bytes] | Callable[[], Iterable[bytes]], pace: float) -> Iterable[Step]:
    chunks = body() if callable(body) else body
    for place, chunk in enumerate(chunks):
        if place and pace > 0:
            yield Pause(pace)
        yield chunk


class _Running:
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
        self._listener.setblocking(False)
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
            accepted.setblocking(False)
            self.spawn(self.loop.connect_accepted_socket(lambda: _Connection(self), accepted))


class _Connection(asyncio.Protocol):
    """One connection: requests come in, answers go out, one after the other."""

    _transport: asyncio.Transport

    def __init__(self, running: _Running) -> None:
        self._running = running
        self._parser = RequestParser()
        self._incoming: IncomingRequest | None = None
        self._answering: asyncio.Task[None] | None = None
        self._resumed: asyncio.Future[None] | None = None
        self._is_writable = True
        self._number = 0

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._running.accepted += 1
        self._number = self._running.accepted
        self._running.connections.add(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed(data)
        if self._answering is None:
            self._advance()
        elif len(self._parser) > _MAX_WAITING:
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()
        self._running.connections.discard(self)

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

    def _take(self, event: RequestHead | bytes | object) -> None:
        if isinstance(event, RequestHead):
            self._incoming = IncomingRequest(event, self._running.keep_bytes)
            if event.expects_continue:
                self._transport.write(CONTINUE)
            return
        assert self._incoming is not None
        if isinstance(event, bytes):
            self._incoming.feed(event)
            return
        assert event is END_OF_REQUEST
        incoming, self._incoming = self._incoming, None
        request = incoming.finish(new_request_id(), self._number)
        self._running.log.add(request)
        self._begin(self._running.api.answer(request), incoming.head)

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
            if not head.keeps_alive:
                self._transport.close()
            return
        self._answering = self._running.spawn(self._send_slowly(answer, head))

    async def _send_slowly(self, answer: Answer, head: RequestHead) -> None:
        try:
            await self._send(answer, head)
        except Exception as error:  # noqa: BLE001 - whatever an iterable of the test raises
            context = {"message": "The body of an answer failed", "exception": error}
            self._running.loop.call_exception_handler(context)
            self._transport.abort()

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
            # With a linger time of zero, closing sends a reset; what was written has gone out.
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
        self._resumed = self._running.loop.create_future()
        await self._resumed

    async def _until_open(self, gate: Gate) -> None:
        loop = self._running.loop
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


def serve(host: str = "127.0.0.1", port: int = 0, *, pace: float = 0.02) -> None:
    """Runs a local server until Ctrl-C, for programs in any language.

    Its base URL is printed alone on the first line of stdout.
    """
    with LocalServer(host=host, port=port, pace=pace, keep_requests=100) as server:
        print(server.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()

"""LocalServer: what a test sets up, scripts and looks at."""

from __future__ import annotations

import contextlib
import mimetypes
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.request import getproxies

from ._answers import Answer, Pause, Step
from ._api import API
from ._control import ControlAPI
from ._entries import LimitEntry, parse_script
from ._entries import Script as FileOrEntries
from ._exchanges import Exchanges
from ._limits import DAY, MINUTE, RateLimits, limit_of
from ._models import Models
from ._received import Expectation, ReceivedRequest, RequestLog, describe
from ._replies import Match
from ._script import Fault, Script, Scripted, Turn, failure
from ._server_thread import ServerThread
from ._tape import Player, Tape
from ._upstream import GROQ
from ._verdict import Finding, Observer, findings
from ._weather import Conditions, Weather

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from groq import AsyncGroq, Groq

_PASSED_ON = 128 * 1024 * 1024
Chunks: TypeAlias = bytes | Iterable[bytes] | Callable[[], Iterable[bytes]]


class LocalServer:
    """A server on this machine that speaks Groq's API, for tests, examples and demos.

    It answers every endpoint, asks no model, and says so. Replies, recorded answers and faults
    can be scripted; what it received can be looked at.

    ```python
    from groq.testing import LocalServer

    with LocalServer(pace=0) as server, server.client() as client:
        server.reply("Hello")
        completion = client.chat.completions.create(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": "Hi"}]
        )
        assert completion.choices[0].message.content == "Hello"
        server.assert_received("/chat/completions", json={"model": "openai/gpt-oss-20b"})
    ```

    It runs in a thread of its own, so it serves synchronous and asynchronous clients alike, and
    `async with` works as `with` does.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 lets the system choose a free one.
        pace: Seconds between two tokens of a stream.
        keep_bytes: How much of each request's body, and of each part of a form, is kept in
            memory; the rest is counted and forgotten.
        keep_requests: How many requests `requests` goes back; fewer where their bodies add up to
            more than 128 MB. Of uploaded files 256 MB are kept.
        strict: Whether it refuses what Groq refuses, in Groq's words: unknown fields and models,
            values out of range, answers that do not fit the schema that was asked for. Without,
            it takes any request that it can read.
        models: Models that it knows beside those of today, such as a retired one.
        head_timeout: Seconds in which the headers of a request must come, once they have begun.
        body_timeout: Seconds in which the body of a request must come, once the server reads it.
        tls: Speaks TLS with this context, which has a certificate.
        tape: Recorded exchanges to answer from, or to record: a `Tape`, or the path of one that
            is replayed.
        weather: The delays, speeds and random faults that requests meet.
        script: Entries that are scripted from the start, or the path of a JSON or YAML file of
            them, such as `[{"reply": "Hello", "match": {"message": "hi"}}, {"fail": 429}]`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: float = 0.02,
        keep_bytes: int = 8 * 1024 * 1024,
        keep_requests: int = 10_000,
        strict: bool = True,
        models: Iterable[str] = (),
        head_timeout: float = 20.0,
        body_timeout: float = 30.0,
        tls: ssl.SSLContext | None = None,
        tape: Tape | str | os.PathLike[str] | None = None,
        weather: Weather | None = None,
        script: FileOrEntries = (),
    ) -> None:
        self._address = (host, port)
        self._script = Script()
        self._log = RequestLog(keep_requests)
        if tape is not None and not isinstance(tape, Tape):
            tape = Tape(tape)
        self._player = None if tape is None else Player(tape)
        self._observer = Observer()
        self._exchanges = Exchanges(self._observer.observe)
        self._api = API(
            self._script,
            pace,
            Models(models, is_strict=strict),
            ControlAPI(self, self._exchanges).answer,
            is_strict=strict,
            player=self._player,
        )
        self._first_weather = weather
        self.weather = weather
        models = tuple(models)
        judge = Models(models, is_strict=True)
        self._judge = API(
            Script(), 0, judge, ControlAPI(self, self._exchanges).answer, is_strict=True
        )
        self._limit_entries: dict[str | None, Mapping[str, Any]] = {}
        self.add_to_script(script)
        # What is passed on has to be there as it came.
        self._keep_bytes = max(keep_bytes, _PASSED_ON) if self._api.passes_on else keep_bytes
        self._head_timeout = head_timeout
        self._body_timeout = body_timeout
        self._tls = tls
        self._thread: ServerThread | None = None
        self._accepted = 0

    @classmethod
    def record(
        cls, path: str | os.PathLike[str], *, upstream: str = GROQ, **options: Any
    ) -> LocalServer:
        """Return a server that passes requests on and records them on a tape, which begins anew.

        ```python
        from groq.testing import LocalServer

        # Without `upstream` it is Groq that answers. The key goes to Groq, and not onto the tape.
        with LocalServer() as groq:
            with LocalServer.record("tape.jsonl", upstream=groq.url) as server:
                with server.client() as client:
                    client.models.list()

        with LocalServer(tape="tape.jsonl") as server, server.client() as client:
            client.models.list()
        ```

        Args:
            path: The file.
            upstream: The base URL of the server that answers.
            options: Those of `LocalServer`.
        """
        return cls(tape=Tape(path, "record", upstream), **options)

    def __repr__(self) -> str:
        state = "not running" if self._thread is None else self.url
        return f"<LocalServer, {state}>"

    # Running

    def start(self) -> Self:
        """Start the server."""
        if self._thread is not None:
            raise RuntimeError("This LocalServer is running already")
        listener = socket.create_server(self._address, backlog=1024)
        self._thread = ServerThread(
            listener,
            self._api,
            self._log,
            self._exchanges,
            self._keep_bytes,
            self._head_timeout,
            self._body_timeout,
            self._tls,
        )
        return self

    def close(self) -> None:
        """Stop the server: end all connections and the thread. Received requests are kept."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()
            self._accepted = thread.accepted

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
        if self._thread is None:
            raise RuntimeError(
                "This LocalServer is not running; use `with LocalServer() as server`"
            )
        return self._thread.port

    @property
    def url(self) -> str:
        """The base URL for clients, such as `http://127.0.0.1:49152`."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://{self._host}:{self.port}"

    @property
    def _host(self) -> str:
        host = self._address[0]
        return f"[{host}]" if ":" in host else host

    @property
    def passes_on(self) -> bool:
        """Whether requests are passed on to another server, to be recorded."""
        return self._api.passes_on

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open."""
        return 0 if self._thread is None else len(self._thread.connections)

    @property
    def accepted_connections(self) -> int:
        """How many connections clients have made since it was started last."""
        return self._accepted if self._thread is None else self._thread.accepted

    def wait_for_close(self, connection: int = 1, timeout: float = 5.0) -> bool:
        """Wait until a connection is closed, and return whether it was.

        Args:
            connection: The number of the connection, as `ReceivedRequest.connection` has it.
            timeout: Seconds to wait at most.
        """
        return self._thread is None or self._thread.wait_for_close(connection, timeout)

    def client(self, **options: Any) -> Groq:
        """Return a `Groq` client of this server, with the options of `Groq`."""
        from groq import DefaultHttpxClient, Groq

        return Groq(**self._client_options(options, DefaultHttpxClient))

    def async_client(self, **options: Any) -> AsyncGroq:
        """Return an `AsyncGroq` client of this server, with the options of `AsyncGroq`."""
        from groq import AsyncGroq, DefaultAsyncHttpxClient

        return AsyncGroq(**self._client_options(options, DefaultAsyncHttpxClient))

    def _client_options(
        self, given: dict[str, Any], http_client: Callable[..., object]
    ) -> dict[str, Any]:
        key = os.environ.get("GROQ_API_KEY") if self.passes_on else None
        options = {"base_url": self.url, "api_key": key or "local", **given}
        if "http_client" not in options and getproxies():
            # A proxy of the environment cannot reach this machine's loopback.
            options["http_client"] = http_client(mounts={f"all://{self._host}": None})
        return options

    # Scripting

    def reply(
        self,
        reply: Scripted,
        *faults: Fault,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
        default: bool = False,
    ) -> None:
        """Script the model's reply to the next request.

        Scripted answers wait in a queue and are given in order, each to the first request that
        it is for; when none is left, the server says its usual words. A function decides from
        the request. Chat completions, lines of batches, transcriptions and translations take
        replies.

        Args:
            reply: A text, a `Reply`, what JSON is made of (a `dict`, a pydantic model, a
                dataclass), or a function from the request to one of them.
            faults: What goes wrong on the way, such as `Cut(after=2)`.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path that it is for, such as `/audio/transcriptions`.
            match: The only requests that it is for, such as `Match(message="weather")`.
            default: Whether it is for what no other answer is for, however often.
        """
        self._script.add(
            Turn(reply=reply, faults=faults, times=times, path=path, match=match, default=default)
        )

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
        match: Match | None = None,
    ) -> None:
        """Script the bytes of the next response, to any request.

        Args:
            body: The bytes, sent at once; or an iterable of them, each sent as one chunk; or a
                function that makes the iterable, for one that is not a list and asked for twice.
            faults: What goes wrong on the way.
            status: The status of the answer.
            content_type: The media type of the answer.
            headers: More headers, which win over those of the server.
            pace: Seconds between two chunks.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it.
            match: The only requests that it is for.
        """

        def answer(_: ReceivedRequest) -> Answer:
            return Answer(
                body if isinstance(body, bytes) else _paced(body, pace),
                status=status,
                headers=dict(headers or {}),
                content_type=content_type,
            )

        turn = Turn(answer=answer, faults=faults, times=times, path=path, match=match)
        self._script.add(turn)

    def reply_with(
        self,
        answer: Answer | Callable[[ReceivedRequest], Answer],
        *,
        waits_for_body: bool = True,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        r"""Script the next response, to any request, even the bytes of its head.

        ```python
        from groq.testing import Answer, LocalServer, Pause

        with LocalServer() as server:
            steps = [b"HTTP/1.1 200 OK\r\n", Pause(0.1), b"content-le"]
            server.reply_with(Answer(steps, is_raw=True, ending="reset"))
        ```

        Args:
            answer: The response, or a function that returns it for a request. It runs in the
                server's thread and must not block.
            waits_for_body: Whether to read the whole request first.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it.
            match: The only requests that it is for.
        """

        def make(request: ReceivedRequest) -> Answer:
            return answer if isinstance(answer, Answer) else answer(request)

        turn = Turn(answer=make, times=times, path=path, match=match, waits_for_body=waits_for_body)
        self._script.add(turn)

    def reply_with_file(
        self,
        file: str | os.PathLike[str],
        *faults: Fault,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        pace: float = 0.0,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Script a recorded response; an `.sse` file is streamed event by event.

        The arguments are those of `reply_with_bytes`; the media type follows from the name.
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
            match=match,
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
        match: Match | None = None,
    ) -> None:
        """Script an error response to the next request.

        Args:
            status: The status, such as 429 or 503.
            faults: Faults of the response, such as `SlowStart(0.5)`.
            error: The message, or the whole `error` object; the default depends on the status.
            headers: Additional headers.
            retry_after: The `retry-after` header, in seconds or as a date.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it.
            match: The only requests that it is for.
        """
        turn = failure(
            status,
            faults,
            error=error,
            headers=headers,
            retry_after=retry_after,
            times=times,
            path=path,
            match=match,
        )
        self._script.add(turn)

    def inject(
        self,
        *faults: Fault,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Apply faults to the next response: `server.inject(SlowStart(0.5))`."""
        self._script.add(Turn(faults=faults, times=times, path=path, match=match))

    def add_to_script(self, script: FileOrEntries) -> None:
        """Script entries, after what is scripted already.

        Args:
            script: Entries, or the path of a JSON or YAML file of them.

        Raises:
            ValueError: An entry cannot be read; none is scripted.
        """
        self._add_entries(parse_script(script))

    def _add_entries(self, entries: Iterable[Turn | LimitEntry]) -> None:
        for entry in entries:
            if isinstance(entry, Turn):
                self._script.add(entry)
            else:
                self.limit_rate(**entry.limit)
                self._limit_entries[entry.limit.get("model")] = entry.source

    def save_script(self, scope: str | None = None) -> list[dict[str, Any]]:
        """Return what is left of the entries, and the limits, as entries.

        What was scripted in Python, by `reply` and its kin, is not among them.

        Args:
            scope: Of which scope alone; a scope has no limits.
        """
        limits = [] if scope else [dict(entry) for entry in self._limit_entries.values()]
        return [*limits, *self._script.entries(scope)]

    def load_script(self, script: FileOrEntries, *, scope: str | None = None) -> None:
        """Put entries in the place of everything that is scripted, or of a scope's part of it.

        Raises:
            ValueError: An entry cannot be read; the script remains as it was.
        """
        entries = parse_script(script)
        self._script.clear(scope)
        if scope is None:
            self._forget_limits()
        self._add_entries(entries)

    @property
    def weather(self) -> Weather | None:
        """The delays, speeds and random faults that requests meet, which may be set at any time."""
        return self._weather

    @weather.setter
    def weather(self, weather: Weather | None) -> None:
        self._api.conditions = None if weather is None else Conditions(weather)
        self._weather = weather

    def limit_rate(
        self,
        *,
        model: str | None = None,
        requests: int | None = None,
        tokens: int | None = None,
        requests_window: float = DAY,
        tokens_window: float = MINUTE,
        requests_per_minute: int | None = None,
        tokens_per_day: int | None = None,
        input_tokens_per_minute: int | None = None,
        output_tokens_per_minute: int | None = None,
        audio_seconds_per_hour: int | None = None,
        audio_seconds_per_day: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Enforce rate limits, as the API does: a request that exceeds one is refused with 429.

        Limits are separate for each key and each model. A request reserves its prompt and
        its `max_completion_tokens`; the unused part is returned at the end of the response.
        A refused request does not count, and one that can never fit is refused with 413.

        With a faster clock, a day passes in a moment:
        `clock=lambda: time.monotonic() * 3600`. Messages and headers then have its seconds.

        Args:
            model: The limited model; by default all models without limits of their own.
            requests: Requests per day, which the headers report.
            tokens: Tokens of prompts and answers per minute, which the headers report.
            requests_window: The window of `requests` in seconds, if it is not a day.
            tokens_window: The window of `tokens` in seconds, if it is not a minute.
            requests_per_minute: Requests per minute.
            tokens_per_day: Tokens per day.
            input_tokens_per_minute: Tokens of prompts per minute.
            output_tokens_per_minute: Tokens of completions per minute.
            audio_seconds_per_hour: Seconds of audio per hour.
            audio_seconds_per_day: Seconds of audio per day.
            clock: A function that returns the time in seconds.
        """
        by_kind = {
            "requests_per_minute": (requests_per_minute, None),
            "requests_per_day": (requests, requests_window),
            "tokens_per_minute": (tokens, tokens_window),
            "tokens_per_day": (tokens_per_day, None),
            "input_tokens_per_minute": (input_tokens_per_minute, None),
            "output_tokens_per_minute": (output_tokens_per_minute, None),
            "audio_seconds_per_hour": (audio_seconds_per_hour, None),
            "audio_seconds_per_day": (audio_seconds_per_day, None),
        }
        limits = [
            limit_of(kind, capacity, window)
            for kind, (capacity, window) in by_kind.items()
            if capacity is not None
        ]
        self._api.limits.set(model, limits, clock)

    def add_file(
        self,
        name: str,
        content: bytes | Callable[[], Iterable[bytes]],
        *,
        purpose: str = "batch",
        size: int | None = None,
    ) -> str:
        """Add a file for `client.files`, and return its id.

        Args:
            name: Its name.
            content: Its bytes; or, for a large one, a function that makes them piece by piece.
            purpose: Its purpose.
            size: The bytes that a function will yield; without it they are sent in chunks.
        """
        return self._api.files.add(name, content, purpose=purpose, size=size).id

    @property
    def pending(self) -> int:
        """The number of unused scripted responses."""
        return self.count_pending()

    def count_pending(self, scope: str | None = None) -> int:
        """Count the scripted answers that no request has taken yet, of one scope or of all."""
        return self._script.pending(scope)

    @property
    def unexpected_requests(self) -> list[ReceivedRequest]:
        """The last requests without a scripted or recorded response."""
        return self._unexpected(None)

    def _unexpected(self, scope: str | None) -> list[ReceivedRequest]:
        refused = self._player.refused.all(scope) if self._player is not None else []
        return [*self._script.unscripted(scope), *refused]

    def assert_script_done(self, *, scope: str | None = None) -> None:
        """Check that every answer of the script and of the tape was taken, and by each request.

        Args:
            scope: Of which scope alone; a tape has none.
        """
        untaken, unexpected = self._script.untaken(scope), self._unexpected(scope)
        if self._player is not None and scope is None:
            untaken += self._player.unplayed()
        if untaken or unexpected:
            raise AssertionError(
                f"Expected all answers to be taken but {untaken} are left, and no answer was "
                f"there for\n{describe(unexpected)}"
            )

    def reset(self, *, scope: str | None = None) -> None:
        """Drop the script, the rate limits and the received requests; keep the files.

        A tape is played from its beginning again.

        Args:
            scope: Forgets what was scripted for this scope, the requests in it, and what its key
                has used of the limits, and nothing else.
        """
        self._script.clear(scope)
        self._log.clear(scope)
        self._observer.clear(scope)
        if scope is not None:
            self._api.limits.forget(scope)
            return
        self._forget_limits()
        self.weather = self._first_weather
        if self._player is not None:
            self._player.rewind()
        if self._thread is None:
            self._exchanges.clear()
        else:
            self._thread.run_soon(self._exchanges.clear)

    def _forget_limits(self) -> None:
        self._api.limits = RateLimits()
        self._limit_entries.clear()

    # What it received

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The received requests, oldest first."""
        return self._log.all()

    @property
    def last_request(self) -> ReceivedRequest:
        """The last received request."""
        requests = self._log.all()
        if not requests:
            raise AssertionError("Expected a request but the server has received none")
        return requests[-1]

    def wait_for_requests(self, count: int = 1, timeout: float = 5.0) -> list[ReceivedRequest]:
        """Wait for that many requests, and return them."""
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
        scope: str | None = None,
    ) -> list[ReceivedRequest]:
        """Check that matching requests were received, and return them, oldest first.

        A request matches if it includes everything that is given.

        Args:
            path: The path, with or without `/openai/v1`.
            method: The method.
            json: Members of the JSON body.
            headers: Headers, in any case.
            query: Query parameters.
            form: Fields of a multipart form.
            times: The number of matching requests; at least one by default.
            scope: The scope that they are in: their key, or their header `x-groq-local-scope`.
        """
        wanted = Expectation(path, method, json, headers, query, form, scope)
        received = self.requests
        found = [request for request in received if wanted.is_met_by(request)]
        if not found if times is None else len(found) != times:
            count = "a request" if times is None else f"{times} requests"
            raise AssertionError(
                f"Expected {count} with {wanted} but found {len(found)} among\n{describe(received)}"
            )
        return found

    def verdict(self, *, scope: str | None = None) -> list[Finding]:
        """Return what the clients did that they should not do; nothing is the best verdict.

        Found are retries that come too soon, ignore `retry-after`, go on and on, or make no sense;
        streams that were cut and taken for whole; a connection for each request; keys in URLs and
        bodies; and requests that Groq would refuse.

        ```python
        from groq.testing import LocalServer

        with LocalServer(pace=0) as server, server.client() as client:
            client.models.list()
            assert server.verdict() == []
        ```

        Args:
            scope: About which scope alone.
        """
        if self._thread is not None:
            self._thread.catch_up()
        observations = self._observer.observations(scope)
        return findings(observations, self._log.all(scope), self._judge.judge)


def split_events(recorded: bytes) -> list[bytes]:
    """Split a recorded event stream after each blank line."""
    return re.findall(rb"(?s).+?(?:\r\n\r\n|\n\n|\Z)", recorded)


def _paced(body: Iterable[bytes] | Callable[[], Iterable[bytes]], pace: float) -> Iterable[Step]:
    chunks = body() if callable(body) else body
    for place, chunk in enumerate(chunks):
        if place and pace > 0:
            yield Pause(pace)
        yield chunk


def serve(host: str = "127.0.0.1", port: int = 0, *, pace: float = 0.02) -> None:
    """Run a local server until Ctrl-C, for programs in any language.

    Its base URL is printed alone on the first line of stdout.
    """
    with (
        contextlib.suppress(KeyboardInterrupt),
        LocalServer(host=host, port=port, pace=pace, keep_requests=100) as server,
    ):
        print(server.url, flush=True)  # noqa: T201 - other programs read it
        threading.Event().wait()

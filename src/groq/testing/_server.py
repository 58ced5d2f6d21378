"""`LocalServer`: a server with Groq's API, as tests see it."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

from ._api import API
from ._control import ControlAPI
from ._endpoints import Endpoints
from ._entries import Script as FileOrEntries
from ._exchanges import Exchanges
from ._incoming import ReadLimits
from ._inspection import Inspection
from ._models import Models
from ._received import RequestLog
from ._script import Script
from ._scripting import Scripting
from ._server_thread import ServerThread
from ._tape import Player, Tape
from ._upstream import GROQ
from ._verdict import Observer
from ._weather import Weather

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from groq import AsyncGroq, Groq

_FORWARDED_BYTES = 128 * 1024 * 1024
"""Bytes that are kept of a body that is forwarded, which has to be whole."""


class LocalServer(Scripting, Inspection):
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

    Raises:
        ValueError: A value is out of range, or the tape or the script cannot be read.
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
        not_negative = {"pace": pace, "keep_bytes": keep_bytes, "keep_requests": keep_requests}
        for name, value in not_negative.items():
            if not value >= 0:
                raise ValueError(f"Expected `{name}` to be at least 0 but received {value!r}")
        for name, value in {"head_timeout": head_timeout, "body_timeout": body_timeout}.items():
            if not value > 0:
                raise ValueError(f"Expected `{name}` to be above 0 but received {value!r}")
        if tape is not None and not isinstance(tape, Tape):
            tape = Tape(tape)
        player = None if tape is None else Player(tape)
        models = tuple(models)
        turns = Script()
        endpoints = Endpoints(turns, pace, Models(models, is_strict=strict), is_strict=strict)
        Scripting.__init__(self, turns, endpoints, player, weather)
        log, observer = RequestLog(keep_requests), Observer()
        strict_models = Models(models, is_strict=True)
        judge = Endpoints(Script(), pace=0, models=strict_models, is_strict=True).judge
        Inspection.__init__(self, log, observer, judge, self._catch_up_with_clients)
        self._exchanges = Exchanges(observer.observe)
        control = ControlAPI(self, self._exchanges)
        self._api = API(turns, endpoints, control.answer, player)
        self._address = (host, port)
        keep_bytes = max(keep_bytes, _FORWARDED_BYTES) if self.passes_on else keep_bytes
        self._read_limits = ReadLimits(keep_bytes, head_timeout, body_timeout)
        self._tls = tls
        self._thread: ServerThread | None = None
        self._accepted = 0
        self.add_to_script(script)

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

    def start(self) -> Self:
        """Start the server."""
        if self._thread is not None:
            raise RuntimeError("This LocalServer is running already")
        listener = socket.create_server(self._address, backlog=1024)
        self._thread = ServerThread(
            listener, self._api, self._log, self._exchanges, self._read_limits, self._tls
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

    def _catch_up_with_clients(self) -> None:
        if self._thread is not None:
            self._thread.catch_up()

    def reset(self, *, scope: str | None = None) -> None:
        """Drop the script, the rate limits and the received requests; keep the files.

        A tape is played from its beginning again.

        Args:
            scope: Forgets what was scripted for this scope, the requests in it, and what its key
                has used of the limits, and nothing else.
        """
        self._reset_script(scope)
        self._log.clear(scope)
        self._observer.clear(scope)
        if scope is not None:
            return
        if self._thread is None:
            self._exchanges.clear()
        else:
            self._thread.run_soon(self._exchanges.clear)


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

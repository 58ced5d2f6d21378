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
from ._entries import ScriptSource
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

    It answers every endpoint without a model. Replies, recorded responses and faults can be
    scripted, and the received requests inspected.

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

    It runs in its own thread, so it serves synchronous and asynchronous clients, and
    `async with` works like `with`.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 lets the system choose a free one.
        pace: Seconds between two tokens of a stream.
        keep_bytes: The bytes of each body, and of each part of a form, that are kept in memory;
            the rest is counted and dropped.
        keep_requests: The number of requests that are kept; fewer if they add up to more than
            128 MB.
        strict: Whether it refuses what Groq refuses, with Groq's messages: unknown fields and
            models, values out of range, replies that do not match the requested schema. If
            false, it accepts any request that it can read.
        models: Additional models, such as a retired one.
        head_timeout: Seconds within which the headers of a request must arrive, once they have
            begun.
        body_timeout: Seconds within which the body of a request must arrive, once the server
            reads it.
        tls: The TLS context, with a certificate; by default, the server does not use TLS.
        tape: The recording to replay or to write: a `Tape`, or the path of one to replay.
        weather: The latency, speed and random faults of responses.
        script: The initial entries, or the path of a JSON or YAML file of them, such as
            `[{"reply": "Hello", "match": {"message": "hi"}}, {"fail": 429}]`.

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
        script: ScriptSource = (),
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
        """Return a server that forwards requests and records them on a new tape.

        ```python
        from groq.testing import LocalServer

        # Without `upstream`, Groq answers. The key is sent to Groq and is not recorded.
        with LocalServer() as groq:
            with LocalServer.record("tape.jsonl", upstream=groq.url) as server:
                with server.client() as client:
                    client.models.list()

        with LocalServer(tape="tape.jsonl") as server, server.client() as client:
            client.models.list()
        ```

        Args:
            path: The file, which is overwritten.
            upstream: The base URL of the server that answers.
            options: The options of `LocalServer`.
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
        # Stopping does not wait for clients, so it blocks the caller's event loop only briefly.
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
        """Whether requests are forwarded to another server, to be recorded."""
        return self._api.passes_on

    @property
    def open_connections(self) -> int:
        """The number of open connections."""
        return 0 if self._thread is None else len(self._thread.connections)

    @property
    def accepted_connections(self) -> int:
        """The number of connections that clients have made since the last start."""
        return self._accepted if self._thread is None else self._thread.accepted

    def wait_for_close(self, connection: int = 1, timeout: float = 5.0) -> bool:
        """Wait until a connection is closed, and return whether it was.

        Args:
            connection: The number of the connection, as in `ReceivedRequest.connection`.
            timeout: The most seconds to wait.
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

        A tape is rewound.

        Args:
            scope: The only scope to reset: its script, its requests, and the use of its limits.
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

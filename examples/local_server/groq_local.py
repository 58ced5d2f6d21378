"""A typed client of `/_local/`, with which a test scripts a local server that runs elsewhere.

One file without dependencies: copy it beside your tests. The server may be a container, or a
process in an environment of its own, whichever version of `groq` your program has:

```python
from groq_local import serving

with serving(["uvx", "groq-local-server"]) as server:
    server.reply("Hello")
    client = groq.Groq(base_url=server.url, api_key="local")
```
"""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypedDict
from urllib.parse import urlencode

# A proxy of the environment cannot reach this machine's loopback.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ToolCall(TypedDict, total=False):
    """A call of a function that the model asks for; `name` must be there."""

    name: str
    arguments: str | Mapping[str, Any]
    id: str


class Reply(TypedDict, total=False):
    """What the model says; `json` is content that is the JSON of a value."""

    content: str | list[str]
    json: Any
    reasoning: str | list[str]
    tool_calls: list[ToolCall]
    executed_tools: list[dict[str, Any]]
    finish_reason: str
    usage: dict[str, Any]
    pace: float
    is_checked: bool


class Match(TypedDict, total=False):
    """Which requests a reply is for."""

    model: str
    message: str
    tool_result: str
    turn: int
    scope: str


class Fault(TypedDict, total=False):
    """What goes wrong with an answer; `type` must be there."""

    type: Literal["cut", "error_event", "hold_open", "malformed_event", "slow_start", "stall"]
    after: int
    seconds: float
    how: Literal["close", "reset", "end"]
    at_byte: int
    form: Literal["named", "plain", "x_groq"]
    error: str | dict[str, Any]


class Limit(TypedDict, total=False):
    """The rate limits of a model, or of all that have none of their own."""

    model: str
    requests: int
    requests_window: float
    requests_per_minute: int
    tokens: int
    tokens_window: float
    tokens_per_day: int
    input_tokens_per_minute: int
    output_tokens_per_minute: int
    audio_seconds_per_hour: int
    audio_seconds_per_day: int


class Weather(TypedDict, total=False):
    """The delays, speeds and random faults that requests meet."""

    fault_rate: float
    faults: list[int | str]
    latency: float | list[float] | str
    tokens_per_second: float | dict[str, float] | Literal["groq"] | None
    seed: int


class ReceivedRequest(TypedDict):
    """A request that the server received, without its secrets."""

    id: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    form: dict[str, str]
    files: dict[str, dict[str, Any]]
    size: int
    connection: int


class Finding(TypedDict):
    """Something that a client should not do, and the ids of the requests that show it."""

    kind: str
    message: str
    requests: list[str]


class LocalServerError(Exception):
    """What the server did not take."""


class LocalServer:
    """A local server, scripted over HTTP.

    Args:
        url: Its address, such as `http://127.0.0.1:8080`.
        scope: Sets this test apart from others on the same server: what it scripts is for requests
            with this key, or with `headers`, and it sees no other requests.
    """

    def __init__(self, url: str, *, scope: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.scope = scope

    @property
    def headers(self) -> dict[str, str]:
        """The headers that put a request into the scope, for the default headers of a client."""
        return {} if self.scope is None else {"x-groq-local-scope": self.scope}

    def reply(
        self,
        reply: str | Reply,
        *faults: Fault,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
        default: bool = False,
    ) -> None:
        """Script what the model says to the next request.

        Args:
            reply: A text, or what it consists of.
            faults: What goes wrong on the way.
            times: How many requests get it; `None` is all from here on.
            path: The only path that it is for.
            match: The only requests that it is for.
            default: Whether it is for what no other answer is for, however often.
        """
        more = {"faults": faults, "default": default or None}
        self._script(match, reply=reply, times=times, path=path, **more)

    def fail(
        self,
        status: int,
        *,
        error: str | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Script an error answer for the next request."""
        more = {"error": error, "headers": headers, "retry_after": retry_after, "path": path}
        self._script(match, fail=status, times=times, **more)

    def inject(
        self,
        *faults: Fault,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Disturb the next answer, whichever it is."""
        self._script(match, inject=faults, times=times, path=path)

    def limit_rate(self, limit: Limit) -> None:
        """Refuse what is over a limit from now on, whoever asks."""
        self._call("POST", "/_local/script", {"limit": limit})

    @property
    def pending(self) -> int:
        """How many scripted answers no request has taken yet."""
        pending: int = self._call("GET", self._in_scope("/_local/script"))["pending"]
        return pending

    def save_script(self) -> list[dict[str, Any]]:
        """Return what is left of the script, as entries."""
        entries: list[dict[str, Any]] = self._call("GET", self._in_scope("/_local/script"))[
            "entries"
        ]
        return entries

    def load_script(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Put entries in the place of everything that is scripted, or of the scope's part of it."""
        self._call("PUT", self._in_scope("/_local/script"), entries)

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The requests that the server received, oldest first."""
        found = self._call("GET", self._in_scope("/_local/requests"))
        requests: list[ReceivedRequest] = found["requests"]
        return requests

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
        """Check that such requests were received, and return them.

        Raises:
            AssertionError: They were not; the message lists what was.
        """
        wanted = {"path": path, "method": method, "json": json, "query": query, "form": form}
        more = {"headers": headers, "times": times, **self._scoped}
        found = self._call("POST", "/_local/assertions", _given({**wanted, **more}))
        requests: list[ReceivedRequest] = found["requests"]
        return requests

    def assert_script_done(self) -> None:
        """Check that every reply was taken, and that every request found one."""
        self._call("POST", "/_local/assertions", {"script_done": True, **self._scoped})

    def set_weather(self, weather: Weather) -> None:
        """Have requests meet delays and random faults from now on, whoever asks."""
        self._call("PUT", "/_local/weather", weather)

    def verdict(self) -> list[Finding]:
        """Return what the clients did that they should not do."""
        found: list[Finding] = self._call("GET", self._in_scope("/_local/verdict"))["findings"]
        return found

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Follow requests and answers as they come: `start`, and news of each `exchange`."""
        url = self.url + self._in_scope("/_local/events")
        name = ""
        with _direct.open(url) as lines:
            for line in lines:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    def reset(self) -> None:
        """Have it forget script, limits and requests, or those of the scope."""
        self._call("POST", self._in_scope("/_local/reset"), {})

    @property
    def _scoped(self) -> dict[str, str]:
        return {} if self.scope is None else {"scope": self.scope}

    def _in_scope(self, path: str) -> str:
        return f"{path}?{urlencode(self._scoped)}"

    def _script(self, match: Match | None, *, times: int | None, **entry: object) -> None:
        wanted = {**self._scoped, **(match or {})}
        given = _given({**entry, "match": wanted})
        self._call("POST", "/_local/script", {**given, "times": times})

    def _call(self, method: str, path: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.url + path, content, headers, method=method)
        try:
            with _direct.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                message = json.load(error)["error"]["message"]
            # What was asserted is not so; everything else is a mistake of the caller.
            kind = AssertionError if error.code == 409 else LocalServerError
            raise kind(message) from None


def _given(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None and value != {}}


@contextmanager
def serving(
    command: Sequence[str] = ("groq-local-server",), *, scope: str | None = None
) -> Generator[LocalServer]:
    """Run a local server in an environment of its own for as long as the block runs.

    Args:
        command: What starts it: `["uvx", "groq-local-server"]`, `["path/to/python", "-m", "groq",
            "serve"]`, or the like, with its options.
        scope: As for `LocalServer`.
    """
    with subprocess.Popen([*command, "--pace", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # A pipe was asked for.
            url = process.stdout.readline().strip()
            if not url:
                raise LocalServerError(f"{command[0]} ended with {process.wait(timeout=10)}")
            yield LocalServer(url, scope=scope)
        finally:
            process.terminate()

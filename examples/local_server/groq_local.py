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
    """What the model says."""

    content: str | list[str]
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
    ) -> None:
        """Script what the model says to the next request; `times=None` is to all from here on."""
        wanted = {**self._scoped, **(match or {})}
        self._script(reply=reply, faults=faults, times=times, path=path, match=wanted or None)

    def fail(
        self,
        status: int,
        *,
        error: str | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
        times: int | None = 1,
        path: str | None = None,
    ) -> None:
        """Script an error answer for the next request."""
        more = {"error": error, "headers": headers, "retry_after": retry_after, "path": path}
        self._script(fail=status, times=times, **more, **self._scoped)

    def limit_rate(self, limit: Limit) -> None:
        """Refuse what is over a limit from now on, whoever asks."""
        self._script(limit=limit)

    @property
    def pending(self) -> int:
        """How many scripted answers no request has taken yet, in all scopes together."""
        pending: int = self._call("GET", "/_local/script")["pending"]
        return pending

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The requests that the server received, oldest first."""
        found = self._call("GET", f"/_local/requests?{urlencode(self._scoped)}")
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
        more = {"headers": {**self.headers, **(headers or {})}, "times": times}
        found = self._call("POST", "/_local/assertions", _given({**wanted, **more}))
        requests: list[ReceivedRequest] = found["requests"]
        return requests

    def assert_script_done(self) -> None:
        """Check that every reply was taken, and that every request found one."""
        self._call("POST", "/_local/assertions", {"script_done": True})

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Follow requests and answers as they come: `start`, and news of each `exchange`."""
        url = f"{self.url}/_local/events?{urlencode(self._scoped)}"
        name = ""
        with _direct.open(url) as lines:
            for line in lines:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    def reset(self) -> None:
        """Have it forget script, limits and requests, in all scopes."""
        self._call("POST", "/_local/reset", {})

    @property
    def _scoped(self) -> dict[str, str]:
        return {} if self.scope is None else {"scope": self.scope}

    def _script(self, *, times: int | None = 1, **entry: object) -> None:
        given = _given(entry)
        if "limit" not in given:
            given["times"] = times
        self._call("POST", "/_local/script", given)

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

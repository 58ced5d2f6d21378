"""What stands under `/_local/`: the server is scripted and looked at over HTTP, by any program.

A script is a list of entries, the same over HTTP, in a file and for `LocalServer(script=…)`; the
schemas are in `openapi.json` beside this file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ._answers import Answer, Refusal, error_object, json_answer
from ._exchanges import Exchanges
from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._json import is_list, is_object, list_of, object_of
from ._page import bundled, page
from ._received import ReceivedRequest
from ._replies import Match, Reply, ToolCall
from ._script import Fault, scope_of
from ._shown import described

if TYPE_CHECKING:
    from ._server import LocalServer

PREFIX = "/_local/"
Script: TypeAlias = str | os.PathLike[str] | Sequence[Mapping[str, Any]]

_HTML = "text/html"
_PRIVATE_HOST = re.compile(
    r"(?:\[[0-9a-f:.]+\]|[0-9.]+|[^.:]*|.+\.(?:localhost|local|internal|test|lan|home\.arpa))(?::\d+)?",
    re.IGNORECASE,
)
"""An address, a name without a dot, or one under a domain that the public DNS does not have."""

_FAULTS: dict[str, Callable[..., Fault]] = {
    "cut": Cut,
    "error_event": ErrorEvent,
    "hold_open": HoldOpen,
    "malformed_event": MalformedEvent,
    "slow_start": SlowStart,
    "stall": Stall,
}


def read_script(script: Script) -> Sequence[Mapping[str, Any]]:
    """Gives the entries of a script, read from its JSON file if it is a path."""
    if isinstance(script, (str, os.PathLike)):
        try:
            entries: object = json.loads(Path(script).read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{os.fspath(script)}: {error}") from error
        if not is_list(entries) or not all(is_object(entry) for entry in entries):
            raise ValueError(f"{os.fspath(script)}: expected a list of entries, which are objects")
        return entries
    return script


def add_entry(server: LocalServer, entry: Mapping[str, Any]) -> None:
    """Scripts one entry: a `reply`, a failure (`fail`), or limits (`limit`).

    Raises:
        ValueError: It is none of them, or has members that they do not have.
    """
    given = dict(entry)
    try:
        if "reply" in given:
            reply = _reply_of(given.pop("reply"))
            faults = [_fault_of(fault) for fault in given.pop("faults", [])]
            match = Match(**given.pop("match")) if "match" in given else None
            server.reply(reply, *faults, match=match, **given)
        elif "fail" in given:
            server.fail(given.pop("fail"), **given)
        elif "limit" in given:
            server.limit_rate(**given.pop("limit"), **given)
        else:
            raise ValueError("an entry has a `reply`, a `fail` or a `limit`")
    except TypeError as error:
        raise ValueError(f"an entry cannot be read: {error}") from error


def _reply_of(value: object) -> Reply | str:
    if isinstance(value, str):
        return value
    described = dict(object_of(value))
    calls = [ToolCall(**object_of(call)) for call in list_of(described.pop("tool_calls", []))]
    return Reply(**described, tool_calls=calls)


def _fault_of(value: object) -> Fault:
    described = dict(object_of(value))
    kind = described.pop("type", None)
    if kind not in _FAULTS:
        raise ValueError(f"a fault is one of {', '.join(_FAULTS)}, not {kind!r}")
    return _FAULTS[kind](**described)


def is_own(request: ReceivedRequest) -> bool:
    """Says whether a request is about the server itself, not one to Groq's API."""
    is_page = request.path == "/" and _HTML in request.headers.get("accept", "")
    return is_page or request.path.startswith(PREFIX)


def _unknown(request: ReceivedRequest) -> Answer:
    raise Refusal(404, f"There is no {request.method} {request.path}")


def _check_origin(request: ReceivedRequest) -> None:
    """Refuses pages of other origins, and names that lead here from the public internet.

    Such a name can be made to lead to this machine after its page has loaded, which then counts as
    of the same origin (DNS rebinding).
    """
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if origin is not None and origin.partition("://")[2] != host:
        raise Refusal(403, "Pages of other origins may not script this server")
    if not _PRIVATE_HOST.fullmatch(host):
        raise Refusal(403, "Ask for this by an address, such as 127.0.0.1, or by a private name")


class Remote:
    """Answers what is asked under `/_local/`, and gives browsers the page."""

    def __init__(self, server: LocalServer, exchanges: Exchanges) -> None:
        self._server = server
        self._exchanges = exchanges
        self._routes: dict[str, Callable[[ReceivedRequest], Answer]] = {
            "GET /": lambda _: page(),
            "GET /_local/openapi.json": self._openapi,
            "POST /_local/script": self._add,
            "GET /_local/script": self._pending,
            "GET /_local/events": self._events,
            "GET /_local/requests": self._requests,
            "POST /_local/assertions": self._assert,
            "POST /_local/reset": self._reset,
        }

    def answer(self, request: ReceivedRequest) -> Answer:
        """Answers a request."""
        method = "GET" if request.method == "HEAD" else request.method
        route = self._routes.get(f"{method} {request.path}", _unknown)
        try:
            _check_origin(request)
            return route(request)
        except Refusal as refusal:
            return refusal.answer()
        except ValueError as error:
            return json_answer({"error": error_object(400, str(error))}, status=400)

    def _openapi(self, request: ReceivedRequest) -> Answer:
        return Answer(bundled("openapi.json"))

    def _add(self, request: ReceivedRequest) -> Answer:
        body: object = request.json()
        entries = body if is_list(body) else [body]
        for entry in entries:
            if not is_object(entry):
                raise ValueError("an entry of a script is an object")
            add_entry(self._server, entry)
        return self._pending(request)

    def _pending(self, request: ReceivedRequest) -> Answer:
        return json_answer({"pending": self._server.pending})

    def _requests(self, request: ReceivedRequest) -> Answer:
        scope = request.query.get("scope")
        received = [
            described(each)
            for each in self._server.requests
            if scope is None or scope in scope_of(each)
        ]
        return json_answer({"requests": received})

    def _events(self, request: ReceivedRequest) -> Answer:
        return self._exchanges.watch(request.query.get("scope"))

    def _assert(self, request: ReceivedRequest) -> Answer:
        body = object_of(request.json())
        try:
            if body.pop("script_done", False):
                self._server.assert_script_done()
            found = self._server.assert_received(**body) if body else []
        except AssertionError as error:
            return json_answer({"error": {"message": str(error)}}, status=409)
        except TypeError as error:
            raise ValueError(f"an assertion cannot be read: {error}") from error
        return json_answer({"requests": [described(each) for each in found]})

    def _reset(self, request: ReceivedRequest) -> Answer:
        self._server.reset()
        return self._pending(request)

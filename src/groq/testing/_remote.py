"""What stands under `/_local/`: the server is scripted and looked at over HTTP, by any program.

A script is a list of entries, the same over HTTP, in a file and for `LocalServer(script=…)`; the
schemas are in `openapi.json` beside this file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ._answers import Answer, Refusal, error_object, json_answer
from ._faults import Cut, ErrorEvent, HoldOpen, MalformedEvent, SlowStart, Stall
from ._json import JSONObject, is_list, is_object, list_of, object_of
from ._received import ReceivedRequest
from ._replies import Match, Reply, ToolCall
from ._script import Fault, scope_of

if TYPE_CHECKING:
    from ._server import LocalServer

PREFIX = "/_local/"
Script: TypeAlias = str | os.PathLike[str] | Sequence[Mapping[str, Any]]

_FAULTS: dict[str, Callable[..., Fault]] = {
    "cut": Cut,
    "error_event": ErrorEvent,
    "hold_open": HoldOpen,
    "malformed_event": MalformedEvent,
    "slow_start": SlowStart,
    "stall": Stall,
}
_SECRET = ("authorization", "cookie", "proxy-authorization", "x-api-key")


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


class Remote:
    """Answers what is asked under `/_local/`."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self._routes: dict[str, Callable[[ReceivedRequest], Answer]] = {
            "GET openapi.json": self._openapi,
            "POST script": self._add,
            "GET script": self._pending,
            "GET requests": self._requests,
            "POST assertions": self._assert,
            "POST reset": self._reset,
        }

    def answer(self, request: ReceivedRequest) -> Answer:
        """Answers a request."""
        route = self._routes.get(f"{request.method} {request.path.removeprefix(PREFIX)}")
        origin = request.headers.get("origin")
        try:
            if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
                return Refusal(403, "Pages of other origins may not script this server").answer()
            if route is None:
                return Refusal(404, f"There is no {request.method} {request.path}").answer()
            return route(request)
        except ValueError as error:
            return json_answer({"error": error_object(400, str(error))}, status=400)

    def _openapi(self, request: ReceivedRequest) -> Answer:
        return Answer(files("groq.testing").joinpath("openapi.json").read_bytes())

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
            _described(each)
            for each in self._server.requests
            if scope is None or scope in scope_of(each)
        ]
        return json_answer({"requests": received})

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
        return json_answer({"requests": [_described(each) for each in found]})

    def _reset(self, request: ReceivedRequest) -> Answer:
        self._server.reset()
        return self._pending(request)


def _described(request: ReceivedRequest) -> JSONObject:
    """Describes a request without its secrets."""
    headers = {
        name.lower(): "(secret)" if name.lower() in _SECRET else value
        for name, value in request.headers.items_received()
    }
    try:
        body: object = request.json() if request.body and not request.parts else None
    except (ValueError, RecursionError):
        body = request.body.decode("utf-8", "replace")
    return {
        "id": request.id,
        "method": request.method,
        "path": request.path,
        "query": dict(request.query),
        "headers": headers,
        "body": body,
        "form": request.form,
        "size": request.size,
        "connection": request.connection,
    }

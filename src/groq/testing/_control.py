"""The interface under `/_local/`: any program can script and inspect the server over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from ._answers import Answer, Refusal, error_object, json_answer
from ._display import described
from ._entries import check_described, entries_of
from ._exchanges import Exchanges
from ._json import is_list, object_of
from ._page import bundled, page
from ._received import ReceivedRequest, scopes_of
from ._weather import Weather, weather_of

if TYPE_CHECKING:
    from ._server import LocalServer

PREFIX = "/_local/"
EVENTS = "/_local/events"
_HTML = "text/html"
_PRIVATE_HOST = re.compile(
    r"(?:\[[0-9a-f:.]+\]|[0-9.]+|[^.:]*|.+\.(?:localhost|local|internal|test|lan|home\.arpa))(?::\d+)?",
    re.IGNORECASE,
)
"""An address, a name without a dot, or one in a domain that is not in the public DNS."""


def is_control_request(request: ReceivedRequest) -> bool:
    """Say whether a request is for this interface, not for Groq's API."""
    is_page = request.path == "/" and _HTML in request.headers.get("accept", "")
    return is_page or request.path.startswith(PREFIX)


def _unknown(request: ReceivedRequest) -> Answer:
    raise Refusal(404, f"There is no {request.method} {request.path}")


def _check_origin(request: ReceivedRequest) -> None:
    """Refuse web pages of other origins, and public host names.

    A page can point its own host name to this machine after it has loaded, and then counts as
    of the same origin (DNS rebinding).
    """
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if origin is not None and origin.partition("://")[2] != host:
        raise Refusal(403, "Pages of other origins may not script this server")
    if not _PRIVATE_HOST.fullmatch(host):
        raise Refusal(403, "Ask for this by an address, such as 127.0.0.1, or by a private name")


class ControlAPI:
    """Answers requests under `/_local/`, and sends browsers the page."""

    def __init__(self, server: LocalServer, exchanges: Exchanges) -> None:
        self._server = server
        self._exchanges = exchanges
        self._routes: dict[str, Callable[[ReceivedRequest], Answer]] = {
            "GET /": lambda _: page(),
            "GET /_local/openapi.json": self._openapi,
            "POST /_local/script": self._add,
            "PUT /_local/script": self._load,
            "GET /_local/script": self._save,
            f"GET {EVENTS}": self._events,
            "GET /_local/requests": self._requests,
            "POST /_local/assertions": self._assert,
            "POST /_local/reset": self._reset,
            "GET /_local/verdict": self._verdict,
            "PUT /_local/weather": self._set_weather,
            "GET /_local/weather": self._get_weather,
        }

    def answer(self, request: ReceivedRequest) -> Answer:
        """Answer a request."""
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
        self._server.add_to_script(entries_of(body if is_list(body) else [body]))
        return self._pending(request)

    def _load(self, request: ReceivedRequest) -> Answer:
        entries = entries_of(request.json())
        self._server.load_script(entries, scope=request.query.get("scope"))
        return self._pending(request)

    def _save(self, request: ReceivedRequest) -> Answer:
        scope = request.query.get("scope")
        pending, entries = self._server.count_pending(scope), self._server.save_script(scope)
        return json_answer({"pending": pending, "entries": entries})

    def _pending(self, request: ReceivedRequest) -> Answer:
        return json_answer({"pending": self._server.count_pending(request.query.get("scope"))})

    def _requests(self, request: ReceivedRequest) -> Answer:
        scope = request.query.get("scope")
        received = [
            described(each)
            for each in self._server.requests
            if scope is None or scope in scopes_of(each.headers)
        ]
        return json_answer({"requests": received})

    def _events(self, request: ReceivedRequest) -> Answer:
        return self._exchanges.watch(request.query.get("scope"))

    def _assert(self, request: ReceivedRequest) -> Answer:
        body = object_of(request.json())
        check_described(body, "Assertion")
        try:
            if body.pop("script_done", False):
                self._server.assert_script_done(scope=body.get("scope"))
            found = self._server.assert_received(**body) if body.keys() - {"scope"} else []
        except AssertionError as error:
            return json_answer({"error": {"message": str(error)}}, status=409)
        except TypeError as error:
            raise ValueError(f"an assertion cannot be read: {error}") from error
        return json_answer({"requests": [described(each) for each in found]})

    def _reset(self, request: ReceivedRequest) -> Answer:
        self._server.reset(scope=request.query.get("scope"))
        return self._pending(request)

    def _verdict(self, request: ReceivedRequest) -> Answer:
        found = self._server.verdict(scope=request.query.get("scope"))
        return json_answer({"findings": [asdict(each) for each in found]})

    def _set_weather(self, request: ReceivedRequest) -> Answer:
        described = object_of(request.json())
        check_described(described, "Weather")
        try:
            self._server.weather = weather_of(described)
        except OSError as error:
            raise ValueError(f"The tape cannot be read: {error}") from error
        return self._get_weather(request)

    def _get_weather(self, request: ReceivedRequest) -> Answer:
        return json_answer(asdict(self._server.weather or Weather()))

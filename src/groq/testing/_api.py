"""The API behind the sockets: which request gets which answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from . import _chat
from ._answers import Answer, Refusal, error_object, json_answer
from ._embeddings import embed
from ._json import JSONObject
from ._limits import RateLimits
from ._models import Models
from ._received import ReceivedRequest
from ._replies import Reply
from ._script import Script

_WELCOME = (
    "This is the local server of the Python package groq. It speaks the HTTP API of Groq below\n"
    "/openai/v1 and asks no model. Give its address to a client as the base URL; any key will do.\n"
)


@dataclass(frozen=True)
class Route:
    """A method and a path, with `*` for a segment that is handed on."""

    method: str
    path: str
    handler: Callable[..., Answer]

    def match(self, method: str, segments: list[str]) -> list[str] | None:
        """Gives what stands at the stars, `None` if the request is for another route."""
        wanted = self.path.split("/")
        if method != self.method or len(wanted) != len(segments):
            return None
        if any(want not in ("*", have) for want, have in zip(wanted, segments)):
            return None
        return [have for want, have in zip(wanted, segments) if want == "*"]


class API:
    """Answers requests; it holds what has to be remembered between them."""

    def __init__(self, script: Script, pace: float) -> None:
        self._script = script
        self._pace = pace
        self.limits: RateLimits | None = None
        models = Models()
        self._routes = [
            Route("POST", "chat/completions", self._chat),
            Route("POST", "embeddings", lambda request: embed(_chat.read_body(request))),
            Route("GET", "models", lambda request: models.list()),
            Route("GET", "models/*", lambda request, name: models.retrieve(name)),
            Route("DELETE", "models/*", lambda request, name: models.delete(name)),
        ]

    def answer(self, request: ReceivedRequest) -> Answer:
        """Gives the answer to a request: the scripted one, or the API's own."""
        turn = self._script.take_answer(request.path)
        try:
            if turn is not None and turn.answer is not None:
                answer = turn.answer()
            else:
                answer = self._route(request)
        except Refusal as refusal:
            answer = refusal.answer()
        except Exception as error:  # A reply function failed: the test is to see what and where.
            answer = _failure(error)
        if turn is not None:
            answer = turn.disturb(answer)
        headers = {"x-request-id": request.id, "x-groq-region": "local"}
        if self.limits is not None:
            headers |= self.limits.headers()
        return replace(answer, headers=headers | dict(answer.headers))

    def _route(self, request: ReceivedRequest) -> Answer:
        if request.path == "/":
            return Answer(_WELCOME.encode(), content_type="text/plain; charset=utf-8")
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Refusal(401, "Invalid API Key", code="invalid_api_key")
        root, _, rest = request.path.partition("/openai/v1/")
        segments = [unquote(segment) for segment in rest.split("/")]
        for route in self._routes if not root else ():
            found = route.match(request.method, segments)
            if found is not None:
                if self.limits is not None and request.method == "POST":
                    self.limits.admit(_prompt_tokens(request) if rest == "chat/completions" else 0)
                return route.handler(request, *found)
        raise Refusal(
            404,
            f"Unknown request URL: {request.method} {request.path}. "
            "Please check the URL for typos.",
            code="unknown_url",
        )

    def _chat(self, request: ReceivedRequest) -> Answer:
        body = _chat.read_body(request)
        return self.chat(request, body)

    def chat(self, request: ReceivedRequest, body: JSONObject) -> Answer:
        """Answers a chat completion, which may also stand in a line of a batch."""
        _chat.check(body)
        turn = self._script.take_reply(_chat.PATH)
        reply: Reply | None = None if turn is None else turn.say(request)
        if reply is None:
            reply = _chat.usual_reply(body)
        completion = _chat.complete(body, reply, request.id)
        if self.limits is not None:
            self.limits.spend(completion.usage["completion_tokens"])
        pace = self._pace if reply.pace is None else reply.pace
        answer = _chat.write(completion, body, pace)
        return answer if turn is None else turn.disturb(answer)


def _prompt_tokens(request: ReceivedRequest) -> int:
    try:
        body: Any = request.json()
    except (ValueError, RecursionError):
        return 0
    return _chat.prompt_tokens(body) if isinstance(body, dict) else 0


def _failure(error: Exception) -> Answer:
    described = error_object(500, f"The local server failed: {type(error).__name__}: {error}")
    return json_answer({"error": described}, status=500, headers={"x-should-retry": "false"})

"""The API behind the sockets: which request gets which answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import unquote

from . import _audio, _chat
from ._answers import Answer, Refusal, error_object, json_answer
from ._batches import Batches
from ._embeddings import embed
from ._files import Files
from ._json import JSONObject, compact, is_object
from ._limits import RateLimits
from ._models import Models
from ._received import Headers, ReceivedRequest
from ._replies import text_of
from ._script import Script

Handler: TypeAlias = Callable[[ReceivedRequest], Answer]
RouteHandler: TypeAlias = Callable[[ReceivedRequest, str], Answer]

_WELCOME = (
    "This is the local server of the Python package groq. It speaks the HTTP API of Groq below\n"
    "/openai/v1 and asks no model. Give its address to a client as the base URL; any key will do.\n"
)


class API:
    """Answers requests; it holds what has to be remembered between them."""

    def __init__(self, script: Script, pace: float) -> None:
        self._script = script
        self._pace = pace
        self.limits: RateLimits | None = None
        self.files = files = Files()
        models = Models()
        batches = Batches(files, self._answer_line)
        self._routes: dict[str, RouteHandler] = {
            "POST chat/completions": lambda request, _: self._chat(request),
            "POST embeddings": lambda request, _: embed(json_body(request)),
            "POST audio/speech": lambda request, _: _audio.speak(json_body(request)),
            "POST audio/transcriptions": lambda request, _: self._hear(request, "transcribe"),
            "POST audio/translations": lambda request, _: self._hear(request, "translate"),
            "GET models": lambda request, _: models.list_all(),
            "GET models/*": lambda request, name: models.retrieve(name),
            "DELETE models/*": lambda request, name: models.delete(name),
            "POST files": lambda request, _: files.create(request),
            "GET files": lambda request, _: files.list_all(),
            "GET files/*": lambda request, file_id: files.info(file_id),
            "DELETE files/*": lambda request, file_id: files.delete(file_id),
            "GET files/*/content": lambda request, file_id: files.content(file_id),
            "POST batches": lambda request, _: batches.create(json_body(request)),
            "GET batches": lambda request, _: batches.list_all(),
            "GET batches/*": lambda request, batch_id: batches.retrieve(batch_id),
            "POST batches/*/cancel": lambda request, batch_id: batches.cancel(batch_id),
        }

    def answer(self, request: ReceivedRequest) -> Answer:
        """Gives the answer to a request: the scripted one, or the API's own."""
        answer = self._disturbed(request, self._route)
        headers = {"x-request-id": request.id, "x-groq-region": "local"}
        if self.limits is not None:
            headers |= self.limits.headers()
        return replace(answer, headers=headers | dict(answer.headers))

    def _disturbed(self, request: ReceivedRequest, handler: Handler) -> Answer:
        turn = self._script.take_answer(request.path)
        try:
            answer = turn.answer() if turn and turn.answer else handler(request)
        except Refusal as refusal:
            answer = refusal.answer()
        except Exception as error:  # noqa: BLE001 - whatever a reply function raises is told
            answer = _failure(error)
        return turn.disturb(answer) if turn else answer

    def _route(self, request: ReceivedRequest) -> Answer:
        if request.path == "/":
            return Answer(_WELCOME.encode(), content_type="text/plain; charset=utf-8")
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Refusal(401, "Invalid API Key", code="invalid_api_key")
        handler, name = self._find(request)
        if self.limits is not None and request.method == "POST":
            self.limits.admit(_prompt_tokens(request))
        return handler(request, name)

    def _find(self, request: ReceivedRequest) -> tuple[RouteHandler, str]:
        """Gives what handles a path, and the name that stands in it."""
        root, _, rest = request.path.partition("/openai/v1/")
        first, *others = rest.split("/")
        for name, path in (("", rest), ("".join(others[:1]), "/".join([first, "*", *others[1:]]))):
            handler = self._routes.get(f"{request.method} {path}")
            if handler is not None and not root:
                return handler, unquote(name)
        raise Refusal(
            404,
            f"Unknown request URL: {request.method} {request.path}. "
            "Please check the URL for typos.",
            code="unknown_url",
        )

    def _chat(self, request: ReceivedRequest) -> Answer:
        body = json_body(request)
        _chat.check(body)
        turn = self._script.take_reply(request.path)
        reply = (turn.say(request) if turn else None) or _chat.usual_reply(body)
        completion = _chat.complete(body, reply, request.id)
        if self.limits is not None:
            self.limits.spend(completion.usage["completion_tokens"])
        pace = self._pace if reply.pace is None else reply.pace
        answer = _chat.write(completion, body, pace)
        return turn.disturb(answer) if turn else answer

    def _answer_line(self, body: JSONObject) -> tuple[str, Answer]:
        """Answers one line of a batch as if it had been sent by itself."""
        content = compact({**body, "stream": False}).encode()
        request = ReceivedRequest(
            id=new_request_id(),
            method="POST",
            path=_chat.PATH,
            query={},
            headers=Headers([("content-type", "application/json")]),
            body=content,
            size=len(content),
        )
        return request.id, self._disturbed(request, self._chat)

    def _hear(self, request: ReceivedRequest, task: str) -> Answer:
        part = _audio.check_upload(request)
        turn = self._script.take_reply(request.path)
        reply = turn.say(request) if turn else None
        text = text_of(reply.content) if reply else _audio.usual_transcript(part)
        answer = _audio.transcribe(request, text, task)
        return turn.disturb(answer) if turn else answer


def new_request_id() -> str:
    """Makes up what stands in `x-request-id`."""
    return f"req_{secrets.token_hex(13)}"


def json_body(request: ReceivedRequest) -> JSONObject:
    """Reads the JSON object that a request must have as its body."""
    if not request.body:
        raise Refusal(400, "request body is missing")
    try:
        body: object = request.json()
    except (ValueError, RecursionError) as error:
        if len(request.body) < request.size:
            raise Refusal(413, f"this server keeps {len(request.body)} bytes of a body") from None
        raise Refusal(400, f"request body is not valid JSON: {error}") from None
    if not is_object(body):
        raise Refusal(400, "request body must be a JSON object")
    return body


def _prompt_tokens(request: ReceivedRequest) -> int:
    """Counts the tokens of a prompt for the rate limit, none where there is no prompt."""
    try:
        body: object = request.json()
    except (ValueError, RecursionError):
        return 0
    return _chat.prompt_tokens(body) if is_object(body) and "messages" in body else 0


def _failure(error: Exception) -> Answer:
    described = error_object(500, f"The local server failed: {type(error).__name__}: {error}")
    return json_answer({"error": described}, status=500, headers={"x-should-retry": "false"})

"""The API without sockets: decides on the response to each request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import unquote

from . import _audio, _chat, _responses
from ._answers import Answer, Refusal, error_object, json_answer
from ._batches import Batches
from ._checks import check, check_form
from ._control import EVENTS, is_control_request
from ._embeddings import embed
from ._files import Files
from ._ids import hex_digits
from ._json import JSONObject, compact, is_list, is_object, parse
from ._judgement import judge_request, prompt_tokens
from ._limits import Cost, RateLimits
from ._models import Model, Models
from ._received import FormPart, Headers, ReceivedRequest
from ._replies import text_of
from ._request_schemas import (
    CHAT,
    EMBEDDINGS,
    FILE_FIELDS,
    RESPONSES,
    SPEECH,
    TRANSCRIPTION_FIELDS,
    TRANSLATION_FIELDS,
)
from ._script import Script, Turn
from ._tape import Player
from ._validation import Validator
from ._weather import Condition, Conditions

PendingAnswer: TypeAlias = Coroutine[Any, Any, Answer]
"""A response that another server will give."""
Handler: TypeAlias = Callable[[ReceivedRequest], Answer]
RouteHandler: TypeAlias = Callable[[ReceivedRequest, str], Answer]
Metered: TypeAlias = tuple[Answer, Cost]
"""A response, and its cost."""
Write: TypeAlias = Callable[[_chat.Completion, float], Answer]
"""Writes the reply of a model, with a pause in seconds between tokens."""

_WELCOME = (
    "This is the local server of the Python package groq. It speaks the HTTP API of Groq below\n"
    "/openai/v1 and asks no model. Give its address to a client as the base URL; any key will do.\n"
)


_LARGE = 64 * 1024
"""Larger requests, in bytes, are answered in another thread."""

# Any web page may send requests: the server holds no secrets of others.
_CORS = {"access-control-allow-origin": "*", "access-control-expose-headers": "*, retry-after"}


def _is_preflight(request: ReceivedRequest) -> bool:
    return request.method == "OPTIONS" and "origin" in request.headers


def _is_local(request: ReceivedRequest) -> bool:
    """Say whether a request is for the local interface, not for the API."""
    return request.path == "/" or _is_preflight(request)


def _is_slow(request: ReceivedRequest) -> bool:
    """Whether the response may take so long that other requests would be delayed.

    A JSON schema may be small and still take long.
    """
    return (
        request.size > _LARGE
        or "/batches" in request.path
        or b'"schema"' in request.body
        or b'"parameters"' in request.body
    )


async def _later(handler: Handler, request: ReceivedRequest) -> Answer:
    """Answer a request in another thread."""
    try:
        return await asyncio.to_thread(handler, request)
    except Exception as error:  # noqa: BLE001 - reported to the client
        return _failure(error)


def _finished(
    turn: Turn | None,
    condition: Condition | None,
    answer: Answer,
    request: ReceivedRequest,
    headers: dict[str, str],
) -> Answer:
    """Apply faults to a response, and add the required headers."""
    answer = turn.apply_faults(answer) if turn else answer
    answer = condition.apply_faults(answer) if condition else answer
    if answer.is_raw:
        return answer
    cross_origin = _CORS if "origin" in request.headers else {}
    return replace(answer, headers=headers | cross_origin | dict(answer.headers))


async def _finished_later(
    turn: Turn | None, condition: Condition | None, pending: PendingAnswer, request: ReceivedRequest
) -> Answer:
    return _finished(turn, condition, await pending, request, {})


def _preflight(request: ReceivedRequest) -> dict[str, str]:
    headers = request.headers.get("access-control-request-headers", "*")
    return {
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": headers,
        "access-control-max-age": "600",
    }


class API:
    """Answers requests, and keeps the state between them."""

    def __init__(
        self,
        script: Script,
        pace: float,
        models: Models,
        control: Callable[[ReceivedRequest], Answer],
        *,
        is_strict: bool,
        player: Player | None = None,
    ) -> None:
        self._control = control
        self._player = player
        self._script = script
        self._pace = pace
        self._models = models
        self._is_strict = is_strict
        self.conditions: Conditions | None = None
        """The weather, if there is any."""
        self.limits = RateLimits()
        self.files = files = Files()
        batches = Batches(files, self._answer_line)
        self._routes: dict[str, RouteHandler] = {
            "POST chat/completions": lambda request, _: self._chat(request),
            "POST responses": lambda request, _: self._respond(request),
            "POST embeddings": lambda request, _: self._embed(request),
            "POST audio/speech": lambda request, _: self._synthesize(request),
            "POST audio/transcriptions": lambda request, _: self._transcribe(request, "transcribe"),
            "POST audio/translations": lambda request, _: self._transcribe(request, "translate"),
            "GET models": lambda request, _: models.list_all(),
            "GET models/*": lambda request, name: models.retrieve(name),
            "DELETE models/*": lambda request, name: models.delete(name),
            "POST files": lambda request, _: self._upload(request),
            "GET files": lambda request, _: files.list_page(request.query),
            "GET files/*": lambda request, file_id: files.info(file_id),
            "DELETE files/*": lambda request, file_id: files.delete(file_id),
            "GET files/*/content": lambda request, file_id: files.content(file_id),
            "POST batches": lambda request, _: batches.create(json_body(request)),
            "GET batches": lambda request, _: batches.list_page(request.query),
            "GET batches/*": lambda request, batch_id: batches.retrieve(batch_id),
            "POST batches/*/cancel": lambda request, batch_id: batches.cancel(batch_id),
        }

    def answer(self, request: ReceivedRequest) -> Answer | PendingAnswer:
        """Return the response to a request: a scripted one, a recorded one, or a made-up one.

        What may take long is done in another thread, so that other requests do not wait for it.
        """
        if is_control_request(request):
            is_light = request.path in ("/", EVENTS)
            return self._control(request) if is_light else _later(self._control, request)
        turn = self._script.take_answer(request)
        condition = None
        if not (turn and turn.answer) and not _is_local(request):
            condition = self.conditions.draw() if self.conditions else None
            failure = condition.failure() if condition else None
            played = self._player.answer(request) if self._player and not failure else failure
            if isinstance(played, Answer):
                return _finished(turn, condition, played, request, {})
            if played is not None:
                return _finished_later(turn, condition, played, request)

        def answer(request: ReceivedRequest) -> Answer:
            made = self._answered(turn, request, self._route)
            own = {"x-request-id": request.id, "x-groq-region": "local"}
            return _finished(turn, condition, made, request, own)

        return _later(answer, request) if _is_slow(request) else answer(request)

    def judge(self, request: ReceivedRequest) -> Answer:
        """Return the API's own answer to a request, whatever is scripted."""
        return self._answered(None, request, self._route)

    @property
    def passes_on(self) -> bool:
        """Whether requests are passed on to another server."""
        return self._player is not None and self._player.passes_on

    async def aclose(self) -> None:
        """Close the connections to another server."""
        if self._player is not None:
            await self._player.aclose()

    def is_early(self, path: str) -> bool:
        """Say whether a request to that path is answered before its body has come."""
        return self._script.is_early(path)

    def _answered(self, turn: Turn | None, request: ReceivedRequest, handler: Handler) -> Answer:
        """Return the scripted response, or that of the handler."""
        try:
            return turn.answer(request) if turn and turn.answer else handler(request)
        except Refusal as refusal:
            return refusal.answer()
        except Exception as error:  # noqa: BLE001 - any exception of a reply function is reported
            return _failure(error)

    def _answered_line(self, request: ReceivedRequest, handler: Handler) -> Answer:
        turn = self._script.take_answer(request)
        answer = self._answered(turn, request, handler)
        return turn.apply_faults(answer) if turn else answer

    def _route(self, request: ReceivedRequest) -> Answer:
        if _is_preflight(request):
            return Answer(b"", status=204, headers=_preflight(request))
        if request.path == "/":
            return Answer(_WELCOME.encode(), content_type="text/plain; charset=utf-8")
        if not _key_of(request):
            raise Refusal(401, "Invalid API Key", code="invalid_api_key")
        handler, name = self._find(request)
        return handler(request, name)

    def _find(self, request: ReceivedRequest) -> tuple[RouteHandler, str]:
        """Return the handler of a path, and the id in the path."""
        method = "GET" if request.method == "HEAD" else request.method
        root, _, rest = request.path.partition("/openai/v1/")
        first, _, name = rest.partition("/")
        inner, _, last = name.rpartition("/")
        paths = [("", rest), (inner, f"{first}/*/{last}")]
        # Only the name of a model may have a slash in it.
        if name and (first == "models" or not inner):
            paths.append((name, f"{first}/*"))
        for found, path in paths:
            handler = self._routes.get(f"{method} {path}")
            if handler is not None and not root:
                return handler, unquote(found)
        raise Refusal(
            404,
            f"Unknown request URL: {request.method} {request.path}. "
            "Please check the URL for typos.",
            code="unknown_url",
        )

    def _checked(self, request: ReceivedRequest, schema: Validator) -> JSONObject:
        """Parse the body of a request, and refuse an invalid one."""
        body = json_body(request)
        if self._is_strict:
            check(body, schema)
        return body

    def _chat(self, request: ReceivedRequest) -> Answer:
        body = self._checked(request, CHAT)
        return self._ask(
            request, body, lambda completion, pace: _chat.write(completion, body, pace)
        )

    def _respond(self, request: ReceivedRequest) -> Answer:
        body = _responses.with_types(json_body(request))
        if self._is_strict:
            check(body, RESPONSES)
            _responses.judge(body)
        chat_body = _responses.as_chat(body)
        has_times = "inference-metrics" in request.headers.get("groq-beta", "")
        return self._ask(
            request,
            chat_body,
            lambda completion, pace: _responses.write(completion, body, pace, has_times=has_times),
        )

    def _ask(self, request: ReceivedRequest, body: JSONObject, write: Write) -> Answer:
        """Return the reply of a model to a chat request, in the format of the endpoint."""
        model = self._models.ask(body.get("model"), "chat completions")
        prompt = prompt_tokens(body)
        if self._is_strict:
            judge_request(body, model, prompt)
        limits = (body.get("max_completion_tokens"), body.get("max_tokens"))
        most = next((limit for limit in limits if isinstance(limit, int)), 0)
        return self._limited(
            request,
            model,
            Cost(prompt, most),
            lambda: self._complete(request, body, model, prompt, write),
        )

    def _complete(
        self, request: ReceivedRequest, body: JSONObject, model: Model, prompt: int, write: Write
    ) -> Metered:
        turn = self._script.take_reply(request)
        reply = (turn.reply_to(request) if turn else None) or _chat.usual_reply(body, model)
        completion = _chat.complete(body, reply, request.id, prompt, is_strict=self._is_strict)
        pace = self.conditions.pace(model.id, self._pace) if self.conditions else self._pace
        answer = write(completion, pace if reply.pace is None else reply.pace)
        return (turn.apply_faults(answer) if turn else answer), _chat.cost_of(completion.usage)

    def _limited(
        self,
        request: ReceivedRequest,
        model: Model,
        reserved: Cost,
        answer: Callable[[], Metered],
    ) -> Answer:
        """Answer within the rate limits, and return the unused part of the reservation."""
        key = _key_of(request)
        if not key:  # A line of a batch: batches have separate limits.
            return answer()[0]
        account = self.limits.account(key, model.id)
        account.reserve(reserved)
        try:
            made, used = answer()
        except Exception:
            account.settle(reserved, reserved.without_output())
            raise
        return replace(
            made,
            headers=account.headers() | dict(made.headers),
            when_ended=lambda: account.settle(reserved, used),
        )

    def _answer_line(self, url: str, body: JSONObject) -> tuple[str, Answer]:
        """Answer a line of a batch like a request of its own."""
        path = f"/openai{url}"
        if path != _chat.PATH:
            task = "translate" if url.endswith("translations") else "transcribe"
            request = _line(path, b"", _parts_of(body))
            return request.id, self._answered_line(
                request, lambda each: self._transcribe(each, task)
            )
        request = _line(path, compact({**body, "stream": False}).encode())
        return request.id, self._answered_line(request, self._chat)

    def _embed(self, request: ReceivedRequest) -> Answer:
        body = self._checked(request, EMBEDDINGS)
        self._models.ask(body.get("model"), "embeddings")
        return embed(body)

    def _synthesize(self, request: ReceivedRequest) -> Answer:
        body = self._checked(request, SPEECH)
        model = self._models.ask(body.get("model"), "speech")
        return self._limited(
            request,
            model,
            Cost(),
            lambda: (_audio.speak(body, model, is_strict=self._is_strict), Cost()),
        )

    def _transcribe(self, request: ReceivedRequest, task: str) -> Answer:
        part = _audio.check_upload(request)
        if self._is_strict:
            is_translation = task == "translate"
            known = TRANSLATION_FIELDS if is_translation else TRANSCRIPTION_FIELDS
            check_form((part.name for part in request.parts), known)
            _audio.judge_recording(part)
        what = "transcription" if task == "transcribe" else "translation"
        model = self._models.ask(request.form.get("model"), what)
        cost = Cost(seconds=_audio.duration_of(part))

        def answer() -> Metered:
            turn = self._script.take_reply(request)
            reply = turn.reply_to(request) if turn else None
            text = text_of(reply.content) if reply else _audio.usual_transcript(part)
            made = _audio.transcribe(request, text, task)
            return (turn.apply_faults(made) if turn else made), cost

        return self._limited(request, model, cost, answer)

    def _upload(self, request: ReceivedRequest) -> Answer:
        if self._is_strict:
            check_form((part.name for part in request.parts), FILE_FIELDS)
        return self.files.create(request)


def _line(path: str, content: bytes, parts: tuple[FormPart, ...] = ()) -> ReceivedRequest:
    return ReceivedRequest(
        id=new_request_id(),
        method="POST",
        path=path,
        query={},
        headers=Headers([("content-type", "application/json")]),
        body=content,
        size=len(content),
        parts=parts,
    )


def _parts_of(body: JSONObject) -> tuple[FormPart, ...]:
    """Return the form fields of a line of a batch."""
    return tuple(
        FormPart.of_text(f"{name}[]" if is_list(value) else name, str(each))
        for name, value in body.items()
        for each in (value if is_list(value) else [value])
    )


def _key_of(request: ReceivedRequest) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def new_request_id() -> str:
    """Generate an `x-request-id`."""
    return f"req_{hex_digits(26)}"


def json_body(request: ReceivedRequest) -> JSONObject:
    """Parse the body of a request, which must be a JSON object."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise Refusal(415, f"request Content-Encoding {encoding!r} is not supported")
    if not request.body:
        raise Refusal(400, "request body is missing")
    try:
        body: object = parse(request.body)
    except ValueError as error:
        if len(request.body) < request.size:
            raise Refusal(413, f"this server keeps {len(request.body)} bytes of a body") from None
        raise Refusal(400, f"request body is not valid JSON: {error}") from None
    if not is_object(body):
        raise Refusal(400, "request body must be a JSON object")
    return body


def _failure(error: Exception) -> Answer:
    described = error_object(500, f"The local server failed: {type(error).__name__}: {error}")
    return json_answer({"error": described}, status=500, headers={"x-should-retry": "false"})

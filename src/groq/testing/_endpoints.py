"""The endpoints of the API: what each answers to a request that is not scripted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from . import _audio, _chat, _responses
from ._answers import Answer, Refusal, error_object, json_answer
from ._batches import Batches
from ._checks import check, check_form
from ._embeddings import embed
from ._files import Files
from ._ids import new_request_id
from ._json import JSONObject, compact, is_list, is_object, object_of, parse
from ._judgement import judge_request, prompt_tokens
from ._limits import Cost, RateLimits
from ._models import Model, Models, Task
from ._received import FormPart, Headers, ReceivedRequest, key_of
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
from ._routes import Routes
from ._script import Script, Turn
from ._validation import Validator
from ._weather import Conditions

Handler: TypeAlias = Callable[[ReceivedRequest], Answer]
Metered: TypeAlias = tuple[Answer, Cost]
"""A response, and its cost."""
Write: TypeAlias = Callable[[_chat.Completion, float], Answer]
"""Writes the reply of a model, with a pause in seconds between tokens."""


def answered(turn: Turn | None, request: ReceivedRequest, handler: Handler) -> Answer:
    """Return the response of a turn, or else of the handler; an exception becomes an error."""
    try:
        return turn.answer(request) if turn and turn.answer else handler(request)
    except Refusal as refusal:
        return refusal.answer()
    except Exception as error:  # noqa: BLE001 - any exception of a reply function is reported
        return failed(error)


def failed(error: Exception) -> Answer:
    """Return the response for an exception of the server or of a reply function."""
    described = error_object(500, f"The local server failed: {type(error).__name__}: {error}")
    return json_answer({"error": described}, status=500, headers={"x-should-retry": "false"})


class Endpoints:
    """The endpoints, with the models, limits, files and batches behind them.

    Args:
        script: The scripted replies of models.
        pace: Seconds between two tokens of a stream.
        models: The available models.
        is_strict: Whether what the API refuses is refused.
    """

    def __init__(self, script: Script, pace: float, models: Models, *, is_strict: bool) -> None:
        self._script = script
        self._pace = pace
        self._models = models
        self._is_strict = is_strict
        self.conditions: Conditions | None = None
        """The weather, if there is any."""
        self.limits: RateLimits = RateLimits()
        files = Files()
        self.files: Files = files
        batches = Batches(files, self._answer_line)
        self._routes = Routes(
            {
                "POST chat/completions": lambda request, _: self._chat(request),
                "POST responses": lambda request, _: self._respond(request),
                "POST embeddings": lambda request, _: self._embed(request),
                "POST audio/speech": lambda request, _: self._synthesize(request),
                "POST audio/transcriptions": lambda each, _: self._transcribe(each, "transcribe"),
                "POST audio/translations": lambda each, _: self._transcribe(each, "translate"),
                "GET models": lambda request, _: models.list_all(),
                "GET models/*": lambda request, name: models.retrieve(name),
                "DELETE models/*": lambda request, name: models.delete(name),
                "POST files": lambda request, _: self._upload(request),
                "GET files": lambda request, _: files.list_page(request),
                "GET files/*": lambda request, file_id: files.info(file_id),
                "DELETE files/*": lambda request, file_id: files.delete(file_id),
                "GET files/*/content": lambda request, file_id: files.content(file_id),
                "POST batches": lambda request, _: batches.create(json_body(request)),
                "GET batches": lambda request, _: batches.list_page(request),
                "GET batches/*": lambda request, batch_id: batches.retrieve(batch_id),
                "POST batches/*/cancel": lambda request, batch_id: batches.cancel(batch_id),
            }
        )

    def answer(self, request: ReceivedRequest) -> Answer:
        """Answer a request. Raises the API's refusal."""
        if not key_of(request):
            raise Refusal(401, "Invalid API Key", code="invalid_api_key")
        handler, name = self._routes.find(request.method, request.path)
        return handler(request, name)

    def judge(self, request: ReceivedRequest) -> Answer:
        """Answer a request, with an error if the API refuses it."""
        return answered(None, request, self.answer)

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
        key = key_of(request)
        if not key:  # A line of a batch: batches have separate limits.
            return answer()[0]
        account = self.limits.account(key, model.id)
        headers = account.reserve(reserved)
        try:
            made, used = answer()
        except Exception:
            account.settle(reserved, reserved.without_output())
            raise
        return made.extended(headers, when_ended=lambda: account.settle(reserved, used))

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
        return request.id, self._answered_line(request, self._chat_of_batch)

    def _chat_of_batch(self, request: ReceivedRequest) -> Answer:
        if self._is_strict and object_of(request.json()).get("service_tier") is not None:
            raise Refusal(400, "property 'service_tier' is unsupported")
        return self._chat(request)

    def _answered_line(self, request: ReceivedRequest, handler: Handler) -> Answer:
        turn = self._script.take_answer(request)
        answer = answered(turn, request, handler)
        return turn.apply_faults(answer) if turn else answer

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
            _audio.temperature_of(request)
        what: Task = "transcription" if task == "transcribe" else "translation"
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

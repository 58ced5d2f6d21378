"""Chat completions: the reply of the model, as a completion or as a stream of chunks."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from ._answers import Answer, Pause, Refusal, Step
from ._ids import hex_digits, random_uuid
from ._json import JSONObject, compact, is_object, list_of, object_of, text_of_content
from ._judgement import functions_of, judge_answer
from ._limits import Cost
from ._models import Model
from ._replies import Reply, ToolCall, tokens_of
from ._schema import instance_of
from ._validation import TooLarge

PATH = "/openai/v1/chat/completions"
_MOST_TRIES = 100
"""The most braces of a message that are tried as the start of a schema."""

_GREETING = (
    "Hello from the local server that comes with this library.{echo} No model was asked: these "
    "words were made up on this machine, and they reach you one token at a time over a real "
    "connection, as an answer from Groq would. With a key in GROQ_API_KEY, and without this "
    "server's address, the same program asks a model."
)


def usual_reply(body: JSONObject, model: Model) -> Reply:
    """Return the reply to an unscripted request, which shows as much of the API as possible."""
    reasoning = None
    if model.efforts and body.get("reasoning_effort") != "none":
        reasoning = "Nobody thinks here; a model would, and these words show where its thoughts go."
    if call := _usual_call(body):
        return Reply(tool_calls=[call], reasoning=reasoning)
    return Reply(_usual_content(body), reasoning=reasoning)


def _usual_content(body: JSONObject) -> str:
    response_format = object_of(body.get("response_format"))
    if response_format.get("type") == "json_schema":
        schema = object_of(object_of(response_format.get("json_schema")).get("schema"))
        return compact(generated(schema))
    if response_format.get("type") == "json_object":
        wanted = _schema_in_prompt(body)
        return compact(generated(wanted) if wanted else {"message": _GREETING.format(echo="")})
    return _GREETING.format(echo=_echo(body))


def generated(schema: JSONObject) -> Any:
    """Generate a value of a schema. Refuses one whose smallest value is too large."""
    try:
        return instance_of(schema)
    except TooLarge as error:
        raise Refusal(400, f"The local server makes up no value of this schema: {error}") from None


def _schema_in_prompt(body: JSONObject) -> JSONObject | None:
    """Find a JSON Schema in a prompt, where frameworks put it."""
    decoder = json.JSONDecoder()
    for message in _messages(body):
        text = text_of_content(message.get("content"))
        for found in islice(re.finditer(r"\{", text), _MOST_TRIES):
            with contextlib.suppress(ValueError, RecursionError):
                value, _ = decoder.raw_decode(text, found.start())
                if is_object(value) and is_object(value.get("properties")):
                    return value
    return None


def _echo(body: JSONObject) -> str:
    messages = _messages(body)
    questions = [each for each in messages if each.get("role") == "user"]
    if _ends_with_tool(messages):
        return f" The tool answered {_quoted(text_of_content(messages[-1].get('content')))}."
    text = text_of_content(questions[-1].get("content")) if questions else ""
    return f" You wrote {_quoted(text)}." if text.split() else ""


def _messages(body: JSONObject) -> list[JSONObject]:
    return [object_of(message) for message in list_of(body.get("messages"))]


def _ends_with_tool(messages: list[JSONObject]) -> bool:
    return bool(messages) and messages[-1].get("role") == "tool"


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text}”" if len(text) <= 60 else f"“{text[:59].rstrip()}…”"


def _usual_call(body: JSONObject) -> ToolCall | None:
    """Return a call of the required tool, or of the first one, once a turn."""
    choice = body.get("tool_choice")
    functions = functions_of(body)
    named = object_of(object_of(choice).get("function")).get("name")
    is_answered = _ends_with_tool(_messages(body))
    if choice == "none" or (is_answered and choice != "required" and named is None):
        return None
    for name, function in functions.items():
        if named in (None, name):
            parameters = object_of(function.get("parameters")) or {"type": "object"}
            return ToolCall(name, compact(generated(parameters)))
    return None


class _Metronome:
    """Pauses between tokens, on time: one that is late does not make the next one late."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._due = time.monotonic()

    def tick(self) -> Iterator[Pause]:
        """Yield the pause before the next token, if there is time left."""
        if self._pace > 0:
            self._due += self._pace
            left = self._due - time.monotonic()
            if left > 0:
                yield Pause(left)


class Usage(NamedTuple):
    """The tokens and times of an answer."""

    numbers: Mapping[str, Any]
    json: str
    """The same in JSON."""


@dataclass
class Completion:
    """A reply to a request, after stop sequences and limits, with its usage."""

    id: str
    request_id: str
    created: int
    model: str
    content: Sequence[str]
    reasoning: Sequence[str]
    tool_calls: Sequence[JSONObject]
    executed_tools: Sequence[Mapping[str, Any]]
    finish_reason: str
    usage: Usage
    seed: int | None
    refusal: Refusal | None = None
    """The error if the answer does not fit the tools or the schema."""

    def whole(self) -> bytes:
        """Return the `chat.completion` object in JSON."""
        # Formatted by hand, because encoding a dictionary takes three times as long.
        message = ""
        if self.content or not self.tool_calls:
            message += f',"content":{compact("".join(self.content))}'
        if self.reasoning:
            message += f',"reasoning":{compact("".join(self.reasoning))}'
        if self.tool_calls:
            message += f',"tool_calls":{compact(self.tool_calls)}'
        if self.executed_tools:
            message += f',"executed_tools":{compact(self.executed_tools)}'
        return (
            f'{{"id":"{self.id}","object":"chat.completion","created":{self.created},'
            f'"model":{compact(self.model)},"choices":[{{"index":0,'
            f'"message":{{"role":"assistant"{message}}},"logprobs":null,'
            f'"finish_reason":{compact(self.finish_reason)}}}],"usage":{self.usage.json},'
            f'"usage_breakdown":null,"system_fingerprint":"fp_local","x_groq":{self._x_groq()},'
            '"service_tier":"on_demand"}'
        ).encode()

    def events(self, pace: float, *, include_usage: bool) -> Iterator[Step]:
        """Yield the events of the stream, with a pause before every token."""
        start = f',"x_groq":{self._x_groq()}'
        yield self._event('{"role":"assistant","content":""}', after=start)
        clock = _Metronome(pace)
        for token in self.reasoning:
            yield from clock.tick()
            yield self._event(f'{{"reasoning":{compact(token)},"channel":"analysis"}}')
        for tool in self.executed_tools:
            yield self._event(compact({"executed_tools": [tool]}))
        for token in self.content:
            yield from clock.tick()
            yield self._event(f'{{"content":{compact(token)}}}')
        if self.refusal is not None:
            error = {**self.refusal.error, "status_code": self.refusal.status}
            yield f"event: error\ndata: {compact({'error': error})}\n\n".encode()
            return
        for place, call in enumerate(self.tool_calls):
            yield from clock.tick()
            yield self._event(compact({"tool_calls": [{**call, "index": place}]}))
        usage = f',"usage":{self.usage.json}'
        end = f',"x_groq":{self._x_groq(usage)}'
        yield self._event("{}", finish_reason=compact(self.finish_reason), after=end)
        if include_usage:
            yield f'data: {self._chunk_start},"choices":[]{usage}}}\n\n'.encode()
        yield b"data: [DONE]\n\n"

    @cached_property
    def _chunk_start(self) -> str:
        return (
            f'{{"id":"{self.id}","object":"chat.completion.chunk","created":{self.created},'
            f'"model":{compact(self.model)},"system_fingerprint":"fp_local"'
        )

    def _event(self, delta: str, *, finish_reason: str = "null", after: str = "") -> bytes:
        # Formatted by hand, because the server spends most of its time here with many streams.
        return (
            f'data: {self._chunk_start},"choices":[{{"index":0,"delta":{delta},"logprobs":null,'
            f'"finish_reason":{finish_reason}}}]{after}}}\n\n'
        ).encode()

    def _x_groq(self, more: str = "") -> str:
        seed = "" if self.seed is None else f',"seed":{compact(self.seed)}'
        return f'{{"id":"{self.request_id}"{seed}{more}}}'


def complete(
    body: JSONObject, reply: Reply, request_id: str, prompt: int, *, is_strict: bool = True
) -> Completion:
    """Apply the options of a request to a reply: reasoning, stop sequences, the limit of tokens.

    Args:
        body: The request.
        reply: The reply.
        request_id: The `x-request-id` of the response.
        prompt: The tokens of the prompt.
        is_strict: Whether the answer is checked against the tools and the schema of the request.
    """
    reasoning, content = _placed_reasoning(body, reply)
    content, is_stopped = _cut_at_stop(content, _stops(body.get("stop")))
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    is_full = isinstance(limit, int) and len(reasoning) + len(content) > limit
    if isinstance(limit, int) and is_full:
        reasoning = reasoning[:limit]
        content = content[: limit - len(reasoning)]
    calls = [] if is_full or is_stopped else [_call_object(call) for call in reply.tool_calls]
    finish_reason = "length" if is_full else "tool_calls" if calls else "stop"
    called = sum((len(call["function"]["arguments"]) + 3) // 4 + 4 for call in calls)
    refusal = None
    if is_strict and reply.is_checked:
        refusal = judge_answer(body, content, calls, is_cut=is_full)
    return Completion(
        id=f"chatcmpl-{random_uuid()}",
        request_id=request_id,
        created=int(time.time()),
        model=str(body.get("model")),
        content=content,
        reasoning=reasoning,
        tool_calls=calls,
        executed_tools=reply.executed_tools,
        finish_reason=reply.finish_reason or finish_reason,
        usage=_usage_of(reply, prompt, len(reasoning), len(content) + called),
        seed=body.get("seed"),
        refusal=refusal,
    )


def _placed_reasoning(body: JSONObject, reply: Reply) -> tuple[Sequence[str], Sequence[str]]:
    reasoning, content = tokens_of(reply.reasoning), tokens_of(reply.content)
    if not reasoning:
        return (), content
    if body.get("include_reasoning") is False or body.get("reasoning_format") == "hidden":
        return (), content
    if body.get("reasoning_format") == "raw":
        return (), ["<think>", *reasoning, "</think>", *content]
    return reasoning, content


def _stops(stop: object) -> list[str]:
    given = [stop] if isinstance(stop, str) else list_of(stop)
    return [each for each in given if isinstance(each, str) and each]


def _cut_at_stop(tokens: Sequence[str], stops: Sequence[str]) -> tuple[Sequence[str], bool]:
    if not stops:
        return tokens, False
    text = "".join(tokens)
    places = [place for stop in stops if (place := text.find(stop)) >= 0]
    if not places:
        return tokens, False
    left = min(places)
    kept: list[str] = []
    for token in tokens:
        if not left:
            break
        kept.append(token[:left])
        left -= len(kept[-1])
    return kept, True


def _call_object(call: ToolCall) -> JSONObject:
    return {
        "id": call.id or f"call_{hex_digits(24)}",
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments_text},
    }


def _usage_of(reply: Reply, prompt: int, reasoning: int, rest: int) -> Usage:
    usage = _counted(prompt, reasoning, rest)
    if not reply.usage:
        return usage
    numbers = {**usage.numbers, **reply.usage}
    return Usage(numbers, compact(numbers))


@lru_cache(maxsize=1024)
def _counted(prompt: int, reasoning: int, rest: int) -> Usage:
    completion = reasoning + rest
    numbers: JSONObject = {
        "queue_time": 0.001,
        "prompt_tokens": prompt,
        "prompt_time": round(prompt * 0.00001, 6),
        "completion_tokens": completion,
        "completion_time": round(completion * 0.001, 6),
        "total_tokens": prompt + completion,
        "total_time": round(prompt * 0.00001 + completion * 0.001, 6),
    }
    if reasoning:
        numbers["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return Usage(numbers, compact(numbers))


def cost_of(usage: Usage) -> Cost:
    """Return the cost of an answer for the limits, which exclude cached tokens."""
    numbers = usage.numbers
    cached = _count(object_of(numbers.get("prompt_tokens_details")).get("cached_tokens"))
    return Cost(_count(numbers["prompt_tokens"]) - cached, _count(numbers["completion_tokens"]))


def _count(tokens: object) -> int:
    # A scripted reply may have any usage.
    return tokens if isinstance(tokens, int) else 0


def write(completion: Completion, body: JSONObject, pace: float) -> Answer:
    """Return a completion as requested, whole or streamed."""
    if body.get("stream") is not True:
        if completion.refusal is not None:
            return completion.refusal.answer()
        return Answer(completion.whole())
    include_usage = object_of(body.get("stream_options")).get("include_usage") is True
    return Answer(
        completion.events(pace, include_usage=include_usage),
        headers={"cache-control": "no-cache"},
        content_type="text/event-stream",
    )

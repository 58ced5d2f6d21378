"""Chat completions: what was asked, what the model says, and both ways to write it down."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._answers import Answer, Pause, Refusal, Step, json_answer
from ._json import JSONObject, compact, is_list, list_of, object_of
from ._replies import Reply, ToolCall, tokens_of
from ._schema import instance_of

PATH = "/openai/v1/chat/completions"
_MAX_TOOLS = 128
_MAX_STOPS = 4

_GREETING = (
    "Hello from the local server that comes with this library.{echo} No model was asked: these "
    "words were made up on this machine, and they reach you one token at a time over a real "
    "connection, as an answer from Groq would. With a key in GROQ_API_KEY, and without this "
    "server's address, the same program asks a model."
)


def check(body: JSONObject) -> None:
    """Refuses what the API refuses."""
    for name in ("model", "messages"):
        if body.get(name) is None:
            raise Refusal(400, f"'{name}' : property '{name}' is missing")
    if not isinstance(body["model"], str) or not body["model"]:
        raise Refusal(400, "'model' : value must be a string that names a model")
    messages: object = body["messages"]
    if not is_list(messages):
        raise Refusal(400, "'messages' : value must be an array")
    if not messages:
        raise Refusal(400, "'messages' : minimum number of items is 1")
    for place, message in enumerate(messages):
        if not isinstance(object_of(message).get("role"), str):
            raise Refusal(400, f"'messages.{place}' : property 'role' is missing")
    if body.get("n") not in (None, 1):
        raise Refusal(400, "'n' : number must be at most 1")
    if len(list_of(body.get("tools"))) > _MAX_TOOLS:
        raise Refusal(400, f"'tools' : maximum number of items is {_MAX_TOOLS}")
    if len(list_of(body.get("stop"))) > _MAX_STOPS:
        raise Refusal(400, f"'stop' : maximum number of items is {_MAX_STOPS}")
    if body.get("include_reasoning") is not None and body.get("reasoning_format") is not None:
        raise Refusal(400, "cannot specify both `include_reasoning` and `reasoning_format`")


def prompt_tokens(body: JSONObject) -> int:
    """Estimates the tokens of a prompt: four characters each, and a few for every message."""
    texts = (_text(object_of(message).get("content")) for message in list_of(body.get("messages")))
    return 3 + sum(4 + (len(text) + 3) // 4 for text in texts)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    return " ".join(str(object_of(part).get("text", "")) for part in list_of(content))


def usual_reply(body: JSONObject) -> Reply:
    """Gives what the server says when nothing was scripted."""
    if call := _forced_call(body):
        return Reply(tool_calls=[call])
    response_format = object_of(body.get("response_format"))
    if response_format.get("type") == "json_schema":
        schema = object_of(object_of(response_format.get("json_schema")).get("schema"))
        return Reply(compact(instance_of(schema)))
    if response_format.get("type") == "json_object":
        return Reply(compact({"message": _GREETING.format(echo="")}))
    return Reply(_GREETING.format(echo=_echo(body)))


def _echo(body: JSONObject) -> str:
    asked = [
        each for each in list_of(body.get("messages")) if object_of(each).get("role") == "user"
    ]
    text = " ".join(_text(object_of(asked[-1]).get("content")).split()) if asked else ""
    if not text:
        return ""
    return f" You wrote “{text}”." if len(text) <= 60 else f" You wrote “{text[:59].rstrip()}…”."


def _forced_call(body: JSONObject) -> ToolCall | None:
    choice = body.get("tool_choice")
    functions = [
        object_of(object_of(tool).get("function"))
        for tool in list_of(body.get("tools"))
        if object_of(tool).get("type") == "function"
    ]
    name = object_of(object_of(choice).get("function")).get("name")
    for function in functions:
        if choice == "required" or (name is not None and function.get("name") == name):
            parameters = object_of(function.get("parameters")) or {"type": "object"}
            return ToolCall(str(function.get("name")), compact(instance_of(parameters)))
    return None


@dataclass(frozen=True)
class Completion:
    """A reply to one request: cut where the request says, counted, and ready to be written."""

    id: str
    request_id: str
    created: int
    model: str
    content: Sequence[str]
    reasoning: Sequence[str]
    tool_calls: Sequence[JSONObject]
    executed_tools: Sequence[Mapping[str, Any]]
    finish_reason: str
    usage: JSONObject
    seed: int | None

    def whole(self) -> JSONObject:
        """Gives the `chat.completion` object."""
        message: JSONObject = {"role": "assistant"}
        if self.content or not self.tool_calls:
            message["content"] = "".join(self.content)
        if self.reasoning:
            message["reasoning"] = "".join(self.reasoning)
        if self.tool_calls:
            message["tool_calls"] = self.tool_calls
        if self.executed_tools:
            message["executed_tools"] = self.executed_tools
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": self.finish_reason,
        }
        return {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.model,
            "choices": [choice],
            "usage": self.usage,
            "usage_breakdown": None,
            "system_fingerprint": "fp_local",
            "x_groq": self._x_groq(),
            "service_tier": "on_demand",
        }

    def events(self, pace: float, *, include_usage: bool) -> Iterator[Step]:
        """Gives the stream, an event a step, with a pause before every token."""
        x_groq = compact(self._x_groq())
        yield self._event('{"role":"assistant","content":""}', after=f',"x_groq":{x_groq}')
        pause = Pause(pace) if pace > 0 else None
        for token in self.reasoning:
            if pause:
                yield pause
            yield self._event(f'{{"reasoning":{compact(token)},"channel":"analysis"}}')
        for tool in self.executed_tools:
            yield self._event(compact({"executed_tools": [tool]}))
        for token in self.content:
            if pause:
                yield pause
            yield self._event(f'{{"content":{compact(token)}}}')
        for place, call in enumerate(self.tool_calls):
            if pause:
                yield pause
            yield self._event(compact({"tool_calls": [{**call, "index": place}]}))
        last = compact({**self._x_groq(), "usage": self.usage})
        yield self._event("{}", finish_reason=self.finish_reason, after=f',"x_groq":{last}')
        if include_usage:
            usage = compact(self.usage)
            yield f'data: {self._chunk_start},"choices":[],"usage":{usage}}}\n\n'.encode()
        yield b"data: [DONE]\n\n"

    @property
    def _chunk_start(self) -> str:
        return (
            f'{{"id":"{self.id}","object":"chat.completion.chunk","created":{self.created},'
            f'"model":{compact(self.model)},"system_fingerprint":"fp_local"'
        )

    def _event(self, delta: str, *, finish_reason: str | None = None, after: str = "") -> bytes:
        # Put together by hand: hundreds of streams at once spend their time here.
        return (
            f'data: {self._chunk_start},"choices":[{{"index":0,"delta":{delta},"logprobs":null,'
            f'"finish_reason":{compact(finish_reason)}}}]{after}}}\n\n'
        ).encode()

    def _x_groq(self) -> JSONObject:
        return {"id": self.request_id} | ({} if self.seed is None else {"seed": self.seed})


def complete(body: JSONObject, reply: Reply, request_id: str) -> Completion:
    """Fits a reply to a request: reasoning as asked for, stop sequences, the limit of tokens."""
    reasoning, content = _placed_reasoning(body, reply)
    content, is_stopped = _cut_at_stop(content, _stops(body.get("stop")))
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    is_full = isinstance(limit, int) and len(reasoning) + len(content) > limit
    if isinstance(limit, int) and is_full:
        reasoning = reasoning[:limit]
        content = content[: limit - len(reasoning)]
    calls = [] if is_full or is_stopped else [_call_object(call) for call in reply.tool_calls]
    told = "length" if is_full else "tool_calls" if calls else "stop"
    return Completion(
        id=f"chatcmpl-{uuid.uuid4()}",
        request_id=request_id,
        created=int(time.time()),
        model=str(body["model"]),
        content=content,
        reasoning=reasoning,
        tool_calls=calls,
        executed_tools=reply.executed_tools,
        finish_reason=reply.finish_reason or told,
        usage=_usage(body, reply, len(reasoning), content, calls),
        seed=body.get("seed"),
    )


def _placed_reasoning(body: JSONObject, reply: Reply) -> tuple[list[str], list[str]]:
    reasoning, content = tokens_of(reply.reasoning), tokens_of(reply.content)
    if not reasoning:
        return [], content
    if body.get("include_reasoning") is False or body.get("reasoning_format") == "hidden":
        return [], content
    if body.get("reasoning_format") == "raw":
        return [], ["<think>", *reasoning, "</think>", *content]
    return reasoning, content


def _stops(stop: object) -> list[str]:
    given = [stop] if isinstance(stop, str) else list_of(stop)
    return [each for each in given if isinstance(each, str) and each]


def _cut_at_stop(tokens: list[str], stops: Sequence[str]) -> tuple[list[str], bool]:
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
        "id": call.id or f"call_{uuid.uuid4().hex[:24]}",
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments_text},
    }


def _usage(
    body: JSONObject,
    reply: Reply,
    reasoning: int,
    content: Sequence[str],
    calls: Sequence[JSONObject],
) -> JSONObject:
    asked = prompt_tokens(body)
    called = sum((len(call["function"]["arguments"]) + 3) // 4 + 4 for call in calls)
    told = reasoning + len(content) + called
    usage: JSONObject = {
        "queue_time": 0.001,
        "prompt_tokens": asked,
        "prompt_time": round(asked * 0.00001, 6),
        "completion_tokens": told,
        "completion_time": round(told * 0.001, 6),
        "total_tokens": asked + told,
        "total_time": round(asked * 0.00001 + told * 0.001, 6),
    }
    if reasoning:
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return {**usage, **(reply.usage or {})}


def write(completion: Completion, body: JSONObject, pace: float) -> Answer:
    """Writes a completion as the request wants it, whole or streamed."""
    if body.get("stream") is not True:
        return json_answer(completion.whole())
    include_usage = object_of(body.get("stream_options")).get("include_usage") is True
    return Answer(
        completion.events(pace, include_usage=include_usage),
        headers={"cache-control": "no-cache"},
        content_type="text/event-stream",
    )

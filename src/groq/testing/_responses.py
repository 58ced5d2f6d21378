"""The Responses API: its requests are asked as chat, and the answers written as lists of items."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from ._answers import Answer, Pause, Refusal, Step, json_answer
from ._chat import Completion
from ._ids import hex_digits
from ._json import JSONObject, compact, is_list, is_object, list_of, object_of

PATH = "/openai/v1/responses"

_ROLES = {"developer": "system", "system": "system", "user": "user", "assistant": "assistant"}


_TIMES = ("completion_time", "prompt_time", "queue_time", "total_time")


def as_chat(body: JSONObject) -> JSONObject:
    """Return the equivalent chat request, so that both endpoints share their rules."""
    given = body.get("input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else list_of(given)
    messages = [message for item in items if (message := _message(object_of(item)))]
    if instructions := body.get("instructions"):
        messages.insert(0, {"role": "system", "content": instructions})
    request: JSONObject = {"model": body.get("model"), "messages": messages}
    for name in ("temperature", "top_p", "parallel_tool_calls", "user", "stream"):
        if body.get(name) is not None:
            request[name] = body[name]
    if body.get("max_output_tokens") is not None:
        request["max_completion_tokens"] = body["max_output_tokens"]
    if effort := object_of(body.get("reasoning")).get("effort"):
        request["reasoning_effort"] = effort
    if tools := [_tool(object_of(tool)) for tool in list_of(body.get("tools"))]:
        request["tools"] = tools
    choice = body.get("tool_choice")
    if choice is not None:
        named = object_of(choice).get("name")
        function = {"type": "function", "function": {"name": named}}
        request["tool_choice"] = function if named else choice
    form = object_of(object_of(body.get("text")).get("format"))
    if form.get("type") == "json_schema":
        schema = {key: value for key, value in form.items() if key != "type"}
        request["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form.get("type") == "json_object":
        request["response_format"] = {"type": "json_object"}
    return request


def _message(item: JSONObject) -> JSONObject | None:
    """Return an item of the input as a chat message; `None` if it has no equivalent."""
    kind = item.get("type", "message")
    if kind == "message":
        content = item.get("content")
        if not isinstance(content, str):
            content = [_part(object_of(part)) for part in list_of(content)]
        return {"role": _ROLES.get(str(item.get("role")), "user"), "content": content}
    if kind == "function_call":
        called = {"name": item.get("name"), "arguments": item.get("arguments")}
        call = {"id": item.get("call_id"), "type": "function", "function": called}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    if kind == "function_call_output":
        return {
            "role": "tool",
            "tool_call_id": item.get("call_id"),
            "content": item.get("output"),
        }
    return None


def _part(part: JSONObject) -> JSONObject:
    if part.get("type") == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url", "")}}
    return {"type": "text", "text": part.get("text", "")}


def _tool(tool: JSONObject) -> JSONObject:
    if tool.get("type") == "function":
        function = {key: value for key, value in tool.items() if key != "type"}
        if function.get("strict") is None:
            function.pop("strict", None)
        return {"type": "function", "function": function}
    if tool.get("type") == "code_interpreter":
        return {"type": "code_interpreter"}
    return tool


def with_types(body: JSONObject) -> JSONObject:
    """Return the request with the types of messages, which may be omitted."""
    given = body.get("input")
    if not is_list(given):
        return body
    items = [{"type": "message", **item} if is_object(item) else item for item in given]
    return {**body, "input": items}


def judge(body: JSONObject) -> None:
    """Raise the API's refusal of a request whose schema is valid; it is stateless."""
    if body.get("store") is True:
        raise Refusal(400, "`store` must be `false`", param="store")
    for place, tool in enumerate(list_of(body.get("tools"))):
        if tool["type"] == "mcp" and not {"server_url", "connector_id"} & tool.keys():
            raise Refusal(400, f"'tools.{place}.server_url' : property 'server_url' is missing")
    # A list of nothing asks for nothing, and some clients always send one.
    if body.get("include"):
        raise Refusal(400, "property 'include' is unsupported")


def write(
    completion: Completion, body: JSONObject, pace: float, *, has_times: bool = False
) -> Answer:
    """Return a response as requested, whole or streamed; `has_times` adds times to its metadata."""
    response = _Response(completion, body, has_times=has_times)
    if body.get("stream") is not True:
        if completion.refusal is not None:
            return completion.refusal.answer()
        return json_answer(response.whole())
    return Answer(
        response.events(pace),
        headers={"cache-control": "no-cache"},
        content_type="text/event-stream",
    )


def _remote_items(body: JSONObject) -> Iterator[JSONObject]:
    """Generate the items of remote MCP servers: each lists one tool, which is called once."""
    answers = [
        object_of(item)
        for item in list_of(body.get("input"))
        if object_of(item).get("type") == "mcp_approval_response"
    ]
    for tool in list_of(body.get("tools")):
        server = object_of(tool)
        if server.get("type") != "mcp":
            continue
        named = {"server_label": server.get("server_label")}
        schema = {"type": "object", "properties": {"query": {"type": "string"}}}
        listed = {"name": "search", "description": "Search.", "input_schema": schema}
        yield {"type": "mcp_list_tools", "id": _id("mcpl"), "tools": [listed], **named}
        call: JSONObject = {"name": "search", "arguments": '{"query": "news"}', **named}
        if server.get("require_approval") == "always" and not answers:
            yield {"type": "mcp_approval_request", "id": _id("mcpr"), **call}
            return
        if all(answer.get("approve") for answer in answers):
            found = {"output": "Nothing was searched: no server was asked.", "error": None}
            yield {"type": "mcp_call", "id": _id("mcp"), "status": "completed", **call, **found}


def _without_secrets(tool: JSONObject) -> JSONObject:
    return {key: value for key, value in tool.items() if key not in ("headers", "authorization")}


class _Response:
    """An answer of the Responses API to one request."""

    def __init__(self, completion: Completion, body: JSONObject, *, has_times: bool) -> None:
        self._completion = completion
        self._body = body
        times = _TIMES if has_times else ()
        self._times = {name: str(completion.usage.numbers[name]) for name in times}
        self._id = f"resp_{hex_digits(32)}"
        self._output = list(self._items())

    def _items(self) -> Iterator[JSONObject]:
        completion = self._completion
        if completion.reasoning:
            content = [{"type": "reasoning_text", "text": "".join(completion.reasoning)}]
            yield {"type": "reasoning", "id": _id("resp_rs"), "summary": [], "content": content}
        remote = list(_remote_items(self._body))
        yield from remote
        if remote and remote[-1]["type"] == "mcp_approval_request":
            return  # the model waits
        if completion.content or not completion.tool_calls:
            text: JSONObject = {
                "type": "output_text",
                "text": "".join(completion.content),
                "annotations": [],
            }
            head = {"type": "message", "id": _id("msg"), "role": "assistant"}
            yield {**head, "status": self._status(), "content": [text]}
        for call in completion.tool_calls:
            function = call["function"]
            yield {
                "type": "function_call",
                "id": _id("fc"),
                "call_id": call["id"],
                "name": function["name"],
                "arguments": function["arguments"],
                "status": "completed",
            }

    def _status(self) -> str:
        return "incomplete" if self._completion.finish_reason == "length" else "completed"

    def whole(self) -> JSONObject:
        """Return the `response` object."""
        body, usage = self._body, self._completion.usage.numbers
        status = self._status()
        is_cut = status == "incomplete"
        thought = object_of(usage.get("completion_tokens_details")).get("reasoning_tokens", 0)
        cached = object_of(usage.get("prompt_tokens_details")).get("cached_tokens", 0)
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._completion.created,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": {"reason": "max_output_tokens"} if is_cut else None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "metadata": {**object_of(body.get("metadata")), **self._times},
            "model": self._completion.model,
            "output": self._output,
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            "previous_response_id": None,
            "reasoning": body.get("reasoning") or {"effort": None},
            "service_tier": body.get("service_tier") or "default",
            "store": False,
            "temperature": body.get("temperature", 1),
            "text": body.get("text") or {"format": {"type": "text"}},
            "tool_choice": body.get("tool_choice", "auto"),
            "tools": [_without_secrets(object_of(tool)) for tool in list_of(body.get("tools"))],
            "top_p": body.get("top_p", 1),
            "truncation": body.get("truncation") or "disabled",
            "usage": {
                "input_tokens": usage["prompt_tokens"],
                "input_tokens_details": {"cached_tokens": cached},
                "output_tokens": usage["completion_tokens"],
                "output_tokens_details": {"reasoning_tokens": thought},
                "total_tokens": usage["total_tokens"],
            },
            "user": body.get("user"),
        }

    def events(self, pace: float) -> Iterator[Step]:
        """Yield the events of the stream, with a pause before every token."""
        numbers = count()
        pause = Pause(pace) if pace > 0 else None
        for event, is_token in self._told(pace):
            if pause and is_token:
                yield pause
            numbered = compact({**event, "sequence_number": next(numbers)})
            yield f"event: {event['type']}\ndata: {numbered}\n\n".encode()

    def _told(self, pace: float) -> Iterator[tuple[JSONObject, bool]]:
        whole = self.whole()
        begun: JSONObject = {**whole, "status": "in_progress", "output": [], "usage": None}
        yield {"type": "response.created", "response": begun}, False
        yield {"type": "response.in_progress", "response": begun}, False
        for place, item in enumerate(self._output):
            for event in self._of_item(item, place):
                yield event, event["type"].endswith(".delta")
        refusal = self._completion.refusal
        if refusal is not None:
            yield {**refusal.error, "type": "error"}, False
            return
        yield {"type": f"response.{whole['status']}", "response": whole}, False

    def _of_item(self, item: JSONObject, place: int) -> Iterator[JSONObject]:
        kind = item["type"]
        bare: JSONObject = {"content": []} if "content" in item else {}
        if "arguments" in item and kind != "mcp_approval_request":
            bare["arguments"] = ""
        where = {"item_id": item["id"], "output_index": place}
        added = {"type": "response.output_item.added", "output_index": place}
        yield {**added, "item": {**item, **bare, **_begun(item)}}
        if kind in ("mcp_list_tools", "mcp_call"):
            yield {"type": f"response.{kind}.in_progress", **where}
        if "arguments" in bare:
            event_type = f"response.{kind}_arguments"
            yield {"type": f"{event_type}.delta", "delta": item["arguments"], **where}
            yield {"type": f"{event_type}.done", "arguments": item["arguments"], **where}
        if kind in ("mcp_list_tools", "mcp_call"):
            yield {"type": f"response.{kind}.completed", **where}
        for part in item.get("content", ()):
            yield from self._of_part(part, {**where, "content_index": 0})
        yield {"type": "response.output_item.done", "output_index": place, "item": item}

    def _of_part(self, part: JSONObject, where: JSONObject) -> Iterator[JSONObject]:
        is_thought = part["type"] == "reasoning_text"
        tokens = self._completion.reasoning if is_thought else self._completion.content
        event_type = f"response.{part['type']}"
        yield {"type": "response.content_part.added", "part": {**part, "text": ""}, **where}
        for token in tokens:
            yield {"type": f"{event_type}.delta", "delta": token, **where}
        yield {"type": f"{event_type}.done", "text": part["text"], **where}
        yield {"type": "response.content_part.done", "part": part, **where}


def _begun(item: JSONObject) -> JSONObject:
    """Return the first status of an item, if it has one."""
    return {"status": "in_progress"} if "status" in item else {}


def _id(kind: str) -> str:
    return f"{kind}_{hex_digits(24)}"

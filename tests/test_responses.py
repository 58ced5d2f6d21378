"""The Responses API: requests, answers, streams that add up, conversations."""

from __future__ import annotations

import contextlib
import gc
import inspect
import json
import pickle
from collections.abc import Iterator
from typing import Any

import httpx
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groq import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    BaseModel,
    Conversation,
    Groq,
    GroqError,
    ResponseStreamState,
    StructuredOutputError,
    function_tool,
)
from groq._http import codec
from groq.resources.responses import ResponseArguments, Responses
from groq.testing import LocalServer, Reply, ToolCall
from groq.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseReasoningItem,
    ResponseStreamEvent,
)
from twins import MODEL, Twin

TEXT = '{"name": "Berlin", "people": 3700000}'
CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "weather",
    "arguments": '{"city": "Berlin"}',
    "status": "completed",
}
THOUGHTS = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [],
    "content": [{"type": "reasoning_text", "text": "Which city?"}],
}
APPROVAL = {
    "type": "mcp_approval_request",
    "id": "mcpr_1",
    "arguments": "{}",
    "name": "delete",
    "server_label": "files",
}
USAGE = {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}


class City(pydantic.BaseModel):
    name: str
    people: int


def message(*texts: str, item_id: str = "msg_1") -> dict[str, Any]:
    parts: list[Any] = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    head = {"type": "message", "id": item_id, "role": "assistant", "status": "completed"}
    return {**head, "content": parts}


def answer(*output: dict[str, Any], **fields: object) -> dict[str, Any]:
    head = {"id": "resp_1", "object": "response", "created_at": 1700000000, "model": MODEL}
    return {**head, "output": list(output), "status": "completed", "usage": USAGE, **fields}


def events_of(response: dict[str, Any], size: int = 5) -> list[dict[str, Any]]:
    """Cut an answer into the events that stream it."""
    begun: dict[str, Any] = {**response, "output": [], "status": "in_progress"}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
    ]
    for place, item in enumerate(response["output"]):
        where = {"item_id": item["id"], "output_index": place}
        empty: dict[str, Any] = dict(item)
        empty |= {"content": []} if "content" in item else {}
        empty |= {"arguments": ""} if "arguments" in item else {}
        added: dict[str, Any] = {
            "type": "response.output_item.added",
            "output_index": place,
            "item": empty,
        }
        events.append(added)
        for part_place, part in enumerate(item.get("content", ())):
            within = {**where, "content_index": part_place}
            kind = "reasoning_text" if part["type"] == "reasoning_text" else "output_text"
            begin = {"type": "response.content_part.added", "part": {**part, "text": ""}}
            events.append({**begin, **within})
            events += [
                {"type": f"response.{kind}.delta", "delta": piece, **within}
                for piece in pieces_of(part["text"], size)
            ]
            events.append({"type": f"response.{kind}.done", "text": part["text"], **within})
            events.append({"type": "response.content_part.done", "part": part, **within})
        if item["type"] == "function_call":
            kind = "response.function_call_arguments"
            events += [
                {"type": f"{kind}.delta", "delta": piece, **where}
                for piece in pieces_of(item["arguments"], size)
            ]
            events.append({"type": f"{kind}.done", "arguments": item["arguments"], **where})
        done = {"type": "response.output_item.done", "output_index": place, "item": item}
        events.append(done)
    events.append({"type": f"response.{response['status']}", "response": response})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def pieces_of(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def written(events: list[dict[str, Any]], end: bytes = b"") -> bytes:
    lines = (
        b"event: %s\ndata: %s\n\n" % (event["type"].encode(), json.dumps(event).encode())
        for event in events
    )
    return b"".join(lines) + end


class Server:
    """Answers each request with the next answer, whole or streamed as it asks."""

    def __init__(self, *answers: dict[str, Any] | bytes) -> None:
        self.bodies: list[dict[str, Any]] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/openai/v1/responses"
        body = json.loads(request.content)
        self.bodies.append(body)
        said = self._answers.pop(0)
        if not body.get("stream"):
            headers = {"content-type": "application/json"}
            return httpx.Response(200, headers=headers, content=json.dumps(said))
        content = said if isinstance(said, bytes) else written(events_of(said))
        headers = {"content-type": "text/event-stream"}
        return httpx.Response(200, headers=headers, content=content)


def asked(twin: Twin, server: Server, **options: Any) -> Any:
    responses = twin.mocked(server).responses
    return twin.do(responses.create, **{"model": MODEL, "input": "Hi", **options})


# ------------------------------------------------------------------------------------ whole answers


def test_an_answer_is_a_list_of_items(twin: Twin) -> None:
    response = asked(twin, Server(answer(THOUGHTS, message("Hel", "lo"), CALL)))
    assert isinstance(response, Response)
    thoughts, words, call = response.output
    assert isinstance(thoughts, ResponseReasoningItem)
    assert isinstance(words, ResponseOutputMessage)
    assert isinstance(call, ResponseFunctionToolCall)
    assert response.output_text == "Hello"
    assert response.usage is not None
    assert response.usage.output_tokens == 2


def test_an_item_that_no_type_names_is_kept(twin: Twin) -> None:
    odd = {"type": "browser_call", "id": "b_1", "pages": [1]}
    response = asked(twin, Server(answer(odd, message("Hi"))))
    first, second = response.output
    assert type(first) is BaseModel
    assert first.to_dict() == odd
    assert isinstance(second, ResponseOutputMessage)


@pytest.mark.parametrize("odd", [["message"], {"a": 1}, 5, None], ids=str)
def test_an_item_whose_type_is_not_text_is_kept(twin: Twin, odd: object) -> None:
    response = asked(twin, Server(answer({"type": odd}, message("Hi"))))
    assert response.output_text == "Hi"
    assert response.to_dict(warnings=False)["output"][0] == {"type": odd}
    assert json.loads(response.to_json(warnings=False))["output"][0] == {"type": odd}


@pytest.mark.parametrize("odd", [5, "Hi", None, {}, [5], [{"type": "output_text", "text": [1]}]])
def test_the_text_of_an_answer_skips_odd_messages(twin: Twin, odd: object) -> None:
    response = asked(twin, Server(answer({**message("a"), "content": odd}, message("Hi"))))
    assert response.output_text == "Hi"
    response.output = odd
    assert response.output_text == ""


def test_only_given_arguments_are_sent(twin: Twin) -> None:
    server = Server(answer())
    asked(twin, server, instructions="Be brief", reasoning={"effort": "low"}, store=False)
    assert server.bodies == [
        {
            "input": "Hi",
            "model": MODEL,
            "instructions": "Be brief",
            "reasoning": {"effort": "low"},
            "store": False,
        }
    ]


@pytest.mark.parametrize(
    ("argument", "advice"),
    [
        ({"previous_response_id": "resp_1"}, "Conversation"),
        ({"conversation": "conv_1"}, "Conversation"),
        ({"background": True}, "task"),
        ({"include": ["reasoning.encrypted_content"]}, "always"),
        ({"prompt": {"id": "p"}}, "instructions"),
        ({"prompt_cache_key": "k"}, "by itself"),
        ({"safety_identifier": "u"}, "user"),
        ({"store": True}, "does not store"),
    ],
    ids=str,
)
def test_an_unsupported_argument_is_refused_before_sending(
    twin: Twin, argument: dict[str, object], advice: str
) -> None:
    server = Server()
    with pytest.raises((TypeError, ValueError), match=advice):
        asked(twin, server, **argument)
    assert server.bodies == []


def test_a_refused_argument_may_be_none(twin: Twin) -> None:
    server = Server(answer())
    asked(twin, server, previous_response_id=None)
    assert "previous_response_id" not in server.bodies[0]


def test_a_misspelt_argument_is_refused(twin: Twin) -> None:
    with pytest.raises(TypeError, match="'instrctions'"):
        asked(twin, Server(), instrctions="Be brief")


@pytest.mark.parametrize("given", [{"role": "user"}, b"Hi", 3], ids=str)
def test_an_input_of_another_type_is_refused(twin: Twin, given: object) -> None:
    with pytest.raises(TypeError, match="a text or a list of items"):
        asked(twin, Server(), input=given)


def test_tools_in_the_form_of_chat_are_taken(twin: Twin) -> None:
    @function_tool
    def weather(city: str) -> str:
        """Tell the weather."""
        return city

    server = Server(answer())
    asked(twin, server, tools=[weather, {"type": "browser_search"}])
    first, second = server.bodies[0]["tools"]
    assert (first["type"], first["name"]) == ("function", "weather")
    assert "function" not in first
    assert second == {"type": "browser_search"}


def test_parse_and_stream_take_the_arguments_of_create() -> None:
    of_create = set(inspect.signature(Responses.create).parameters)
    own = {"self", "stream", "text", "tools", "refused"}
    assert of_create - own == set(ResponseArguments.__annotations__) - {
        "background",
        "conversation",
        "include",
        "previous_response_id",
        "prompt",
        "prompt_cache_key",
        "safety_identifier",
    }


# ------------------------------------------------------------------------------------------- parse


def test_parse_decodes_text_and_arguments(twin: Twin) -> None:
    server = Server(answer(message(TEXT), CALL))
    tool: Any = {"type": "function", "name": "weather", "parameters": {}, "strict": True}
    parse = twin.mocked(server).responses.parse
    response = twin.do(parse, model=MODEL, input="Hi", text_format=City, tools=[tool])
    assert response.output_parsed == City(name="Berlin", people=3_700_000)
    assert response.output[1].parsed_arguments == {"city": "Berlin"}
    form = server.bodies[0]["text"]["format"]
    assert (form["type"], form["name"], form["strict"]) == ("json_schema", "City", True)


def test_parse_refuses_a_text_that_does_not_fit(twin: Twin) -> None:
    parse = twin.mocked(Server(answer(message("no JSON")))).responses.parse
    with pytest.raises(StructuredOutputError) as caught:
        twin.do(parse, model=MODEL, input="Hi", text_format=City)
    assert caught.value.text == "no JSON"
    assert pickle.loads(pickle.dumps(caught.value)).text == "no JSON"


def test_an_answer_that_was_cut_is_not_decoded(twin: Twin) -> None:
    cut = answer(
        message(TEXT[:9]), status="incomplete", incomplete_details={"reason": "max_output_tokens"}
    )
    parse = twin.mocked(Server(cut)).responses.parse
    response = twin.do(parse, model=MODEL, input="Hi", text_format=City)
    assert response.output_parsed is None
    assert response.status == "incomplete"


def test_a_form_and_a_type_exclude_each_other(twin: Twin) -> None:
    parse = twin.mocked(Server()).responses.parse
    form = {"format": {"type": "text"}}
    with pytest.raises(TypeError, match="both"):
        twin.do(parse, model=MODEL, input="Hi", text_format=City, text=form)


# ------------------------------------------------------------------------------------------ streams


def test_a_stream_gives_events_by_name(twin: Twin) -> None:
    said = answer(THOUGHTS, message("Hello"), CALL)
    stream = asked(twin, Server(said), stream=True)
    events = twin.list(stream)
    assert [event.to_dict() for event in events] == events_of(said)
    assert all(type(event) is not BaseModel for event in events)
    assert isinstance(events[-1], ResponseCompletedEvent)


@pytest.mark.parametrize(
    ("end", "where"),
    [
        (b"", "before its last event"),
        (b"data: [DONE]\n\n", "before its last event"),
        (b"data: {", "in the middle of an event before its last event"),
    ],
    ids=["bare", "done", "cut"],
)
@pytest.mark.parametrize("kept", [1, 4, -1], ids=str)
def test_a_stream_without_its_last_event_is_an_error(
    twin: Twin, kept: int, end: bytes, where: str
) -> None:
    body = written(events_of(answer(message("Hello")))[:kept], end)
    stream = asked(twin, Server(body), stream=True)
    with pytest.raises(APIConnectionError) as caught:
        twin.list(stream)
    expected = f"Connection error. The stream ended {where}: the answer is cut short."
    assert caught.value.message == expected


@pytest.mark.parametrize("body", [b"", b"data: [DONE]\n\n"], ids=["bare", "done"])
def test_a_stream_without_events_is_an_error(twin: Twin, body: bytes) -> None:
    with pytest.raises(APIError):
        twin.list(asked(twin, Server(body), stream=True))


def test_an_event_that_no_type_names_is_kept(twin: Twin) -> None:
    odd = {"type": "response.browser.opened", "url": "https://example.com"}
    body = written([odd, *events_of(answer(message("Hello")))], b"data: [DONE]\n\n")
    first, *_ = twin.list(asked(twin, Server(body), stream=True))
    assert type(first) is BaseModel
    assert first.to_dict() == odd


@pytest.mark.parametrize("odd", [5, "words", [1], {"n": 1}, {"type": ["x"]}], ids=str)
def test_an_event_without_a_type_is_kept(twin: Twin, odd: object) -> None:
    start = f"data: {json.dumps(odd)}\n\n".encode()
    body = start + written(events_of(answer(message("Hello"))))
    first, *_ = twin.list(asked(twin, Server(body), stream=True))
    assert (first.to_dict() if isinstance(odd, dict) else first) == odd


def test_an_event_named_error_is_one_without_a_type(twin: Twin) -> None:
    body = b'event: error\ndata: {"message": "It broke"}\n\n'
    with pytest.raises(APIError, match="It broke"):
        twin.list(asked(twin, Server(body), stream=True))


def test_an_error_event_ends_a_stream(twin: Twin) -> None:
    error = {"type": "error", "code": "server_error", "message": "out of order"}
    body = written([events_of(answer())[0], error])
    with pytest.raises(APIError, match="out of order") as caught:
        twin.list(asked(twin, Server(body), stream=True))
    assert caught.value.code == "server_error"


def test_a_failed_answer_ends_a_stream_with_its_error(twin: Twin) -> None:
    failed = answer(status="failed", error={"code": "server_error", "message": "no"})
    last = twin.list(asked(twin, Server(failed), stream=True))[-1]
    assert last.response.error.message == "no"


def test_stream_gives_snapshots_and_a_whole_answer(twin: Twin) -> None:
    server = Server(answer(message(TEXT), CALL))
    manager = twin.mocked(server).responses.stream(model=MODEL, input="Hi", text_format=City)
    with twin.inside(manager) as stream:
        events = twin.list(stream)
        response = twin.do(stream.get_final_response)
    deltas = [event for event in events if event.type == "response.output_text.delta"]
    assert [event.snapshot for event in deltas][:2] == [TEXT[:5], TEXT[:10]]
    (done,) = [event for event in events if event.type == "response.output_text.done"]
    assert done.parsed == response.output_parsed == City(name="Berlin", people=3_700_000)
    arguments = [e for e in events if e.type == "response.function_call_arguments.done"]
    assert [event.name for event in arguments] == ["weather"]


def test_a_stream_that_was_left_early_has_no_whole_answer(twin: Twin) -> None:
    manager = twin.mocked(Server(answer(message("Hello")))).responses.stream(
        model=MODEL, input="Hi"
    )
    with twin.inside(manager) as stream:
        twin.next(stream)
        twin.do(stream.close)
        with pytest.raises(GroqError, match="closed before its end"):
            twin.do(stream.get_final_response)


def test_the_repr_of_a_stream_says_that_it_is_closed(twin: Twin) -> None:
    manager = twin.mocked(Server(answer())).responses.stream(model=MODEL, input="Hi")
    kind = type(manager).__name__
    assert repr(manager) == f"<{kind}, not sent yet>"
    with twin.inside(manager) as stream:
        assert repr(manager) == f"<{kind}, sent>"
    assert repr(stream) == f"<{type(stream).__name__} 200, closed>"


def test_a_manager_that_is_entered_twice_sends_the_same_twice(twin: Twin) -> None:
    server = Server(answer(), answer())
    items: Any = ({"role": "user", "content": text} for text in ("Hi", "Bye"))
    manager = twin.mocked(server).responses.stream(model=MODEL, input=items)
    for _ in range(2):
        with twin.inside(manager) as stream:
            twin.do(stream.until_done)
    first, second = (body["input"] for body in server.bodies)
    assert first == second
    assert len(first) == 2


TEXTS = st.text(max_size=30)
ITEMS = st.one_of(
    st.lists(TEXTS, min_size=1, max_size=3).map(lambda texts: message(*texts)),
    TEXTS.map(lambda text: {**CALL, "arguments": json.dumps({"city": text})}),
    TEXTS.map(lambda text: {**THOUGHTS, "content": [{"type": "reasoning_text", "text": text}]}),
)
ANSWERS = st.lists(ITEMS, max_size=4).map(
    lambda items: answer(*({**item, "id": f"item_{n}"} for n, item in enumerate(items)))
)


def constructed(event: dict[str, Any]) -> Any:
    kind: Any = ResponseStreamEvent
    return codec.construct(kind, event)


@given(ANSWERS, st.integers(1, 8), st.sampled_from(["whole", "without output", "without indexes"]))
def test_answers_cut_into_streams_come_back_equal(
    said: dict[str, Any], size: int, form: str
) -> None:
    state: ResponseStreamState[None] = ResponseStreamState()
    for event in events_of(said, size):
        if form == "without output" and event["type"] == "response.completed":
            event["response"] = {**said, "output": []}
        if form == "without indexes":
            for name in ("output_index", "sequence_number"):
                event.pop(name, None)
            event.pop("item_id", None) if len(said["output"]) == 1 else None
        state.handle_event(constructed(event))
    assert state.get_final_response().to_dict() == said


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(ANSWERS, st.data())
def test_odd_events_end_a_stream_with_an_error_of_this_package(
    said: dict[str, Any], data: st.DataObject
) -> None:
    events = events_of(said)
    for event in events:
        if data.draw(st.integers(0, 3)) == 0:
            event[data.draw(st.sampled_from(sorted({*event} - {"type"})))] = data.draw(JUNK)
    server = Server(written(events))
    http = httpx.Client(transport=httpx.MockTransport(server))
    with (
        contextlib.suppress(GroqError),
        Groq(api_key="key", http_client=http).responses.stream(model=MODEL, input="Hi") as stream,
    ):
        stream.get_final_response()


@given(ANSWERS, st.integers(1, 8), st.data())
def test_a_snapshot_never_has_more_than_came(
    said: dict[str, Any], size: int, data: st.DataObject
) -> None:
    events = events_of(said, size)
    state: ResponseStreamState[None] = ResponseStreamState()
    for event in events[: data.draw(st.integers(0, len(events) - 1))]:
        state.handle_event(constructed(event))
    whole_text = codec.construct(Response, said).output_text
    assert whole_text.startswith(state.current_response_snapshot.output_text)


# ------------------------------------------------------------------------------------ conversations


def test_a_conversation_sends_back_accepted_items_only(twin: Twin) -> None:
    server = Server(answer(THOUGHTS, message("Hello"), CALL), answer(message("Sunny")))
    responses = twin.mocked(server).responses
    conversation = Conversation()
    conversation.add("Hi")
    conversation.add(twin.do(responses.create, model=MODEL, input=conversation))
    (call,) = conversation.function_calls
    conversation.add_result(call, "sunny")
    twin.do(responses.create, model=MODEL, input=conversation)
    assert server.bodies[1]["input"] == [
        {"type": "message", "role": "user", "content": "Hi"},
        {"type": "message", "role": "assistant", "content": "Hello"},
        {name: CALL[name] for name in ("type", "call_id", "name", "arguments")},
        {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
    ]
    assert conversation.function_calls == []


def test_items_of_an_answer_can_be_sent_back_by_hand(twin: Twin) -> None:
    server = Server(answer(THOUGHTS, message("Hello")), answer())
    responses = twin.mocked(server).responses
    first = twin.do(responses.create, model=MODEL, input="Hi")
    user = {"role": "user", "content": "Go on"}
    twin.do(responses.create, model=MODEL, input=[*first.output, user])
    assert server.bodies[1]["input"] == [
        {"type": "message", "role": "assistant", "content": "Hello"},
        user,
    ]


def test_a_streamed_answer_goes_into_a_conversation(twin: Twin) -> None:
    conversation = Conversation()
    manager = twin.mocked(Server(answer(message("Hello"), CALL))).responses.stream(
        model=MODEL, input="Hi"
    )
    with twin.inside(manager) as stream:
        conversation.add(twin.do(stream.get_final_response))
    assert [item["type"] for item in conversation] == ["message", "function_call"]


def test_an_approval_is_answered_once() -> None:
    conversation = Conversation()
    conversation.add(codec.construct(Response, answer(APPROVAL)))
    (request,) = conversation.approval_requests
    conversation.answer_approval(request, approve=False, reason="not today")
    assert conversation.items == [
        {
            "type": "mcp_approval_response",
            "approval_request_id": "mcpr_1",
            "approve": False,
            "reason": "not today",
        }
    ]
    with pytest.raises(ValueError, match="waits for approval"):
        conversation.answer_approval("mcpr_1", approve=True)


def test_a_restored_conversation_still_waits_for_results() -> None:
    call = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    restored = Conversation(json.loads(json.dumps([call])))
    (waiting,) = restored.function_calls
    assert (waiting.call_id, waiting.name) == ("call_1", "f")
    restored.add_result("call_1", "sunny")
    assert not restored.function_calls


def test_a_call_that_waits_is_that_of_the_response() -> None:
    call = {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}"}
    conversation = Conversation()
    response = codec.construct(Response, answer(call))
    conversation.add(response)
    assert conversation.function_calls == response.output
    assert conversation.function_calls[0].id == "fc_1"


def test_a_result_needs_a_call_that_waits() -> None:
    with pytest.raises(ValueError, match="waits for its result"):
        Conversation().add_result("call_9", "sunny")


def test_a_conversation_takes_texts_answers_and_items_alone() -> None:
    nothing: Any = 3
    with pytest.raises(TypeError, match="int"):
        Conversation().add(nothing)


def test_a_lost_connection_in_a_stream_is_an_error(twin: Twin) -> None:
    body = written(events_of(answer(message("Hello"))))[:-20]
    with pytest.raises(APIConnectionError, match="cut short"):
        twin.list(asked(twin, Server(body), stream=True))


# --------------------------------------------------------------------------------- runs of tools


@function_tool
def told(city: str) -> str:
    """Tell the weather."""
    if city == "Atlantis":
        raise ValueError("hunter2")
    return f"sunny in {city}"


def calling(city: str, call_id: str = "call_1", name: str = "told") -> dict[str, Any]:
    arguments = json.dumps({"city": city})
    return {**CALL, "call_id": call_id, "name": name, "arguments": arguments}


def run(twin: Twin, server: Server, **options: Any) -> Any:
    run_tools = twin.mocked(server).responses.run_tools
    return run_tools(**{"model": MODEL, "input": "Hi", "tools": [told], **options})


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_run_calls_tools_until_the_answer_is_there(twin: Twin, stream: bool) -> None:
    server = Server(
        answer(THOUGHTS, calling("Rome", "call_1"), calling("Oslo", "call_2")),
        answer(message("Sunny.")),
    )
    runner = run(twin, server, stream=stream)
    last = twin.do(runner.until_done)
    assert last.output_text == "Sunny."
    assert runner.stopped_by == "answer"
    outputs = [item["output"] for item in server.bodies[1]["input"] if "output" in item]
    assert outputs == ["sunny in Rome", "sunny in Oslo"]


def test_calls_with_one_id_each_get_a_result(twin: Twin) -> None:
    server = Server(answer(calling("Rome"), calling("Oslo")), answer(message("Sunny.")))
    twin.do(run(twin, server).until_done)
    outputs = [item["output"] for item in server.bodies[1]["input"] if "output" in item]
    assert outputs == ["sunny in Rome", "sunny in Oslo"]


def test_a_call_that_json_cannot_hold_is_answered(twin: Twin) -> None:
    call = calling("Rome", "call_\ud800", "told\udfff")
    server = Server(answer(call), answer(message("Sunny.")))
    twin.do(run(twin, server).until_done)
    *_, sent, result = server.bodies[1]["input"]
    assert sent["call_id"] == result["call_id"] == "call_\ufffd"
    assert sent["name"] == "told\ufffd"


def test_a_conversation_goes_on_in_place(twin: Twin) -> None:
    conversation = Conversation()
    conversation.add("Hi")
    runner = run(
        twin, Server(answer(calling("Rome")), answer(message("Sunny."))), input=conversation
    )
    twin.do(runner.until_done)
    assert [item["type"] for item in conversation] == [
        "message",
        "function_call",
        "function_call_output",
        "message",
    ]


def test_a_run_stops_when_its_turns_run_out(twin: Twin) -> None:
    runner = run(twin, Server(answer(calling("Rome"))), max_turns=1)
    twin.do(runner.until_done)
    assert runner.stopped_by == "max_turns"


def test_a_run_stops_for_an_approval(twin: Twin) -> None:
    runner = run(twin, Server(answer(APPROVAL)))
    twin.do(runner.until_done)
    assert runner.stopped_by == "approval"
    (request,) = runner.conversation.approval_requests
    assert request.name == "delete"


def test_a_cut_answer_runs_no_calls(twin: Twin) -> None:
    runner = run(twin, Server(answer(calling("Rome"), status="incomplete")))
    twin.do(runner.until_done)
    assert runner.stopped_by == "incomplete"


def test_the_result_of_a_failed_tool_hides_its_message(twin: Twin) -> None:
    server = Server(answer(calling("Atlantis")), answer(message("Sorry.")))
    twin.do(run(twin, server).until_done)
    result = server.bodies[1]["input"][-1]["output"]
    assert "ValueError" in result
    assert "hunter2" not in result


def test_a_call_of_an_unknown_tool_is_answered_with_an_error(twin: Twin) -> None:
    server = Server(answer(calling("Rome", name="fortune")), answer(message("Sorry.")))
    twin.do(run(twin, server).until_done)
    assert "no tool 'fortune'" in server.bodies[1]["input"][-1]["output"]


@pytest.mark.parametrize(
    "odd",
    [
        b'"text"',
        b"[]",
        b"null",
        b"{}",
        b'{"output": 3}',
        b'{"output": [3]}',
        b'{"output": [{"type": ["message"]}]}',
        b'{"output": [{"type": "function_call", "call_id": "1", "name": 3, "arguments": "{}"}]}',
    ],
)
@pytest.mark.parametrize("options", [{}, {"text_format": City}], ids=["plain", "typed"])
def test_an_answer_without_the_shape_of_one_is_refused(
    twin: Twin, odd: bytes, options: dict[str, Any]
) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=odd, headers={"content-type": "application/json"})

    responses = twin.mocked(server).responses
    with pytest.raises(APIResponseValidationError) as caught:
        twin.do(responses.parse, model=MODEL, input="Hi", **options)
    assert caught.value.request.url.path == "/openai/v1/responses"
    with pytest.raises(APIResponseValidationError):
        twin.do(responses.run_tools(model=MODEL, input="Hi", tools=[told], **options).until_done)


@pytest.fixture
def strict_server() -> Iterator[LocalServer]:
    """Give a server that holds the model to its tools."""
    with LocalServer(pace=0) as server:
        yield server


def run_local(twin: Twin, server: LocalServer, **options: Any) -> Any:
    run_tools = twin.client(server).responses.run_tools
    return run_tools(**{"model": MODEL, "input": "Hi", "tools": [told], **options})


WRONG = Reply(tool_calls=[ToolCall("told", {"town": "Rome"})])
RIGHT = Reply(tool_calls=[ToolCall("told", {"city": "Rome"})])


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_call_that_the_server_refuses_is_returned_to_the_model(
    twin: Twin, strict_server: LocalServer, stream: bool
) -> None:
    for reply in (WRONG, RIGHT, Reply("Sunny.")):
        strict_server.reply(reply)
    runner = run_local(twin, strict_server, stream=stream)
    assert twin.do(runner.until_done).output_text == "Sunny."
    assert runner.stopped_by == "answer"
    _, wrote, said = strict_server.requests[1].json()["input"]
    assert wrote["role"] == "assistant"
    assert '"town"' in wrote["content"]
    assert said["role"] == "user"
    assert said["content"].startswith("Your last answer was refused: Tool call validation failed")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("options", "requests"),
    [({"on_tool_error": "raise"}, 1), ({"max_corrections": 2}, 3)],
    ids=["raise", "too often"],
)
def test_a_refused_call_ends_a_run_that_is_not_to_correct_it(
    twin: Twin, strict_server: LocalServer, stream: bool, options: dict[str, Any], requests: int
) -> None:
    strict_server.reply(WRONG, times=None)
    with pytest.raises(APIError) as caught:
        twin.do(run_local(twin, strict_server, stream=stream, **options).until_done)
    assert caught.value.code == "tool_use_failed"
    assert len(strict_server.requests) == requests


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_the_last_answer_of_a_run_has_the_type_that_was_asked_for(twin: Twin, stream: bool) -> None:
    server = Server(answer(calling("Rome")), answer(message("Sunny.")), answer(message(TEXT)))
    runner = run(twin, server, text_format=City, stream=stream, tool_choice="auto")
    last = twin.do(runner.until_done)
    assert last.output_parsed == City(name="Berlin", people=3700000)
    _, second, third = server.bodies
    assert "text" not in second
    assert third["text"]["format"]["name"] == "City"
    assert third.keys().isdisjoint({"tools", "tool_choice"})
    assert third["input"] == second["input"]  # the answer that did not fit is not given back
    assert [item["type"] for item in runner.conversation][-1] == "message"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_typed_answer_that_does_not_fit_is_returned_to_the_model(
    twin: Twin, stream: bool
) -> None:
    server = Server(*(answer(message(text)) for text in ("Sunny.", '{"name": 1}', TEXT)))
    last = twin.do(run(twin, server, text_format=City, stream=stream).until_done)
    assert last.output_parsed == City(name="Berlin", people=3700000)
    _, wrote, said = server.bodies[2]["input"]
    assert (wrote["role"], wrote["content"]) == ("assistant", '{"name": 1}')
    assert "Correct it" in said["content"]


def test_a_turn_that_does_not_fit_is_closed(twin: Twin) -> None:
    server = Server(*(answer(message(text)) for text in ("Sunny.", '{"name": 1}', TEXT)))
    twin.do(run(twin, server, text_format=City, stream=True).until_done)
    gc.collect()  # trio warns of a generator that was left open


def test_an_answer_that_fits_already_is_not_asked_for_again(twin: Twin) -> None:
    server = Server(answer(message(TEXT)))
    runner = run(twin, server, text_format=City, text={"verbosity": "low"})
    assert twin.do(runner.until_done).output_parsed == City(name="Berlin", people=3700000)
    assert [body["text"] for body in server.bodies] == [{"verbosity": "low"}]


def test_a_run_without_turns_for_the_type_has_no_value(twin: Twin) -> None:
    runner = run(twin, Server(answer(message("Sunny."))), text_format=City, max_turns=1)
    assert twin.do(runner.until_done).output_parsed is None
    assert runner.stopped_by == "max_turns"

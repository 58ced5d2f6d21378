"""Chat streams that add up: chunks become events and a completion, with I/O and without."""

from __future__ import annotations

import copy
import json
from typing import Any, cast

import httpx
import pytest

from groq import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    ChatCompletionStreamState,
    GroqError,
)
from groq.resources.chat.completions import Completions
from groq.testing import Cut, ErrorEvent, LocalServer, Reply, ToolCall
from groq.types.chat import (
    ChatCompletionChunk,
    ChatCompletionStreamEvent,
    ChunkEvent,
    ContentDeltaEvent,
    ExecutedToolEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    ParsedChatCompletion,
    ReasoningDeltaEvent,
)
from twins import MESSAGES, MODEL, Handler, Twin

USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "queue_time": 0.01}
ARGUMENTS = "tool_calls.function.arguments"


def chunk(
    *deltas: object, finish_reason: str | None = None, logprobs: object = None, **fields: object
) -> dict[str, Any]:
    """Write a chunk down as the API does, with a choice for each delta."""
    choices = [
        {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason}
        for index, delta in enumerate(deltas)
    ]
    said = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    return {**said, "choices": choices, **fields}


FIRST = chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_1", "seed": 7})
LAST = chunk({}, finish_reason="stop", x_groq={"id": "req_1", "usage": USAGE})


def stream_of(*chunks: dict[str, Any]) -> bytes:
    return b"".join(b"data: %s\n\n" % json.dumps(each).encode() for each in chunks)


def whole(*chunks: dict[str, Any]) -> bytes:
    return stream_of(FIRST, *chunks) + b"data: [DONE]\n\n"


def answering(body: bytes) -> Handler:
    headers = {"content-type": "text/event-stream", "x-request-id": "req_1"}
    return lambda _: httpx.Response(200, headers=headers, content=body)


def state_of(*chunks: dict[str, Any], **options: Any) -> ChatCompletionStreamState[Any]:
    state, _ = fed(*chunks, **options)
    return state


def fed(
    *chunks: dict[str, Any], **options: Any
) -> tuple[ChatCompletionStreamState[Any], list[ChatCompletionStreamEvent[Any]]]:
    """Feed chunks to a state, as a program does that reads them by other means."""
    state: ChatCompletionStreamState[Any] = ChatCompletionStreamState(**options)
    events: list[ChatCompletionStreamEvent[Any]] = []
    for each in chunks:
        events += state.handle_chunk(ChatCompletionChunk.construct(**each))
    events += state.finish()
    return state, events


def types_of(events: list[ChatCompletionStreamEvent[Any]]) -> list[str]:
    return [event.type for event in events if event.type != "chunk"]


def message_of(state: ChatCompletionStreamState[Any]) -> Any:
    return state.get_final_completion().choices[0].message


# ------------------------------------------------------------------------------------- the streams


def test_a_stream_yields_each_chunk_before_its_events(twin: Twin) -> None:
    body = whole(chunk({"content": "Hel"}), chunk({"content": "lo"}), LAST)
    manager = twin.mocked(answering(body)).chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream:
        events = twin.list(stream)
    assert [event.type for event in events] == [
        "chunk",
        "chunk",
        "content.delta",
        "chunk",
        "content.delta",
        "chunk",
        "content.done",
    ]
    deltas = [event for event in events if isinstance(event, ContentDeltaEvent)]
    assert [(each.delta, each.snapshot) for each in deltas] == [("Hel", "Hel"), ("lo", "Hello")]
    assert events[-1].content == "Hello"
    assert events[-1].parsed is None


def test_a_stream_has_the_events_of_chunks_from_anywhere(twin: Twin) -> None:
    # Chunks of a stream that only add to the content take a shorter way through the state.
    words = [chunk({"content": word}) for word in "abc"]
    chunks = [
        *(FIRST, *words),
        *(chunk({"reasoning": "r"}), *words),
        *(chunk({"content": "1"}, {"content": "2"}), chunk({"content": "a"}, {}), *words),
        *(chunk({"content": ""}), chunk({"content": "d", "refusal": "no"}), *words),
        *(chunk({"content": "e"}, system_fingerprint="fp"), chunk({"content": "f"}, new=1), *words),
        *(chunk({}, {}, finish_reason="stop"), *words, LAST),
    ]
    state, expected = fed(*chunks)
    client = twin.mocked(answering(stream_of(*chunks) + b"data: [DONE]\n\n"))
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream:
        events = twin.list(stream)
    assert [*map(repr, events)] == [*map(repr, expected)]
    assert stream.current_completion_snapshot == state.current_completion_snapshot


def test_text_stream_gives_the_text_alone(twin: Twin) -> None:
    body = whole(
        chunk({"reasoning": "Hm."}), chunk({"content": "Hel"}), chunk({"content": "lo"}), LAST
    )
    manager = twin.mocked(answering(body)).chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream:
        assert twin.list(stream.text_stream) == ["Hel", "lo"]
        assert twin.do(stream.get_final_completion).choices[0].message.reasoning == "Hm."


def test_the_final_completion_is_the_answer_in_one_piece(twin: Twin) -> None:
    body = whole(chunk({"content": "Hello"}, system_fingerprint="fp"), LAST)
    manager = twin.mocked(answering(body)).chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream:
        completion = twin.do(stream.get_final_completion)
    assert isinstance(completion, ParsedChatCompletion)
    assert completion.to_dict() == {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "system_fingerprint": "fp",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "Hello"},
            }
        ],
        "usage": USAGE,
        "x_groq": {"id": "req_1", "seed": 7},
    }
    assert completion._request_id == "req_1"  # pyright: ignore[reportPrivateUsage]  # for users


def test_a_local_server_streams_the_same_as_it_answers_whole(
    twin: Twin, groq_server: LocalServer
) -> None:
    reply = Reply("All is well.", reasoning="Is it?", tool_calls=[ToolCall("f", {"x": 1}, id="c")])
    groq_server.reply(reply, times=2)
    client = twin.client(groq_server)
    answer = twin.chat(client)
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL, temperature=0)
    with twin.inside(manager) as stream:
        final = twin.do(stream.get_final_completion)
    assert final.choices[0].message.to_dict() == answer.choices[0].message.to_dict()
    assert final.usage == answer.usage
    sent = groq_server.last_request.json()
    assert sent == {"messages": MESSAGES, "model": MODEL, "stream": True, "temperature": 0}


def test_nothing_is_sent_before_the_block_is_entered(twin: Twin, groq_server: LocalServer) -> None:
    manager = twin.client(groq_server).chat.completions.stream(messages=MESSAGES, model=MODEL)
    assert not groq_server.requests
    with twin.inside(manager) as stream:
        assert len(groq_server.requests) == 1
        assert stream.response.status_code == 200


def test_leaving_the_block_releases_the_connection(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    with twin.inside(client.chat.completions.stream(messages=MESSAGES, model=MODEL)) as stream:
        assert isinstance(twin.next(stream), ChunkEvent)
    assert stream.response.is_closed
    with pytest.raises(GroqError, match="closed before its end"):
        twin.do(stream.get_final_completion)


def test_a_stream_that_was_left_early_is_read_to_its_end(twin: Twin) -> None:
    body = whole(chunk({"content": "a"}), chunk({"content": "b"}), LAST)
    manager = twin.mocked(answering(body)).chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream:
        assert [twin.next(stream).type for _ in range(3)] == ["chunk", "chunk", "content.delta"]
        assert stream.current_completion_snapshot.choices[0].message.content == "a"
        assert twin.do(stream.until_done) is stream
        assert twin.do(stream.get_final_completion).choices[0].message.content == "ab"
        assert twin.list(stream) == []


def test_an_error_in_mid_stream_is_raised_again_by_the_final_completion(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply("one two three four", ErrorEvent(after=3))
    client = twin.client(groq_server)
    with twin.inside(client.chat.completions.stream(messages=MESSAGES, model=MODEL)) as stream:
        with pytest.raises(APIError) as raised:
            twin.do(stream.until_done)
        with pytest.raises(APIError) as again:
            twin.do(stream.get_final_completion)
        assert again.value is raised.value
        assert stream.current_completion_snapshot.choices[0].message.content == "one two"


def test_a_truncated_stream_has_no_final_completion(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply("one two three four", Cut(after=3))
    client = twin.client(groq_server)
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream, pytest.raises(APIConnectionError):
        twin.do(stream.get_final_completion)


def test_the_final_message_can_be_sent_back(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(Reply(tool_calls=[ToolCall("f", {"x": 1}, id="c1")]))
    client = twin.client(groq_server)
    with twin.inside(client.chat.completions.stream(messages=MESSAGES, model=MODEL)) as stream:
        message = twin.do(stream.get_final_completion).choices[0].message
    twin.chat(client, messages=[*MESSAGES, message])
    sent = cast("dict[str, Any]", groq_server.last_request.json())["messages"][-1]
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}
    assert sent == {"role": "assistant", "content": None, "tool_calls": [call]}


def test_a_stream_calls_create_so_that_wrappers_see_it(
    groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    create: Any = Completions.create

    def traced(self: Completions, **arguments: Any) -> Any:
        seen.append(arguments["stream"])
        return create(self, **arguments)

    monkeypatch.setattr(Completions, "create", traced)
    with groq_server.client() as client:
        manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL)
        with manager as stream:
            stream.until_done()
    assert seen == [True]


# --------------------------------------------------------------------------------------- the state


def test_a_state_adds_up_chunks_from_anywhere(groq_server: LocalServer) -> None:
    groq_server.reply(Reply("Hello there", reasoning="Hm."))
    state = ChatCompletionStreamState()
    with groq_server.client() as client:
        chunks = client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=True)
        types = [event.type for each in chunks for event in state.handle_chunk(each)]
    assert types[-1] == "content.done"
    assert state.get_final_completion().choices[0].message.content == "Hello there"


def test_usage_is_found_in_a_last_chunk_without_choices() -> None:
    state = state_of(FIRST, chunk({"content": "a"}, usage=None), chunk(usage=USAGE))
    usage = state.get_final_completion().usage
    assert usage is not None
    assert usage.to_dict() == USAGE


def test_a_compound_answer_has_the_first_id_and_the_usage_of_each_model() -> None:
    breakdown = {"models": [{"model": "m1", "usage": USAGE}]}
    end = {"usage": USAGE, "usage_breakdown": breakdown}
    last = chunk({}, id="stub", finish_reason="stop", x_groq=end)
    completion = state_of(chunk({"content": "a"}), chunk({"content": "b"}, id="2"), last)
    final = completion.get_final_completion()
    assert final.id == "chatcmpl-1"
    assert final.usage_breakdown and final.usage_breakdown.models[0].model == "m1"
    assert final.x_groq is None


def test_an_earlier_event_keeps_its_snapshot() -> None:
    _, events = fed(FIRST, chunk({"content": "Hel"}), chunk({"content": "lo"}))
    first, second = (event for event in events if isinstance(event, ContentDeltaEvent))
    assert (first.snapshot, second.snapshot) == ("Hel", "Hello")


def test_the_snapshot_of_a_chunk_is_the_answer_so_far() -> None:
    state: ChatCompletionStreamState[None] = ChatCompletionStreamState()
    for text, content in (("Hel", "Hel"), ("lo", "Hello")):
        event, _ = state.handle_chunk(ChatCompletionChunk.construct(**chunk({"content": text})))
        assert isinstance(event, ChunkEvent)
        assert event.snapshot.choices[0].message.content == content


def test_reasoning_is_done_when_the_answer_begins() -> None:
    thought = {"reasoning": "think ", "channel": "analysis"}
    state, events = fed(FIRST, chunk(thought), chunk(thought), chunk({"content": "so"}), LAST)
    assert types_of(events) == [
        "reasoning.delta",
        "reasoning.delta",
        "reasoning.done",
        "content.delta",
        "content.done",
    ]
    deltas = [event for event in events if isinstance(event, ReasoningDeltaEvent)]
    assert [each.snapshot for each in deltas] == ["think ", "think think "]
    message = message_of(state)
    assert (message.reasoning, message.content) == ("think think ", "so")
    assert "channel" not in message.to_dict()


def test_resumed_reasoning_is_done_again() -> None:
    thought, said = chunk({"reasoning": "Hm. "}), chunk({"content": "So. "})
    _, events = fed(thought, said, thought, LAST)
    done = [event.reasoning for event in events if event.type == "reasoning.done"]
    assert done == ["Hm. ", "Hm. Hm. "]


def test_empty_pieces_bring_no_events() -> None:
    _, events = fed(FIRST, chunk({"content": "", "reasoning": ""}), chunk({"content": None}))
    assert types_of(events) == []


def test_an_answer_without_text_has_empty_content() -> None:
    assert message_of(state_of(FIRST, LAST)).content == ""


def test_choices_are_kept_apart() -> None:
    state, events = fed(
        chunk({"content": "a"}, {"content": "x"}), chunk({"content": "b"}, {"content": "y"}), LAST
    )
    choices = state.get_final_completion().choices
    assert [(each.index, each.message.content) for each in choices] == [(0, "ab"), (1, "xy")]
    assert [each.finish_reason for each in choices] == ["stop", None]
    done = [(event.choice_index, event.content) for event in events if event.type == "content.done"]
    assert done == [(0, "ab"), (1, "xy")]


def test_a_text_cut_by_the_token_limit_is_a_final_completion() -> None:
    state = state_of(chunk({"content": "cut"}), chunk({}, finish_reason="length"))
    assert state.get_final_completion().choices[0].finish_reason == "length"


# --------------------------------------------------------------------------------------- the calls


def call(text: str | None, name: str | None = None, **place: object) -> dict[str, Any]:
    function = {"name": name, "arguments": text}
    return {
        **place,
        "function": {key: value for key, value in function.items() if value is not None},
    }


A, B = ("c1", "f", '{"a":1}'), ("c2", "g", '{"b":2}')

CALLS: dict[str, tuple[list[list[dict[str, Any]]], list[tuple[str, str, str]]]] = {
    "whole in one delta": ([[call('{"a":1}', "f", index=0, id="c1")]], [A]),
    "in pieces": (
        [[call("", "f", index=0, id="c1")], [call('{"a"', index=0)], [call(":1}", index=0)]],
        [A],
    ),
    "one after the other": (
        [[call('{"a":1}', "f", index=0, id="c1")], [call('{"b":2}', "g", index=1, id="c2")]],
        [A, B],
    ),
    "several at once": (
        [[call('{"a":1}', "f", index=0, id="c1"), call('{"b":2}', "g", index=1, id="c2")]],
        [A, B],
    ),
    "pieces of two by turns": (
        [
            [call('{"a"', "f", index=0, id="c1"), call('{"b"', "g", index=1, id="c2")],
            [call(":1}", index=0), call(":2}", index=1)],
        ],
        [A, B],
    ),
    "one index, two ids": (
        [[call('{"a":1}', "f", index=0, id="c1")], [call('{"b":2}', "g", index=0, id="c2")]],
        [A, B],
    ),
    "one index, two ids, the second in pieces": (
        [
            [call('{"a":1}', "f", index=0, id="c1")],
            [call('{"b"', "g", index=0, id="c2")],
            [call(":2}", index=0)],
        ],
        [A, B],
    ),
    "an id in every piece": (
        [[call('{"a"', "f", index=0, id="c1")], [call(":1}", "f", index=0, id="c1")]],
        [A],
    ),
    "no index": (
        [[call('{"a"', "f", id="c1")], [call(":1}")], [call('{"b":2}', "g", id="c2")]],
        [A, B],
    ),
    "no index, the id in every piece": (
        [
            [call('{"a"', "f", id="c1")],
            [call('{"b"', "g", id="c2")],
            [call(":1}", id="c1")],
            [call(":2}", id="c2")],
        ],
        [A, B],
    ),
    "an id that comes late": (
        [[call('{"a"', "f", index=0)], [call(":1}", index=0, id="c1")]],
        [A],
    ),
    "no id": (
        [[call('{"a":1}', "f", index=0)], [call('{"b":2}', "g", index=1)]],
        [("call_0", *A[1:]), ("call_1", *B[1:])],
    ),
    "no id, one index, whole calls": (
        [[call('{"a":1}', "f", index=0)], [call('{"a":1}', "f", index=0)]],
        [("call_0", *A[1:]), ("call_1", *A[1:])],
    ),
    "no id, the name in every piece": (
        [[call('{"a":{}', "f", index=0)], [call("}", "f", index=0)]],
        [("call_0", "f", '{"a":{}}')],
    ),
    "neither id nor index": (
        [[call('{"a":1}', "f")], [call('{"b"', "g")], [call(":2}")]],
        [("call_0", *A[1:]), ("call_1", *B[1:])],
    ),
    "an empty piece with the name after a whole call": (
        [[call('{"a":1}', "f", index=0, id="c1")], [call("", "f", index=0)]],
        [A],
    ),
    "an odd id and an odd index": (
        [[call('{"a":1}', "f", index=[], id=["c1"])]],
        [("call_0", *A[1:])],
    ),
    "no arguments": ([[call(None, "f", index=0, id="c1")]], [("c1", "f", "")]),
}


@pytest.mark.parametrize(("pieces", "expected"), CALLS.values(), ids=CALLS)
def test_calls_add_up_however_they_come(
    pieces: list[list[dict[str, Any]]], expected: list[tuple[str, str, str]]
) -> None:
    deltas = [chunk({"tool_calls": each}) for each in pieces]
    state, events = fed(FIRST, *deltas, chunk({}, finish_reason="tool_calls"))
    message = message_of(state)
    calls = [(each.id, each.function.name, each.function.arguments) for each in message.tool_calls]
    assert calls == expected
    assert message.content is None
    done = [event for event in events if isinstance(event, FunctionToolCallArgumentsDoneEvent)]
    assert [(each.id, each.name, each.arguments) for each in done] == expected
    assert [each.index for each in done] == list(range(len(expected)))


def test_the_pieces_of_a_call_have_their_snapshots() -> None:
    first = call('{"a"', "f", index=0, id="c1")
    deltas = [chunk({"tool_calls": [each]}) for each in (first, call(":1}", index=0))]
    _, events = fed(*deltas)
    pieces = [event for event in events if isinstance(event, FunctionToolCallArgumentsDeltaEvent)]
    assert [(each.name, each.index, each.id) for each in pieces] == [("f", 0, "c1")] * 2
    assert [each.arguments_delta for each in pieces] == ['{"a"', ":1}"]
    assert [each.arguments for each in pieces] == ['{"a"', '{"a":1}']
    assert pieces[0].parsed_arguments is None


def test_a_call_in_the_old_form_adds_up() -> None:
    state = state_of(
        chunk({"function_call": {"name": "f", "arguments": '{"a"'}}),
        chunk({"function_call": {"arguments": ":1}"}}),
        chunk({}, finish_reason="function_call"),
    )
    assert message_of(state).function_call.to_dict() == {"name": "f", "arguments": '{"a":1}'}


# -------------------------------------------------------------------------------------- other parts


def tool(**fields: object) -> dict[str, Any]:
    return {"executed_tools": [{"index": 0, "type": "search", "arguments": "{}", **fields}]}


def test_an_executed_tool_is_one_tool_with_question_and_result() -> None:
    found = {"results": [{"title": "t", "url": "u"}]}
    state, events = fed(
        chunk(tool(search_results={"results": []})),
        chunk(tool(output="found", search_results=found)),
        LAST,
    )
    told = [event for event in events if isinstance(event, ExecutedToolEvent)]
    assert [event.snapshot.output for event in told] == [None, "found"]
    assert [event.index for event in told] == [0, 0]
    (executed,) = message_of(state).executed_tools
    assert executed.output == "found"
    assert executed.search_results.to_dict() == found


def test_two_executed_tools_under_one_index_stay_two() -> None:
    state = state_of(chunk(tool(output="1")), chunk(tool(arguments='{"b":2}', output="2")))
    assert [each.output for each in message_of(state).executed_tools] == ["1", "2"]


def test_a_refusal_adds_up() -> None:
    state, events = fed(chunk({"refusal": "I "}), chunk({"refusal": "won't."}), LAST)
    assert types_of(events) == ["refusal.delta", "refusal.delta", "refusal.done"]
    assert message_of(state).refusal == "I won't."


@pytest.mark.parametrize("kind", ["content", "refusal"])
def test_logprobs_add_up(kind: str) -> None:
    alike: dict[str, object] = {"logprob": -0.1, "top_logprobs": []}
    pieces = [chunk({}, logprobs={kind: [{"token": token, **alike}]}) for token in "ab"]
    state, events = fed(*pieces, LAST)
    assert types_of(events) == [f"logprobs.{kind}.delta"] * 2 + [f"logprobs.{kind}.done"]
    deltas: list[Any] = [event for event in events if event.type == f"logprobs.{kind}.delta"]
    assert [[each.token for each in event.snapshot] for event in deltas] == [["a"], ["a", "b"]]
    assert [[each.token for each in getattr(event, kind)] for event in deltas] == [["a"], ["b"]]
    final = state.get_final_completion().choices[0].logprobs
    assert [each.token for each in getattr(final, kind)] == ["a", "b"]


def test_unknown_fields_of_chunks_are_kept() -> None:
    state = state_of(chunk({"content": "a", "mood": "good"}, weather="fine"), LAST)
    final = state.get_final_completion()
    assert final.choices[0].message.model_extra == {"mood": "good"}
    assert final.model_extra == {"weather": "fine"}


def test_annotations_add_up() -> None:
    citation = {"document_id": "d", "start_index": 0, "end_index": 1}
    annotation = {"type": "document_citation", "document_citation": citation}
    state = state_of(*[chunk({"content": "a", "annotations": [annotation]})] * 2, LAST)
    assert [each.to_dict() for each in message_of(state).annotations] == [annotation] * 2


ODD = [
    chunk(None),
    chunk({"content": 5}),
    chunk({"tool_calls": "none"}),
    chunk({"tool_calls": [{"index": 0, "function": None}, "odd", {"function": "f"}]}),
    chunk({"executed_tools": [1]}),
    chunk({"function_call": "f"}),
    chunk({}, logprobs=[]),
    chunk(choices=["odd"]),
    chunk(choices=[{"delta": {"role": "assistant"}}]),
    chunk(choices=None),
    chunk(x_groq="odd", usage="odd"),
    chunk(choices=[{"index": [1], "delta": {"content": ""}}]),
    chunk(choices=[{"index": {"a": 1}, "delta": {"tool_calls": [{"index": [1], "id": [1]}]}}]),
    {"data": {"a": 1}, "event": "other"},
]


@pytest.mark.parametrize("odd", ODD, ids=[str(number) for number in range(len(ODD))])
def test_odd_chunks_do_not_end_a_stream(odd: dict[str, Any]) -> None:
    state, events = fed(FIRST, copy.deepcopy(odd), chunk({"content": "a"}), LAST)
    assert state.get_final_completion().choices[0].message.content == "a"
    assert "content.done" in types_of(events)


@pytest.mark.parametrize("odd", ["3", "[]", '"text"', '{"choices": {"a": 1}}', '{"choices": 3}'])
def test_an_event_that_is_not_a_chunk_is_an_error(twin: Twin, odd: str) -> None:
    client = twin.mocked(answering(f"data: {odd}\n\ndata: [DONE]\n\n".encode()))
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream, pytest.raises(APIResponseValidationError) as caught:
        twin.list(stream)
    assert caught.value.response.headers["x-request-id"] == "req_1"


def test_a_stream_without_choices_has_no_final_completion(twin: Twin) -> None:
    client = twin.mocked(answering(stream_of(chunk()) + b"data: [DONE]\n\n"))
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL)
    with twin.inside(manager) as stream, pytest.raises(APIResponseValidationError):
        twin.do(stream.get_final_completion)


def test_an_event_of_another_kind_is_passed_over(twin: Twin) -> None:
    body = b'event: other\ndata: {"a": 1}\n\n' + whole(chunk({"content": "a"}), LAST)
    client = twin.mocked(answering(body))
    with twin.inside(client.chat.completions.stream(messages=MESSAGES, model=MODEL)) as stream:
        assert twin.do(stream.get_final_completion).choices[0].message.content == "a"


def test_an_empty_list_of_refused_tokens_brings_no_event() -> None:
    _, events = fed(chunk({"content": "a"}, logprobs={"content": None, "refusal": []}))
    assert types_of(events) == ["content.delta", "content.done"]


def test_a_manager_that_is_entered_twice_sends_the_same_twice(
    twin: Twin, groq_server: LocalServer
) -> None:
    client = twin.client(groq_server)
    messages: Any = (message for message in MESSAGES)
    manager = client.chat.completions.stream(messages=messages, model=MODEL)
    for _ in range(2):
        with twin.inside(manager) as stream:
            twin.do(stream.until_done)
    assert [request.json()["messages"] for request in groq_server.requests] == [MESSAGES] * 2


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_each_of_two_nested_blocks_of_a_manager_closes_its_stream(
    twin: Twin, groq_server: LocalServer, api: str
) -> None:
    client = twin.client(groq_server)
    manager: Any = (
        client.chat.completions.stream(messages=MESSAGES, model=MODEL)
        if api == "chat"
        else client.responses.stream(input="Hi", model=MODEL)
    )
    with twin.inside(manager) as outer:
        with twin.inside(manager) as inner:
            assert not outer.response.is_closed
        assert inner.response.is_closed
        assert not outer.response.is_closed
    assert outer.response.is_closed


def test_the_repr_of_a_stream_says_whether_it_is_open(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL)
    kind = type(manager).__name__
    assert repr(manager) == f"<{kind}, not sent yet>"
    with twin.inside(manager) as stream:
        assert repr(manager) == f"<{kind}, sent>"
        assert repr(stream) == f"<{type(stream).__name__} 200, open>"
    assert repr(stream) == f"<{type(stream).__name__} 200, closed>"


def test_a_manager_says_that_it_needs_a_block(twin: Twin) -> None:
    manager = twin.client().chat.completions.stream(messages=MESSAGES, model=MODEL)
    expected = "Expected `async with` around" if twin.is_async else "Expected `with` around"
    with pytest.raises(TypeError, match=expected):
        twin.list(manager)


def test_a_null_delta_may_end_the_answer() -> None:
    state, events = fed(chunk({"content": "a"}), chunk(None, finish_reason="stop"))
    assert types_of(events) == ["content.delta", "content.done"]
    assert state.get_final_completion().choices[0].finish_reason == "stop"


def test_the_repr_of_an_event_is_short() -> None:
    _, events = fed(chunk({"content": "Hi"}))
    assert repr(events[1]) == "ContentDeltaEvent(delta='Hi')"

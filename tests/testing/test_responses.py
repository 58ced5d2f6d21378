"""The local server speaks the Responses API, and refuses what Groq refuses of it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pydantic
import pytest

from groq import APIConnectionError, APIError, BadRequestError, Conversation, Groq, function_tool
from groq.testing import Cut, ErrorEvent, LocalServer, Reply, ToolCall
from twins import MODEL, Twin


class City(pydantic.BaseModel):
    name: str
    people: int


@function_tool
def weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"sunny in {city}"


def test_an_answer_says_hello(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    response = twin.do(client.responses.create, model=MODEL, input="Hello")
    assert response.status == "completed"
    assert response.output_text.startswith("Hello from the local server")
    assert response.usage.total_tokens > 0
    assert [item.type for item in response.output] == ["reasoning", "message"]


def test_a_stream_adds_up_to_the_same_words(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply(Reply(["Hel", "lo"], reasoning="Hm"))
    manager = twin.client(groq_server).responses.stream(model=MODEL, input="Hello")
    with twin.inside(manager) as stream:
        kinds = [event.type for event in twin.list(stream)]
        response = twin.do(stream.get_final_response)
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert kinds.count("response.output_text.delta") == 2
    assert "response.reasoning_text.delta" in kinds
    assert response.output_text == "Hello"


def test_a_tool_is_called_and_its_result_is_quoted(twin: Twin, groq_server: LocalServer) -> None:
    responses = twin.client(groq_server).responses
    conversation = Conversation()
    conversation.add("How is the weather?")
    asked: dict[str, Any] = {"model": MODEL, "tools": [weather]}
    conversation.add(twin.do(responses.create, input=conversation, **asked))
    (call,) = conversation.function_calls
    conversation.add_result(call, weather(**json.loads(call.arguments)))
    response = twin.do(responses.create, input=conversation, **asked)
    assert "sunny in" in response.output_text


def test_parse_returns_the_requested_type(twin: Twin, groq_server: LocalServer) -> None:
    responses = twin.client(groq_server).responses
    parsed = twin.do(responses.parse, model=MODEL, input="Describe Berlin", text_format=City)
    assert isinstance(parsed.output_parsed, City)


def test_an_answer_that_runs_out_of_tokens_is_incomplete(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply("one two three four")
    responses = twin.client(groq_server).responses
    response = twin.do(responses.create, model=MODEL, input="Count", max_output_tokens=2)
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "one two"


MCP: Any = {
    "type": "mcp",
    "server_label": "web",
    "server_url": "https://mcp.example.com",
    "headers": {"authorization": "Bearer secret"},
}


def test_a_remote_server_lists_its_tools_and_runs_one(twin: Twin, groq_server: LocalServer) -> None:
    manager = twin.client(groq_server).responses.stream(model=MODEL, input="Hi", tools=[MCP])
    with twin.inside(manager) as stream:
        kinds = [event.type for event in twin.list(stream)]
        response = twin.do(stream.get_final_response)
    types = [item.type for item in response.output]
    assert types == ["reasoning", "mcp_list_tools", "mcp_call", "message"]
    assert "response.mcp_list_tools.completed" in kinds
    assert "response.mcp_call_arguments.done" in kinds
    assert "secret" not in response.to_json()


@pytest.mark.parametrize("approve", [True, False])
def test_a_remote_call_waits_for_approval(
    twin: Twin, groq_server: LocalServer, approve: bool
) -> None:
    responses = twin.client(groq_server).responses
    asked: dict[str, Any] = {"model": MODEL, "tools": [{**MCP, "require_approval": "always"}]}
    conversation = Conversation()
    conversation.add("Hi")
    conversation.add(twin.do(responses.create, input=conversation, **asked))
    (request,) = conversation.approval_requests
    conversation.answer_approval(request, approve=approve)
    response = twin.do(responses.create, input=conversation, **asked)
    types = [item.type for item in response.output]
    assert ("mcp_call" in types) is approve
    assert types[-1] == "message"


def test_a_scripted_call_is_an_item(groq_client: Groq, groq_server: LocalServer) -> None:
    groq_server.reply(Reply(tool_calls=[ToolCall("weather", {"city": "Rome"}, id="call_7")]))
    response = groq_client.responses.create(model=MODEL, input="Hi", tools=[weather])
    (call,) = (item for item in response.output if item.type == "function_call")
    assert (call.call_id, json.loads(call.arguments)) == ("call_7", {"city": "Rome"})


@pytest.mark.parametrize("how", ["close", "reset", "end"])
def test_a_cut_stream_is_never_taken_for_whole(
    twin: Twin, groq_server: LocalServer, how: Any
) -> None:
    groq_server.inject(Cut(6, how=how))
    responses = twin.client(groq_server).responses
    stream = twin.do(responses.create, model=MODEL, input="Hi", stream=True)
    with pytest.raises(APIConnectionError):
        twin.list(stream)


def test_an_error_in_mid_stream_is_raised(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.inject(ErrorEvent("out of order", after=4))
    responses = twin.client(groq_server).responses
    stream = twin.do(responses.create, model=MODEL, input="Hi", stream=True)
    with pytest.raises(APIError, match="out of order"):
        twin.list(stream)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("previous_response_id", "resp_1"),
        ("store", True),
        ("include", ["reasoning.encrypted_content"]),
        ("prompt", {"id": "pmpt_1"}),
        ("prompt_cache_key", "key"),
        ("safety_identifier", "user"),
        ("background", True),
        ("conversation", "conv_1"),
        ("temprature", 1),
        ("tools", [{"type": "mcp", "server_label": "web"}]),
    ],
)
def test_fields_that_groq_refuses_are_refused(groq_client: Groq, field: str, value: object) -> None:
    with pytest.raises(BadRequestError, match=field):
        groq_client.responses.create(model=MODEL, input="Hi", extra_body={field: value})


def test_an_unstrict_server_lets_all_pass() -> None:
    with LocalServer(strict=False) as server:
        body = {"model": "any", "input": "Hi", "store": True, "anything": 1}
        headers = {"authorization": "Bearer key"}
        answer = httpx.post(f"{server.url}/openai/v1/responses", json=body, headers=headers)
    assert answer.json()["status"] == "completed"


def test_times_are_in_the_metadata_if_they_are_requested(groq_server: LocalServer) -> None:
    client = groq_server.client()
    mine = {"mine": "1"}
    times = {"completion_time", "prompt_time", "queue_time", "total_time"}
    headers = {"Groq-Beta": "inference-metrics"}
    response = client.responses.create(
        model=MODEL, input="Hi", metadata=mine, extra_headers=headers
    )
    assert response.metadata is not None
    assert response.metadata.keys() == {"mine", *times}
    assert float(response.metadata["total_time"]) > 0
    plain = client.responses.create(model=MODEL, input="Hi", metadata=mine)
    assert plain.metadata == mine

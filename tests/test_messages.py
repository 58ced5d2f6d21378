"""Messages of answers that are given back: a conversation can go on, whatever was in them."""

from __future__ import annotations

import json
from typing import Any

import pydantic
import pytest

from groq import function_tool
from groq.testing import LocalServer, Reply, ToolCall
from groq.types.chat import ChatCompletionMessage
from twins import Twin

MODEL = "openai/gpt-oss-120b"
VISION = "qwen/qwen3.8-27b"
EXECUTED: Any = {"index": 0, "type": "python", "arguments": "{}", "output": "3"}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}


class City(pydantic.BaseModel):
    name: str


@function_tool
def get_weather(city: str) -> str:
    """Tell the weather."""
    return f"It rains in {city}"


def test_a_message_is_sent_back_with_accepted_fields_only(
    twin: Twin, groq_server: LocalServer
) -> None:
    message = ChatCompletionMessage.construct(
        role="assistant",
        content="3",
        reasoning="Hm.",
        executed_tools=[EXECUTED],
        annotations=[],
        channel="final",
        tool_calls=[
            {
                "id": "c1",
                "type": "function",
                "index": 0,
                "function": {"name": "f", "arguments": "{}", "output": None},
            }
        ],
    )
    twin.chat(twin.client(groq_server), messages=[message])
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    (sent,) = groq_server.last_request.json()["messages"]
    said = {"role": "assistant", "content": "3", "reasoning": "Hm."}
    assert sent == {**said, "tool_calls": [call]}


def test_a_function_call_is_sent_back_with_accepted_fields_only(
    twin: Twin, groq_server: LocalServer
) -> None:
    message = ChatCompletionMessage.construct(
        role="assistant", function_call={"name": "f", "arguments": "{}", "output": None}
    )
    twin.chat(twin.client(groq_server), messages=[message])
    (sent,) = groq_server.last_request.json()["messages"]
    assert sent["function_call"] == {"name": "f", "arguments": "{}"}


def test_a_dict_message_is_sent_unchanged(twin: Twin, groq_server: LocalServer) -> None:
    messages = ({**each} for each in [{"role": "assistant", "content": "3", "channel": "final"}])
    twin.chat(twin.client(groq_server), messages=messages)
    assert groq_server.last_request.json()["messages"] == [
        {"role": "assistant", "content": "3", "channel": "final"}
    ]


def test_a_message_in_a_batch_is_sent_back_with_accepted_fields_only(
    twin: Twin, groq_server: LocalServer
) -> None:
    message = ChatCompletionMessage.construct(content="3", role="assistant", annotations=[])
    batches = twin.client(groq_server).batches
    request = {"model": MODEL, "messages": [message]}
    twin.do(batches.create_and_poll, [request], poll_interval_ms=1)
    (upload,) = groq_server.assert_received("/files", form={"purpose": "batch"})
    sent = json.loads(upload.files["file"].content)["body"]["messages"]
    assert sent == [{"role": "assistant", "content": "3"}]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_conversation_of_ten_turns_is_sent_back_whole_each_time(
    twin: Twin, streamed: bool
) -> None:
    with LocalServer() as server:  # as strict as Groq
        client = twin.client(server)
        completions = client.chat.completions
        messages: list[Any] = [{"role": "system", "content": "Be brief."}]

        def ask(content: Any, reply: Reply | str, **options: Any) -> Any:
            server.reply(reply)
            messages.append({"role": "user", "content": content})
            request = {"messages": messages, "model": MODEL, **options}
            if not streamed:
                completion = twin.chat(client, **request)
            else:
                with twin.inside(completions.stream(**request)) as stream:
                    completion = twin.do(stream.get_final_completion)
            message = completion.choices[0].message
            messages.append(message)
            return message

        for turn in range(2):
            ask(f"Turn {turn}", Reply("Well.", reasoning="Hm."))
            code = Reply("It is 3.", reasoning="Let me compute.", executed_tools=[EXECUTED])
            ran = ask("Compute.", code, tools=[{"type": "code_interpreter"}])
            assert ran.executed_tools
            ask(
                [{"type": "text", "text": "What is this?"}, PICTURE],
                "A cat.",
                model=VISION,
            )
            del messages[-2]["content"][1]  # only that model sees pictures
            calls = Reply(tool_calls=[ToolCall("get_weather", {"city": "Oslo"})])
            wants = ask("And the weather?", calls, tools=[get_weather])
            result = get_weather("Oslo")
            call_id = wants.tool_calls[0].id
            messages.append({"role": "tool", "tool_call_id": call_id, "content": result})
            ask("Which city?", '{"name": "Oslo"}')
            server.reply('{"name": "Oslo"}')
            parsed = twin.do(
                completions.parse, messages=messages, model=MODEL, response_format=City
            )
            messages.append(parsed.choices[0].message)
            assert parsed.choices[0].message.parsed == City(name="Oslo")
        assert len(server.requests) == 12
        assert not server.pending

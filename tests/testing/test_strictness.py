"""What Groq refuses, the local server refuses too, with the same status, code and words."""

from __future__ import annotations

import base64
import io
import json
import wave
from pathlib import Path
from typing import Any

import httpx
import pytest

from groq import APIError
from groq.testing import LocalServer, Reply, ToolCall

from .conftest import http_client
from .wire import MESSAGES, chat, chunks_of, read, stream

SMALL = "openai/gpt-oss-20b"
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_something_by_name",
        "parameters": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
            "additionalProperties": False,
        },
    },
}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CITY: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "country": {"type": "string"}},
    "required": ["city", "country"],
    "additionalProperties": False,
}


def error_of(response: httpx.Response, status: int = 400) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    return error


def ask(http: httpx.Client, **body: Any) -> httpx.Response:
    return http.post("/chat/completions", json={"model": SMALL, "messages": MESSAGES, **body})


def user(**more: Any) -> dict[str, Any]:
    return {"role": "user", "content": "Hi", **more}


def picture(size: int) -> dict[str, Any]:
    """Give a message with a picture in base64 of so many characters."""
    url = "data:image/png;base64,".ljust(size, "A")
    return {"messages": [user(content=[{"type": "image_url", "image_url": {"url": url}}])]}


def assistant(**more: Any) -> dict[str, Any]:
    return {"messages": [user(), {"role": "assistant", **more}, user()]}


def for_role(role: str, place: int, what: str) -> str:
    where = f"'messages.{place}' : for 'role:{role}' the following must be satisfied"
    return f"{where}[('messages.{place}{what})]"


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    described = {"name": "place", "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        # Unknown fields, anywhere
        ({"prompt_cache_key": "a"}, "property 'prompt_cache_key' is unsupported"),
        ({"store": True}, "property 'store' is unsupported, did you mean 'stop'?"),
        ({"top_k": 1}, "property 'top_k' is unsupported, did you mean 'top_p'?"),
        (
            {"messages": [user(timestamp=1)]},
            for_role("user", 0, "' : property 'timestamp' is unsupported"),
        ),
        (
            {"messages": [user(name="Ann")]},
            for_role("user", 0, "' : property 'name' is unsupported, did you mean 'role'?"),
        ),
        (
            {"messages": [user(content=[{"type": "text", "text": "Hi", "cache": 1}])]},
            None,
        ),
        (
            assistant(content="a", reasoning_content="b"),
            for_role("assistant", 1, "' : property 'reasoning_content' is unsupported"),
        ),
        (
            assistant(content="a", executed_tools=[]),
            for_role("assistant", 1, "' : property 'executed_tools' is unsupported"),
        ),
        (
            assistant(content="a", annotations=[]),
            for_role("assistant", 1, "' : property 'annotations' is unsupported"),
        ),
        ({"tools": [{"type": "function", "function": {"name": "f", "strict": None}}]}, None),
        ({"response_format": {"type": "text", "extra": 1}}, None),
        # What is missing, or of the wrong kind
        ({"messages": [{"content": "a"}]}, "'messages.0.role' : property 'role' is missing"),
        (
            {"messages": [{"role": "human", "content": "a"}]},
            "'messages.0' : discriminator property 'role' has invalid value",
        ),
        (
            {"messages": [{"role": "user"}]},
            for_role("user", 0, ".content' : property 'content' is missing"),
        ),
        (assistant(), for_role("assistant", 1, ".content' : property 'content' is missing")),
        (
            {"messages": [{"role": "tool", "content": "a"}]},
            for_role("tool", 0, ".tool_call_id' : property 'tool_call_id' is missing"),
        ),
        (
            assistant(tool_calls=[{**CALL, "type": None}]),
            for_role(
                "assistant",
                1,
                ".tool_calls.0.type' : value is not one of the allowed values ['function']",
            ),
        ),
        (
            {"messages": [user(content=[])]},
            for_role(
                "user",
                0,
                ".content' : one of the following must be satisfied[('messages.0.content' : value "
                "must be a string) OR ('messages.0.content' : minimum number of items is 1)]",
            ),
        ),
        (
            {"messages": [user(content=[{"type": "image_url", "image_url": {"url": "a"}}])]},
            for_role("user", 0, ".content' : value must be a string"),
        ),
        ({"messages": "Hi"}, "'messages' : value must be an array"),
        ({"messages": []}, "'messages' : minimum number of items is 1"),
        ({"messages": None}, "'messages' : value must be an array"),
        ({"model": None}, "'model' : value must be a string"),
        ({"temperature": "hot"}, "'temperature' : value must be a number"),
        (
            {"response_format": {}},
            (
                "'response_format' : one of the following must be "
                "satisfied[('response_format.type' : "
                "property 'type' is missing) OR ('response_format.type' : property 'type' is "
                "missing) "
                "OR ('response_format.type' : property 'type' is missing)]"
            ),
        ),
        # Ranges
        ({"n": 2}, "'n' : number must be at most 1"),
        ({"temperature": 2.5}, "'temperature' : number must be at most 2"),
        ({"top_p": -1}, "'top_p' : number must be at least 0"),
        ({"max_completion_tokens": 0}, "'max_completion_tokens' : number must be at least 1"),
        ({"tools": [TOOL] * 129}, "'tools' : maximum number of items is 128"),
        (
            {"stop": [*"abcde"]},
            (
                "'stop' : one of the following must be satisfied[('stop' : value must be a "
                "string) OR "
                "('stop' : maximum number of items is 4)]"
            ),
        ),
        (
            {"reasoning_effort": "xhigh"},
            (
                "'reasoning_effort' : value is not one of the allowed values "
                "['none', 'default', 'low', 'medium', 'high']"
            ),
        ),
        (
            {"max_completion_tokens": 65_537},
            (
                "`max_completion_tokens` must be less than or equal to `65536`, the maximum "
                "value for "
                "`max_completion_tokens` is less than the `context_window` for this model"
            ),
        ),
        (
            {"messages": [user(content="word " * 110_000)]},
            "Please reduce the length of the messages or completion.",
        ),
        # What the model does not take
        ({"logprobs": True}, "`logprobs` is not supported with this model"),
        ({"top_logprobs": 2}, "`top_logprobs` is not supported with this model"),
        ({"logit_bias": {"1": 2}}, "`logit_bias` is not supported with this model"),
        (
            {"include_reasoning": True, "reasoning_format": "parsed"},
            "cannot specify both `include_reasoning` and `reasoning_format`",
        ),
        (
            {"model": "qwen/qwen3.8-27b", "reasoning_effort": "high"},
            "`reasoning_effort` must be one of `none` or `default`",
        ),
        (
            {"reasoning_effort": "none"},
            "`reasoning_effort` must be one of `low`, `medium`, or `high`",
        ),
        (
            {"model": "meta-llama/llama-prompt-guard-2-22m", "reasoning_effort": "low"},
            "`reasoning_effort` is not supported with this model",
        ),
        (
            {"reasoning_format": "raw", "tools": [TOOL]},
            "`reasoning_format` must be `parsed` or `hidden` with JSON mode or tools",
        ),
        (
            {"response_format": {"type": "json_object"}},
            (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of "
                "type 'json_object'."
            ),
        ),
        (
            strict({**CITY, "required": ["city"]}),
            (
                "invalid JSON schema for response_format: 'place': /required: `required` is "
                "required "
                "to be supplied and to be an array including every key in properties. Missing "
                "'country'"
            ),
        ),
        (
            strict({**CITY, "additionalProperties": True}),
            (
                "invalid JSON schema for response_format: 'place': /: `additionalProperties:false` "
                "must be set on every object"
            ),
        ),
        ({"model": "qwen/qwen3.8-27b", **strict(CITY)}, None),
        ({"tools": [{"type": "mcp", "server_label": "a", "server_url": "http://a"}]}, None),
        ({"model": "whisper-large-v3"}, None),
    ],
)
def test_a_chat_request_is_refused_in_the_words_of_the_api(
    groq_server: LocalServer, http: httpx.Client, body: dict[str, Any], message: str | None
) -> None:
    groq_server.reply("kept for a request that is valid")
    error = error_of(ask(http, **body))
    assert error["type"] == "invalid_request_error"
    assert message is None or error["message"] == message
    assert groq_server.pending == 1


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "developer", "content": [{"type": "text", "text": "Hi"}]}]},
        assistant(content=None, tool_calls=[CALL]),
        assistant(content="a", reasoning="b", name="c", function_call=CALL["function"]),
        {"messages": [user(), {"role": "tool", "tool_call_id": "1", "content": "a"}]},
        {"tools": [{"type": "browser_search"}, {"type": "code_interpreter"}]},
        {"tools": [{"type": "mcp", "server_label": "a", "server_url": "https://a"}]},
        {"stop": [*"abcd"], "n": 1, "seed": 1, "user": "u", "temperature": 2, "store": False},
        {"stream_options": None, "tools": None, "response_format": None, "logprobs": False},
        {"reasoning_format": "parsed", "reasoning_effort": "high", "service_tier": "flex"},
        {"model": "qwen/qwen3.8-27b", "reasoning_effort": "default"},
        {"model": "qwen/qwen3.8-27b", **picture(4 * 1024 * 1024)},
        strict({"anyOf": [CITY, {"type": "null"}]}),
    ],
)
def test_valid_requests_are_accepted(http: httpx.Client, body: dict[str, Any]) -> None:
    assert ask(http, **body).status_code == 200


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("gpt-9", 404, "model_not_found"),
        ("llama-3.3-70b-versatlie", 404, "model_not_found"),
        ("llama-3.3-70b-versatile", 400, "model_decommissioned"),
        ("groq/compound", 400, "model_decommissioned"),
    ],
)
def test_a_model_that_is_unknown_or_gone_is_refused(
    http: httpx.Client, model: str, status: int, code: str
) -> None:
    error = error_of(ask(http, model=model), status)
    assert error["code"] == code
    assert f"`{model}`" in error["message"]


def test_a_model_that_a_test_names_is_known() -> None:
    with LocalServer(models=["my/model"]) as server, http_client(server) as http:
        assert chat(http, model="my/model", reasoning_effort="none")["model"] == "my/model"
        assert "my/model" in [model["id"] for model in http.get("/models").json()["data"]]


def test_a_server_that_is_not_strict_takes_everything_that_it_can_read() -> None:
    with LocalServer(strict=False) as server, http_client(server) as http:
        server.reply(Reply(tool_calls=[ToolCall("unknown", "{")]))
        body = {"messages": [{"content": 1, "x": 2}], "n": 5, "tools": [TOOL], "y": 3}
        message = chat(http, model="any", **body)["choices"][0]["message"]
        assert message["tool_calls"][0]["function"]["name"] == "unknown"
        assert ask(http, model="any", messages=[]).status_code == 200
        assert ask(http, model="any", max_completion_tokens="many").status_code == 200
        items: Any = [{"role": []}, {"type": "function_call"}, {"type": "function_call_output"}]
        tools = [{"type": "mcp"}]
        response = {"model": "any", "input": items, "tools": tools}
        assert http.post("/responses", json=response).status_code == 200
        assert http.post("/responses", json={}).status_code == 200


# Answers


WRONG_CALL = (
    "Tool call validation failed: tool call validation failed: parameters for tool "
    "get_something_by_name did not match schema: errors: "
    "[missing properties: 'name', additionalProperties 'foo' not allowed]"
)


@pytest.mark.parametrize(
    ("reply", "body", "message"),
    [
        (Reply(tool_calls=[ToolCall("get_something_by_name", {"foo": "bar"})]), {}, WRONG_CALL),
        (
            Reply(tool_calls=[ToolCall("other")]),
            {},
            (
                "Tool call validation failed: tool call validation failed: attempted to call tool "
                "'other' which was not in request.tools"
            ),
        ),
        (
            Reply(tool_calls=[ToolCall("get_something_by_name", "{")]),
            {},
            "Failed to parse tool call arguments as JSON",
        ),
        (
            Reply("maybe"),
            {"tool_choice": "required"},
            "Tool choice is required, but model did not call a tool",
        ),
        (
            Reply(tool_calls=[ToolCall("get_something_by_name", {"name": "a"})]),
            {"tool_choice": "none"},
            "Tool choice is none, but model called a tool",
        ),
    ],
)
def test_a_call_that_does_not_fit_fails(
    groq_server: LocalServer,
    http: httpx.Client,
    reply: Reply,
    body: dict[str, Any],
    message: str,
) -> None:
    groq_server.reply(reply, times=2)
    error = error_of(ask(http, tools=[TOOL], **body))
    assert (error["code"], error["message"]) == ("tool_use_failed", message)
    streamed = ask(http, tools=[TOOL], stream=True, **body)
    assert streamed.status_code == 200
    *_, name, data = streamed.text.rstrip("\n").split("\n")
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["error"] == {**error, "status_code": 400}


def test_an_invalid_call_passes_without_validation(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    reply = Reply(tool_calls=[ToolCall("other", "{")])
    groq_server.reply(reply)
    assert chat(http, tools=[TOOL], disable_tool_validation=True)
    groq_server.reply(Reply(tool_calls=[ToolCall("other", "{")], is_checked=False))
    assert chat(http, tools=[TOOL])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"city": "Bonn"}', "missing properties: 'country'"),
        ('{"city": 1, "country": "D"}', "'/city' expected string, but got number"),
        ("Bonn", "Failed to validate JSON"),
    ],
)
def test_an_answer_that_does_not_fit_the_schema_fails(
    groq_server: LocalServer, http: httpx.Client, content: str, words: str
) -> None:
    groq_server.reply(content)
    error = error_of(ask(http, **strict(CITY)))
    assert (error["code"], error["failed_generation"]) == ("json_validate_failed", content)
    assert words in error["message"]


def test_an_answer_that_fits_the_schema_is_given(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply('{"city": "Bonn", "country": "Germany"}')
    assert len(chunks_of(stream(http, **strict(CITY)))) > 3


def test_a_picture_of_more_than_4_mb_is_too_large(http: httpx.Client) -> None:
    response = ask(http, model="qwen/qwen3.8-27b", **picture(4 * 1024 * 1024 + 1))
    assert error_of(response, 413)["code"] == "request_too_large"


# Audio and files


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"input": "a" * 201}, "200"),
        ({"voice": "alloy"}, "[autumn diana hannah austin daniel troy]"),
        ({"response_format": "mp3"}, "[wav]"),
        ({"speed": 9}, "'speed' : number must be at most 5"),
        ({"instructions": "softly"}, "property 'instructions' is unsupported"),
        ({"model": "playai-tts"}, "decommissioned"),
        ({"model": SMALL}, "does not support speech"),
    ],
)
def test_speech_is_refused(http: httpx.Client, change: dict[str, Any], words: str) -> None:
    body = {"model": "canopylabs/orpheus-v1-english", "voice": "diana", "input": "Hi", **change}
    assert words in error_of(http.post("/audio/speech", json=body))["message"]


@pytest.mark.parametrize(
    ("task", "fields", "words"),
    [
        ("transcriptions", {"diarize": "true"}, "property 'diarize' is unsupported"),
        ("translations", {"model": "whisper-large-v3-turbo"}, "does not support translation"),
        ("translations", {"language": "de"}, "property 'language' is unsupported"),
        *(
            ("translations", {"response_format": form, "temperature": text}, "temperature")
            for form in ("json", "verbose_json")
            for text in ("nan", "warm", "2")
        ),
    ],
)
def test_audio_is_refused(
    http: httpx.Client, task: str, fields: dict[str, str], words: str
) -> None:
    data = {"model": "whisper-large-v3", **fields}
    file = ("a.wav", b"RIFF\x00\x00\x00\x00WAVEf mt\x10\x00\x00\x00")
    response = http.post(f"/audio/{task}", data=data, files={"file": file})
    assert words in error_of(response)["message"]


@pytest.mark.parametrize(("frames", "status"), [(0, 400), (159, 400), (160, 200)])
def test_a_recording_under_a_hundredth_of_a_second_is_too_short(
    http: httpx.Client, frames: int, status: int
) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(16_000)
        writer.writeframes(bytes(2 * frames))
    sent = http.post(
        "/audio/transcriptions",
        data={"model": "whisper-large-v3"},
        files={"file": ("short.wav", file.getvalue())},
    )
    assert sent.status_code == status


def test_an_upload_of_more_than_25_mb_is_too_large(http: httpx.Client) -> None:
    file = ("a.wav", b"\0" * (25 * 1024 * 1024 + 1))
    data = {"model": "whisper-large-v3"}
    error = error_of(http.post("/audio/transcriptions", data=data, files={"file": file}), 413)
    assert error["code"] == "request_too_large"


# Recorded exchanges with the real API

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "recordings" / "exchanges.jsonl"


def shaped(status: int, model: str, error: str = "", **body: Any) -> Any:
    """One exchange: the shape of a request as programs have sent it, and how Groq answered."""
    return pytest.param(status, {"model": model, "n": 1, **body}, error, id=f"{model}-{status}")


IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.jpg"}}
TALK = [{"role": "system", "content": "Be brief."}, user()]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        shaped(404, "llama-3.3-70b-versatlie", "model_not_found"),
        shaped(200, SMALL, messages=TALK, stream=False, stop=["Paris"]),
        shaped(200, "openai/gpt-oss-120b", reasoning_effort="high", reasoning_format="parsed"),
        shaped(200, "qwen/qwen3-32b", reasoning_effort="none"),
        shaped(200, "deepseek-r1-distill-llama-70b", reasoning_format="raw", stream=True),
        shaped(200, "compound-beta", search_settings={"include_domains": ["a.com"]}),
        shaped(200, "meta-llama/llama-4-maverick-17b", messages=[user(content=[IMAGE])]),
        shaped(200, SMALL, tools=[TOOL], tool_choice="required", stream=False),
        shaped(200, SMALL, **assistant(tool_calls=[CALL]), service_tier="on_demand"),
    ],
)
def test_a_request_is_judged_as_groq_did(status: int, body: dict[str, Any], error: str) -> None:
    retired = [body["model"]] if status == 200 else []
    with LocalServer(pace=0, models=retired) as server, http_client(server) as http:
        response = ask(http, **body)
    assert response.status_code == status
    assert not error or response.json()["error"]["code"] == error


def recorded() -> list[Any]:
    if not RECORDINGS.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason="the recordings are not here"))]
    lines = RECORDINGS.read_text(encoding="utf-8").splitlines()
    return [pytest.param(json.loads(line), id=str(number)) for number, line in enumerate(lines)]


@pytest.mark.parametrize("exchange", recorded())
def test_a_recorded_request_is_judged_as_groq_did(exchange: dict[str, Any]) -> None:
    """Requests that a model failed at are judged by what the model wrote."""
    status, body = exchange["status"], exchange["request"]
    answer = base64.b64decode(exchange["body"])
    error: dict[str, Any] = json.loads(answer)["error"] if status != 200 else {}
    models = [] if status == 404 else [body["model"]]
    with LocalServer(pace=0, models=models) as server, http_client(server) as http:
        if "failed_generation" in error:
            server.reply(written_by_model(error["failed_generation"]))
        response = http.post("/chat/completions", json=body)
    assert response.status_code == status, response.text
    if status != 200:
        assert response.json()["error"] == error


@pytest.mark.parametrize("exchange", recorded())
def test_the_client_decodes_recorded_answers_without_loss(exchange: dict[str, Any]) -> None:
    answer, kind = base64.b64decode(exchange["body"]), exchange["headers"]["content-type"]
    body = exchange["request"]
    with LocalServer() as server, server.client(max_retries=0) as client:
        server.reply_with_bytes(answer, status=exchange["status"], content_type=kind)
        try:
            create: Any = client.chat.completions.create
            result = create(**body)
            given: Any = [each.to_dict() for each in result] if body["stream"] else result.to_dict()
        except APIError as error:
            given = error.body
        assert server.last_request.json() == body
    assert given == (told_by(answer) if body["stream"] else json.loads(answer))


def told_by(stream: bytes) -> Any:
    """Give the chunks of a recorded stream, or its error if it has one."""
    lines = stream.decode().splitlines()
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    told = [json.loads(each) for each in data if each != "[DONE]"]
    return told[-1].get("error", told)


def written_by_model(generation: str) -> Reply:
    """Give the reply that a `failed_generation` stands for."""
    try:
        call = json.loads(generation)
    except ValueError:
        return Reply(generation)
    arguments = generation.partition('"arguments": ')[2].removesuffix("}")
    return Reply(tool_calls=[ToolCall(call["name"], arguments)])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/chat/completions", {"model": "openai/gpt-oss-20b", "messages": MESSAGES}),
        ("/responses", {"model": "openai/gpt-oss-20b", "input": "Hi"}),
        ("/embeddings", {"model": "any", "input": "Hi"}),
        (
            "/audio/speech",
            {"model": "canopylabs/orpheus-v1-english", "input": "Hi", "voice": "troy"},
        ),
        (
            "/batches",
            {
                "input_file_id": "any",
                "endpoint": "/v1/chat/completions",
                "completion_window": "24h",
            },
        ),
        ("/audio/transcriptions", {"model": "whisper-large-v3"}),
        ("/audio/translations", {"model": "whisper-large-v3"}),
        ("/files", {"purpose": "batch"}),
    ],
)
def test_every_endpoint_refuses_an_unknown_field(
    http: httpx.Client, path: str, body: dict[str, Any]
) -> None:
    asked = {**body, "zzzzzzzzzz": "red"}
    if path in ("/audio/transcriptions", "/audio/translations", "/files"):
        response = http.post(path, data=asked, files={"file": ("a.wav", b"RIFF")})
    else:
        response = http.post(path, json=asked)
    assert read(response, 400)["error"]["message"] == "property 'zzzzzzzzzz' is unsupported"

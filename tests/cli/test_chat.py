"""`groq chat`, where its output is no terminal."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from groq.testing import Cut, ErrorEvent, LocalServer, Reply, Stall

from .conftest import KEY, Run


def asked(server: LocalServer) -> dict[str, Any]:
    """Give the JSON of the last request."""
    body: dict[str, Any] = server.last_request.json()
    return body


def test_the_answer_goes_to_stdout_and_the_model_to_stderr(run: Run, server: LocalServer) -> None:
    server.reply("Forty-two.")
    outcome = run("chat", "What is the answer?")
    assert outcome.status == 0
    assert outcome.stdout == "Forty-two.\n"
    assert outcome.stderr == f"groq: asking openai/gpt-oss-20b on {server.url}\n"
    assert asked(server)["messages"] == [{"role": "user", "content": "What is the answer?"}]
    assert asked(server)["stream"] is True
    assert server.last_request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", [None, "", "  "])
def test_without_a_key_the_local_server_answers_with_a_note(
    run: Run, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    if key is not None:
        monkeypatch.setenv("GROQ_API_KEY", key)
    outcome = run("chat", "Hello", "--stop", " No model")
    assert outcome.status == 0
    assert "You wrote “Hello”" in outcome.stdout
    assert outcome.stderr.startswith(
        "groq: GROQ_API_KEY is not set: the local server on http://127.0.0.1:"
    )
    assert outcome.stderr.count("\n") == 1


def test_local_wins_over_a_key(run: Run, server: LocalServer) -> None:
    outcome = run("chat", "Hello", "--local", "--json")
    assert outcome.status == 0
    assert outcome.stderr.startswith("groq: the local server on http://127.0.0.1:")
    assert not server.requests


def test_the_local_server_bypasses_a_proxy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    assert run("chat", "Hello", "--json").status == 0


def test_quiet_says_nothing_but_the_answer(run: Run, server: LocalServer) -> None:
    assert run("chat", "Hello", "--quiet").stderr == ""
    assert run("chat", "Hello", "--quiet", "--local", "--json").stderr == ""


def test_base_url_wins_over_the_environment(
    run: Run, groq_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    monkeypatch.setenv("GROQ_BASE_URL", "http://elsewhere.invalid")
    assert run("chat", "Hello", "--base-url", groq_server.url).status == 0
    assert len(groq_server.requests) == 1


# --------------------------------------------------------------------------------- the question


def test_words_without_quotes_are_one_question(run: Run, server: LocalServer) -> None:
    run("chat", "Why", "is", "it", "blue?")
    assert asked(server)["messages"][-1]["content"] == "Why is it blue?"


def test_a_question_is_read_from_a_pipe(run: Run, server: LocalServer) -> None:
    run("chat", stdin="\ufeffWhy is it blue — or grün?\n".encode())
    assert asked(server)["messages"][-1]["content"] == "Why is it blue — or grün?"


def test_piped_text_precedes_the_question(run: Run, server: LocalServer) -> None:
    run("chat", "Sum it up", stdin=b"A long\nletter\n")
    assert asked(server)["messages"][-1]["content"] == "A long\nletter\n\nSum it up"


@pytest.mark.parametrize("arguments", [[], [""]])
def test_no_question_at_all_is_a_wrong_command_line(run: Run, arguments: list[str]) -> None:
    outcome = run("chat", *arguments)
    assert outcome.status == 2
    assert outcome.stderr.startswith("groq: there is no question")


def test_invalid_utf8_is_replaced(run: Run, server: LocalServer) -> None:
    assert run("chat", "caf\udce9", stdin=b"\xff").status == 0
    assert asked(server)["messages"][-1]["content"] == "\ufffd\n\ncaf\ufffd"


# ---------------------------------------------------------------------------------- the options


def test_options_are_sent_under_their_names(run: Run, server: LocalServer) -> None:
    arguments = "chat Hello --system Terse --model openai/gpt-oss-120b --temperature 0 --stop END"
    more = "--max-tokens 50 --stop STOP --seed 7 --reasoning low"
    assert run(*arguments.split(), *more.split()).status == 0
    assert asked(server) == {
        "messages": [
            {"role": "system", "content": "Terse"},
            {"role": "user", "content": "Hello"},
        ],
        "model": "openai/gpt-oss-120b",
        "temperature": 0,
        "max_completion_tokens": 50,
        "stop": ["END", "STOP"],
        "seed": 7,
        "reasoning_effort": "low",
        "stream": True,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--temperature", "nan"],
        ["--max-tokens", "0"],
        ["--reasoning", "very"],
        ["--timeout", "-1"],
        ["--local", "--base-url", "http://127.0.0.1:1"],
        ["--no-such-option"],
    ],
)
def test_a_wrong_option_exits_with_2(run: Run, arguments: list[str]) -> None:
    outcome = run("chat", "Hello", *arguments)
    assert outcome.status == 2
    assert outcome.stderr.startswith("groq: ")
    assert outcome.stderr.count("\n") == 1


def test_a_picture_is_sent_as_a_data_url_and_a_url_unchanged(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    picture = tmp_path / "sky.PNG"
    picture.write_bytes(b"\x89PNG pixels")
    encoded = base64.b64encode(b"\x89PNG pixels").decode()
    run(
        "chat",
        "What?",
        "--image",
        str(picture),
        "-i",
        "https://example.com/a",
        "-a",
        "https://example.com/b",
    )
    assert asked(server)["messages"][-1]["content"] == [
        {"type": "text", "text": "What?"},
        {
            "type": "image_url",
            "image_url": {"url": f"data:image/png;base64,{encoded}"},
        },
        {"type": "image_url", "image_url": {"url": "https://example.com/a"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/b"}},
    ]


def test_a_file_that_is_not_a_picture_is_refused_before_sending(
    run: Run, server: LocalServer
) -> None:
    outcome = run("chat", "What?", "--image", "letter.txt")
    assert outcome.status == 2
    assert "expected a picture" in outcome.stderr
    assert not server.requests


def test_a_file_that_is_not_there_is_named(run: Run, server: LocalServer, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.png")
    outcome = run("chat", "What?", "--image", missing)
    assert outcome.status == 1
    assert outcome.stderr.endswith(f"groq: {missing}: No such file or directory\n")
    assert not server.requests


@pytest.mark.parametrize("is_strict", [True, False])
def test_an_answer_keeps_to_a_schema(
    run: Run, server: LocalServer, tmp_path: Path, is_strict: bool
) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "ages": {"items": {"type": "integer"}}},
        "required": ["name", "ages"] if is_strict else ["name"],
        "additionalProperties": False,
    }
    file = tmp_path / "a person.json"
    file.write_text(json.dumps(schema))
    outcome = run("chat", "Who?", "--schema", str(file))
    assert outcome.status == 0
    assert isinstance(json.loads(outcome.stdout)["name"], str)
    assert asked(server)["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "a_person", "schema": schema, "strict": is_strict},
    }


def test_a_schema_may_be_an_argument(run: Run, server: LocalServer) -> None:
    schema = '{"type": "object", "properties": {"age": {"type": "integer"}}}'
    assert run("chat", "How old?", "--schema", schema).status == 0
    asked_schema = asked(server)["response_format"]["json_schema"]
    assert (asked_schema["name"], asked_schema["schema"]) == ("answer", json.loads(schema))


@pytest.mark.parametrize(
    ("fields", "properties"),
    [
        ("name, age int", {"name": {"type": "string"}, "age": {"type": "integer"}}),
        (
            "tall bool: over 1.8 m, in shoes\nweight float\n",
            {
                "tall": {"type": "boolean", "description": "over 1.8 m, in shoes"},
                "weight": {"type": "number"},
            },
        ),
        (
            f"note: {'long ' * 100}",
            {"note": {"type": "string", "description": ("long " * 100)[:-1]}},
        ),
    ],
)
def test_a_schema_may_be_a_list_of_fields(
    run: Run, server: LocalServer, fields: str, properties: dict[str, Any]
) -> None:
    assert run("chat", "Who?", "--schema", fields).status == 0
    assert asked(server)["response_format"]["json_schema"] == {
        "name": "answer",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    }


@pytest.mark.parametrize("fields", ["name, age integer", "name, 1.5", "a b c"])
def test_fields_of_a_schema_that_cannot_be_read_are_named(
    run: Run, server: LocalServer, fields: str
) -> None:
    outcome = run("chat", "Who?", "--schema", fields)
    assert outcome.status == 2
    assert "str, int, float, bool, but received " in outcome.stderr
    assert not server.requests


@pytest.mark.parametrize(("content", "says"), [("{", "is not JSON"), ("[]", "expected a JSON Sch")])
def test_a_file_without_a_schema_is_refused(
    run: Run, server: LocalServer, tmp_path: Path, content: str, says: str
) -> None:
    file = tmp_path / "schema.json"
    file.write_text(content)
    outcome = run("chat", "Who?", "--schema", str(file))
    assert outcome.status == 2
    assert says in outcome.stderr
    assert not server.requests


def test_json_is_the_answer_as_the_api_gives_it(run: Run, server: LocalServer) -> None:
    server.reply("Forty-two.")
    outcome = run("chat", "What?", "--json")
    completion = json.loads(outcome.stdout)
    assert completion["object"] == "chat.completion"
    assert completion["choices"][0]["message"]["content"] == "Forty-two."
    assert not asked(server).get("stream")


def test_thoughts_are_printed_on_stderr_if_they_are_asked_for(
    run: Run, server: LocalServer
) -> None:
    server.reply(Reply("Yes.", reasoning="Let me think"), times=2)
    quiet = run("chat", "Well?", "-q")
    assert (quiet.stdout, quiet.stderr) == ("Yes.\n", "")
    open_ = run("chat", "Well?", "-q", "--show-reasoning")
    assert (open_.stdout, open_.stderr) == ("Yes.\n", "Let me think\n")


def test_the_pieces_of_an_answer_are_timed(run: Run, server: LocalServer, tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    server.reply(Reply(["one", " two"]), Stall(after=2, seconds=0.4))
    outcome = run("chat", "Count", "-q", "--timing", "--timing-svg", str(chart))
    assert outcome.stdout == "one two\n"
    waiting, answer, stalls, _ = outcome.stderr.splitlines()
    assert "first token in" in waiting
    assert answer.count("█") == 2 and "a second" in answer
    assert stalls.count("█") > 10 and "1, the longest 0." in stalls
    (drawn,) = ElementTree.parse(chart).findall("{http://www.w3.org/2000/svg}title")
    assert drawn.text and "stalls: 1, the longest" in drawn.text
    assert run("chat", "Count", "--timing", "--json").status == 2


def test_an_answer_that_is_cut_off_by_its_length_is_noted(run: Run, server: LocalServer) -> None:
    server.reply(Reply("Once upon a", finish_reason="length"))
    outcome = run("chat", "Tell me a story")
    assert outcome.status == 0
    assert "--max-tokens" in outcome.stderr


# ------------------------------------------------------------------------------ what goes wrong


def test_the_replacement_of_a_retired_model_is_named(run: Run, server: LocalServer) -> None:
    words = "The model `llama-3.1-8b-instant` has been decommissioned."
    server.fail(400, error={"message": words, "code": "model_decommissioned"})
    outcome = run("chat", "Hello", "--model", "llama-3.1-8b-instant")
    assert outcome.status == 1
    assert "groq: `llama-3.1-8b-instant` is gone; use `openai/gpt-oss-20b`" in outcome.stderr


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (401, None, "check GROQ_API_KEY"),
        (403, None, "this key or network"),
        (404, "model_not_found", "`groq models` lists"),
        (400, "model_decommissioned", "`groq models` lists"),
        (413, None, "send less"),
    ],
)
def test_an_api_error_is_reported_with_advice(
    run: Run, server: LocalServer, status: int, code: str | None, advice: str
) -> None:
    server.fail(status, error={"message": f"No, {KEY} may not", "code": code})
    outcome = run("chat", "Hello")
    assert outcome.status == 1
    assert outcome.stdout == ""
    assert f"groq: {status}: No, [key] may not (request req_" in outcome.stderr
    assert f"groq: {advice}" in outcome.stderr


def test_a_page_of_html_is_a_line(run: Run, server: LocalServer) -> None:
    page = b"<html>\n<h1>Bad\n Request</h1></html>"
    server.reply_with_bytes(page, status=400, content_type="text/html")
    assert "groq: 400: <html> <h1>Bad Request</h1></html>" in run("chat", "Hello").stderr


def test_a_rate_limit_says_when_to_try_again(run: Run, server: LocalServer) -> None:
    server.fail(429, retry_after=90, times=None)
    outcome = run("chat", "Hello")
    assert outcome.status == 1
    assert "try again in 90 s" in outcome.stderr
    assert len(server.requests) == 1


def test_a_long_wait_before_a_retry_is_reported(run: Run, server: LocalServer) -> None:
    server.fail(429, retry_after=1)
    outcome = run("chat", "Hello")
    assert outcome.status == 0
    assert "groq: the server is busy; trying again in 1 s\n" in outcome.stderr


def test_an_unreachable_server_is_reported_with_the_reason(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.url.replace("http://", f"http://user:{KEY}@")
    server.close()
    monkeypatch.setenv("GROQ_BASE_URL", url)
    outcome = run("chat", "Hello")
    assert outcome.status == 1
    assert "Connection refused" in outcome.stderr
    assert "groq doctor" in outcome.stderr
    assert "user" not in outcome.stderr


@pytest.mark.parametrize("url", ["http://[::1", "api.groq.com", "ftp://127.0.0.1"])
def test_an_invalid_base_url_exits_with_2(run: Run, server: LocalServer, url: str) -> None:
    outcome = run("chat", "Hello", "--base-url", url)
    assert outcome.status == 2
    assert outcome.stderr.startswith("groq: ")


def test_a_base_url_without_a_key_names_the_missing_key(run: Run, groq_server: LocalServer) -> None:
    outcome = run("chat", "Hello", "--base-url", groq_server.url)
    assert outcome.status == 2
    assert "GROQ_API_KEY" in outcome.stderr


def test_a_key_that_cannot_be_sent_is_not_shown(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", f"{KEY}\nand more")
    assert run("chat", "Hello").status == 2


@pytest.mark.parametrize("fault", [ErrorEvent("Out of order", after=3), Cut(after=3)])
def test_an_interrupted_answer_is_printed_before_the_error(
    run: Run, server: LocalServer, fault: Any
) -> None:
    server.reply("one two three four", fault)
    outcome = run("chat", "Count")
    assert outcome.status == 1
    assert outcome.stdout == "one two\n"
    assert outcome.stderr.splitlines()[1].startswith(("groq: Out of order", "groq: Connection"))


def test_a_failed_generation_is_shown(run: Run, server: LocalServer) -> None:
    error = {"message": "No JSON", "code": "json_validate_failed", "failed_generation": "{oops"}
    server.fail(400, error=error)
    assert "groq: the model wrote: {oops\n" in run("chat", "Hello").stderr


@pytest.mark.parametrize("choices", [None, [{"index": 0, "delta": None}]])
def test_a_chunk_without_its_fields_is_skipped(
    run: Run, server: LocalServer, choices: object
) -> None:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    last = {
        **chunk,
        "choices": [{"index": 0, "delta": {"content": "Hi."}, "finish_reason": "stop"}],
    }
    events = [f"data: {json.dumps(each)}\n\n" for each in ({**chunk, "choices": choices}, last)]
    server.reply_with_bytes(
        "".join([*events, "data: [DONE]\n\n"]).encode(),
        headers={"content-type": "text/event-stream"},
    )
    assert run("chat", "Hello", "--timing").stdout == "Hi.\n"

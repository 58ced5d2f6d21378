"""Scripting: from outside under `/_local/`, from a file, with matchers, and what was not taken."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pydantic
import pytest

from groq.testing import LocalServer, Match

from .conftest import http_client
from .wire import chat, read, stream


def said(http: httpx.Client, text: str = "Hi", **more: Any) -> str:
    messages = more.pop("messages", [{"role": "user", "content": text}])
    content: str = chat(http, messages=messages, **more)["choices"][0]["message"]["content"]
    return content


@pytest.fixture
def local(groq_server: LocalServer) -> httpx.Client:
    return httpx.Client(base_url=f"{groq_server.url}/_local", trust_env=False)


def test_replies_failures_and_limits_are_scripted_over_http(
    local: httpx.Client, http: httpx.Client
) -> None:
    with local:
        entries = [
            {"fail": 503, "error": "Down", "retry_after": 1},
            {"reply": {"content": "Hello", "usage": {"prompt_tokens": 7}}, "times": 2},
            {"reply": "one two three", "faults": [{"type": "cut", "after": 2}]},
            {"limit": {"requests": 3}},
        ]
        assert read(local.post("/script", json=entries), 200) == {"pending": 4}
        refused = stream(http)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert [said(http), said(http)] == ["Hello", "Hello"]
        with pytest.raises(httpx.RemoteProtocolError):
            stream(http)
        assert read(local.get("/script"), 200) == {"pending": 0}
        assert stream(http).status_code == 429
        assert read(local.post("/reset"), 200) == {"pending": 0}
        assert stream(http).status_code == 200


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"reply": "a", "unknown": 1},
        {"reply": "a", "match": {"colour": "red"}},
        {"reply": "a", "faults": [{"type": "flood"}]},
        {"fail": 500, "times": 0},
        {"limit": {"wishes": 3}},
        "text",
    ],
)
def test_an_entry_that_cannot_be_read_is_refused(local: httpx.Client, entry: object) -> None:
    with local:
        assert read(local.post("/script", json=entry), 400)["error"]["message"]


def test_what_was_received_is_told_without_secrets(local: httpx.Client, http: httpx.Client) -> None:
    said(http)
    with local:
        [request] = read(local.get("/requests"), 200)["requests"]
        assert request["path"] == "/openai/v1/chat/completions"
        assert request["body"]["messages"] == [{"role": "user", "content": "Hi"}]
        assert request["headers"]["authorization"] == "(secret)"
        asserted = {"path": "/chat/completions", "json": {"model": "openai/gpt-oss-20b"}}
        assert len(read(local.post("/assertions", json=asserted), 200)["requests"]) == 1
        error = read(local.post("/assertions", json={**asserted, "times": 2}), 409)["error"]
        assert "Expected 2 requests" in error["message"]
        assert read(local.post("/assertions", json={"script_done": True}), 409)
        assert local.post("/assertions", json={"colour": "red"}).status_code == 400
        assert local.get("/nothing").status_code == 404


def test_programs_side_by_side_do_not_see_each_other(
    groq_server: LocalServer, local: httpx.Client, http: httpx.Client
) -> None:
    with local:
        local.post("/script", json={"reply": "for one", "match": {"scope": "one"}, "times": None})
        local.post("/script", json={"fail": 500, "scope": "two", "times": None})
        http.headers["x-groq-local-scope"] = "one"
        assert said(http) == "for one"
        http.headers["authorization"] = "Bearer two"
        assert said(http) == "for one"  # The first that fits, by key or by header.
        del http.headers["x-groq-local-scope"]
        assert stream(http).status_code == 500
        requests = read(local.get("/requests", params={"scope": "one"}), 200)["requests"]
    assert len(requests) == 2


def test_a_page_of_another_origin_scripts_nothing(local: httpx.Client) -> None:
    with local:
        entry = json.dumps({"reply": "evil"})
        refused = local.post("/script", content=entry, headers={"origin": "http://evil.invalid"})
        assert refused.status_code == 403
        assert read(local.get("/script"), 200) == {"pending": 0}


def test_the_description_names_every_route(local: httpx.Client) -> None:
    with local:
        described = read(local.get("/openapi.json"), 200)["paths"]
        for path, methods in described.items():
            for method in methods:
                with local.stream(method, path.removeprefix("/_local")) as answer:
                    assert answer.status_code != 404
    assert len(described) == 6


def test_a_script_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text('[{"reply": "from the file", "times": null}]')
    with LocalServer(script=file) as server, http_client(server) as http:
        assert said(http) == "from the file"
    with LocalServer(script=[{"reply": "from a list"}]) as server, http_client(server) as http:
        assert said(http) == "from a list"
    file.write_text("{}")
    with pytest.raises(ValueError, match="a list of entries"):
        LocalServer(script=file)


def test_serve_takes_a_script_and_models(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text('[{"reply": "from the file"}]')
    command = [sys.executable, "-m", "groq", "serve", "--script", str(file), "--model", "my/model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        headers = {"authorization": "Bearer any"}
        with httpx.Client(base_url=f"{url}/openai/v1", headers=headers, trust_env=False) as http:
            assert said(http, model="my/model") == "from the file"
        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("match", "body", "fits"),
    [
        (Match(model="openai/gpt-oss-20b"), {}, True),
        (Match(model="openai/gpt-oss-120b"), {}, False),
        (Match(message="wea.her"), {"text": "The weather?"}, True),
        (Match(message="wea.her"), {}, False),
        (Match(turn=0), {}, True),
        (Match(turn=1), {}, False),
        (Match(scope="any"), {}, True),
        (Match(scope="other"), {}, False),
        (Match(tool_result="18"), {"text": "18"}, False),
    ],
)
def test_a_reply_is_for_the_requests_that_match(
    groq_server: LocalServer, http: httpx.Client, match: Match, body: dict[str, Any], fits: bool
) -> None:
    groq_server.reply("matched", match=match)
    assert (said(http, **body) == "matched") is fits


def test_a_reply_may_be_for_a_tool_result_and_a_turn(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("It is warm", match=Match(tool_result=r"\d+ °C", turn=1))
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "18 °C"},
    ]
    assert said(http, messages=messages) == "It is warm"


class City(pydantic.BaseModel):
    name: str


@dataclass
class Town:
    name: str


@pytest.mark.parametrize("reply", [{"name": "Bonn"}, City(name="Bonn"), Town("Bonn")])
def test_a_reply_may_be_what_json_is_made_of(
    groq_server: LocalServer, http: httpx.Client, reply: Any
) -> None:
    groq_server.reply(reply)
    assert said(http) == '{"name":"Bonn"}'


def test_replies_that_nobody_took_and_requests_without_one_are_told(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.assert_script_done()
    groq_server.reply("a", times=2)
    said(http)
    with pytest.raises(AssertionError, match="but 1 are left"):
        groq_server.assert_script_done()
    said(http)
    groq_server.assert_script_done()
    said(http, "Nobody expected this")
    with pytest.raises(AssertionError, match="Nobody expected this"):
        groq_server.assert_script_done()
    groq_server.reset()
    groq_server.assert_script_done()

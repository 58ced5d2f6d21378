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

from groq.testing import Answer, Cut, LocalServer, Match

from .conftest import NO_TLS, http_client
from .wire import chat, read, stream


def said(http: httpx.Client, text: str = "Hi", **more: Any) -> str:
    messages = more.pop("messages", [{"role": "user", "content": text}])
    content: str = chat(http, messages=messages, **more)["choices"][0]["message"]["content"]
    return content


@pytest.fixture
def local(groq_server: LocalServer) -> httpx.Client:
    return httpx.Client(base_url=f"{groq_server.url}/_local", trust_env=False, verify=NO_TLS)


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
        assert read(local.get("/script"), 200) == {"pending": 0, "entries": entries[3:]}
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
        {"limit": {"requests": 3}, "times": 2},
        {"reply": 5},
        {"reply": "a", "answer": 5},
        {"inject": [{"type": "flood"}]},
        {"inject": {"type": "cut"}},
        {"reply": "a", "path": 5},
        {"reply": "a", "times": "2"},
        {"reply": "a", "match": {"message": "("}},
        {"reply": "a", "match": 5},
        {"reply": {"content": 5}},
        {"reply": "a", "faults": [{"type": "stall", "seconds": "long"}]},
        {"fail": "429"},
        {"fail": 429, "headers": {"a": "b\r\nc: d"}},
        {"fail": 429, "headers": {"a": "ü"}},
        {"limit": {"requests": "many"}},
        {"limit": {"requests": 0}},
        {"limit": {"requests": 10**15}},
        {"limit": {"requests": 1, "requests_window": 1e308}},
        "text",
    ],
)
def test_an_entry_that_cannot_be_read_is_refused(local: httpx.Client, entry: object) -> None:
    with local:
        assert read(local.post("/script", json=entry), 400)["error"]["message"]


def test_json_that_is_nested_too_deeply_is_refused(local: httpx.Client) -> None:
    with local:
        assert read(local.post("/assertions", content=b'{"a":' * 100_000), 400)["error"]["message"]


def test_a_reply_may_have_any_usage(groq_server: LocalServer, http: httpx.Client) -> None:
    usage = {"prompt_tokens": "x", "prompt_tokens_details": {"cached_tokens": None}}
    groq_server.add_to_script([{"reply": {"content": "Hello", "usage": usage}}])
    assert chat(http)["usage"]["prompt_tokens"] == "x"


def test_received_requests_are_listed_without_secrets(
    local: httpx.Client, http: httpx.Client
) -> None:
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
        assert local.post("/assertions", json={"path": 5}).status_code == 400
        assert local.get("/nothing").status_code == 404


def test_programs_side_by_side_do_not_see_each_other(
    groq_server: LocalServer, local: httpx.Client, http: httpx.Client
) -> None:
    with local:
        local.post("/script", json={"reply": "for one", "match": {"scope": "one"}, "times": None})
        local.post("/script", json={"fail": 500, "match": {"scope": "two"}, "times": None})
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
        assert read(local.get("/script"), 200) == {"pending": 0, "entries": []}


def test_the_description_names_every_route(local: httpx.Client) -> None:
    with local:
        described = read(local.get("/openapi.json"), 200)["paths"]
        for path, methods in described.items():
            for method in methods:
                with local.stream(method, path.removeprefix("/_local")) as answer:
                    assert answer.status_code != 404
    assert len(described) == 8


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


YAML = """
- reply: {json: {city: Bonn}}
  match: {message: where}
- reply: from the file
  default: true
"""


@pytest.mark.parametrize("name", ["script.yaml", "script.yml"])
def test_a_script_may_be_yaml(tmp_path: Path, name: str) -> None:
    pytest.importorskip("yaml")
    file = tmp_path / name
    file.write_text(YAML)
    with LocalServer(script=file) as server, http_client(server) as http:
        assert [said(http), said(http, "where?"), said(http, "where?")] == [
            "from the file",
            '{"city":"Bonn"}',
            "from the file",
        ]
    for broken in ("a: [", "a: 1"):
        file.write_text(broken)
        with pytest.raises(ValueError, match=name):
            LocalServer(script=file)


def test_yaml_names_the_extra_that_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    file = tmp_path / "script.yaml"
    file.write_text(YAML)
    with pytest.raises(ImportError, match=r"pip install 'groq\[yaml\]'"):
        LocalServer(script=file)


def test_a_script_is_saved_and_loaded(
    groq_server: LocalServer, local: httpx.Client, http: httpx.Client, tmp_path: Path
) -> None:
    entries: list[dict[str, Any]] = [
        {"limit": {"model": "whisper-large-v3", "requests": 3}},
        {"reply": "one", "times": 3},
        {"inject": [{"type": "slow_start", "seconds": 0}], "path": "/models"},
        {"reply": "rest", "default": True},
    ]
    with local:
        local.post("/script", json=entries)
        said(http)
        saved = read(local.get("/script"), 200)
        left = [entries[0], {**entries[1], "times": 2}, {**entries[2], "times": 1}, entries[3]]
        assert saved == {"pending": 4, "entries": left}
        groq_server.reset()
        assert read(local.get("/script"), 200)["entries"] == []
        local.post("/script", json={"reply": "forgotten"})
        assert read(local.put("/script", json=saved), 200) == {"pending": 4}
        assert [said(http) for _ in range(3)] == ["one", "one", "rest"]
        assert local.put("/script", json={"a": 1}).status_code == 400
    file = tmp_path / "script.json"
    file.write_text(json.dumps(saved))
    with LocalServer(script=file) as other:
        assert other.save_script() == left


def test_a_scope_is_reset_loaded_and_asserted_by_itself(
    groq_server: LocalServer, local: httpx.Client, http: httpx.Client
) -> None:
    def entry(scope: str, reply: str) -> dict[str, Any]:
        return {"reply": reply, "match": {"scope": scope}}

    def ask_in(scope: str) -> str:
        http.headers["x-groq-local-scope"] = scope
        return said(http)

    with local:
        local.post("/script", json=[entry("one", "a"), entry("two", "b"), entry("one", "c")])
        assert (ask_in("one"), ask_in("two")) == ("a", "b")
        done = {"script_done": True, "scope": "two"}
        assert local.post("/assertions", json=done).status_code == 200
        assert local.post("/assertions", json={**done, "scope": "one"}).status_code == 409
        received = {"path": "/chat/completions", "times": 1, "scope": "one"}
        assert local.post("/assertions", json=received).status_code == 200
        scope = {"scope": "one"}
        assert read(local.get("/script", params=scope), 200)["pending"] == 1
        local.put("/script", params=scope, json=[entry("one", "d"), entry("one", "e")])
        assert ask_in("one") == "d"
        local.post("/script", json=entry("two", "f"))
        assert read(local.post("/reset", params=scope), 200) == {"pending": 0}
        assert local.post("/assertions", json={**done, **scope}).status_code == 200
        assert read(local.get("/requests", params=scope), 200)["requests"] == []
        assert len(read(local.get("/requests"), 200)["requests"]) == 1
        assert ask_in("two") == "f"


def test_resetting_a_key_restores_its_limits(groq_server: LocalServer, http: httpx.Client) -> None:
    groq_server.limit_rate(requests=1)
    said(http)
    assert stream(http).status_code == 429
    groq_server.reset(scope="another")
    assert stream(http).status_code == 429
    groq_server.reset(scope="any")
    assert stream(http).status_code == 200


def test_limits_that_limit_nothing_refuse_nothing(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.limit_rate()
    assert said(http)


def test_a_default_reply_is_used_when_no_other_matches(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("default", default=True)
    groq_server.reply("first")
    groq_server.reply("weather", match=Match(message="weather"))
    assert [said(http) for _ in range(3)] == ["first", "default", "default"]
    assert said(http, "The weather?") == "weather"
    groq_server.assert_script_done()


def test_any_scripted_answer_may_be_for_requests_that_match(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    match = Match(message="weather")
    groq_server.fail(503, match=match)
    groq_server.reply_with_bytes(b"{}", status=418, match=match)
    groq_server.reply_with(Answer(b"{}", status=419), match=match)
    groq_server.inject(Cut(after=0), match=match)
    assert said(http)
    statuses = [http.post("/chat/completions", json=WEATHER).status_code for _ in range(3)]
    assert statuses == [503, 418, 419]
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/chat/completions", json=WEATHER)
    assert said(http)


WEATHER = {
    "model": "openai/gpt-oss-20b",
    "messages": [{"role": "user", "content": "The weather?"}],
}


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
        assert process.wait(timeout=60) == 0


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
def test_a_reply_may_be_any_json_serialisable_object(
    groq_server: LocalServer, http: httpx.Client, reply: Any
) -> None:
    groq_server.reply(reply)
    assert said(http) == '{"name":"Bonn"}'


def test_unused_replies_and_unexpected_requests_are_reported(
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


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_script_with_a_bad_entry_changes_nothing(
    method: str, groq_server: LocalServer, local: httpx.Client
) -> None:
    groq_server.add_to_script([{"reply": "old"}])
    entries: Any = [{"reply": "new"}, {"reply": "", "mach": {}}]
    with local:
        refused = read(local.request(method, "/script", json=entries), 400)
    assert refused["error"]["message"].startswith("entry 2: property 'mach'")
    assert [each["reply"] for each in groq_server.save_script()] == ["old"]

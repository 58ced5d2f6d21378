"""`groq-local-server` beside a `groq` of another maker: `nox -s local_server` runs these."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from importlib.metadata import version
from pathlib import Path

import groq_local_server
import pytest
from groq_local_server import Cut, LocalServer, Reply, ToolCall

import groq

MODEL = "openai/gpt-oss-20b"
COMMAND = str(Path(sys.executable).with_name("groq-local-server"))
MESSAGES = [{"role": "user", "content": "Hi"}]


def test_it_installs_beside_another_groq() -> None:
    assert version("groq") != version("groq-local-server")
    assert not hasattr(groq, "testing")
    assert not [name for name in sys.modules if name.startswith("groq.testing")]
    assert set(groq_local_server.__all__) >= {"LocalServer", "Reply", "Match"}


def test_its_fixtures_answer_the_other_client(
    groq_server: LocalServer, groq_client: groq.Groq
) -> None:
    groq_server.reply("Hello")
    completion = groq_client.chat.completions.create(model=MODEL, messages=MESSAGES)
    assert completion.choices[0].message.content == "Hello"
    groq_server.reply(Reply(["Hel", "lo"]))
    stream = groq_client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "Hello"
    groq_server.reply(Reply(tool_calls=[ToolCall("f", {"x": 1})]))
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
    completion = groq_client.chat.completions.create(model=MODEL, messages=MESSAGES, tools=tools)
    assert completion.choices[0].message.tool_calls[0].function.name == "f"
    groq_server.assert_received("/chat/completions", times=3)


def test_the_other_client_meets_faults(groq_server: LocalServer, groq_environment: object) -> None:
    groq_server.fail(429, retry_after=0.01)
    assert groq.Groq().models.list().data
    groq_server.reply("one two three", Cut(after=2))
    stream = groq.Groq().chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
    with pytest.raises(Exception, match="peer closed"):
        list(stream)


def test_the_other_asynchronous_client_is_answered(
    groq_server: LocalServer, groq_async_client: groq.AsyncGroq
) -> None:
    async def ask() -> str:
        async with groq_async_client as client:
            completion = await client.chat.completions.create(model=MODEL, messages=MESSAGES)
        return completion.choices[0].message.content

    groq_server.reply("Hello")
    assert asyncio.run(ask()) == "Hello"


@pytest.mark.parametrize("command", [[COMMAND], [sys.executable, "-m", "groq_local_server"]])
def test_its_command_serves_and_is_scripted(command: list[str]) -> None:
    process = subprocess.Popen(
        [*command, "--pace", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        url = process.stdout.readline().strip()
        entry = json.dumps({"reply": "Scripted"}).encode()
        with urllib.request.urlopen(f"{url}/_local/script", entry, timeout=10) as answer:
            assert json.load(answer)["pending"] == 1
        browser = urllib.request.Request(url, headers={"accept": "text/html"})
        with urllib.request.urlopen(browser, timeout=10) as answer:
            assert b"<title>" in answer.read()
        client = groq.Groq(base_url=url, api_key="local")
        completion = client.chat.completions.create(model=MODEL, messages=MESSAGES)
        assert completion.choices[0].message.content == "Scripted"
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert f"POST /openai/v1/chat/completions {MODEL} 200" in errors


def test_a_missing_extra_is_named() -> None:
    done = subprocess.run(
        [COMMAND, "--tls"], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "pip install 'groq-local-server[tls]'" in done.stderr

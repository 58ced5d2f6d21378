"""The command line in a terminal: streams, conversations, Ctrl-C, colours, and pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from groq.testing import Gate, LocalServer, Reply, Stall

from .terminal import CTRL_C, CTRL_D, GROQ, WITHOUT_RICH, Terminal


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


def test_a_token_is_shown_before_the_next_one_is_sent(server: LocalServer, gate: Gate) -> None:
    server.reply(Reply(["one", " two"]), Stall(after=2, until=gate))
    with Terminal("chat", "Count") as terminal:
        terminal.wait_for("one")
        assert gate.wait_until_reached()
        gate.open()
        terminal.wait_for(" two\r\n")
        assert terminal.wait() == 0


def test_ctrl_c_stops_an_answer_and_exits_with_130(server: LocalServer, gate: Gate) -> None:
    server.reply(Reply(["one", " two"]), Stall(after=2, until=gate))
    with Terminal("chat", "Count") as terminal:
        terminal.wait_for("one")
        terminal.type(CTRL_C)
        assert terminal.wait() == 130
    assert "Traceback" not in terminal.output
    assert terminal.output.endswith("\r\n")


def test_a_conversation_remembers_what_was_said(server: LocalServer) -> None:
    server.reply("Hello, Ada.")
    server.reply("Ada.")
    with Terminal("chat", "--system", "Terse") as terminal:
        terminal.wait_for("> ")
        terminal.type("I am Ada\n")
        terminal.wait_for("Hello, Ada.\r\n")
        terminal.wait_for("> ")
        terminal.type("Who am I?\n")
        terminal.wait_for("Ada.\r\n")
        terminal.wait_for("> ")
        terminal.type(CTRL_D)
        assert terminal.wait() == 0
    assert server.last_request.json()["messages"] == [
        {"role": "system", "content": "Terse"},
        {"role": "user", "content": "I am Ada"},
        {"role": "assistant", "content": "Hello, Ada."},
        {"role": "user", "content": "Who am I?"},
    ]


@pytest.mark.parametrize("word", ["/exit", "quit"])
def test_a_word_leaves_a_conversation(server: LocalServer, word: str) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type(f"\n{word}\n")
        assert terminal.wait() == 0
    assert not server.requests


def test_clear_begins_a_conversation_anew(server: LocalServer) -> None:
    server.reply("Hello.", times=None)
    with Terminal("chat") as terminal:
        for line in ("I am Ada", "/clear", "/what", "Who am I?"):
            terminal.wait_for("> ")
            terminal.type(f"{line}\n")
        terminal.wait_for("Hello.\r\n")
    assert len(server.requests) == 2
    assert server.last_request.json()["messages"] == [{"role": "user", "content": "Who am I?"}]


def test_ctrl_c_in_a_conversation_returns_to_the_prompt(server: LocalServer, gate: Gate) -> None:
    server.reply(Reply(["one", " two"]), Stall(after=2, until=gate))
    server.reply("As you wish.")
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type("Count\n")
        terminal.wait_for("one")
        terminal.type(CTRL_C)
        terminal.wait_for("stopped")
        terminal.wait_for("> ")
        terminal.type("half a line")
        terminal.wait_for("half a line")
        terminal.wait_for("\n> ", pressing=CTRL_C)
        terminal.type("Enough\n")
        terminal.wait_for("As you wish.")
        terminal.wait_for("> ")
        terminal.type(CTRL_D)
        assert terminal.wait() == 0
    assert server.last_request.json()["messages"] == [
        {"role": "user", "content": "Count"},
        {"role": "assistant", "content": "one"},
        {"role": "user", "content": "Enough"},
    ]


def test_an_error_in_a_conversation_returns_to_the_prompt(server: LocalServer) -> None:
    server.fail(401)
    server.reply("Hello.")
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type("Ada\n")
        terminal.wait_for("check GROQ_API_KEY")
        terminal.wait_for("> ")
        terminal.type("Bob\n")
        terminal.wait_for("Hello.")
    assert server.last_request.json()["messages"] == [{"role": "user", "content": "Bob"}]


def test_json_wants_a_question(server: LocalServer) -> None:
    with Terminal("chat", "--json") as terminal:
        assert terminal.wait() == 2
    assert "--json wants a question" in terminal.output


def test_a_model_cannot_steer_the_terminal(server: LocalServer) -> None:
    server.reply(Reply(["\x1b]0;owned\x07", "a\tb\r\x9b2J", "c"]))
    with Terminal("chat", "-q", "Hello") as terminal:
        assert terminal.wait() == 0
    assert terminal.output.replace("  ", "") == "]0;owneda\tb2Jc\r\n"


def test_notes_and_thoughts_are_dim_in_a_terminal(server: LocalServer) -> None:
    server.reply(Reply("Yes.", reasoning="Hm"))
    with Terminal("chat", "Well?", "--show-reasoning") as terminal:
        terminal.wait()
    assert "\x1b[2mgroq: asking" in terminal.output
    assert "\x1b[2mHm\x1b[0m" in terminal.output


def test_there_is_no_colour_where_none_is_wanted(server: LocalServer) -> None:
    with Terminal("models", NO_COLOR="1") as terminal:
        assert terminal.wait() == 0
    assert "openai/gpt-oss-20b" in terminal.output
    assert "\x1b[" not in terminal.output


@pytest.mark.parametrize("python", [GROQ, WITHOUT_RICH], ids=["rich", "no-rich"])
def test_models_are_a_table_with_rich_and_without(
    server: LocalServer, python: tuple[str, ...]
) -> None:
    with Terminal("models", "-q", python=python) as terminal:
        assert terminal.wait() == 0
    lines = terminal.output.splitlines()
    assert "context" in lines[0]
    assert any(line.split()[:2] == ["openai/gpt-oss-20b", "OpenAI"] for line in lines)


def test_a_reader_that_leaves_is_not_told_of_it(server: LocalServer, gate: Gate) -> None:
    server.reply(Reply(["one\n", "two\n", "three\n"]), Stall(after=2, until=gate))
    command = [sys.executable, *GROQ, "chat", "Count", "-q"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"one\n"
        process.stdout.close()
        gate.open()
        assert process.stderr.read() == b""
        assert process.wait() == 141


@pytest.mark.parametrize("arguments", [["--help"], ["models"]])
def test_a_reader_that_never_reads_is_not_told_of_it(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    # Without a buffer it is argparse that meets the closed pipe, and it says nothing either.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    command = [sys.executable, *GROQ, *arguments]
    try:
        ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert b"Traceback" not in ended.stderr
    assert b"Exception" not in ended.stderr
    assert ended.returncode == 141

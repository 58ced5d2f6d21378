"""The command line in a terminal: streams, conversations, Ctrl-C, colours, and pipes."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

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
        assert gate.wait_until_reached(30)
        gate.open()
        terminal.wait_for(" two\r\n")
        assert terminal.wait() == 0


def test_ctrl_c_stops_an_answer_and_exits_with_130(server: LocalServer, gate: Gate) -> None:
    server.reply(Reply(["one", " two"]), Stall(after=2, until=gate))
    with Terminal("chat", "Count") as terminal:
        terminal.wait_for("one")
        # A signal that comes as a read begins is noticed when the next one comes.
        terminal.wait_for("\r\n", pressing=CTRL_C)
        assert terminal.wait() == 130
    assert "Traceback" not in terminal.output
    assert terminal.output.endswith("\r\n")


def test_a_conversation_remembers_earlier_turns(server: LocalServer) -> None:
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


def test_a_conversation_that_was_cleared_cannot_be_asked_again(server: LocalServer) -> None:
    server.reply("Well.")
    with Terminal("chat") as terminal:
        for typed, shown in (
            ("Hello\n", "Well."),
            ("/clear\n", "conversation"),
            ("/retry\n", "there is no question yet"),
        ):
            terminal.wait_for("> ")
            terminal.type(typed)
            terminal.wait_for(shown)
    assert len(server.requests) == 1


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
        terminal.wait_for("> ", pressing=CTRL_C)
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
    assert "--json needs a question" in terminal.output


def test_a_model_cannot_steer_the_terminal(server: LocalServer) -> None:
    server.reply(Reply(["\x1b]0;owned\x07", "a\tb\r\x9b2J", "c"]))
    with Terminal("chat", "-q", "Hello", "--no-markdown") as terminal:
        assert terminal.wait() == 0
    shown = "\\u001b]0;owned\\u0007a\tb\\u009b2Jc\r\n"
    assert terminal.output.expandtabs(8) == shown.expandtabs(8)


HOSTILE = "\x1b]52;c;aGk=\x07 \x7f \x9b2J \u202ecod.exe"


def test_no_text_from_elsewhere_steers_the_terminal(server: LocalServer, tmp_path: Path) -> None:
    server.reply(HOSTILE, times=None)
    server.fail(404, error=HOSTILE, path="/models")
    recording = tmp_path / f"{HOSTILE.replace('/', '')}.wav"
    recording.write_bytes(b"RIFF")
    commands: list[list[str]] = [
        ["chat", "Hello"],
        ["chat", "Hello", "--json"],
        ["chat", "--show-reasoning", "Hello"],
        ["transcribe", str(recording)],
        ["transcribe", str(recording), "--format", "json"],
        ["transcribe", f"missing {HOSTILE}.wav"],
        ["chat", f"--{HOSTILE}"],
        ["chat", "Hello", "--temperature", HOSTILE],
        ["chat", "Hello", "--image", f"{HOSTILE}.png"],
        ["speak", "Hello", "-o", f"{tmp_path}/{HOSTILE}/a.wav"],
        ["batch", f"{tmp_path}/{HOSTILE}.jsonl"],
        ["models"],
        ["doctor"],
    ]
    for command in commands:
        with Terminal(*command) as terminal:
            terminal.wait()
        # Colours, and what rich draws a growing answer over itself with.
        shown = re.sub(r"\x1b\[([0-9;]*m|\?25[lh]|1A|2K)", "", terminal.output)
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", shown), command
        assert "Traceback" not in shown


def test_a_pipe_gets_the_answer_unchanged(server: LocalServer) -> None:
    server.reply(HOSTILE)
    command = [sys.executable, *GROQ, "chat", "Hello"]
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=True
    )
    assert ended.stdout == f"{HOSTILE}\n"


def test_json_in_a_terminal_is_the_same_json(server: LocalServer) -> None:
    server.reply(HOSTILE)
    with Terminal("chat", "Hello", "--json", "-q") as terminal:
        terminal.wait()
    assert json.loads(terminal.output)["choices"][0]["message"]["content"] == HOSTILE


# -------------------------------------------------------------------------------- conversations


def test_pasted_lines_are_one_question(server: LocalServer) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type("\x1b[200~one\ntwo\nthree\x1b[201~\n")
        terminal.wait_for("> ")
    assert server.last_request.json()["messages"][-1]["content"] == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ('"""one\n\ntwo"""\n', "one\n\ntwo"),
        ('"""\n/one\n"""\n', "/one"),
        (" /etc is what?\n", "/etc is what?"),
    ],
)
def test_a_text_of_several_lines_is_one_question(
    server: LocalServer, typed: str, question: str
) -> None:
    server.reply("So be it.")
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type(typed)
        terminal.wait_for("So be it.")
    assert server.last_request.json()["messages"][-1]["content"] == question


def test_an_unknown_command_is_refused(server: LocalServer) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type("/modle foo\n")
        terminal.wait_for("there is no command /modle; did you mean /model?")
        terminal.wait_for("> ")
    assert not server.requests


def test_commands_change_the_next_request(server: LocalServer, tmp_path: Path) -> None:
    picture = tmp_path / "sky.png"
    picture.write_bytes(b"pixels")
    server.reply("As you wish.", times=None)
    typed = ["/model openai/gpt-oss-120b", "/system Terse", f"/image {picture}", "What?", "/retry"]
    with Terminal("chat") as terminal:
        for line in typed:
            terminal.wait_for("> ")
            terminal.type(f"{line}\n")
        terminal.wait_for("As you wish.\r\n")
    first, second = (r.json() for r in server.requests if r.path.endswith("/completions"))
    assert first == second
    assert first["model"] == "openai/gpt-oss-120b"
    assert first["messages"][0] == {"role": "system", "content": "Terse"}
    assert [part["type"] for part in first["messages"][1]["content"]] == ["text", "image_url"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("gpt-oss-12b", "there is no model gpt-oss-12b; did you mean openai/gpt-oss-120b?"),
        ("llama-3.1-8b-instant", "it is retired, and openai/gpt-oss-20b replaces it"),
        ("zzz", "there is no model zzz; there are canopylabs/"),
    ],
)
def test_a_model_that_is_not_there_is_refused_at_once(
    server: LocalServer, name: str, hint: str
) -> None:
    server.reply("Still here.")
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type(f"/model {name}\n")
        terminal.wait_for(hint)
        terminal.wait_for("> ")
        terminal.type("Hello\n")
        terminal.wait_for("Still here.")
    assert server.last_request.json()["model"] == "openai/gpt-oss-20b"


def test_a_server_without_a_list_of_models_is_asked_with_any_name(server: LocalServer) -> None:
    server.fail(404)
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type("/model mine\n")
        terminal.wait_for("the name is not checked: 404")
        terminal.wait_for("the model is mine")


def test_a_conversation_is_saved_and_loaded(server: LocalServer, tmp_path: Path) -> None:
    file = tmp_path / "talk.json"
    server.reply("Hello, Ada.")
    with Terminal("chat", "--model", "other") as terminal:
        terminal.wait_for("> ")
        terminal.type("I am Ada\n")
        terminal.wait_for("Hello, Ada.")
        terminal.wait_for("> ")
        terminal.type(f"/save {file}\n")
        terminal.wait_for("saved in")
    server.reply("Ada.")
    with Terminal("chat") as terminal:
        terminal.wait_for("> ")
        terminal.type(f"/load {tmp_path}/missing.json\n")
        terminal.wait_for("No such file")
        terminal.wait_for("> ")
        terminal.type("/system Terse\n")  # It is not that of the file, which has none.
        terminal.wait_for("> ")
        terminal.type(f"/load {file}\n")
        terminal.wait_for("2 messages, with other")
        terminal.wait_for("> ")
        terminal.type("Who am I?\n")
        terminal.wait_for("Ada.\r\n")
    asked = server.last_request.json()
    assert asked["model"] == "other"
    assert [message["content"] for message in asked["messages"]] == [
        "I am Ada",
        "Hello, Ada.",
        "Who am I?",
    ]


def test_lines_are_kept_between_sessions(server: LocalServer, state: Path) -> None:
    for key in ("Who are you?\n", "\x1b[A\n"):  # The second time it is the arrow up.
        server.reply("Nobody.")
        with Terminal("chat") as terminal:
            terminal.wait_for("> ")
            terminal.type(key)
            terminal.wait_for("Nobody.")
            terminal.wait_for("> ")
            terminal.type(CTRL_D)
            assert terminal.wait() == 0
    assert server.last_request.json()["messages"][-1]["content"] == "Who are you?"
    assert (state / "lines").stat().st_mode & 0o077 == 0


# --------------------------------------------------------------------------------- how it looks


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc")
@pytest.mark.parametrize("stdin", ["None", "subprocess.DEVNULL"])
def test_a_shell_with_nothing_to_read_is_not_mentioned(server: LocalServer, stdin: str) -> None:
    server.reply("Hello.")
    script = f"{shlex.join([sys.executable, *GROQ])} Hi; true"
    program = f"import subprocess; subprocess.run(['sh', '-c', {script!r}], stdin={stdin})"
    with Terminal(python=("-c", program)) as terminal:
        terminal.wait()
    assert "Hello." in terminal.output
    assert "stdin" not in terminal.output


def test_notes_and_thoughts_are_dim_in_a_terminal(server: LocalServer) -> None:
    server.reply(Reply("Yes.", reasoning="Hm"))
    with Terminal("chat", "Well?", "--show-reasoning") as terminal:
        terminal.wait()
    assert "\x1b[2mgroq: asking" in terminal.output
    assert "\x1b[2mHm\x1b[0m" in terminal.output


def test_no_color_turns_colour_off(server: LocalServer) -> None:
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


def test_markdown_is_rendered_and_steers_nothing(server: LocalServer) -> None:
    server.reply(
        Reply(["**Bo", "ld**\x1b]0;owned\x07\n\n- one\n", "- [two](http://127.0.0.1/two)\n"])
    )
    with Terminal("chat", "Hello", "-q") as terminal:
        assert terminal.wait() == 0
    assert "\x1b[1mBold\x1b[0m" in terminal.output
    assert "**" not in terminal.output.rpartition("\x1b[2K")[2]
    assert " • " in terminal.output
    assert "\x1b]" not in terminal.output
    # A link shows where it leads.
    assert "http://127.0.0.1/two" in terminal.output


def test_markdown_is_printed_raw_with_no_markdown_or_without_rich(server: LocalServer) -> None:
    server.reply("**Bold**", times=3)
    with Terminal("chat", "Hello", "-q", "--no-markdown") as terminal:
        assert terminal.wait() == 0
    assert terminal.output == "**Bold**\r\n"
    with Terminal("chat", "Hello", "-q", python=WITHOUT_RICH) as terminal:
        assert terminal.wait() == 0
    assert terminal.output == "**Bold**\r\n"
    with Terminal("chat", "Hello", "-q", "--markdown", python=WITHOUT_RICH) as terminal:
        assert terminal.wait() == 1
    assert "pip install" in terminal.output


def test_a_long_answer_is_shown_whole_and_once(server: LocalServer) -> None:
    # The terminal has 50 lines: what is above them cannot be drawn over again.
    lines = [f"line {number:03}" for number in range(120)]
    server.reply("\n\n".join([*lines[:60], "```", *lines[60:], "```"]))
    with Terminal("chat", "Hello", "-q") as terminal:
        assert terminal.wait() == 0
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.output)
    kept = [shown.rindex(line) for line in lines]
    assert kept == sorted(kept)


def test_a_narrow_terminal_cuts_no_name(server: LocalServer) -> None:
    with Terminal("models", "-q", columns=40) as terminal:
        assert terminal.wait() == 0
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal.output)
    assert max(map(len, shown.splitlines())) <= 40
    assert "…" not in shown


@pytest.mark.parametrize("python", [GROQ, WITHOUT_RICH], ids=["rich", "no-rich"])
def test_a_bar_fits_a_narrow_terminal(
    server: LocalServer, tmp_path: Path, python: tuple[str, ...]
) -> None:
    questions = tmp_path / "questions.jsonl"
    body = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Hi"}]}
    wanted = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}
    questions.write_text(json.dumps(wanted))
    arguments = ("batch", str(questions), "-o", "/dev/null", "--poll", "0.01")
    with Terminal(*arguments, python=python, columns=24) as terminal:
        assert terminal.wait() == 0
    bars = plain(terminal).splitlines()[-1]
    assert "completed" in bars
    assert max(map(len, bars.split("\r"))) <= 24


@pytest.mark.parametrize("python", [GROQ, WITHOUT_RICH], ids=["rich", "no-rich"])
def test_a_long_text_is_read_with_a_bar(
    server: LocalServer, tmp_path: Path, python: tuple[str, ...]
) -> None:
    sentences = ["This sentence is read aloud in a part of its own."] * 16
    target = str(tmp_path / "long.wav")
    with Terminal("speak", *sentences, "-o", target, python=python) as terminal:
        assert terminal.wait() == 0
    assert re.search(
        rf"\rreading .*[#━].* {len(server.requests)}/{len(server.requests)}", plain(terminal)
    )
    assert len(server.requests) > 2


@pytest.mark.parametrize("python", [GROQ, WITHOUT_RICH], ids=["rich", "no-rich"])
def test_a_recording_past_the_limit_is_written_down_with_a_bar(
    server: LocalServer, tmp_path: Path, python: tuple[str, ...]
) -> None:
    recording = tmp_path / "long.wav"
    with wave.open(str(recording), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(16_000)
        written.writeframes(bytes(26_500_000))
    with Terminal("transcribe", str(recording), python=python) as terminal:
        assert terminal.wait() == 0
    assert re.search(r"\rtranscribing .*[#━].* 2/2", plain(terminal))


def plain(terminal: Terminal) -> str:
    """Give what a terminal shows without its colours."""
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", terminal.output)


# ----------------------------------------------------------------------------------------- pipes


def test_a_closed_pipe_ends_the_command_silently(server: LocalServer, gate: Gate) -> None:
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
def test_a_pipe_closed_from_the_start_shows_no_traceback(
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

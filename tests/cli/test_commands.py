"""`groq models`, `transcribe`, `speak`, `serve` and `doctor`; and what all commands share."""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest

import groq
from groq._http.downloads import write_whole
from groq.testing import Cut, LocalServer, Stall

from .conftest import KEY, Run
from .terminal import GROQ


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "talk.mp3"
    path.write_bytes(b"\xff\xfbsound")
    return path


# ----------------------------------------------------------------------------------- in general


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"groq {groq.__version__}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_an_error(server: LocalServer) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, *GROQ, "models", "-q"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 1
    assert ended.stderr.endswith(b"No space left on device\n")
    assert ended.stderr.count(b"\n") == 1


def test_a_full_stderr_does_not_cost_the_answer(server: LocalServer) -> None:
    server.reply("Forty-two.")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, *GROQ, "chat", "What?"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=full,
            timeout=60,
            check=True,
        )
    assert done.stdout == b"Forty-two.\n"


def test_without_a_command_the_help_is_printed_and_exits_with_2(run: Run) -> None:
    outcome = run()
    assert outcome.status == 2
    assert "transcribe" in outcome.stderr


def test_help_loads_no_modules_of_a_command() -> None:
    program = """if True:
        import sys
        before = set(sys.modules)
        from groq.cli import main
        try:
            main(["chat", "--help"])
        except SystemExit:
            pass
        roots = ("groq.resources", "groq.types", "groq.testing", "httpx", "pydantic", "rich")
        loaded = [name for name in set(sys.modules) - before if name.startswith(roots)]
        sys.exit(f"loaded: {loaded}" if loaded else 0)
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    "arguments", [["Why is it blue?"], ["Hello"], ["-m", "other", "Hello"], ["Hello", "-q"]]
)
def test_a_question_needs_no_command(run: Run, server: LocalServer, arguments: list[str]) -> None:
    assert run(*arguments).status == 0
    assert server.last_request.path.endswith("/chat/completions")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["modles"], "there is no command 'modles'; did you mean `groq models`?"),
        (["chat", "Hello", "--modle", "x"], "there is no option '--modle'; did you mean --model?"),
        (["models", "--what"], "there is no option '--what'; see `groq models --help`"),
        (["chat", "Hello", "--seed", "1", "you"], "put a text of several words in quotes"),
        (["list"], "there is no command 'list'; did you mean `groq models`?"),
        (["help"], "did you mean `groq --help`?"),
        (["run", "openai/gpt-oss-20b", "Hi"], "`groq chat -m MODEL` asks a model"),
        (["speak", "Hello"], "the following arguments are required: -o/--output"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(
    run: Run, server: LocalServer, arguments: list[str], says: str
) -> None:
    outcome = run(*arguments)
    assert outcome.status == 2
    assert says in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert not server.requests


@pytest.mark.parametrize(
    "arguments",
    [
        ["--base-url", "http://\udce9", "Hello"],
        ["--base-url", "http://xn--\u00e9.example", "Hello"],
        ["--base-url", "http://127.0.0.1:65537", "Hello"],
        ["--image", "caf\udce9.png", "Hello"],
        ["--schema", "caf\udce9.json", "Hello"],
        [
            "caf\udce9",
            "--model",
            "\udce9",
            "--stop",
            "\udce9",
            "--local",
            "--temperature",
            "\udce9",
        ],
    ],
)
def test_a_nonsense_argument_is_one_line(
    run: Run, server: LocalServer, arguments: list[str]
) -> None:
    outcome = run(*arguments, "-q")
    assert outcome.status in (1, 2)
    assert 1 <= outcome.stderr.count("\n") <= 2


@pytest.mark.parametrize("proxy", ["nonsense://a", "http://[::1", "http://\udce9"])
def test_a_nonsense_proxy_is_one_line(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    outcome = run("chat", "-q", "Hello", "--base-url", "http://groq.invalid", "--timeout", "0.1")
    assert outcome.status in (1, 2)
    assert 1 <= outcome.stderr.count("\n") <= 2


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, '{"minimum": NaN}', "\xff"])
def test_a_nonsense_schema_is_one_line(
    run: Run, server: LocalServer, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "schema.json"
    file.write_bytes(content.encode("latin-1"))
    outcome = run("chat", "-q", "Hello", "--schema", str(file))
    assert outcome.status == 2
    assert outcome.stderr.count("\n") == 1
    assert not server.requests


# ---------------------------------------------------------------------------------------- stdin


@pytest.mark.parametrize("source", ["printf 'a\\nb\\nc\\n' |", ""], ids=["pipe", "file"])
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no /proc")
def test_a_loop_keeps_its_lines(server: LocalServer, tmp_path: Path, source: str) -> None:
    lines = tmp_path / "lines"
    lines.write_text("a\nb\nc\n")
    command = shlex.join([sys.executable, *GROQ, "chat", "-q"])
    target = "" if source else f"< {shlex.quote(str(lines))}"
    script = f'{source} while read l; do {command} "$l"; done {target}'
    subprocess.run(["sh", "-c", script], capture_output=True, check=True, timeout=60)
    asked = [request.json()["messages"][-1]["content"] for request in server.requests]
    assert asked == ["a", "b", "c"]


@pytest.mark.parametrize("last", ["", "-"])
def test_a_piped_or_redirected_file_precedes_the_question(
    server: LocalServer, tmp_path: Path, last: str
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada\n")
    command = f"{shlex.join([sys.executable, *GROQ])} chat -q 'Sum it up' {last}"
    for script in (f"cat letter.txt | {command}; true", f"{command} < letter.txt; true"):
        subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True, stdout=subprocess.PIPE)
        assert server.last_request.json()["messages"][-1]["content"] == "Dear Ada\n\nSum it up"


def test_waiting_for_an_open_pipe_is_reported(server: LocalServer) -> None:
    command = [sys.executable, *GROQ, "chat", "Hello"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        assert b"waiting for the end of stdin" in process.stderr.readline()
        process.stdin.close()
        assert process.wait() == 0


# -------------------------------------------------------------------------------------- history


def test_continue_goes_on_with_the_last_conversation(
    run: Run, server: LocalServer, state: Path
) -> None:
    server.reply("Hello, Ada.")
    assert run("I am Ada", "--model", "other", "--system", "Terse").status == 0
    server.reply("Ada.")
    assert run("chat", "Who am I?", "--continue", "--json").status == 0
    asked = server.last_request.json()
    assert asked["model"] == "other"
    assert [message["content"] for message in asked["messages"]] == [
        "Terse",
        "I am Ada",
        "Hello, Ada.",
        "Who am I?",
    ]
    assert (state / "last.json").stat().st_mode & 0o077 == 0
    assert run("And now?", "-c").status == 0
    assert len(server.last_request.json()["messages"]) == 6


@pytest.mark.parametrize(
    "content", [None, "{", "[]", '{"model": 1, "messages": []}', "[" * 100_000]
)
def test_a_conversation_that_cannot_be_continued_is_one_line(
    run: Run, server: LocalServer, state: Path, content: str | None
) -> None:
    if content is not None:
        state.mkdir()
        (state / "last.json").write_text(content)
    outcome = run("Hello", "-c")
    assert outcome.status == 2
    assert outcome.stderr.count("\n") == 1


def test_a_user_without_a_home_has_no_history(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pwd = pytest.importorskip("pwd")

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    server.reply("Hello.")
    outcome = run("chat", "Hello", "-q")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (0, "Hello.\n", "")
    assert "there is no earlier conversation" in run("chat", "--continue", "And?").stderr


def test_groq_history_off_disables_the_history(
    run: Run, server: LocalServer, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_HISTORY", "off")
    assert run("Hello").status == 0
    assert not state.exists()


# --------------------------------------------------------------------------------------- models


def test_models_are_listed_by_name_without_colour(run: Run, server: LocalServer) -> None:
    outcome = run("models")
    assert outcome.status == 0
    header, *rows = outcome.stdout.splitlines()
    assert header.split() == ["model", "owner", "context", "longest", "answer"]
    assert [row.split()[0] for row in rows] == sorted(row.split()[0] for row in rows)
    assert "\x1b" not in outcome.stdout + outcome.stderr


def test_models_are_json_if_that_is_asked_for(run: Run, server: LocalServer) -> None:
    names = [model["id"] for model in json.loads(run("models", "--json").stdout)["data"]]
    assert "openai/gpt-oss-20b" in names


# ----------------------------------------------------------------------------------- transcribe


def test_a_recording_is_written_down(run: Run, server: LocalServer, recording: Path) -> None:
    server.reply("Good morning.")
    outcome = run("transcribe", str(recording), "--language", "en", "--prompt", "Ada")
    assert outcome.status == 0
    assert outcome.stdout == "Good morning.\n"
    form = server.last_request.form
    assert (form["model"], form["language"]) == ("whisper-large-v3-turbo", "en")
    assert form["prompt"] == "Ada"
    assert server.last_request.files["file"].filename == "talk.mp3"


@pytest.mark.parametrize(("format_", "field"), [("json", "text"), ("verbose_json", "segments")])
def test_a_transcript_is_json_if_that_is_asked_for(
    run: Run, server: LocalServer, recording: Path, format_: str, field: str
) -> None:
    outcome = run("transcribe", str(recording), "--format", format_)
    assert field in json.loads(outcome.stdout)


def test_a_url_is_left_for_the_server_to_fetch(run: Run, server: LocalServer) -> None:
    assert run("transcribe", "https://example.com/talk.mp3").status == 0
    assert server.last_request.form["url"] == "https://example.com/talk.mp3"


@pytest.mark.parametrize(
    ("format_", "begins"), [("srt", "1\n00:00:00,000 --> "), ("vtt", "WEBVTT\n\n00:00:00.000 --> ")]
)
@pytest.mark.parametrize("command", ["transcribe", "translate"])
def test_a_transcript_is_subtitles_if_that_is_asked_for(
    run: Run, server: LocalServer, recording: Path, command: str, format_: str, begins: str
) -> None:
    outcome = run(command, str(recording), "--format", format_)
    assert outcome.status == 0, outcome.stderr
    assert outcome.stdout.startswith(begins)


def test_several_recordings_are_written_down_in_order(
    run: Run, server: LocalServer, recording: Path, tmp_path: Path
) -> None:
    other = tmp_path / "caf\udce9.mp3"
    other.write_bytes(b"sound")
    server.reply("One.")
    server.reply("Two.")
    outcome = run("transcribe", str(recording), str(other), "-q")
    assert (outcome.status, outcome.stderr) == (0, "")
    begun, ended = outcome.stdout.split("\n\n")
    assert begun == f"==> {recording} <==\nOne."
    assert ended.endswith("\ufffd.mp3 <==\nTwo.\n")


def test_several_subtitles_go_into_a_folder(
    run: Run, server: LocalServer, recording: Path, tmp_path: Path
) -> None:
    arguments = ("transcribe", str(recording), "https://example.com/b.wav?x=1", "-f", "srt")
    assert run(*arguments).status == 2
    assert not server.requests
    folder = tmp_path / "new" / "subtitles"
    assert run(*arguments, "-o", str(folder)).status == 0
    assert {path.name for path in folder.iterdir()} == {"talk.srt", "b.srt"}
    assert "--force" in run(*arguments, "-o", str(folder)).stderr


def test_a_recording_through_a_named_pipe_is_read_whole(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    pipe = tmp_path / "talk.wav"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[b"RIFF sound"])
    writer.start()
    assert run("transcribe", str(pipe)).status == 0
    writer.join()
    assert server.last_request.files["file"].content == b"RIFF sound"


def test_a_recording_is_translated(run: Run, server: LocalServer, recording: Path) -> None:
    server.reply("Good morning.")
    assert run("translate", str(recording)).stdout == "Good morning.\n"
    assert server.last_request.path.endswith("/audio/translations")
    assert server.last_request.form["model"] == "whisper-large-v3"


# ------------------------------------------------------------------------------ embed, completion


def test_texts_become_vectors_a_line_each(run: Run, server: LocalServer) -> None:
    outcome = run("embed", "-m", "any", "One", "Two")
    assert len(set(outcome.stdout.splitlines())) == 2
    assert run("embed", "-m", "any", stdin=b"One\n\nTwo\n").stdout == outcome.stdout
    assert len(json.loads(run("embed", "-m", "any", "One", "--json").stdout)["data"]) == 1
    assert run("embed", "-m", "any").status == 2


def test_only_line_feeds_end_a_text_to_embed(run: Run, server: LocalServer) -> None:
    run("embed", "-m", "some-model", stdin="a\u2028b\r\n\nc\x0cd\n".encode())
    assert server.last_request.json()["input"] == ["a\u2028b", "c\x0cd"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(run: Run, shell: str) -> None:
    pytest.importorskip("shtab")
    outcome = run("completion", shell)
    assert outcome.status == 0
    assert "transcribe" in outcome.stdout
    assert "show-reasoning" in outcome.stdout


def test_a_recording_that_is_not_there_is_named(run: Run, server: LocalServer) -> None:
    outcome = run("transcribe", "missing.mp3")
    assert outcome.status == 1
    assert "missing.mp3: No such file or directory" in outcome.stderr


# ---------------------------------------------------------------------------------------- speak


def test_a_text_is_read_into_a_file(run: Run, server: LocalServer, tmp_path: Path) -> None:
    file = tmp_path / "morning.wav"
    outcome = run("speak", "Good", "morning", "-o", str(file), "--voice", "troy", "--speed", "2")
    assert outcome.status == 0
    assert f"wrote {file}" in outcome.stderr
    with wave.open(str(file)) as sound:
        assert sound.getnframes() > 0
    asked = server.last_request.json()
    assert (asked["input"], asked["voice"]) == ("Good morning", "troy")
    assert (asked["response_format"], asked["speed"]) == ("wav", 2)


def test_the_file_name_determines_the_format(run: Run, server: LocalServer, tmp_path: Path) -> None:
    run("speak", "Hello", "-o", str(tmp_path / "hello.MP3"))
    assert server.last_request.json()["response_format"] == "mp3"


def test_speech_goes_from_a_pipe_into_a_pipe(server: LocalServer) -> None:
    command = [sys.executable, *GROQ, "speak", "-o", "-"]
    ended = subprocess.run(command, input=b"Good morning", capture_output=True, check=True)
    assert ended.stdout.startswith(b"RIFF")
    assert server.last_request.json()["input"] == "Good morning"


def test_a_download_that_breaks_off_leaves_no_file(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    server.inject(Cut(at_byte=100))
    assert run("speak", "Hello", "-o", str(tmp_path / "hello.wav")).status == 1
    assert not list(tmp_path.iterdir())


def test_speak_reports_its_file_as_json(run: Run, server: LocalServer, tmp_path: Path) -> None:
    file = tmp_path / "speech.wav"
    told = json.loads(run("speak", "Hi", "-o", str(file), "--json").stdout)
    assert told["file"] == str(file)
    assert told["bytes"] == file.stat().st_size
    assert run("speak", "Hi", "-o", "-", "--json").status == 2


def test_a_folder_that_is_not_there_is_named(run: Run, server: LocalServer, tmp_path: Path) -> None:
    outcome = run("speak", "Hello", "-o", str(tmp_path / "no" / "hello.wav"))
    assert outcome.status == 1
    assert "there is no folder" in outcome.stderr
    assert not server.requests


def test_a_long_text_is_read_in_parts(run: Run, server: LocalServer, tmp_path: Path) -> None:
    file = tmp_path / "story.wav"
    outcome = run("speak", "-o", str(file), stdin=b"We came to the river. " * 20)
    assert outcome.status == 0, outcome.stderr
    assert len(server.requests) > 1
    assert all(len(request.json()["input"]) <= 200 for request in server.requests)
    with wave.open(str(file)) as sound:
        assert sound.getnframes() > 0


@pytest.mark.parametrize("name", ["m.aac", "m.txt"])
def test_an_unsupported_file_extension_is_refused(
    run: Run, server: LocalServer, tmp_path: Path, name: str
) -> None:
    file = str(tmp_path / name)
    assert "--format" in run("speak", "Hello", "-o", file).stderr
    assert not server.requests
    assert run("speak", "Hello", "-o", file, "--format", "wav").status == 0


def test_a_file_that_exists_is_replaced_only_by_force(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    file = tmp_path / "hello.wav"
    file.write_bytes(b"mine")
    outcome = run("speak", "Hello", "-o", str(file))
    assert outcome.status == 1
    assert "--force" in outcome.stderr
    assert not server.requests
    assert file.read_bytes() == b"mine"
    assert run("speak", "Hello", "-o", str(file), "--force").status == 0
    assert file.read_bytes().startswith(b"RIFF")


def test_a_download_that_is_terminated_leaves_no_file(server: LocalServer, tmp_path: Path) -> None:
    server.inject(Stall(after=0))
    command = [sys.executable, *GROQ, "speak", "Hello", "-o", str(tmp_path / "hello.wav")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        for _ in range(2_000):
            if any(tmp_path.iterdir()):
                break
            time.sleep(0.01)
        assert any(tmp_path.iterdir())
        process.terminate()
        assert process.wait(60) == 143
    assert not list(tmp_path.iterdir())


def is_written_before_line(path: Path, number: int) -> bool:
    """Write a file, and end like a process that receives SIGTERM before its n-th line of code."""
    lines = 0

    def terminate(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.endswith("downloads.py"):
            return None
        lines += event == "line"
        if lines == number:
            raise SystemExit
        return terminate

    previous = sys.gettrace()
    with contextlib.suppress(SystemExit):
        sys.settrace(terminate)
        try:
            write_whole(path, iter([b"sound"]))
        finally:
            sys.settrace(previous)
    gc.collect()
    return lines < number


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # an open file
def test_a_download_that_is_terminated_at_any_line_leaves_no_part(tmp_path: Path) -> None:
    path = tmp_path / "hello.wav"
    for number in itertools.count(1):
        is_written = is_written_before_line(path, number)
        assert not list(tmp_path.glob(".*"))
        if is_written:
            break
    assert path.read_bytes() == b"sound"


def test_no_text_at_all_is_a_wrong_command_line(run: Run, server: LocalServer) -> None:
    assert run("speak", "-o", "hello.wav").status == 2
    assert not server.requests


# ---------------------------------------------------------------------------------------- serve


def test_serve_prints_its_url_and_stops_at_ctrl_c() -> None:
    command = [sys.executable, *GROQ, "serve", "--pace", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().decode().strip()
        with httpx.Client(trust_env=False) as http:
            headers = {"authorization": "Bearer any"}
            assert http.get(f"{url}/openai/v1/models", headers=headers).status_code == 200
        told = [process.stderr.readline().decode() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert b"Traceback" not in process.stderr.read()
    assert told[:2] == [f"export GROQ_BASE_URL={url}\n", "export GROQ_API_KEY=local\n"]


def test_a_port_that_is_taken_is_an_error(run: Run, groq_server: LocalServer) -> None:
    outcome = run("serve", "--port", str(groq_server.port))
    assert outcome.status == 1
    assert f"cannot listen on 127.0.0.1:{groq_server.port}: " in outcome.stderr
    assert run("serve", "--port", "65536").status == 2


# --------------------------------------------------------------------------------------- doctor


def test_the_doctor_finds_all_well(run: Run, server: LocalServer) -> None:
    outcome = run("doctor")
    assert outcome.status == 0
    found = {line[:12].strip(): line[13:] for line in outcome.stdout.splitlines()}
    assert found["groq"] == groq.__version__
    assert found["libraries"].startswith("httpx ")
    assert found["key"] == "set"
    assert found["server"] == server.url
    assert found["reachable"].endswith("not encrypted")
    assert int(found["models"]) > 0
    assert found["first token"].startswith("in ")


def test_the_doctor_draws_when_the_pieces_came(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    chart = tmp_path / "chart.svg"
    outcome = run("doctor", "--chart", "--chart-svg", str(chart))
    assert outcome.status == 0
    waiting, answer, *_ = outcome.stderr.splitlines()
    assert "first token in" in waiting
    assert "█" in answer
    assert "first token in" in chart.read_text(encoding="utf-8")


def test_the_doctor_s_findings_are_json_if_that_is_asked_for(run: Run, server: LocalServer) -> None:
    found = json.loads(run("doctor", "--json").stdout)
    assert (found["is_well"], found["wrong"], found["groq"]) == (True, [], groq.__version__)
    server.fail(401, times=None)
    outcome = run("doctor", "--json")
    found = json.loads(outcome.stdout)
    assert outcome.status == 1
    assert (found["is_well"], found["wrong"]) == (False, ["models"])
    assert "401" in found["models"]


def test_the_doctor_examines_the_local_server(run: Run) -> None:
    outcome = run("doctor", "--local")
    assert outcome.status == 0
    assert "not needed" in outcome.stdout


def test_the_doctor_reports_a_missing_key(run: Run, groq_server: LocalServer) -> None:
    groq_server.fail(401)
    outcome = run("doctor", "--base-url", groq_server.url)
    assert outcome.status == 1
    assert "key          WRONG: not set" in outcome.stdout
    assert "reachable    yes" in outcome.stdout
    assert "first token" not in outcome.stdout


def test_the_doctor_reports_a_refused_key(run: Run, server: LocalServer) -> None:
    server.fail(401, error=f"{KEY} is not valid")
    outcome = run("doctor")
    assert outcome.status == 1
    assert "models       WRONG: 401: [key] is not valid" in outcome.stdout


def test_the_doctor_reports_an_unreachable_server(run: Run, server: LocalServer) -> None:
    server.close()
    outcome = run("doctor")
    assert outcome.status == 1
    assert "reachable    WRONG: Connection error." in outcome.stdout


def test_the_doctor_names_a_proxy_without_its_password(
    run: Run, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url.replace("//", f"//ada:{KEY}@"))
    outcome = run("doctor", "--base-url", "http://groq.invalid")
    assert f"proxy        {server.url}\n" in outcome.stdout
    assert "ada" not in outcome.stdout
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert "proxy        none for 127.0.0.1\n" in run("doctor").stdout


def test_python_m_groq_is_the_same_command() -> None:
    command = [sys.executable, *GROQ, "chat", "Hello", "--stop", " No model"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, env=env, check=True
    )
    # The quotes around what was asked are not in ASCII, and break nothing.
    assert b"You wrote ?Hello?." in ended.stdout
    assert ended.stderr.startswith(b"groq: GROQ_API_KEY is not set")

"""`groq models`, `transcribe`, `speak`, `serve` and `doctor`; and what all commands share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import httpx
import pytest

import groq
from groq.testing import Cut, LocalServer

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


def test_no_command_at_all_gets_the_help_and_2(run: Run) -> None:
    outcome = run()
    assert outcome.status == 2
    assert "transcribe" in outcome.stderr


def test_help_loads_no_command_s_needs() -> None:
    program = """if True:
        import sys
        from groq.cli import main
        try:
            main(["chat", "--help"])
        except SystemExit:
            pass
        roots = ("groq.resources", "groq.types", "groq.testing", "pydantic", "rich")
        loaded = [name for name in sys.modules if name.startswith(roots)]
        sys.exit(f"loaded: {loaded}" if loaded else 0)
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


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


def test_a_recording_that_is_not_there_is_named(run: Run, server: LocalServer) -> None:
    outcome = run("transcribe", "missing.mp3")
    assert outcome.status == 1
    assert "there is none at 'missing.mp3'" in outcome.stderr


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


def test_the_format_is_told_from_the_name_of_the_file(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
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


def test_a_folder_that_is_not_there_is_named(run: Run, server: LocalServer, tmp_path: Path) -> None:
    outcome = run("speak", "Hello", "-o", str(tmp_path / "no" / "hello.wav"))
    assert outcome.status == 1
    assert "No such file or directory" in outcome.stderr


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


def test_the_doctor_examines_the_local_server(run: Run) -> None:
    outcome = run("doctor", "--local")
    assert outcome.status == 0
    assert "not needed" in outcome.stdout


def test_the_doctor_says_that_there_is_no_key(run: Run, groq_server: LocalServer) -> None:
    groq_server.fail(401)
    outcome = run("doctor", "--base-url", groq_server.url)
    assert outcome.status == 1
    assert "key          WRONG: not set" in outcome.stdout
    assert "reachable    yes" in outcome.stdout
    assert "first token" not in outcome.stdout


def test_the_doctor_says_that_a_key_is_refused(run: Run, server: LocalServer) -> None:
    server.fail(401, error=f"{KEY} is not valid")
    outcome = run("doctor")
    assert outcome.status == 1
    assert "models       WRONG: 401: [key] is not valid" in outcome.stdout


def test_the_doctor_says_that_nobody_can_be_reached(run: Run, server: LocalServer) -> None:
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

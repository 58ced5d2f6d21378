"""`groq run`: a file of requests answered now, and a run that goes on where it stopped."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from groq import read_results
from groq.testing import Gate, LocalServer, ReceivedRequest, Stall

from .conftest import Run
from .terminal import CTRL_C, GROQ, Terminal
from .test_batch import line


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(line, ("a", "b", "c"))) + "\n")
    return path


def test_requests_go_in_and_results_come_out(
    run: Run, server: LocalServer, questions: Path
) -> None:
    outcome = run("run", str(questions))
    assert outcome.status == 0
    results = [json.loads(result) for result in outcome.stdout.splitlines()]
    assert sorted(result["custom_id"] for result in results) == ["a", "b", "c"]
    assert all(result["response"]["status_code"] == 200 for result in results)
    assert "groq: 3 done, " in outcome.stderr
    assert " tokens, 0.00" in outcome.stderr
    server.assert_received("/chat/completions", times=3)


def test_requests_come_through_a_pipe(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    output = str(tmp_path / "answers.jsonl")
    outcome = run("run", "-", "--json", "-o", output, stdin=questions.read_bytes())
    assert outcome.status == 0
    assert json.loads(outcome.stdout)["done"] == 3
    assert "groq: 1 done, " in outcome.stderr
    assert outcome.stderr.splitlines()[-1].startswith("groq: 3 done, ")
    assert outcome.stderr.endswith(", 3 of 3\n")
    server.assert_received("/chat/completions", times=3)


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="there is no /dev/stdin")
def test_a_pipe_is_read_once(server: LocalServer, questions: Path) -> None:
    command = [sys.executable, *GROQ, "run", "/dev/stdin", "-q"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        results, _ = process.communicate(questions.read_bytes())
    assert process.returncode == 0
    assert results.count(b"\n") == 3


def test_a_run_without_requests_says_so(run: Run, server: LocalServer, questions: Path) -> None:
    questions.write_text("\n")
    for outcome in (run("run", str(questions)), run("run", "-")):
        assert outcome.status == 0
        assert outcome.stderr.endswith("groq: there are no requests\n")


def test_a_run_goes_on_where_it_stopped(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    output = tmp_path / "answers.jsonl"
    assert run("run", str(questions), "-o", str(output), "-q").status == 0
    with questions.open("a") as more:
        more.write(line("d"))
    outcome = run("run", str(questions), "-o", str(output))
    assert outcome.status == 0
    assert sorted(result.custom_id for result in read_results(output)) == ["a", "b", "c", "d"]
    server.assert_received("/chat/completions", times=4)
    assert "already has its result" in run("run", str(questions), "-o", str(output)).stderr


def test_a_run_is_charted_and_added_up(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    output, chart = tmp_path / "answers.jsonl", tmp_path / "chart.svg"
    server.fail(429, retry_after=0.01)
    command = ("run", str(questions), "-o", str(output), "-q", "--json")
    outcome = run(*command, "--chart", "--chart-svg", str(chart))
    sums = json.loads(outcome.stdout)
    assert (sums["requests"], sums["done"], sums["failed"], sums["skipped"]) == (3, 3, 0, 0)
    assert sums["cost_usd"] > 0
    rows = {line.split()[0]: line for line in outcome.stderr.splitlines()}
    assert rows["answers"].split()[-4] == "3,"
    assert " of " in rows["requests"] and " of " in rows["tokens"]
    assert rows["refused"].endswith(" 1")
    assert "refused (429): 1" in chart.read_text(encoding="utf-8")
    assert json.loads(run(*command).stdout)["skipped"] == 3
    assert run("run", str(questions), "--json").status == 2


def test_requests_without_an_answer_are_named(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    server.fail(400, error="This makes no sense", times=1)
    outcome = run("run", str(questions), "-o", str(tmp_path / "answers.jsonl"))
    assert outcome.status == 1
    assert ": This makes no sense" in outcome.stderr
    assert "requests without an answer: 1" in outcome.stderr


def test_a_line_that_nests_too_deep_is_named(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    with questions.open("a") as file:
        file.write('{"a":' * 100_000 + "\n")
    output = tmp_path / "answers.jsonl"
    outcome = run("run", str(questions), "-o", str(output))
    assert outcome.status == 1
    assert "request-3: Expected JSON in requests[3] but it nests too deep" in outcome.stderr
    assert len(output.read_bytes().splitlines()) == 3


def test_lines_for_several_paths_may_be_mixed(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.jsonl"
    audio = {"model": "whisper-large-v3", "url": "https://example.com/a.wav"}
    lines = [
        line("chat"),
        json.dumps(
            {
                "custom_id": "audio",
                "method": "POST",
                "url": "/v1/audio/transcriptions",
                "body": audio,
            }
        ),
        json.dumps({"custom_id": "no", "method": "POST", "url": "/v1/files", "body": {}}),
    ]
    path.write_text("\n".join(lines))
    outcome = run("run", str(path))
    assert "no: Expected a request for one of" in outcome.stderr
    server.assert_received("/chat/completions", times=1)
    server.assert_received("/audio/transcriptions", times=1)


def test_the_output_is_not_the_file_of_requests(
    run: Run, server: LocalServer, questions: Path
) -> None:
    outcome = run("run", str(questions), "-o", str(questions))
    assert outcome.status == 2
    assert "expected an output that is not the file of requests" in outcome.stderr


@pytest.mark.parametrize("text", ["Buy milk.\n", "Buy milk."])
def test_an_output_that_holds_no_results_is_kept(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path, text: str
) -> None:
    other = tmp_path / "notes.txt"
    other.write_text(text)
    outcome = run("run", str(questions), "-o", str(other))
    assert outcome.status == 2
    assert "Expected a result in line 1" in outcome.stderr
    assert other.read_text() == text
    assert not server.requests


def test_an_output_that_cannot_be_written_is_refused_before_sending(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    for output, says in ((tmp_path / "no" / "a.jsonl", "there is no folder"), (tmp_path, "folder")):
        outcome = run("run", str(questions), "-o", str(output))
        assert outcome.status == 1
        assert says in outcome.stderr
    assert not server.requests


def test_ctrl_c_says_how_to_go_on(server: LocalServer, questions: Path, tmp_path: Path) -> None:
    server.limit_rate(requests=1)
    output = tmp_path / "answers.jsonl"
    with Terminal("run", str(questions), "-o", str(output)) as terminal:
        terminal.wait_for("1 done")
        terminal.type(CTRL_C)
        terminal.wait_for("run the same command to continue")
        assert terminal.wait() == 130
    assert len(list(read_results(output))) == 1


def test_requests_in_flight_end_after_ctrl_c(
    run: Run,
    server: LocalServer,
    questions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both, gate = Gate(), Gate()

    def answer_second(_: ReceivedRequest) -> str:
        both.open()  # The first answer waits until both requests are in flight.
        return "Two."

    class Interrupted(io.StringIO):
        """A stderr whose user presses Ctrl-C at the first note, while an answer arrives."""

        def write(self, text: str) -> int:
            if "done, " in text:
                assert gate.wait_until_reached(30)
                gate.open()
                raise KeyboardInterrupt
            return super().write(text)

    server.reply("One.", Stall(after=0, until=both))
    server.reply(answer_second, Stall(after=0, until=gate))
    questions.write_text(f"{line('a')}\n{line('b')}\n")
    output = tmp_path / "answers.jsonl"
    stderr = Interrupted()
    monkeypatch.setattr(sys, "stderr", stderr)
    assert run("run", str(questions), "-o", str(output), "--chart").status == 130
    assert "finished answers are kept" in stderr.getvalue()
    assert sorted(result.custom_id for result in read_results(output)) == ["a", "b"]


def test_a_dash_as_output_is_stdout(run: Run, server: LocalServer, questions: Path) -> None:
    assert run("run", str(questions), "-o", "-", "-q").stdout.count("\n") == 3
    assert not Path("-").exists()


def test_a_result_cannot_steer_the_terminal(server: LocalServer, questions: Path) -> None:
    server.reply("\x9b31m", times=None)
    with Terminal("run", str(questions), "-q") as terminal:
        assert terminal.wait() == 0
    assert "\x9b" not in terminal.output
    assert "\\u009b31m" in terminal.output

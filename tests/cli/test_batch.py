"""`groq batch`: requests in, results out; and a wait that can be left and taken up again."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from groq.testing import Cut, LocalServer, ReceivedRequest

from .conftest import Run
from .terminal import CTRL_C, GROQ, WITHOUT_RICH, Terminal


def line(custom_id: str, **more: Any) -> str:
    body = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": custom_id}]}
    wanted = {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions"}
    return json.dumps({**wanted, "body": {**body, **more}})


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(map(line, ("a", "b", "c"))))
    return path


def custom_ids(results: str) -> list[str]:
    return [json.loads(result)["custom_id"] for result in results.splitlines()]


def test_requests_go_in_and_results_come_out(
    run: Run, server: LocalServer, questions: Path
) -> None:
    outcome = run("batch", str(questions), "--poll", "0.01", "--window", "48h")
    assert outcome.status == 0
    assert custom_ids(outcome.stdout) == ["a", "b", "c"]
    told = outcome.stderr.splitlines()
    assert told[1].startswith("groq: the batch is batch_")
    assert told[2:] == [
        "groq: in progress, 2 of 3",
        "groq: finalizing, 3 of 3",
        "groq: completed, 3 of 3",
    ]
    server.assert_received("/batches", method="POST", json={"completion_window": "48h"})
    (upload,) = server.assert_received("/files", method="POST", form={"purpose": "batch"})
    assert upload.files["file"].filename == "questions.jsonl"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode")
def test_a_file_whose_name_is_not_unicode_is_sent(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    odd = questions.rename(tmp_path / os.fsdecode(b"\xff.txt"))
    assert run("batch", str(odd), "--poll", "0.01", "-o", "-").status == 0
    (upload,) = server.assert_received("/files", method="POST")
    assert upload.files["file"].filename == "\ufffd.jsonl"


def test_a_failed_request_has_a_result_and_exits_with_1(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    questions.write_text(f"{line('a')}\n{line('b')}\n")
    server.reply("An answer.")
    server.fail(400, path="/chat/completions")
    results = tmp_path / "results.jsonl"
    outcome = run("batch", str(questions), "--poll", "0.01", "-q", "-o", str(results))
    assert outcome.status == 1
    assert outcome.stderr == "groq: requests without an answer: 1\n"
    assert custom_ids(results.read_text()) == ["a", "b"]


def test_errors_of_the_file_are_reported_with_line_numbers(
    run: Run, server: LocalServer, questions: Path
) -> None:
    questions.write_text(f"{line('a')}\n{line('a')}\nno JSON\n")
    outcome = run("batch", str(questions), "--poll", "0.01", "-q")
    assert outcome.status == 1
    assert outcome.stderr.splitlines() == [
        "groq: line 2: the `custom_id` 'a' comes twice",
        "groq: line 3: this line is not JSON",
        "groq: the batch did not complete: it is failed",
    ]


def test_a_failed_batch_leaves_no_file(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    questions.write_text("no JSON\n")
    results = tmp_path / "results.jsonl"
    assert run("batch", str(questions), "--poll", "0.01", "-o", str(results)).status == 1
    assert not results.exists()


def test_a_batch_takes_the_arguments_of_create_too(
    run: Run, server: LocalServer, questions: Path
) -> None:
    question: dict[str, Any] = {
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "user", "content": "Hi"}],
    }
    lines = [{**question, "custom_id": "a"}, question]
    questions.write_text("\n".join([*map(json.dumps, lines), line("c")]))
    outcome = run("batch", str(questions), "--poll", "0.01")
    assert outcome.status == 0
    assert custom_ids(outcome.stdout) == ["a", "request-1", "c"]


@pytest.mark.parametrize("arguments", [[], ["questions.jsonl", "--resume", "batch_1"]])
def test_batch_requires_either_a_file_or_a_batch(run: Run, arguments: list[str]) -> None:
    assert run("batch", *arguments).status == 2


def test_requests_that_are_not_there_are_named(run: Run, server: LocalServer) -> None:
    outcome = run("batch", "missing.jsonl")
    assert outcome.status == 1
    assert "missing.jsonl" in outcome.stderr


def test_batches_are_listed_shown_and_cancelled(
    run: Run, server: LocalServer, questions: Path
) -> None:
    assert run("batch", str(questions), "--poll", "0.01").status == 0
    (row,) = run("batch", "list").stdout.splitlines()[1:]
    batch_id = row.split()[0]
    assert row.split()[1:6] == ["completed", "3", "of", "3", "0"]
    assert run("batch", "status", batch_id).stdout.splitlines()[1] == row
    shown = run("batch", "status", batch_id, "--json")
    assert json.loads(shown.stdout)["id"] == batch_id
    assert run("batch", "cancel", batch_id).status in (0, 1)
    server.assert_received(f"/batches/{batch_id}/cancel", method="POST")


def test_a_batch_without_its_fields_is_listed(run: Run, server: LocalServer) -> None:
    counts = {"total": 3, "completed": None, "failed": None}
    batches = [
        {"id": "batch_1", "status": "failed", "created_at": None, "request_counts": counts},
        {"id": "batch_2", "status": None, "created_at": 1e30},
    ]
    server.reply_with_bytes(json.dumps({"object": "list", "data": batches}).encode())
    outcome = run("batch", "list", "-q")
    assert outcome.status == 0
    assert [row.split()[0] for row in outcome.stdout.splitlines()[1:]] == ["batch_1", "batch_2"]


@pytest.mark.parametrize(
    "arguments", [["status"], ["cancel"], ["list", "batch_1"], ["a.jsonl", "x"]]
)
def test_missing_or_extra_batch_arguments_are_refused(
    run: Run, server: LocalServer, arguments: list[str]
) -> None:
    assert run("batch", *arguments).status == 2
    assert not server.requests


def test_results_that_cannot_be_written_are_refused_before_anything_is_sent(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text("mine")
    for output, says in (
        (tmp_path / "no" / "results.jsonl", "there is no folder"),
        (tmp_path, "is a folder"),
        (results, "--force"),
    ):
        outcome = run("batch", str(questions), "-o", str(output))
        assert outcome.status == 1
        assert says in outcome.stderr
    assert not server.requests
    assert results.read_text() == "mine"


def test_an_interrupted_download_keeps_the_existing_file(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text("mine")
    assert run("batch", str(questions), "--poll", "0.01").status == 0
    with server.client() as client:
        (batch,) = client.batches.list().data
    server.inject(Cut(at_byte=20), path=f"/files/{batch.output_file_id}/content")
    assert run("batch", "--resume", batch.id, "-o", str(results), "--force").status == 1
    assert results.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"questions.txt", "results.jsonl"}


def test_the_local_server_answers_a_batch_without_a_key(run: Run, questions: Path) -> None:
    outcome = run("batch", str(questions), "--poll", "0.01")
    assert outcome.status == 0
    assert custom_ids(outcome.stdout) == ["a", "b", "c"]


def test_ctrl_c_leaves_a_batch_running_and_resume_takes_it_up_again(
    run: Run, server: LocalServer, questions: Path, tmp_path: Path
) -> None:
    results = tmp_path / "my results.jsonl"
    with Terminal("batch", str(questions), "-o", str(results), "--poll", "60") as terminal:
        terminal.wait_for("in progress")
        terminal.type(CTRL_C)
        terminal.wait_for("resume it with: ")
        command = shlex.split(terminal.wait_for("\r\n").replace("\x1b[0m", ""))
        assert terminal.wait() == 130
    assert "Traceback" not in terminal.output
    assert not results.exists()
    assert run(*command[1:], "--poll", "0.01").status == 0
    assert custom_ids(results.read_text()) == ["a", "b", "c"]
    server.assert_received("/batches", method="POST", times=1)


def test_an_error_says_how_to_take_a_batch_up_again(
    run: Run, server: LocalServer, questions: Path
) -> None:
    def forget(_: ReceivedRequest) -> str:
        server.fail(403, times=None)
        return "Hello."

    server.reply(forget, times=None)
    outcome = run("batch", str(questions), "--poll", "0.01", "-q")
    assert outcome.status == 1
    assert "groq: the batch continues; resume it with: groq batch --resume batch_" in (
        outcome.stderr
    )
    assert "groq: 403: " in outcome.stderr


def test_resuming_an_unknown_batch_is_an_error(run: Run, server: LocalServer) -> None:
    outcome = run("batch", "--resume", "batch_1", "-q")
    assert outcome.status == 1
    assert outcome.stderr.count("\n") == 1
    assert outcome.stderr.startswith("groq: 404: batch 'batch_1' not found")


@pytest.mark.parametrize("python", [GROQ, WITHOUT_RICH], ids=["rich", "no-rich"])
def test_a_terminal_has_a_bar(
    server: LocalServer, questions: Path, python: tuple[str, ...]
) -> None:
    arguments = ("batch", str(questions), "-o", "/dev/null", "--poll", "0.01")
    with Terminal(*arguments, python=python) as terminal:
        assert terminal.wait() == 0
    shown = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", terminal.output)
    assert re.search(r"\rcompleted .* 3/3", shown)

"""The fixtures for pytest, in test files of their own that another pytest runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from groq.testing import LocalServer

CONFTEST = 'pytest_plugins = ["groq.testing.pytest_plugin"]\n'
TAPED = """
import pytest
from groq import Groq

def ask(text="Hi"):
    with Groq(max_retries=0) as client:
        completion = client.chat.completions.create(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": text}]
        )
    return completion.choices[0].message.content

@pytest.mark.groq_tape
@pytest.mark.parametrize("text", ["Hi", "What? / Why?"])
def test_taped(text):
    assert ask(text) == "Hello"

class TestMore:
    @pytest.mark.groq_tape(ignore=["messages[*].content"])
    def test_ignored(self, groq_client, request):
        assert ask(str(id(request))) == "Hello"
        groq_client.models.list()
"""

HIDDEN = """
        try:
            [ask("x") for _ in range(2)]
        except Exception:
            pass
"""


class Project:
    """A folder with tests, which another pytest runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("conftest.py", CONFTEST)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def run(self, *arguments: str, **environment: str) -> tuple[dict[str, int], str]:
        """Run the tests, and give how many passed and failed, and what was printed."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
        result = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        counts = re.findall(r"(\d+) (passed|failed|errors?)", result.stdout.rstrip("\n"))
        return {word.rstrip("s"): int(count) for count, word in counts}, result.stdout

    @property
    def tapes(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "tapes" / "test_it").glob("*"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_marked_test_is_recorded_once_and_replayed_ever_after(
    project: Project, groq_server: LocalServer
) -> None:
    project.write("test_it.py", TAPED)
    counts, printed = project.run()
    assert counts == {"error": 3}, printed
    assert "set GROQ_API_KEY" in printed
    groq_server.reply("Hello", times=None)
    recorded, printed = project.run(f"--groq-upstream={groq_server.url}", GROQ_API_KEY="a-real-key")
    assert recorded == {"passed": 3}, printed
    assert {request.headers["authorization"] for request in groq_server.requests} == {
        "Bearer a-real-key"
    }
    assert project.tapes == [
        "TestMore.test_ignored.jsonl",
        "test_taped[Hi].jsonl",
        "test_taped[What_Why_].jsonl",
    ]
    groq_server.reset()
    for arguments in ([], ["-p", "xdist", "-n2", "--groq-record=none"]):
        assert project.run(*arguments)[0] == {"passed": 3}
    assert not groq_server.requests


def test_tapes_are_recorded_anew_or_further(project: Project, groq_server: LocalServer) -> None:
    project.write("test_it.py", TAPED)
    assert "none is to be recorded" in project.run("--groq-record=none")[1]
    groq_server.reply("Bye", times=None)
    upstream = f"--groq-upstream={groq_server.url}"
    assert project.run(upstream)[0] == {"failed": 3}
    assert project.run()[0] == {"failed": 3}  # The answers are those of the tape.
    groq_server.reset()
    groq_server.reply("Hello", times=None)
    assert project.run(upstream, "--groq-record=all")[0] == {"passed": 3}
    project.write("test_it.py", TAPED + "        ask()\n")
    assert project.run()[0] == {"passed": 2, "failed": 1, "error": 1}
    assert project.run(upstream, "--groq-record=missing")[0] == {"passed": 3}
    assert project.run()[0] == {"passed": 3}


def test_a_request_that_is_not_on_the_tape_fails_even_if_the_program_hides_it(
    project: Project, groq_server: LocalServer
) -> None:
    project.write("test_it.py", TAPED)
    groq_server.reply("Hello", times=None)
    project.run(f"--groq-upstream={groq_server.url}")
    project.write("test_it.py", TAPED + HIDDEN)
    counts, printed = project.run()
    assert counts == {"passed": 3, "error": 1}
    assert "These are not on the tape" in printed


IMPATIENT = """
import httpx

def test_impatient(groq_server):
    groq_server.fail(400)
    with httpx.Client(base_url=groq_server.url, headers={"authorization": "Bearer any"}) as client:
        assert [client.get("/openai/v1/models").status_code for _ in range(2)] == [400, 200]
"""


def test_the_verdict_on_clients_is_in_the_summary(project: Project) -> None:
    project.write("test_it.py", IMPATIENT)
    told = "test_it.py::test_impatient: retried_in_vain: GET /openai/v1/models came again"
    for arguments in ([], ["-p", "xdist", "-n1"]):
        counts, printed = project.run(*arguments)
        assert counts == {"passed": 1} and printed.count(told) == 1, printed
    counts, printed = project.run("--groq-verdict=fail")
    assert counts == {"passed": 1, "error": 1} and "retried_in_vain" in printed
    assert "retried_in_vain" not in project.run("--groq-verdict=off")[1]

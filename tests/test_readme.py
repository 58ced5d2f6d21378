"""Every code block of the README runs as it stands, against the local server."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from groq.testing import LocalServer

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

BLOCKS = [
    pytest.param(match[1], match[2], README.count("\n", 0, match.start(2)), id=f"line {line}")
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for line in [README.count("\n", 0, match.start(2)) + 1]
]
# Both install packages, so nothing here runs them: `.ci/run` takes them from the README.
CHAT = (
    "python -m venv .venv && .venv/bin/pip install -q . && "
    '.venv/bin/python -m groq chat "Why is the sky blue?"\n'
)
TESTS = ".venv/bin/pip install -q nox && .venv/bin/nox -s tests\n"


@pytest.fixture
def groq_server() -> Iterator[LocalServer]:
    """Gives a server as strict as Groq, which still has the models that old examples name."""
    with LocalServer(pace=0, models=["llama-3.3-70b-versatile", "nomic-embed-text-v1_5"]) as server:
        yield server


@pytest.fixture
def folder(groq_server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the files that the blocks name; the environment names a server."""
    with groq_server.client() as client:
        speech = client.audio.speech.create(
            model="canopylabs/orpheus-v1-english", voice="diana", input="A few words."
        )
        speech.write_to_file(tmp_path / "speech.wav")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROQ_API_KEY", "local")
    monkeypatch.setenv("GROQ_BASE_URL", groq_server.url)
    return tmp_path


@pytest.mark.parametrize(("language", "code", "line"), BLOCKS)
def test_a_block_runs_as_it_stands(language: str, code: str, line: int, folder: Path) -> None:
    if language == "sh":
        assert code in (CHAT, TESTS)
    elif "def test_" in code:
        file = folder / "test_block.py"
        file.write_text(code, encoding="utf-8")
        run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(file))
    else:
        assert language == "python"
        if "DefaultAioHttpClient" in code and not importlib.util.find_spec("httpx_aiohttp"):
            pytest.skip("the extra `aiohttp` is not installed")
        # As many empty lines before it, so that a traceback shows the line of the README.
        exec(compile("\n" * line + code, "README.md", "exec"), {"__name__": "__main__"})


def test_the_two_commands_come_first() -> None:
    assert [block.values[1] for block in BLOCKS[:2]] == [CHAT, TESTS]


def test_links_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", re.findall(r"`groq ([a-z]+)", README))
def test_a_command_that_the_readme_names_is_there(name: str) -> None:
    assert "usage" in run("-m", "groq", name, "--help")


BASIC_STREAMING = """
from groq import Groq

client = Groq()

stream = client.chat.completions.create(
    messages=[
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "Explain quantum computing"},
    ],
    model="llama-3.3-70b-versatile",
    stream=True,
)

for chunk in stream:
    content = chunk.choices[0].delta.content
    if content:
        print(content, end="")
"""
ASYNC_STREAMING = """
import asyncio
from groq import AsyncGroq

async def main():
    client = AsyncGroq()
    stream = await client.chat.completions.create(
        messages=[{"role": "user", "content": "Write a haiku"}],
        model="llama-3.3-70b-versatile",
        stream=True,
    )
    async for chunk in stream:
        content = chunk.choices[0].delta.content
        if content:
            print(content, end="")

asyncio.run(main())
"""


@pytest.mark.parametrize("program", [BASIC_STREAMING, ASYNC_STREAMING], ids=["sync", "async"])
@pytest.mark.usefixtures("folder")
def test_a_program_that_closes_nothing_streams_and_ends_silently(
    program: str, groq_server: LocalServer
) -> None:
    groq_server.reply("An answer, token by token.")
    assert run("-c", program) == "An answer, token by token."


def run(*arguments: str) -> str:
    """Run Python, expect that it succeeds and says nothing on stderr, and return its output."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout

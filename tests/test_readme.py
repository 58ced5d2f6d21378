"""Every code block of the README and of the pages runs as it stands, against the local server."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import doctest
import importlib.util
import inspect
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

import groq
import groq.cli
import groq.testing
from groq.testing import LocalServer
from groq.types.chat import ChatCompletionChunk

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")
# Groups: language, file, code, and what stands beneath it, which is what it prints.
FENCE = re.compile(
    r'^```(\w*)(?: title="(\S+)")?\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?',
    re.MULTILINE | re.DOTALL,
)


ALIASES = {"Client", "Fault", "NoneType", "ProxiesTypes", "ReplyFunction", "Timeout", "Transport"}


class Block(NamedTuple):
    """A block of code on a page."""

    page: Path
    line: int
    language: str
    file: str | None
    """The name under which a reader saves it."""
    code: str
    prints: str | None


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start(3))
            yield Block(page, line, *match.groups())


BLOCKS = list(blocks())
RUN = [block for block in BLOCKS if block.language == "python"]
COMMANDS = [block for block in BLOCKS if block.language == "sh"]
SCRIPT, TAPE = (block for block in BLOCKS if block.language == "json")
(TAPE_TEST,) = (block for block in BLOCKS if block.language == "py")

NOT_RUN = {
    "python -m venv": "it installs packages; `.ci/run` takes it from the README",
    ".venv/bin/pip": "it installs packages; `.ci/run` takes it from the README",
    "pip install": "it installs packages",
    "export": "it sets variables, which the fixture `folder` does",
    "groq serve": "it runs until Ctrl-C; tests/cli/test_serve.py runs it",
}
"""How blocks of commands begin that no test here runs, and why."""
SHOWN = {
    "constraints.txt": "the file of a reader, with the reader's path",
    "pyproject.toml": "the file of a reader, with the reader's path",
    "12:51:20 POST": "a line of the log, whose time is never the same",
}
"""How other blocks begin, or the names of their files, and why they are shown as they are."""


def name_of(block: object) -> str | None:
    return f"{block.page.name}:{block.line + 1}" if isinstance(block, Block) else None


CHAT = (
    "python -m venv .venv && .venv/bin/pip install -q . && "
    '.venv/bin/python -m groq chat "Why is the sky blue?"\n'
)
TESTS = ".venv/bin/pip install -q nox && .venv/bin/nox -s tests\n"


@pytest.fixture
def groq_server() -> Iterator[LocalServer]:
    """Give a server as strict as Groq, which still has the models that old examples name."""
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


@pytest.mark.parametrize("block", RUN, ids=name_of)
def test_a_block_runs_and_prints_the_output_below_it(block: Block, folder: Path) -> None:
    for module in imported(block.code):
        if not importlib.util.find_spec(module):
            pytest.skip(f"{module} is not installed")
    if "DefaultAioHttpClient" in block.code and not importlib.util.find_spec("httpx_aiohttp"):
        pytest.skip("the extra `aiohttp` is not installed")
    if "def test_" in block.code:
        file = folder / "test_block.py"
        file.write_text(block.code, encoding="utf-8")
        run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(file))
        return
    for saved in BLOCKS:
        if saved.page == block.page and saved.file:
            (folder / saved.file).write_text(saved.code, encoding="utf-8")
    printed = io.StringIO()
    # As many empty lines before it, so that a traceback shows the line of the page.
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if block.page.name == "notebooks.md" else 0
    code = compile("\n" * block.line + block.code, str(block.page), "exec", flags, True)
    # What is saved as a file is imported.
    names: dict[str, object] = {"__name__": Path(block.file).stem if block.file else "__main__"}
    with contextlib.redirect_stdout(printed), contextlib.ExitStack() as left_open:
        ended = eval(code, names)
        if inspect.iscoroutine(ended):
            asyncio.run(ended)
        for value in names.values():  # the cells of a notebook close nothing
            if isinstance(value, (groq.Groq, LocalServer)):
                left_open.callback(value.close)
    if block.prints is not None:
        compare = doctest.OutputChecker().check_output
        got = printed.getvalue().rstrip() + "\n"
        assert compare(block.prints, got, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE), got


def imported(code: str) -> set[str]:
    """Return the packages that a program imports."""
    nodes = list(ast.walk(ast.parse(code, feature_version=(3, 10))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("block", COMMANDS, ids=name_of)
def test_the_commands_of_a_block_run(block: Block, folder: Path) -> None:
    for beginning, reason in NOT_RUN.items():
        if block.code.startswith(beginning):
            pytest.skip(reason)
    bash = shutil.which("bash")
    if sys.platform == "win32" or not bash or not shutil.which("git"):
        pytest.skip("it is a script for bash, with git")
    for name in ("talk.mp3", "rede.mp3", "monday.mp3", "tuesday.mp3"):
        shutil.copy(folder / "speech.wav", folder / name)
    for name in ("letter.txt", "review.txt", "change.diff", "questions.txt"):
        (folder / name).write_text("A line.\nAnother one.\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], check=True)
    done = subprocess.run(
        [bash, "-euo", "pipefail", "-c", block.code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "XDG_STATE_HOME": str(folder / "state"),
        },
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(folder.glob("*.jsonl"))


def test_the_script_on_the_page_is_read(groq_server: LocalServer) -> None:
    groq_server.load_script(json.loads(SCRIPT.code))
    assert len(groq_server.save_script()) > 1


def test_the_tape_on_the_page_is_replayed(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    tape.write_text(TAPE.code, encoding="utf-8")
    with LocalServer(tape=tape) as server, server.client() as client:
        stream = client.post(
            "/openai/v1/chat/completions",
            body={"model": "openai/gpt-oss-20b", "stream": True},
            cast_to=ChatCompletionChunk,
            stream=True,
            stream_cls=groq.Stream[ChatCompletionChunk],
        )
        assert next(iter(stream)).choices[0].delta.content == "Hel"


def test_the_test_with_a_tape_records_and_replays(groq_server: LocalServer, folder: Path) -> None:
    groq_server.reply("Paris.")
    file = folder / "test_tape.py"
    file.write_text(
        f"""import pytest
from groq import Groq

def ask(question: str) -> str:
    completion = Groq().chat.completions.create(
        model="openai/gpt-oss-20b", messages=[{{"role": "user", "content": question}}]
    )
    return completion.choices[0].message.content or ""

{TAPE_TEST.code}""",
        encoding="utf-8",
    )
    options = ("-q", "-p", "no:cacheprovider", "-p", "groq.testing.pytest_plugin")
    run("-m", "pytest", *options, "--groq-upstream", groq_server.url, str(file))
    run("-m", "pytest", *options, "--groq-record=none", str(file))
    groq_server.assert_received("/chat/completions", times=1)


def test_a_block_of_another_kind_has_a_reason() -> None:
    others = [block for block in BLOCKS if block.language in ("text", "toml")]
    unexplained = [
        name_of(block)
        for block in others
        if not any(block.code.startswith(each) or block.file == each for each in SHOWN)
    ]
    assert unexplained == []
    kinds = {block.language for block in BLOCKS}
    assert kinds == {"python", "sh", "json", "py", "text", "toml"}


def test_the_pictures_of_the_site_are_drawn(tmp_path: Path) -> None:
    run(str(ROOT / "scripts" / "pictures.py"), str(tmp_path))
    stream, chart = (
        ElementTree.parse(tmp_path / name).getroot() for name in ("stream.svg", "run.svg")
    )
    assert "Sunlight" in "".join(stream.itertext())
    assert "300, " in "".join(chart.itertext())
    pictures = {path.name for path in tmp_path.iterdir()}
    assert pictures <= {path.name for path in (ROOT / "docs" / "assets").iterdir()}


def test_a_block_that_prints_shows_its_output() -> None:
    silent = [name_of(block) for block in RUN if "print(" in block.code and block.prints is None]
    assert silent == []


def test_the_two_commands_come_first() -> None:
    readme = [block for block in BLOCKS if block.page.name == "README.md"]
    assert [block.code for block in readme[:2]] == [CHAT, TESTS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_link_targets_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith("https://"):
            name, _, anchor = target.partition("#")
            file = page.parent / name if name else page
            assert file.exists(), target
            # The site has what is in its folder alone.
            assert page == PAGES[0] or ".." not in file.relative_to(page.parent).parts, target
            if anchor:
                headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
                slugs = {re.sub(r"[^\w -]", "", heading.lower()) for heading in headings}
                assert anchor in {slug.replace(" ", "-") for slug in slugs}, target


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_a_page_has_a_description(page: Path) -> None:
    # A colon in it would make it no text but an object.
    text = page.read_text(encoding="utf-8")
    assert re.match(r"---\n(title: [^:\n]+\n)?description: [A-Z][^:\n]+\.\n---\n", text)


@pytest.mark.parametrize("module", [groq, groq.testing], ids=["groq", "testing"])
def test_the_reference_has_every_public_class_and_function(module: ModuleType) -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^::: ([\w.]+)$", text, re.MULTILINE))
    public = {name for name in module.__all__ if callable(getattr(module, name))}
    # Twins, other names of one thing, and names of other libraries.
    public -= {name for name in public if name.startswith("Async") or name in ALIASES}
    assert {f"{module.__name__}.{name}" for name in public} - described == set()


def commands() -> Iterator[str]:
    for block in BLOCKS:
        if block.language == "sh":
            yield from re.findall(r"\bgroq (?:[\"\w][^|;<>#\n]*)", block.code)
        yield from ()
    for page in PAGES:
        yield from re.findall(r"`(groq [a-z\"][^`…]*)`", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_that_a_page_names_is_understood(command: str) -> None:
    words = shlex.split(command)[1:]
    given = groq.cli._parse(words)  # pyright: ignore[reportPrivateUsage]  # `main` would run it
    assert given.command == ("chat" if " " in words[0] else words[0])


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
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout

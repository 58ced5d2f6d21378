"""The examples in docstrings run: Python against the local server, commands as far as parsing."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import inspect
import json
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, Literal

import pydantic
import pytest

import groq
import groq.cli
from groq.testing import LocalServer
from groq.types import Batch

SOURCE = Path(groq.__file__).parent
FENCED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?:(?: {4}.*)?\n?)+")
"""What stands under a blank line and is indented; sections such as `Args:` have no blank line."""


def docstrings() -> Iterator[tuple[Path, str, str]]:
    """Find every docstring: the file, whose it is, and the text."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(
                node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            ) and (text := ast.get_docstring(node)):
                yield path, getattr(node, "name", path.stem), text


def blocks(text: str) -> list[str]:
    """Find the code in a docstring."""
    indented = [
        textwrap.dedent(match[0]).strip() for match in INDENTED.finditer(FENCED.sub("", text))
    ]
    return FENCED.findall(text) + [block for block in indented if block]


EXAMPLES = [
    pytest.param(block, id=f"{path.relative_to(SOURCE)}:{owner}")
    for path, owner, text in docstrings()
    if path.parent.name != "cli"
    for block in blocks(text)
]
COMMANDS = [
    pytest.param(line.strip(), id=line.strip())
    for path, _, text in docstrings()
    if path.parent.name == "cli"
    for line in text.splitlines()
    if re.match(r"( *|.*\| )groq [a-z]+ ", line)
]

FLAGS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@groq.function_tool
def get_weather(city: str) -> str:
    """Tell the weather."""
    return f"It rains in {city}."


class City(pydantic.BaseModel):
    name: str


GIVEN = {
    # What an example takes as given, beside the names of the package, a client and a `batch`.
    "__name__": __name__,
    "City": City,
    "Literal": Literal,
    "get_weather": get_weather,
    "messages": [{"role": "user", "content": "Hi"}],
    "model": "openai/gpt-oss-20b",
    "pydantic": pydantic,
    "texts": ["one", "two"],
}


def finished_batch(client: groq.Groq) -> Batch:
    body = {"model": "any", "messages": GIVEN["messages"]}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    file = client.files.create(file=("requests.jsonl", json.dumps(line).encode()), purpose="batch")
    batch: Batch = client.batches.create(
        input_file_id=file.id or "", endpoint="/v1/chat/completions", completion_window="24h"
    )
    while batch.status != "completed":
        batch = client.batches.retrieve(batch.id)
    return batch


async def run_in_loop(code: CodeType, names: dict[str, Any], server: LocalServer) -> None:
    async with server.async_client() as client:
        await eval(code, {**names, "client": client})


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(
    code: str, groq_server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "DefaultAioHttpClient" in code and not importlib.util.find_spec("httpx_aiohttp"):
        pytest.skip("the extra `aiohttp` is not installed")
    if "telemetry" in code and not importlib.util.find_spec("opentelemetry"):
        pytest.skip("the extra `otel` is not installed")
    if "mcp_tools" in code:
        pytest.skip("it takes an MCP server")
    if "RedisStore" in code:
        pytest.skip("it takes a server of Redis")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROQ_API_KEY", "local")
    monkeypatch.setenv("GROQ_BASE_URL", groq_server.url)
    names = {name: getattr(groq, name) for name in groq.__all__} | GIVEN
    if re.search(r"\bbatch\b", code):
        with groq_server.client() as client:
            names["batch"] = finished_batch(client)
    compiled = compile(code, "docstring", "exec", flags=FLAGS)
    if compiled.co_flags & inspect.CO_COROUTINE:
        asyncio.run(run_in_loop(compiled, names, groq_server))
    else:
        with groq_server.client() as client:
            exec(compiled, {**names, "client": client})


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_understood(line: str) -> None:
    command = next(part.strip() for part in line.split("|") if part.strip().startswith("groq "))
    words = shlex.split(re.sub(r" [<>] \S+", "", command))
    given = groq.cli._parse(words[1:])  # pyright: ignore[reportPrivateUsage]  # `main` would run it
    assert given.command == ("chat" if " " in words[1] else words[1])


def test_examples_and_commands_are_found() -> None:
    assert len(EXAMPLES) >= 10
    assert len(COMMANDS) >= 8

"""The clients of `/_local/` in `examples/`, against the server and the description of it."""

from __future__ import annotations

import importlib.util
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
from typing import Any

import pytest

import groq.testing

FOLDER = Path(__file__).parent.parent.parent / "examples" / "local_server"
DESCRIPTION = json.loads(
    Path(groq.testing.__file__).with_name("openapi.json").read_text(encoding="utf-8")
)
SCHEMAS = DESCRIPTION["components"]["schemas"]
SERVE = f"{shlex.quote(sys.executable)} -m groq serve -q"


def members_of(name: str) -> set[str]:
    schema = SCHEMAS[name]
    if name == "LimitEntry":
        schema = schema["properties"]["limit"]
    if name == "ToolCall":
        schema = SCHEMAS["Reply"]["properties"]["tool_calls"]["items"]
    return set(schema["properties"])


SCHEMAS["ToolCall"] = {}
TYPES = {
    "Reply": "Reply",
    "ToolCall": "ToolCall",
    "Match": "Match",
    "Fault": "Fault",
    "Limit": "LimitEntry",
    "ReceivedRequest": "ReceivedRequest",
    "Finding": "Finding",
    "Weather": "Weather",
}


@pytest.fixture(scope="module")
def python_client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("groq_local", FOLDER / "groq_local.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def process(python_client: ModuleType) -> Iterator[Any]:
    with python_client.serving(shlex.split(SERVE)) as server:
        yield server


@pytest.mark.parametrize(("name", "schema"), TYPES.items())
def test_a_type_of_the_python_client_has_the_members_that_are_described(
    python_client: ModuleType, name: str, schema: str
) -> None:
    assert set(getattr(python_client, name).__annotations__) == members_of(schema)


@pytest.mark.parametrize(("name", "schema"), [*TYPES.items(), ("Assertion", "Assertion")])
def test_a_type_of_the_javascript_client_has_the_members_that_are_described(
    name: str, schema: str
) -> None:
    source = (FOLDER / "groq_local.mjs").read_text(encoding="utf-8")
    (typedef,) = re.findall(rf"@typedef {{{{([^}}]+)}}}} {name} ", source)
    assert set(re.findall(r"(\w+)\??:", typedef)) == members_of(schema)


@pytest.mark.parametrize("file", ["groq_local.py", "groq_local.mjs"])
def test_a_client_asks_every_path_that_is_described(file: str) -> None:
    source = (FOLDER / file).read_text(encoding="utf-8")
    described = set(DESCRIPTION["paths"]) - {"/_local/openapi.json"}
    assert set(re.findall(r"/_local/\w+", source)) == described


def test_the_python_client_scripts_and_looks(python_client: ModuleType, process: Any) -> None:
    server = python_client.LocalServer(process.url, scope="mine")
    other = python_client.LocalServer(process.url, scope="other")
    server.reply({"content": ["Hel", "lo"]}, {"type": "slow_start", "seconds": 0.01})
    server.fail(503, error="Down", retry_after=1)
    assert server.pending == 2
    with groq.Groq(
        base_url=server.url, api_key="k", default_headers=server.headers, max_retries=0
    ) as client:

        def ask() -> str | None:
            messages: Any = [{"role": "user", "content": "Hi"}]
            completion = client.chat.completions.create(
                model="openai/gpt-oss-20b", messages=messages
            )
            return completion.choices[0].message.content

        assert ask() == "Hello"
        with pytest.raises(groq.InternalServerError, match="Down"):
            ask()
        server.assert_script_done()
        assert len(server.requests) == 2 and not other.requests
        assert server.requests[0]["headers"]["authorization"] == "(secret)"
        server.assert_received("/chat/completions", json={"model": "openai/gpt-oss-20b"}, times=2)
        with pytest.raises(AssertionError, match="Expected a request"):
            other.assert_received("/chat/completions")
        with pytest.raises(python_client.LocalServerError, match="colour"):
            server.reply("x", match={"colour": "red"})
        events = server.events()
        assert [next(events)[0] for _ in range(3)] == ["start", "exchange", "exchange"]
        events.close()
        other.reply("kept", default=True)
        server.load_script([{"reply": {"json": {"a": 1}}, "match": {"scope": "mine"}}])
        server.inject({"type": "slow_start", "seconds": 0.01})
        saved = server.save_script()
        server.reset()
        assert (server.pending, other.pending) == (0, 1)
        server.load_script(saved)
        assert ask() == '{"a":1}'
        server.limit_rate({"requests": 1})
        ask()
        assert server.verdict() == []
        server.set_weather({"latency": 0.001})
        with pytest.raises(groq.RateLimitError):
            ask()
    server.reset()
    assert server.pending == 0


def test_a_command_that_ends_at_once_is_an_error(python_client: ModuleType) -> None:
    with pytest.raises(python_client.LocalServerError, match="ended with 3"):
        with python_client.serving([sys.executable, "-c", "raise SystemExit(3)"]):
            pass


def test_the_example_of_tests_in_python_passes(tmp_path: Path) -> None:
    run("pytest", "-q", "-p", "no:cacheprovider", "test_with_server_of_its_own.py", folder=tmp_path)


def test_the_example_of_tests_in_javascript_passes(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("it needs node")
    run("node", "--test", folder=tmp_path)


def run(program: str, *arguments: str, folder: Path) -> None:
    """Run a program in a copy of the examples; its environment says how to start the server."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    command = [sys.executable, "-m", program] if program == "pytest" else [program]
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, "GROQ_LOCAL_SERVER": SERVE},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr

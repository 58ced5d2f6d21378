"""The applications of the page on web frameworks, served and asked as the page says."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from groq.testing import Cut, LocalServer, Reply

PAGE = Path(__file__).parent.parent / "docs" / "frameworks.md"
PROGRAMS = re.findall(
    r'^```python title="app.py"\n(.*?)^```',
    PAGE.read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
UVICORN = ("uvicorn", "app:app", "--port", "0")
COMMANDS = {
    "fastapi": UVICORN,
    "flask": ("flask", "--app", "app", "run", "--port", "0"),
    "django": UVICORN,
}


@pytest.fixture(params=COMMANDS)
def browser(
    request: pytest.FixtureRequest, groq_server: LocalServer, tmp_path: Path
) -> Iterator[httpx.Client]:
    """A browser of the application, which asks the local server."""
    framework: str = request.param
    command = COMMANDS[framework]
    for module in (framework, command[0]):
        if not importlib.util.find_spec(module):
            pytest.skip(f"{module} is not installed")
    (program,) = (each for each in PROGRAMS if f"from {framework}" in each)
    (tmp_path / "app.py").write_text(program, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=tmp_path,
        env={**os.environ, "GROQ_BASE_URL": groq_server.url, "GROQ_API_KEY": "local"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr
        try:
            told = ""
            while not (url := re.search(r"unning on (http://127\.0\.0\.1:\d+)", told)):
                line = process.stderr.readline()
                assert line, told
                told += line
            with httpx.Client(base_url=url[1], trust_env=False, timeout=60) as client:
                yield client
        finally:
            process.kill()


def test_an_application_streams_an_answer(groq_server: LocalServer, browser: httpx.Client) -> None:
    groq_server.reply(Reply(["Hel", "lo ", "wörld"]))
    response = browser.get("/ask", params={"question": "Who is there?"})
    assert (response.status_code, response.text) == (200, "Hello wörld")
    asked = groq_server.last_request.json()["messages"]
    assert asked == [{"role": "user", "content": "Who is there?"}]


@pytest.mark.parametrize(("refused", "status"), [(429, 429), (400, 502)])
def test_a_refusal_by_groq_is_the_status_of_the_response(
    groq_server: LocalServer, browser: httpx.Client, refused: int, status: int
) -> None:
    groq_server.fail(refused, times=None, retry_after=100)
    response = browser.get("/ask", params={"question": "Hi"})
    assert response.status_code == status
    assert response.json() == {"error": "RateLimitError" if status == 429 else "BadRequestError"}


def test_an_answer_that_is_cut_off_is_not_taken_for_whole(
    groq_server: LocalServer, browser: httpx.Client
) -> None:
    groq_server.reply("one two three four", Cut(after=3))
    with pytest.raises(httpx.RemoteProtocolError):
        browser.get("/ask", params={"question": "Count"})


def test_a_browser_that_leaves_ends_the_request(
    groq_server: LocalServer, browser: httpx.Client
) -> None:
    groq_server.reply(Reply(["word "] * 1000, pace=0.05))
    with browser.stream("GET", "/ask", params={"question": "Count"}) as response:
        next(response.iter_raw())
    assert groq_server.wait_for_close(groq_server.last_request.connection, timeout=60)

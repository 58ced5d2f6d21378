"""Tests of a program whose `groq` is another one: the server runs in an environment of its own.

`GROQ_LOCAL_SERVER` is the command that starts it, such as `uvx groq-local-server`. It serves all
tests; a scope for each keeps them apart, also where several run at once.
"""

from __future__ import annotations

import os
import shlex
import sys
import uuid
from collections.abc import Iterator

import pytest
from groq_local import LocalServer, serving

from groq import Groq, RateLimitError

COMMAND = os.environ.get("GROQ_LOCAL_SERVER", f"{shlex.quote(sys.executable)} -m groq serve -q")


@pytest.fixture(scope="session")
def groq_process() -> Iterator[LocalServer]:
    with serving(shlex.split(COMMAND)) as server:
        yield server


@pytest.fixture
def groq_server(groq_process: LocalServer) -> LocalServer:
    return LocalServer(groq_process.url, scope=uuid.uuid4().hex)


@pytest.fixture
def client(groq_server: LocalServer) -> Iterator[Groq]:
    headers = groq_server.headers
    with Groq(base_url=groq_server.url, api_key="local", default_headers=headers) as client:
        yield client


def ask(client: Groq, question: str) -> str | None:
    completion = client.chat.completions.create(
        model="openai/gpt-oss-20b", messages=[{"role": "user", "content": question}]
    )
    return completion.choices[0].message.content


def test_a_reply_is_scripted(groq_server: LocalServer, client: Groq) -> None:
    groq_server.reply("Hello")
    assert ask(client, "Hi") == "Hello"
    groq_server.assert_received("/chat/completions", json={"model": "openai/gpt-oss-20b"}, times=1)


def test_a_refusal_is_tried_again(groq_server: LocalServer, client: Groq) -> None:
    groq_server.fail(429, retry_after=0.01)
    groq_server.reply("Hello")
    assert ask(client, "Hi") == "Hello"
    assert len(groq_server.requests) == 2


def test_a_refusal_that_stays_is_an_error(groq_server: LocalServer, client: Groq) -> None:
    groq_server.fail(429, retry_after=0.01, times=None)
    with pytest.raises(RateLimitError):
        ask(client, "Hi")

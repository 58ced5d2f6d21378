"""What the logger `groq` says, and what it keeps to itself."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys

import httpx
import pytest

from groq.testing import LocalServer
from twins import Twin

KEY = "gsk_secret_of_the_logs"
LOGGER = "groq._base_client"


def test_a_request_is_one_line(
    twin: Twin, groq_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="groq")
    groq_server.fail(500, headers={"retry-after-ms": "1"})
    groq_server.reply("Hello")
    twin.chat(twin.client(groq_server, api_key=KEY))
    lines = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    first, second = (request.id for request in groq_server.requests)
    url = re.escape(groq_server.url) + "/openai/v1/chat/completions"
    assert re.fullmatch(rf"POST {url}: 500, request id {first}, attempt 1, \d+ ms", lines[0])
    assert re.fullmatch(rf"POST {url}: 200, request id {second}, attempt 2, \d+ ms", lines[1])
    assert len(lines) == 2


def test_a_header_of_the_server_writes_no_escapes_into_the_log(
    twin: Twin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="groq")
    headers = {"x-request-id": "\x1b]52;c;aGk=\x07"}
    twin.do(twin.mocked(lambda _: httpx.Response(200, json={}, headers=headers)).models.list)
    assert r"request id \x1b]52;c;aGk=\x07, attempt 1" in caplog.text


def test_nothing_is_logged_unless_asked_for(
    twin: Twin, groq_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    twin.chat(twin.client(groq_server))
    assert not [record for record in caplog.records if record.name == LOGGER]


def test_no_record_holds_a_key_or_a_credential(
    twin: Twin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="groq")
    client = twin.mocked(
        lambda request: httpx.Response(500, headers={"retry-after-ms": "1"}),
        api_key=KEY,
        base_url="https://user:hunter2@api.groq.com",
        default_headers={"X-Secret": "hunter2"},
    )
    with pytest.raises(Exception, match="500"):
        twin.do(client.models.list)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name == LOGGER)
    assert "attempt 3" in told
    assert KEY not in told
    assert "hunter2" not in told


PROGRAM = """
import httpx
from groq import Groq

def handler(request):
    return httpx.Response(200, json={"data": []}, headers={"x-request-id": "req_1"})

http_client = httpx.Client(transport=httpx.MockTransport(handler))
with Groq(
    api_key="gsk_secret", base_url="https://user:hunter2@api.groq.com", http_client=http_client
) as client:
    client.models.list(extra_headers={"X-Secret": "hunter2"})
"""


def told_with(level: str | None) -> str:
    environment = {**os.environ, **({} if level is None else {"GROQ_LOG": level})}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    assert not done.stdout
    return done.stderr


@pytest.mark.parametrize("level", ["info", "debug", "INFO"])
def test_the_environment_turns_logging_on(level: str) -> None:
    told = told_with(level)
    assert "GET https://api.groq.com/openai/v1/models: 200, request id req_1, attempt 1" in told
    assert "HTTP Request: GET" in told
    assert "hunter2" not in told
    assert "gsk_secret" not in told


@pytest.mark.parametrize("level", [None, "", "loud"])
def test_without_the_variable_nothing_is_logged(level: str | None) -> None:
    assert told_with(level) == ""


def test_the_line_of_a_request_has_no_query(
    twin: Twin, groq_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="groq")
    client = twin.client(groq_server, default_query={"api_token": "hunter2"})
    twin.do(client.models.list)
    assert "/openai/v1/models: 200" in caplog.text
    assert "hunter2" not in caplog.text

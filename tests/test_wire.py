"""What goes over the wire is what groq 1.7.0 sends: method, URL, headers, JSON, forms, timeouts.

`data/wire-1.7.0.json` has a table of calls, whose arguments are Python source, and the request that
each of them makes.
"""

from __future__ import annotations

import email.parser
import email.policy
import json
import pathlib
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

import groq
from groq import AsyncGroq, Groq
from groq.types.chat import ChatCompletionMessage

WIRE = json.loads((Path(__file__).parent / "data" / "wire-1.7.0.json").read_text(encoding="utf-8"))
LEFT_OUT = set(WIRE["left_out_headers"])
NAMES: dict[str, object] = {
    "ChatCompletionMessage": ChatCompletionMessage,
    "httpx": httpx,
    "omit": groq.omit,
    "pathlib": pathlib,
}


def described(request: httpx.Request) -> dict[str, Any]:
    """Describe a request as the table does. Its body has to have been read."""
    headers = {name: value for name, value in request.headers.items() if name not in LEFT_OUT}
    description: dict[str, Any] = {
        "method": request.method,
        "url": str(request.url),
        "headers": headers,
        "timeout": request.extensions.get("timeout"),
    }
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        headers["content-type"] = "multipart/form-data; boundary=..."
        description["parts"] = form_parts(kind, request.content)
    elif request.content:
        try:
            description["json"] = json.loads(request.content)
        except ValueError:
            description["content"] = request.content.decode()
        if not request.content.isascii():
            description["utf8_bytes_on_the_wire"] = True
    return description


def form_parts(kind: str, body: bytes) -> list[dict[str, Any]]:
    whole = b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    return [
        {
            "headers": {name.lower(): str(value) for name, value in part.items()},
            "content": cast("bytes", part.get_payload(decode=True)).decode(),
        }
        for part in message.iter_parts()
    ]


def answer(request: httpx.Request) -> httpx.Response:
    if b'"stream":true' in request.content:
        kind = {"content-type": "text/event-stream"}
        return httpx.Response(200, headers=kind, content=b"data: [DONE]\n\n")
    return httpx.Response(200, json={})


def call(client: Groq | AsyncGroq, method: str, arguments: str) -> Any:
    target: Any = client
    for name in method.split("."):
        target = getattr(target, name)
    return eval(f"target({arguments})", {**NAMES, "target": target})


def options_of(case: dict[str, Any], http_client: object) -> dict[str, Any]:
    options = {"api_key": "test-key", "max_retries": 0, "http_client": http_client}
    return {**options, **eval(f"dict({case['client']})")}


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "speech.wav").write_bytes(b"RIFF....WAVE")
    (tmp_path / "requests.jsonl").write_bytes(b'{"custom_id": "1"}\n')
    monkeypatch.chdir(tmp_path)
    for name in ("GROQ_API_KEY", "GROQ_BASE_URL", "GROQ_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)


OLD_HTTPX = tuple(map(int, httpx.__version__.split(".")[:2])) < (0, 26)
# httpx before 0.26 encodes a slash in a query, and one stands in that of a base URL that has one.
CALLS = [each for each in WIRE["calls"] if not (OLD_HTTPX and "?fixed=1" in each["client"])]
for each in CALLS:
    # The one difference that is wanted: the key goes to the origin of `base_url` and no other.
    if each["request"]["url"].startswith("https://other.test/"):
        del each["request"]["headers"]["authorization"]

cases = pytest.mark.parametrize(
    "case", CALLS, ids=lambda case: f"{case['method']}({case['arguments'][:60]})"
)


@cases
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the table opens one in a call
@pytest.mark.filterwarnings("ignore:Passing raw bytes as `body`:DeprecationWarning")
def test_the_sync_client_sends_the_same(case: dict[str, Any]) -> None:
    seen: list[dict[str, Any]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        request.read()
        seen.append(described(request))
        return answer(request)

    with Groq(**options_of(case, httpx.Client(transport=httpx.MockTransport(handler)))) as client:
        call(client, case["method"], case["arguments"])
    assert seen == [case["request"]]


@cases
@pytest.mark.anyio
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the table opens one in a call
async def test_the_async_client_sends_the_same(case: dict[str, Any]) -> None:
    seen: list[dict[str, Any]] = []

    async def handler(request: httpx.Request) -> httpx.Response:
        await request.aread()
        seen.append(described(request))
        return answer(request)

    http_client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    async with AsyncGroq(**options_of(case, http_client)) as client:
        await call(client, case["method"], case["arguments"])
    assert seen == [case["request"]]

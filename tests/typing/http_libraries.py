"""Type checkers take the clients, timeouts and URLs of httpx and of httpx2, mixed too.

This file is read by mypy and pyright, and never run.
"""

from __future__ import annotations

import httpx
import httpx2
from typing_extensions import assert_type

from groq import AsyncGroq, Groq, Timeout
from groq.types.chat import ChatCompletion, ChatCompletionMessageParam

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hi"}]
MODEL = "openai/gpt-oss-20b"


def clients() -> None:
    Groq(timeout=Timeout(5), base_url=httpx.URL("https://example.com"), http_client=httpx.Client())
    Groq(
        timeout=httpx2.Timeout(5, read=60),
        base_url=httpx2.URL("https://example.com"),
        http_client=httpx2.Client(),
    )
    AsyncGroq(timeout=httpx2.Timeout(5), http_client=httpx.AsyncClient())
    AsyncGroq(timeout=httpx.Timeout(5), http_client=httpx2.AsyncClient())
    Groq(timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Groq(base_url=b"https://example.com")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def calls(client: Groq) -> None:
    completion = client.with_options(timeout=httpx2.Timeout(5)).chat.completions.create(
        messages=MESSAGES, model=MODEL, timeout=httpx2.Timeout(5)
    )
    assert_type(completion, ChatCompletion)
    client.chat.completions.parse(
        messages=MESSAGES, model=MODEL, response_format=str, timeout=httpx2.Timeout(5)
    )
    client.audio.transcriptions.create(
        model="whisper-large-v3", file=b"", timeout=httpx2.Timeout(5)
    )
    client.responses.create(model=MODEL, input="Hi", timeout=httpx2.Timeout(5))
    client.responses.parse(model=MODEL, input="Hi", timeout=httpx2.Timeout(5))
    client.models.list(timeout=httpx2.Timeout(5))
    client.get("/path", cast_to=object, options={"timeout": httpx2.Timeout(5)})
    client.base_url = httpx2.URL("https://example.com")
    client.models.list(timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

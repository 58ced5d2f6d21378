"""OpenAI's client and this one share one client of httpx2: one pool, TLS context and library."""

from __future__ import annotations

import asyncio
import gc
import ssl
import sys
from collections.abc import Iterable
from typing import Any

import httpx2
import openai

import groq
from groq.testing import LocalServer

ASKED: dict[str, Any] = {
    "model": "openai/gpt-oss-20b",
    "messages": [{"role": "user", "content": "Count"}],
}
SAID = "One two three."


def made(ours: Any, theirs: Any, server: LocalServer, shared: object) -> tuple[Any, Any]:
    """Return a client of each kind that sends with the shared one."""
    return (
        ours(api_key="any", base_url=server.url, http_client=shared),
        theirs(api_key="any", base_url=server.url + "/openai/v1", http_client=shared),
    )


def text(chunks: Iterable[Any]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def contexts() -> int:
    gc.collect()  # those of clients that are gone
    # `isinstance` would wake the lazy objects of openai, which make a client of their own.
    return sum(issubclass(type(each), ssl.SSLContext) for each in gc.get_objects())


def try_sync() -> None:
    with LocalServer(pace=0) as server, httpx2.Client() as shared:
        server.reply(SAID, times=None)
        before = contexts()
        clients = made(groq.Groq, openai.OpenAI, server, shared)
        for client in clients * 2:
            completion = client.chat.completions.create(**ASKED)
            assert completion.choices[0].message.content == SAID
        for client in clients:
            assert text(client.chat.completions.create(**ASKED, stream=True)) == SAID
        assert len(server.requests) == 6
        assert server.accepted_connections == 1
        assert contexts() == before


async def try_async() -> None:
    async with LocalServer(pace=0) as server, httpx2.AsyncClient() as shared:
        server.reply(SAID, times=None)
        before = contexts()
        clients = made(groq.AsyncGroq, openai.AsyncOpenAI, server, shared)
        for client in clients * 2:
            completion = await client.chat.completions.create(**ASKED)
            assert completion.choices[0].message.content == SAID
        for client in clients:
            stream = await client.chat.completions.create(**ASKED, stream=True)
            assert text([chunk async for chunk in stream]) == SAID
        assert len(server.requests) == 6
        assert server.accepted_connections == 1
        assert contexts() == before


try_sync()
asyncio.run(try_async())
assert not {"httpx", "httpcore"} & {*sys.modules}, "one HTTP library is loaded"

"""Streams: from bytes to the content of each chunk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any

import httpx

from . import payloads
from .measure import Result, Trial
from .subject import BASE_URL, KEY
from .transports import AsyncPieces, Pieces

Run = Callable[[Coroutine[Any, Any, object]], object]

BODY = {"messages": payloads.QUESTION, "model": payloads.MODEL, "stream": True}
PATH = "/openai/v1/chat/completions"
HEADERS = {"authorization": f"Bearer {KEY}"}


def one_event_sync(trial: Trial) -> Result:
    """One event a read, sync."""
    chunks = trial.amount(2000, quick=1000)
    return _sync(trial, payloads.events(chunks), chunks)


def one_event_async(trial: Trial) -> Result:
    """One event a read, async."""
    chunks = trial.amount(2000, quick=1000)
    return _async(trial, payloads.events(chunks), chunks)


def many_events_sync(trial: Trial) -> Result:
    """Many events a read, sync."""
    chunks = trial.amount(2000, quick=1000)
    return _sync(trial, payloads.in_reads(payloads.events(chunks)), chunks)


def many_events_async(trial: Trial) -> Result:
    """Many events a read, async."""
    chunks = trial.amount(2000, quick=1000)
    return _async(trial, payloads.in_reads(payloads.events(chunks)), chunks)


def events(trial: Trial) -> Result:
    """The typed events of `stream()`; its floor is `create(stream=True)` of the same client."""
    chunks = trial.amount(2000, quick=1000)
    client = trial.subject.sync_client(Pieces(payloads.events(chunks)))
    asked = {name: value for name, value in BODY.items() if name != "stream"}

    def read() -> int:
        characters = 0
        with client.chat.completions.stream(**asked) as stream:
            for event in stream:
                if event.type == "content.delta":
                    characters += len(event.delta)
        return characters

    return trial.compare(read, lambda: read_sync(client), units=chunks)


def responses(trial: Trial) -> Result:
    """Events of the Responses API, one a read."""
    pieces = payloads.response_events(trial.amount(2000, quick=1000))
    client = trial.subject.sync_client(Pieces(pieces))
    asked = {"model": payloads.MODEL, "input": "Why does a fast client matter?", "stream": True}

    def read() -> int:
        characters = 0
        for event in client.responses.create(**asked):
            if event.type == "response.output_text.delta":
                characters += len(event.delta)
        return characters

    def floor() -> int:
        characters = 0
        with bare.stream("POST", "/openai/v1/responses", json=asked) as response:
            rest = b""
            for piece in response.iter_raw():
                *events, rest = (rest + piece).split(b"\n\n")
                for event in events:
                    item = json.loads(event.partition(b"\ndata: ")[2])
                    if item["type"] == "response.output_text.delta":
                        characters += len(item["delta"])
        return characters

    with httpx.Client(transport=Pieces(pieces), base_url=BASE_URL, headers=HEADERS) as bare:
        return trial.compare(read, floor, units=len(pieces))


@contextmanager
def event_loop() -> Generator[Run, None, None]:
    """Give what runs a coroutine to its end, always on the same event loop."""
    loop = asyncio.new_event_loop()
    try:
        yield loop.run_until_complete
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def read_sync(client: Any) -> int:
    """Stream an answer with the client under test, and return the characters that it read."""
    characters = 0
    for chunk in client.chat.completions.create(**BODY):
        characters += len(chunk.choices[0].delta.content)
    return characters


async def read_async(client: Any) -> int:
    """Stream an answer with the client under test, and return the characters that it read."""
    characters = 0
    async for chunk in await client.chat.completions.create(**BODY):
        characters += len(chunk.choices[0].delta.content)
    return characters


def floor_sync(client: httpx.Client) -> int:
    """Do the same in bare httpx and `json`."""
    characters = 0
    with client.stream("POST", PATH, json=BODY) as response:
        rest = b""
        for piece in response.iter_raw():
            *events, rest = (rest + piece).split(b"\n\n")
            for event in events:
                if event != b"data: [DONE]":
                    characters += len(json.loads(event[6:])["choices"][0]["delta"]["content"])
    return characters


async def floor_async(client: httpx.AsyncClient) -> int:
    """Do the same in bare httpx and `json`."""
    characters = 0
    async with client.stream("POST", PATH, json=BODY) as response:
        rest = b""
        async for piece in response.aiter_raw():
            *events, rest = (rest + piece).split(b"\n\n")
            for event in events:
                if event != b"data: [DONE]":
                    characters += len(json.loads(event[6:])["choices"][0]["delta"]["content"])
    return characters


def _sync(trial: Trial, pieces: list[bytes], chunks: int) -> Result:
    client = trial.subject.sync_client(Pieces(pieces))
    with httpx.Client(transport=Pieces(pieces), base_url=BASE_URL, headers=HEADERS) as bare:
        return trial.compare(lambda: read_sync(client), lambda: floor_sync(bare), units=chunks)


def _async(trial: Trial, pieces: list[bytes], chunks: int) -> Result:
    client = trial.subject.async_client(AsyncPieces(pieces))
    bare = httpx.AsyncClient(transport=AsyncPieces(pieces), base_url=BASE_URL, headers=HEADERS)
    with event_loop() as run:
        return trial.compare(
            lambda: run(read_async(client)), lambda: run(floor_async(bare)), units=chunks
        )

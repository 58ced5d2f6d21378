"""Requests whose answer comes whole."""

from __future__ import annotations

from typing import Any

import httpx

from . import payloads
from .measure import Result, Trial
from .subject import BASE_URL, KEY
from .transports import JSONTransport

CHAT = "/openai/v1/chat/completions"
EMBEDDINGS = "/openai/v1/embeddings"
HEADERS = {"authorization": f"Bearer {KEY}"}


def small(trial: Trial) -> Result:
    """One message, a whole answer."""
    return _chat(trial, payloads.QUESTION, requests=trial.amount(50, quick=20))


def long_conversation(trial: Trial) -> Result:
    """400 messages of 240 characters."""
    return _chat(trial, payloads.conversation(400), requests=trial.amount(10, quick=5))


def embeddings(trial: Trial) -> Result:
    """256 vectors of 768 numbers."""
    answer = payloads.embeddings(256, 768)
    texts = [f"Text number {number}" for number in range(256)]
    body = {"input": texts, "model": "nomic-embed-text-v1_5", "encoding_format": "float"}
    client = trial.subject.sync_client(JSONTransport(answer))

    def ask() -> float:
        vectors = client.embeddings.create(**body).data
        last: list[float] = [vector.embedding[-1] for vector in vectors]
        return sum(last)

    with _bare(answer) as bare:

        def floor() -> float:
            vectors = bare.post(EMBEDDINGS, json=body).json()["data"]
            last: list[float] = [vector["embedding"][-1] for vector in vectors]
            return sum(last)

        return trial.compare(ask, floor)


def ask_whole(client: Any, messages: list[dict[str, str]]) -> str:
    """Ask with the client under test, and return the answer's text."""
    completion = client.chat.completions.create(messages=messages, model=payloads.MODEL)
    content: str = completion.choices[0].message.content
    return content


def _chat(trial: Trial, messages: list[dict[str, str]], requests: int) -> Result:
    answer = payloads.completion()
    client = trial.subject.sync_client(JSONTransport(answer))

    def ask() -> str:
        return "".join(ask_whole(client, messages) for _ in range(requests))

    with _bare(answer) as bare:

        def floor() -> str:
            return "".join(_ask_bare(bare, messages) for _ in range(requests))

        return trial.compare(ask, floor, units=requests)


def _ask_bare(client: httpx.Client, messages: list[dict[str, str]]) -> str:
    body = {"messages": messages, "model": payloads.MODEL}
    content: str = client.post(CHAT, json=body).json()["choices"][0]["message"]["content"]
    return content


def _bare(answer: bytes) -> httpx.Client:
    return httpx.Client(transport=JSONTransport(answer), base_url=BASE_URL, headers=HEADERS)

"""What is sent and what comes back, as plain values and prepared bytes."""

from __future__ import annotations

import json
import random
from typing import Any

__all__ = [
    "MODEL",
    "QUESTION",
    "completion",
    "conversation",
    "embeddings",
    "event",
    "events",
    "in_reads",
    "response_events",
]

MODEL = "llama-3.1-8b-instant"
QUESTION = [{"role": "user", "content": "Why does a fast client matter?"}]


def event(content: str, finish_reason: str | None = None) -> bytes:
    """Return one event of a stream; with a short content it has about 250 bytes."""
    chunk = {
        "id": "chatcmpl-6a1c6c1e1f574a8b",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": MODEL,
        "system_fingerprint": "fp_3f3b593e33",
        "choices": [
            {
                "index": 0,
                "delta": {"content": content},
                "logprobs": None,
                "finish_reason": finish_reason,
            }
        ],
    }
    return b"data: " + _dump(chunk) + b"\n\n"


def events(count: int, content: str = " word") -> list[bytes]:
    """Return the events of a whole answer in `count` chunks, with the mark of its end."""
    pieces = [event(f"{content}{number % 100}") for number in range(count - 1)]
    return [*pieces, event("", "stop"), b"data: [DONE]\n\n"]


def response_events(count: int) -> list[bytes]:
    """Return the events of an answer of the Responses API in `count` pieces of text."""
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    begun = {"id": "resp_1", "object": "response", "created_at": 1760000000, "model": MODEL}
    deltas = [
        {"type": "response.output_text.delta", "delta": f" word{number % 100}", **where}
        for number in range(count)
    ]
    told: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**begun, "status": "in_progress", "output": []}},
        *deltas,
        {"type": "response.completed", "response": {**begun, "status": "completed", "output": []}},
    ]
    return [
        f"event: {event['type']}\n".encode()
        + b"data: "
        + _dump({**event, "sequence_number": number})
        + b"\n\n"
        for number, event in enumerate(told)
    ]


def in_reads(pieces: list[bytes], size: int = 16 * 1024) -> list[bytes]:
    """Cut the same bytes into reads of `size` bytes, as a socket under load hands them out."""
    whole = b"".join(pieces)
    return [whole[start : start + size] for start in range(0, len(whole), size)]


def conversation(count: int, length: int = 240) -> list[dict[str, str]]:
    """Return `count` messages of `length` characters, of user and assistant in turns."""
    roles = ("user", "assistant")
    sentence = "The quick brown fox jumps over the lazy dog; and nobody is surprised. "
    content = (sentence * (length // len(sentence) + 1))[:length]
    return [{"role": roles[number % 2], "content": content} for number in range(count)]


def completion() -> bytes:
    """Return a short answer that is not streamed."""
    return _dump(
        {
            "id": "chatcmpl-6a1c6c1e1f574a8b",
            "object": "chat.completion",
            "created": 1760000000,
            "model": MODEL,
            "system_fingerprint": "fp_3f3b593e33",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Because somebody pays for it."},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {
                "queue_time": 0.05,
                "prompt_tokens": 43,
                "prompt_time": 0.002,
                "completion_tokens": 8,
                "completion_time": 0.02,
                "total_tokens": 51,
                "total_time": 0.022,
            },
            "x_groq": {"id": "req_01jbd6g2qdfw2adyrt2az8hz4w"},
        }
    )


def embeddings(vectors: int, dimensions: int) -> bytes:
    """Return an answer with `vectors` embeddings of `dimensions` numbers."""
    numbers = random.Random(5)
    return _dump(
        {
            "object": "list",
            "model": "nomic-embed-text-v1_5",
            "data": [
                {
                    "object": "embedding",
                    "index": index,
                    "embedding": [round(numbers.uniform(-0.1, 0.1), 8) for _ in range(dimensions)],
                }
                for index in range(vectors)
            ],
            "usage": {"prompt_tokens": vectors, "total_tokens": vectors},
        }
    )


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()

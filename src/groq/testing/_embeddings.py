"""Embeddings without a model: texts with common words are close to each other."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
from functools import lru_cache

from ._answers import Answer, Refusal, json_answer
from ._json import JSONObject, list_of

_DIMENSIONS = 768
_MOST_TEXTS = 2048


def embed(body: JSONObject) -> Answer:
    """Return a unit vector for each text; equal texts get equal vectors."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else list_of(given)
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise Refusal(400, "'input' : value must be a text or a list of texts, none of them empty")
    if len(texts) > _MOST_TEXTS:
        raise Refusal(400, f"'input' : maximum number of items is {_MOST_TEXTS}")
    vectors = [vector_of(text) for text in texts]
    is_base64 = body.get("encoding_format") == "base64"
    data = [
        {
            "object": "embedding",
            "index": place,
            "embedding": _base64(vector) if is_base64 else vector,
        }
        for place, vector in enumerate(vectors)
    ]
    tokens = sum((len(text) + 3) // 4 for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return json_answer({"object": "list", "data": data, "model": body.get("model"), "usage": usage})


def vector_of(text: str) -> list[float]:
    """Return the normalized sum of a direction for each word."""
    words = re.findall(r"\w+", text.lower()) or [text]
    total = [sum(column) for column in zip(*map(_direction, words), strict=True)]
    length = math.hypot(*total) or 1.0
    return [value / length for value in total]


@lru_cache(maxsize=1024)
def _direction(word: str) -> tuple[float, ...]:
    digest = hashlib.shake_256(word.encode("utf-8", "replace")).digest(_DIMENSIONS)
    return tuple(byte / 127.5 - 1.0 for byte in digest)


def _base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()

"""The models that the server lists."""

from __future__ import annotations

from typing import Any

from ._answers import Answer, Refusal, json_answer

_CREATED = 1_735_689_600

# name, owner, context window, most completion tokens
_KNOWN = (
    ("openai/gpt-oss-120b", "OpenAI", 131_072, 65_536),
    ("openai/gpt-oss-20b", "OpenAI", 131_072, 65_536),
    ("qwen/qwen3.8-27b", "Alibaba Cloud", 131_072, 40_960),
    ("llama-3.3-70b-versatile", "Meta", 131_072, 32_768),
    ("llama-3.1-8b-instant", "Meta", 131_072, 131_072),
    ("whisper-large-v3", "OpenAI", 448, 448),
    ("whisper-large-v3-turbo", "OpenAI", 448, 448),
    ("canopylabs/orpheus-v1-english", "Canopy Labs", 4_000, 50_000),
    ("nomic-embed-text-v1_5", "Nomic AI", 8_192, 0),
)


class Models:
    """Lists models and forgets deleted ones."""

    def __init__(self) -> None:
        self._models = {known[0]: _model(*known) for known in _KNOWN}

    def list_all(self) -> Answer:
        """Answers with all of them."""
        return json_answer({"object": "list", "data": [*self._models.values()]})

    def retrieve(self, name: str) -> Answer:
        """Answers with one."""
        return json_answer(self._find(name))

    def delete(self, name: str) -> Answer:
        """Takes one off the list."""
        self._find(name)
        del self._models[name]
        return json_answer({"id": name, "object": "model", "deleted": True})

    def _find(self, name: str) -> dict[str, Any]:
        if name not in self._models:
            raise Refusal(
                404,
                f"The model `{name}` does not exist or you do not have access to it.",
                code="model_not_found",
            )
        return self._models[name]


def _model(name: str, owner: str, context: int, completion: int) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": _CREATED,
        "owned_by": owner,
        "active": True,
        "context_window": context,
        "public_apps": None,
        "max_completion_tokens": completion,
    }

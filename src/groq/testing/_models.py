"""The models of the server, as of November 2026, with their capabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ._answers import Answer, Refusal, json_answer

Task: TypeAlias = Literal[
    "chat completions", "transcription", "translation", "speech", "embeddings"
]
_CREATED = 1_735_689_600
_ENGLISH = ("autumn", "diana", "hannah", "austin", "daniel", "troy")
_ARABIC = ("abdullah", "fahad", "sultan", "lulwa", "noura", "aisha")
_EFFORTS = ("low", "medium", "high")

# https://console.groq.com/docs/deprecations
_RETIRED = """
    allam-2-7b compound-beta compound-beta-mini deepseek-r1-distill-llama-70b
    deepseek-r1-distill-qwen-32b distil-whisper-large-v3-en gemma-7b-it gemma2-9b-it
    groq/compound groq/compound-mini llama-3.1-405b-reasoning llama-3.1-70b-versatile
    llama-3.1-8b-instant llama-3.2-11b-vision-preview llama-3.2-1b-preview llama-3.2-3b-preview
    llama-3.2-90b-vision-preview llama-3.3-70b-specdec llama-3.3-70b-versatile llama-guard-3-8b
    llama2-70b-4096 llama3-70b-8192 llama3-8b-8192 llama3-groq-70b-8192-tool-use-preview
    llama3-groq-8b-8192-tool-use-preview meta-llama/llama-4-maverick-17b-128e-instruct
    meta-llama/llama-4-scout-17b-16e-instruct meta-llama/llama-guard-4-12b mistral-saba-24b
    mixtral-8x7b-32768 moonshotai/kimi-k2-instruct moonshotai/kimi-k2-instruct-0905 playai-tts
    playai-tts-arabic qwen-2.5-32b qwen-2.5-coder-32b qwen-qwq-32b qwen/qwen3-32b
    qwen/qwen3.6-27b
"""


@dataclass(frozen=True)
class Model:
    """A model, with its modalities, sizes and prices."""

    id: str
    owner: str = "Local"
    context: int = 131_072
    most_output: int = 65_536
    prices: tuple[str, str, str] = ("0", "0", "0")
    """US dollars per token: prompt, completion, cached prompt."""
    reads: Sequence[str] = ("text",)
    writes: Sequence[str] = ("text",)
    efforts: Sequence[str] = ()
    """The values of `reasoning_effort`; empty if the model does not reason."""
    voices: Sequence[str] = ()
    has_strict_schemas: bool = False
    translates: bool = True
    is_judged: bool = True
    """Whether the capabilities are known; those of a model that a test names are not."""

    def described(self) -> dict[str, Any]:
        """Return the model object of the API."""
        prompt, completion, cached = self.prices
        return {
            "id": self.id,
            "object": "model",
            "created": _CREATED,
            "owned_by": self.owner,
            "active": True,
            "context_window": self.context,
            "context_length": self.context,
            "public_apps": None,
            "max_completion_tokens": self.most_output,
            "max_output_length": self.most_output,
            "input_modalities": list(self.reads),
            "output_modalities": list(self.writes),
            "pricing": {"prompt": prompt, "completion": completion, "input_cache_read": cached},
        }


def _gpt_oss(name: str, prices: tuple[str, str, str], *, has_strict_schemas: bool = True) -> Model:
    return Model(
        f"openai/gpt-oss-{name}",
        "OpenAI",
        prices=prices,
        efforts=_EFFORTS,
        has_strict_schemas=has_strict_schemas,
    )


def _whisper(name: str, *, translates: bool) -> Model:
    return Model(name, "OpenAI", 448, 448, reads=("audio",), translates=translates)


def _orpheus(name: str, voices: Sequence[str], price: str) -> Model:
    return Model(
        f"canopylabs/orpheus-{name}",
        "Canopy Labs",
        4_000,
        50_000,
        (price, "0", "0"),
        writes=("audio",),
        voices=voices,
    )


def _prompt_guard(name: str, price: str) -> Model:
    return Model(f"meta-llama/llama-prompt-guard-2-{name}", "Meta", 512, 512, (price, price, "0"))


_SMALL = ("0.000000075", "0.0000003", "0.0000000375")
_TODAY = (
    _gpt_oss("120b", ("0.00000015", "0.0000006", "0.000000075")),
    _gpt_oss("20b", _SMALL),
    _gpt_oss("safeguard-20b", _SMALL, has_strict_schemas=False),
    Model(
        "qwen/qwen3.8-27b",
        "Alibaba Cloud",
        131_042,
        16_384,
        ("0.0000008", "0.000004", "0"),
        reads=("text", "image"),
        efforts=("none", "default"),
    ),
    _prompt_guard("22m", "0.00000003"),
    _prompt_guard("86m", "0.00000004"),
    _whisper("whisper-large-v3", translates=True),
    _whisper("whisper-large-v3-turbo", translates=False),
    _orpheus("v1-english", _ENGLISH, "0.000022"),
    _orpheus("arabic-saudi", _ARABIC, "0.00004"),
)


class Models:
    """The available models.

    Args:
        more: Additional ids, of any kind.
        is_strict: Whether other ids are refused.
    """

    def __init__(self, more: Iterable[str], *, is_strict: bool) -> None:
        self._models = {model.id: model for model in _TODAY}
        self._models |= {name: Model(name, is_judged=False) for name in more}
        self._is_strict = is_strict

    def list_all(self) -> Answer:
        """Return all models."""
        data = [model.described() for model in self._models.values()]
        return json_answer({"object": "list", "data": data})

    def retrieve(self, name: str) -> Answer:
        """Return a model."""
        return json_answer(self._find(name).described())

    def delete(self, name: str) -> Answer:
        """Delete a model."""
        self._find(name)
        del self._models[name]
        return json_answer({"id": name, "object": "model", "deleted": True})

    def ask(self, name: object, what: Task) -> Model:
        """Return the model of a request. Refuses one that cannot do `what`.

        Args:
            name: The `model` of the request.
            what: What the model is asked for.
        """
        if not self._is_strict:
            return Model(str(name), is_judged=False)
        model = self._models.get(str(name))
        if model is None and str(name) in _RETIRED.split():
            raise Refusal(
                400,
                f"The model `{name}` has been decommissioned and is no longer supported. Please "
                "refer to https://console.groq.com/docs/deprecations for a recommendation on which "
                "model to use instead.",
                code="model_decommissioned",
            )
        model = model or self._find(str(name))
        if model.is_judged and not _can(model, what):
            raise Refusal(400, f"The model `{name}` does not support {what}")
        return model

    def _find(self, name: str) -> Model:
        if name not in self._models:
            raise Refusal(
                404,
                f"The model `{name}` does not exist or you do not have access to it.",
                code="model_not_found",
            )
        return self._models[name]


def _can(model: Model, what: Task) -> bool:
    match what:
        case "chat completions":
            return "text" in model.reads and "text" in model.writes
        case "transcription":
            return "audio" in model.reads
        case "translation":
            return "audio" in model.reads and model.translates
        case "speech":
            return "audio" in model.writes
        case "embeddings":
            return "embedding" in model.writes

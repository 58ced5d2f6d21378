"""The prices of models and the replacements of retired ones, with the date of the tables.

Source: https://console.groq.com/docs/models and https://console.groq.com/docs/deprecations
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

AS_OF = "2026-11-24"
"""The date of the tables."""


@dataclass(frozen=True)
class Price:
    """The prices of a model, in US dollars."""

    prompt: Decimal = Decimal(0)
    """Per token of the prompt."""
    completion: Decimal = Decimal(0)
    """Per token of the completion."""
    cached: Decimal | None = None
    """Per cached token of the prompt; `prompt` if it is not known."""
    second: Decimal = Decimal(0)
    """Per second of audio that is transcribed."""
    character: Decimal = Decimal(0)
    """Per character that is spoken."""


def _tokens(prompt: str, completion: str, cached: str | None = None) -> Price:
    million = Decimal(1_000_000)
    return Price(
        prompt=Decimal(prompt) / million,
        completion=Decimal(completion) / million,
        cached=None if cached is None else Decimal(cached) / million,
    )


PRICES = {
    "openai/gpt-oss-120b": _tokens("0.15", "0.60", "0.075"),
    "openai/gpt-oss-20b": _tokens("0.075", "0.30", "0.0375"),
    "openai/gpt-oss-safeguard-20b": _tokens("0.075", "0.30", "0.0375"),
    "qwen/qwen3.8-27b": _tokens("0.80", "4.00"),
    "meta-llama/llama-prompt-guard-2-22m": _tokens("0.03", "0.04"),
    "meta-llama/llama-prompt-guard-2-86m": _tokens("0.03", "0.04"),
    "whisper-large-v3": Price(second=Decimal("0.111") / 3600),
    "whisper-large-v3-turbo": Price(second=Decimal("0.04") / 3600),
    "canopylabs/orpheus-v1-english": Price(character=Decimal(22) / 1_000_000),
    "canopylabs/orpheus-arabic-saudi": Price(character=Decimal(40) / 1_000_000),
}
"""The prices of each model."""

TOOL_PRICES = {"browser.search": Decimal("0.005"), "browser.open": Decimal("0.001")}
"""The price of a call of each built-in tool."""

LEAST_SECONDS = 10
"""The shortest duration that is charged, in seconds."""

REPLACEMENTS = {
    "llama-3.3-70b-versatile": "openai/gpt-oss-120b",
    "llama-3.1-8b-instant": "openai/gpt-oss-20b",
    "meta-llama/llama-guard-4-12b": "openai/gpt-oss-safeguard-20b",
    "playai-tts": "canopylabs/orpheus-v1-english",
    "playai-tts-arabic": "canopylabs/orpheus-arabic-saudi",
}
"""The replacements of retired models that Groq recommends."""

RETIRED = frozenset(
    [
        "allam-2-7b",
        "compound-beta",
        "compound-beta-mini",
        "deepseek-r1-distill-llama-70b",
        "deepseek-r1-distill-qwen-32b",
        "distil-whisper-large-v3-en",
        "gemma-7b-it",
        "gemma2-9b-it",
        "groq/compound",
        "groq/compound-mini",
        "llama-3.1-405b-reasoning",
        "llama-3.1-70b-versatile",
        "llama-3.1-8b-instant",
        "llama-3.2-11b-vision-preview",
        "llama-3.2-1b-preview",
        "llama-3.2-3b-preview",
        "llama-3.2-90b-vision-preview",
        "llama-3.3-70b-specdec",
        "llama-3.3-70b-versatile",
        "llama-guard-3-8b",
        "llama2-70b-4096",
        "llama3-70b-8192",
        "llama3-8b-8192",
        "llama3-groq-70b-8192-tool-use-preview",
        "llama3-groq-8b-8192-tool-use-preview",
        "meta-llama/llama-4-maverick-17b-128e-instruct",
        "meta-llama/llama-4-scout-17b-16e-instruct",
        "meta-llama/llama-guard-4-12b",
        "mistral-saba-24b",
        "mixtral-8x7b-32768",
        "moonshotai/kimi-k2-instruct",
        "moonshotai/kimi-k2-instruct-0905",
        "playai-tts",
        "playai-tts-arabic",
        "qwen-2.5-32b",
        "qwen-2.5-coder-32b",
        "qwen-qwq-32b",
        "qwen/qwen3-32b",
        "qwen/qwen3.6-27b",
    ]
)
"""The retired models, with and without a recommended replacement."""


def model_hint(model: str, *, is_retired: bool = False) -> str | None:
    """Return a hint for a model that the server does not have, or `None`.

    It names the replacement of a retired model, and the full name of a model without its prefix.

    Args:
        model: The model that a request named.
        is_retired: Whether the server says that it is retired, whatever this table says.
    """
    if not is_retired and model not in RETIRED:
        full_names = [name for name in PRICES if name.endswith(f"/{model}")]
        return f"did you mean `{full_names[0]}`?" if full_names else None
    if replacement := REPLACEMENTS.get(model):
        return f"`{model}` is gone; use `{replacement}` (as of {AS_OF})"
    return (
        f"`{model}` is gone; `client.models.list()` or `groq models` lists the models of today, "
        "and https://console.groq.com/docs/deprecations may name a replacement"
    )

"""Names of chat models."""

from typing import TYPE_CHECKING, Literal, TypeAlias, Union

__all__ = ["ChatModel"]

_Of170: TypeAlias = Literal[
    "compound-beta",
    "compound-beta-mini",
    "gemma2-9b-it",
    "llama-3.1-8b-instant",
    "llama-3.3-70b-versatile",
    "meta-llama/llama-4-maverick-17b-128e-instruct",
    "meta-llama/llama-4-scout-17b-16e-instruct",
    "meta-llama/llama-guard-4-12b",
    "moonshotai/kimi-k2-instruct",
    "openai/gpt-oss-120b",
    "openai/gpt-oss-20b",
    "qwen/qwen3-32b",
    "qwen/qwen3.6-27b",
    "qwen/qwen3.8-27b",
]
if TYPE_CHECKING:  # see `groq.types`
    ChatModel: TypeAlias = Union[
        _Of170,
        Literal[
            "meta-llama/llama-prompt-guard-2-22m",
            "meta-llama/llama-prompt-guard-2-86m",
            "openai/gpt-oss-safeguard-20b",
        ],
    ]
else:
    ChatModel = _Of170
"""Models that an editor can propose. They come and go: any string is accepted, and
`client.models.list()` tells which ones answer today."""

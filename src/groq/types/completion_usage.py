"""`CompletionUsage`: what an answer cost, in tokens and in time."""

from __future__ import annotations

from .._models import BaseModel

__all__ = [
    "CompletionTokensDetails",
    "CompletionUsage",
    "PromptTokensDetails",
    "UsageBreakdown",
    "UsageBreakdownModel",
]


class CompletionTokensDetails(BaseModel):
    """What the tokens of an answer were spent on."""

    reasoning_tokens: int
    """Tokens that the model thought with."""


class PromptTokensDetails(BaseModel):
    """Where the tokens of a prompt came from."""

    cached_tokens: int
    """Tokens that were read from the prompt cache."""


class CompletionUsage(BaseModel):
    """What an answer cost, in tokens and in seconds."""

    completion_tokens: int
    """Tokens in the answer, those of its reasoning included."""

    prompt_tokens: int
    """Tokens in the prompt."""

    total_tokens: int
    """Tokens in prompt and answer."""

    completion_time: float | None = None
    """Seconds spent on the answer."""

    completion_tokens_details: CompletionTokensDetails | None = None
    """What the tokens of the answer were spent on."""

    prompt_time: float | None = None
    """Seconds spent on reading the prompt."""

    prompt_tokens_details: PromptTokensDetails | None = None
    """Where the tokens of the prompt came from."""

    queue_time: float | None = None
    """Seconds spent on waiting in line."""

    total_time: float | None = None
    """Seconds spent on prompt and answer, without the wait."""


class UsageBreakdownModel(BaseModel):
    """The part of one model in the usage of a compound system."""

    model: str
    """The model's name."""

    usage: CompletionUsage
    """What that model cost."""


class UsageBreakdown(BaseModel):
    """The usage of a compound system, model by model."""

    models: list[UsageBreakdownModel]
    """One entry for each time that a model was used."""

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
    """A breakdown of the tokens of an answer."""

    reasoning_tokens: int
    """Tokens of the reasoning."""


class PromptTokensDetails(BaseModel):
    """A breakdown of the tokens of a prompt."""

    cached_tokens: int
    """Tokens that were read from the prompt cache."""


class CompletionUsage(BaseModel):
    """The usage of an answer, in tokens and in seconds."""

    completion_tokens: int
    """Tokens of the completion, including its reasoning."""

    prompt_tokens: int
    """Tokens of the prompt."""

    total_tokens: int
    """Tokens of the prompt and the completion."""

    completion_time: float | None = None
    """Seconds spent on the completion."""

    completion_tokens_details: CompletionTokensDetails | None = None
    """A breakdown of the tokens of the answer."""

    prompt_time: float | None = None
    """Seconds spent on the prompt."""

    prompt_tokens_details: PromptTokensDetails | None = None
    """A breakdown of the tokens of the prompt."""

    queue_time: float | None = None
    """Seconds spent in the queue."""

    total_time: float | None = None
    """Seconds spent on the prompt and the completion, without the queue."""


class UsageBreakdownModel(BaseModel):
    """The usage of one model in a compound system."""

    model: str
    """The model's name."""

    usage: CompletionUsage
    """The usage of that model."""


class UsageBreakdown(BaseModel):
    """The usage of a compound system, model by model."""

    models: list[UsageBreakdownModel]
    """An entry for each use of a model."""

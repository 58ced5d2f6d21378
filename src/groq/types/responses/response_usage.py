"""`ResponseUsage`: what an answer cost."""

from ..._models import BaseModel

__all__ = ["InputTokensDetails", "OutputTokensDetails", "ResponseUsage"]


class InputTokensDetails(BaseModel):
    """A breakdown of the input tokens."""

    cached_tokens: int | None = None
    """Tokens that were in the cache; they cost half."""


class OutputTokensDetails(BaseModel):
    """A breakdown of the output tokens."""

    reasoning_tokens: int | None = None
    """Tokens of the reasoning."""


class ResponseUsage(BaseModel):
    """The usage of an answer, in tokens."""

    input_tokens: int
    """Tokens of the input."""

    output_tokens: int
    """Tokens of the output, including its reasoning."""

    total_tokens: int
    """The sum of both."""

    input_tokens_details: InputTokensDetails | None = None
    """A breakdown of the input tokens."""

    output_tokens_details: OutputTokensDetails | None = None
    """A breakdown of the output tokens."""

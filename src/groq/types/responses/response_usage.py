"""`ResponseUsage`: what an answer cost."""

from ..._models import BaseModel

__all__ = ["InputTokensDetails", "OutputTokensDetails", "ResponseUsage"]


class InputTokensDetails(BaseModel):
    """How the tokens of the input divide."""

    cached_tokens: int | None = None
    """Tokens that were in the cache; they cost half."""


class OutputTokensDetails(BaseModel):
    """How the tokens of the output divide."""

    reasoning_tokens: int | None = None
    """Tokens that the model thought with."""


class ResponseUsage(BaseModel):
    """What an answer cost, in tokens."""

    input_tokens: int
    """Tokens of the input."""

    output_tokens: int
    """Tokens of the output, thoughts included."""

    total_tokens: int
    """The sum of both."""

    input_tokens_details: InputTokensDetails | None = None
    """How the tokens of the input divide."""

    output_tokens_details: OutputTokensDetails | None = None
    """How the tokens of the output divide."""

"""`ChatCompletionTokenLogprob`: the log probability of a token."""

from __future__ import annotations

from ..._models import BaseModel

__all__ = ["ChatCompletionTokenLogprob", "ChoiceLogprobs", "TopLogprob"]


class TopLogprob(BaseModel):
    """An alternative token, with its log probability."""

    token: str
    """The token."""

    bytes: list[int] | None = None
    """The bytes of the token in UTF-8; a character may span several tokens."""

    logprob: float
    """The natural logarithm of its probability."""


class ChatCompletionTokenLogprob(BaseModel):
    """A token of the answer, with its log probability."""

    token: str
    """The token."""

    bytes: list[int] | None = None
    """The bytes of the token in UTF-8; a character may span several tokens."""

    logprob: float
    """The natural logarithm of its probability."""

    top_logprobs: list[TopLogprob]
    """The `top_logprobs` likeliest tokens at its position."""


class ChoiceLogprobs(BaseModel):
    """The log probabilities of an answer's tokens."""

    content: list[ChatCompletionTokenLogprob] | None = None
    """The tokens of the content, in order."""

"""`ChatCompletionTokenLogprob`: how likely a token was."""

from __future__ import annotations

from ..._models import BaseModel

__all__ = ["ChatCompletionTokenLogprob", "ChoiceLogprobs", "TopLogprob"]


class TopLogprob(BaseModel):
    """A token that the model could have written, and how likely it was."""

    token: str
    """The token."""

    bytes: list[int] | None = None
    """The token in UTF-8; a letter can be spread over several tokens."""

    logprob: float
    """The natural logarithm of its probability."""


class ChatCompletionTokenLogprob(BaseModel):
    """A token that the model wrote, and how likely it was."""

    token: str
    """The token."""

    bytes: list[int] | None = None
    """The token in UTF-8; a letter can be spread over several tokens."""

    logprob: float
    """The natural logarithm of its probability."""

    top_logprobs: list[TopLogprob]
    """The likeliest tokens for its place, as many as `top_logprobs` asked for."""


class ChoiceLogprobs(BaseModel):
    """How likely the tokens of an answer were."""

    content: list[ChatCompletionTokenLogprob] | None = None
    """The tokens of the content, in order."""

"""`Debug`: the tokens of a request, as the model saw and wrote them."""

from __future__ import annotations

from ..._models import BaseModel

__all__ = ["Debug"]


class Debug(BaseModel):
    """The input and output tokens of the model, with debug output."""

    input_token_ids: list[int] | None = None
    """The numbers of the prompt's tokens."""

    input_tokens: list[str] | None = None
    """The text of the prompt's tokens."""

    output_token_ids: list[int] | None = None
    """The numbers of the answer's tokens."""

    output_tokens: list[str] | None = None
    """The text of the answer's tokens."""

"""`ChatCompletionRole`: who speaks."""

from typing import Literal, TypeAlias

__all__ = ["ChatCompletionRole"]

ChatCompletionRole: TypeAlias = Literal["system", "user", "assistant", "tool", "function"]
"""Who wrote a message."""

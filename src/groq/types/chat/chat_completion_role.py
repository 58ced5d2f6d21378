"""`ChatCompletionRole`: the role of a message's author."""

from typing import Literal, TypeAlias

__all__ = ["ChatCompletionRole"]

ChatCompletionRole: TypeAlias = Literal["system", "user", "assistant", "tool", "function"]
"""The role of a message's author."""

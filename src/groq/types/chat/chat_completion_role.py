"""`ChatCompletionRole`: who speaks."""

from typing import Literal

from typing_extensions import TypeAlias

__all__ = ["ChatCompletionRole"]

ChatCompletionRole: TypeAlias = Literal["system", "user", "assistant", "tool", "function"]
"""Who wrote a message."""

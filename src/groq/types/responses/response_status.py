"""`ResponseStatus`: how far an answer has come."""

from typing import Literal, TypeAlias

__all__ = ["ResponseStatus"]

ResponseStatus: TypeAlias = Literal["completed", "failed", "in_progress", "incomplete"]
"""`incomplete` is an answer that was cut: see `incomplete_details`."""

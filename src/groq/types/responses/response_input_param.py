"""`ResponseInputParam`: what a model is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from .response_input_item_param import ResponseInputItemParam

__all__ = ["ResponseInputItemParam", "ResponseInputParam"]

ResponseInputParam: TypeAlias = Iterable[ResponseInputItemParam]
"""The items of the input, oldest first."""

"""`ResponseInputContentParam`: A part of a message to a model."""

from __future__ import annotations

from typing import TypeAlias, Union

from .response_input_image_param import ResponseInputImageParam
from .response_input_text_param import ResponseInputTextParam

__all__ = ["ResponseInputContentParam"]


ResponseInputContentParam: TypeAlias = Union[ResponseInputTextParam, ResponseInputImageParam]
"""A part of a message to a model."""

"""`EasyInputMessageParam`: a message of any role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from typing_extensions import Required, TypedDict

from .response_input_content_param import ResponseInputContentParam

__all__ = ["EasyInputMessageParam"]


class EasyInputMessageParam(TypedDict, total=False):
    """A message of any role."""

    content: Required[str | Iterable[ResponseInputContentParam]]
    """Its content: a text, or parts."""

    role: Required[Literal["user", "assistant", "system", "developer"]]
    """The role of the author."""

    type: Literal["message"]
    """Always `message`."""

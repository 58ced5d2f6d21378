"""`ResponseTextConfigParam`: options of the text."""

from __future__ import annotations

from typing_extensions import TypedDict

from .response_format_text_config_param import ResponseFormatTextConfigParam

__all__ = ["ResponseTextConfigParam"]


class ResponseTextConfigParam(TypedDict, total=False):
    """Options of the text."""

    format: ResponseFormatTextConfigParam
    """The format of the text; plain text by default."""

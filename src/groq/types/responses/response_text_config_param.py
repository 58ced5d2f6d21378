"""`ResponseTextConfigParam`: how text is to be written."""

from __future__ import annotations

from typing_extensions import TypedDict

from .response_format_text_config_param import ResponseFormatTextConfigParam

__all__ = ["ResponseTextConfigParam"]


class ResponseTextConfigParam(TypedDict, total=False):
    """How text is to be written."""

    format: ResponseFormatTextConfigParam
    """The form of the text; plain text by default."""

"""The formats of transcriptions."""

from typing import Literal, TypeAlias

__all__ = ["AudioResponseFormat"]

AudioResponseFormat: TypeAlias = Literal[
    "json",
    "text",
    "verbose_json",
]
"""`json` answers with the text in a model, `text` with the text alone, and `verbose_json` adds
language, duration and time stamps."""

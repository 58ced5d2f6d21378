"""`ResponseFormatTextConfigParam`: the format of a text."""

from __future__ import annotations

from typing import Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

__all__ = [
    "ResponseFormatJSONObject",
    "ResponseFormatText",
    "ResponseFormatTextConfigParam",
    "ResponseFormatTextJSONSchemaConfigParam",
]


class ResponseFormatText(TypedDict):
    """Plain text, as by default."""

    type: Literal["text"]
    """Always `text`."""


class ResponseFormatJSONObject(TypedDict):
    """Any JSON object; the input must ask for JSON."""

    type: Literal["json_object"]
    """Always `json_object`."""


class ResponseFormatTextJSONSchemaConfigParam(TypedDict, total=False):
    """JSON that follows a schema."""

    name: Required[str]
    """The name of the schema: at most 64 letters, digits, underscores and dashes."""

    schema: Required[dict[str, object]]
    """The JSON Schema."""

    type: Required[Literal["json_schema"]]
    """Always `json_schema`."""

    description: str
    """A description of the schema, for the model."""

    strict: bool | None
    """Whether the text follows the schema exactly."""


ResponseFormatTextConfigParam: TypeAlias = Union[
    ResponseFormatText, ResponseFormatTextJSONSchemaConfigParam, ResponseFormatJSONObject
]
"""The format of a text."""

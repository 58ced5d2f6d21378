"""`ResponseFormatTextConfigParam`: the form that a text is to have."""

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
    """Some JSON object; the input has to ask for JSON."""

    type: Literal["json_object"]
    """Always `json_object`."""


class ResponseFormatTextJSONSchemaConfigParam(TypedDict, total=False):
    """JSON that follows a schema."""

    name: Required[str]
    """A name for the schema: letters, digits, underscores and dashes, 64 at most."""

    schema: Required[dict[str, object]]
    """The JSON Schema."""

    type: Required[Literal["json_schema"]]
    """Always `json_schema`."""

    description: str
    """What the schema is for: the model goes by it."""

    strict: bool | None
    """Whether the text follows the schema to the letter."""


ResponseFormatTextConfigParam: TypeAlias = Union[
    ResponseFormatText, ResponseFormatTextJSONSchemaConfigParam, ResponseFormatJSONObject
]
"""The form that a text is to have."""

"""`OutputType`: the requested type of an answer, with its schema and its parser."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Generic, cast

from typing_extensions import TypeVar

from ..._http import codec
from ..._types import Maybe, NotGiven, Omit, TypeForm
from .strict_schemas import is_object, strict_json_schema

if TYPE_CHECKING:
    import pydantic

    from ...types.chat.completion_create_params import (
        ResponseFormat,
        ResponseFormatResponseFormatJsonSchema,
    )

_T = TypeVar("_T")

STRICT_MODELS = frozenset({"openai/gpt-oss-20b", "openai/gpt-oss-120b"})
"""The models that support strict mode; all others do their best (November 2026)."""


class OutputType(Generic[_T]):
    """The requested type of an answer, with its schema and its parser.

    The root of a schema must be an object. Other types, such as `list[int]` or a union, are wrapped
    in an object, as its `value`, and unwrapped again.

    Args:
        kind: The type.

    Raises:
        TypeError: Pydantic cannot describe the type.
    """

    name: str
    """The name of the schema in the request: at most 64 letters, digits and `_`."""

    def __init__(self, kind: TypeForm[_T]) -> None:
        self.name = re.sub(r"\W+", "_", getattr(kind, "__name__", ""), flags=re.ASCII)[:64]
        self.name = self.name.strip("_") or "answer"
        adapter, self._schema = _adapter_and_schema(kind, self.name)
        self._is_wrapped = not is_object(self._schema)
        if self._is_wrapped:
            adapter, self._schema = _adapter_and_schema(_wrapper(kind), self.name)
        self._validate: Callable[[str], Any] = adapter.validate_json

    def param(self, *, strict: bool) -> ResponseFormatResponseFormatJsonSchema:
        """Return a new `response_format` of a request.

        Raises `TypeError` if strict mode is requested and cannot express the type.
        """
        schema = self.schema(strict=strict)
        return {
            "type": "json_schema",
            "json_schema": {"name": self.name, "schema": schema, "strict": strict},
        }

    def schema(self, *, strict: bool) -> dict[str, object]:
        """Return a new JSON Schema.

        Raises `TypeError` if strict mode is requested and cannot express the type.
        """
        return strict_json_schema(self._schema, self.name) if strict else deepcopy(self._schema)

    def parse(self, text: str) -> _T:
        """Parse a complete answer. Raises `pydantic.ValidationError` if it does not fit."""
        value = self._validate(text)
        return cast("_T", value.value if self._is_wrapped else value)  # validated as `kind`

    def parse_partial(self, text: str) -> object | None:
        """Parse the start of an answer as plain JSON; return `None` if it is too short."""
        value = partial_json(text)
        if not self._is_wrapped:
            return value
        return cast("dict[str, object]", value).get("value") if isinstance(value, dict) else None


def output_type(
    response_format: TypeForm[_T] | ResponseFormat | Omit | NotGiven | None,
) -> OutputType[_T] | None:
    """Return the requested type; `None` without one, or for a `response_format` that is a dict.

    Raises `TypeError` for a type that pydantic cannot describe.
    """
    if response_format is None or isinstance(response_format, (Omit, NotGiven, Mapping)):
        return None
    try:
        hash(response_format)
    except TypeError:  # an annotation may have an unhashable part
        return OutputType(response_format)
    return _cached_output_type(cast("Hashable", response_format))  # it was hashed just above


@functools.lru_cache(maxsize=256)
def _cached_output_type(kind: Hashable) -> OutputType[Any]:
    with codec.building:
        return OutputType(cast("type[Any]", kind))  # any type that pydantic can describe


def response_format_param(
    response_format: TypeForm[object] | ResponseFormat | Omit | NotGiven | None,
    *,
    model: str,
    strict: bool | None,
) -> Maybe[ResponseFormat | None]:
    """Return the `response_format` of a request: of a type, or the given dict.

    Args:
        response_format: The requested type, or the parameter in the API's form.
        model: The model of the request.
        strict: Whether to use strict mode; `None` uses it if the model supports it.

    Raises:
        TypeError: Pydantic cannot describe the type, or strict mode cannot express it.
    """
    if response_format is None or isinstance(response_format, (Omit, NotGiven)):
        return response_format
    if isinstance(response_format, Mapping):
        # No type form is a mapping; `object`, because checkers disagree on that.
        return cast("ResponseFormat", cast("object", response_format))
    output = output_type(response_format)
    if output is None:
        return None
    return output.param(strict=model in STRICT_MODELS if strict is None else strict)


def partial_json(text: str) -> object | None:
    """Parse the start of a JSON text; return `None` if it is too short."""
    from pydantic_core import from_json

    parse: Callable[..., object] = from_json
    data = text.encode("utf-8", "replace")  # a lone surrogate cannot be encoded
    try:
        try:
            return parse(data, allow_partial="trailing-strings")
        except TypeError:  # pydantic 2.8 leaves out an incomplete string
            return parse(data, allow_partial=True)
    except ValueError:
        return None


def _adapter_and_schema(kind: Any, name: str) -> tuple[pydantic.TypeAdapter[Any], dict[str, Any]]:
    """Return the validator and the JSON Schema of a type.

    Raises `TypeError` for a type that pydantic cannot describe.
    """
    import pydantic

    expected = "a pydantic model, a dataclass, a TypedDict or another type that pydantic describes"
    if isinstance(kind, str):
        raise TypeError(f"Expected {expected} as `response_format` but received {kind!r}")
    try:
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(kind)
        schema = adapter.json_schema()
    except (pydantic.PydanticUserError, pydantic.PydanticUndefinedAnnotation) as error:
        reason = str(error).partition("\n")[0]
        raise TypeError(
            f"Expected {expected} as `response_format` but `{name}` is none: {reason}"
        ) from error
    _refuse_alias_paths(adapter.core_schema)
    return adapter, schema


def _refuse_alias_paths(core_schema: object) -> None:
    """Raise `TypeError` for a field with an alias path only, which no schema can describe."""
    pending = [core_schema]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += cast("list[object]", part)
        elif isinstance(part, dict):
            schema = cast("dict[str, object]", part)
            alias = schema.get("validation_alias")
            if isinstance(alias, list) and not any(map(_is_key, _alias_paths(alias))):
                raise TypeError(
                    "Expected fields that an answer can have by their name or alias but received "
                    f"the validation alias {alias!r}"
                )
            pending += [each for key, each in schema.items() if key != "metadata"]


def _alias_paths(alias: Any) -> list[Any]:
    """Return the alternative paths of a field's `validation_alias`."""
    return alias if isinstance(alias[0], list) else [alias]


def _is_key(path: list[object]) -> bool:
    return len(path) == 1 and isinstance(path[0], str)


def _wrapper(kind: Any) -> type[pydantic.BaseModel]:
    import pydantic

    return pydantic.create_model("Answer", value=(kind, ...))

"""JSON to models and values to JSON: a strict fast path, with a lenient path beside it.

Pydantic's machinery is imported on first use, so that importing the package stays cheap.
"""

from __future__ import annotations

import contextlib
import enum
import json
import math
import sys
import threading
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from types import SimpleNamespace, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

from .._types import NotGiven, Omit, is_class, is_dict, is_iterable, is_list, is_mapping

if TYPE_CHECKING:
    import pydantic
    from pydantic.fields import FieldInfo
    from pydantic_core import SchemaSerializer, SchemaValidator
    from typing_extensions import TypeIs

_T = TypeVar("_T")

OMITTED = frozenset({Omit, NotGiven})
"""The types of placeholders for arguments that are not sent."""


@dataclass(frozen=True)
class Tagged:
    """Marks a union of models that `type` tells apart, beside pydantic's `Discriminator`."""

    fallback: type
    """The model for values whose `type` the union does not name."""

    last: frozenset[str] = frozenset()
    """The types of the events that end a stream."""


# ---------------------------------------------------------------------------------------- decode


building = threading.RLock()
"""Held while pydantic builds a schema.

Without it, two threads that build one schema at once get an `AttributeError` or a model without a
validator (seen with pydantic 2.11 and 2.12).
"""


@lru_cache(maxsize=512)
def validator(kind: Hashable) -> SchemaValidator:
    """Return the validator of a type, and build its schema if needed.

    Before its schema is built, a model only has a slow proxy of its validator.
    """
    import pydantic

    with building:
        if not is_model(kind):
            adapter: Any = pydantic.TypeAdapter(cast("Any", kind))  # whatever pydantic can describe
            return cast("SchemaValidator", adapter.validator)
        kind.model_rebuild()
        return cast("SchemaValidator", kind.__pydantic_validator__)


def is_model(kind: object) -> TypeIs[type[pydantic.BaseModel]]:
    """Say whether a type is a pydantic model."""
    import pydantic

    return is_class(kind) and issubclass(kind, pydantic.BaseModel)


def decode(kind: type[_T], data: bytes) -> _T:
    """Decode JSON to a type: strictly if the data fits it, else leniently.

    Raises `ValueError` or `RecursionError` if the data is not JSON, or JSON too large for Python.
    """
    try:
        return cast(
            "_T", validator(cast("Hashable", kind)).validate_json(data, strict=True)
        )  # built for `kind`
    except ValueError:
        return construct(kind, loads(data))


def loads(data: bytes) -> object:
    """Decode JSON to plain values; a byte order mark is skipped.

    Raises `ValueError` if the data is not JSON, is not UTF-8 or has an integer of too many digits,
    and `RecursionError` if it is nested too deep.
    """
    return json.loads(data.decode("utf-8-sig"))


def text(data: bytes, charset: str | None) -> str:
    """Decode text, as UTF-8 if the charset is not a text encoding, such as `hex`."""
    try:
        return data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


class SharedFieldsSet(set[str]):
    """The names of the fields that are set in many models, each of which copies it to change it."""


def own_fields_set(model: pydantic.BaseModel) -> set[str]:
    """Return the names of the fields that are set in a model, which shares them no longer."""
    names = model.__pydantic_fields_set__
    if names.__class__ is SharedFieldsSet:
        names = set(names)
        object.__setattr__(model, "__pydantic_fields_set__", names)
    return names


def validate(kind: type[_T], data: bytes) -> _T:
    """Decode JSON to a type. Raises `pydantic.ValidationError` if it does not fit."""
    return cast("_T", validator(cast("Hashable", kind)).validate_json(data))  # built for `kind`


def construct(kind: type[_T], value: object) -> _T:
    """Fit plain values to a type where possible; a value that does not fit is kept as it is.

    A model keeps unknown fields. A missing field has its default, or `None`, and does not count as
    set. Values of types that JSON lacks are converted: an `int` to a `float`, ISO text to a
    `datetime`.
    """
    return cast("_T", _fit(kind, value))  # may be of another type, which is the purpose


_JSON = frozenset({str, int, bool, dict, list, object, Any})
"""Types that JSON has, so that their values are not converted."""


def _fit(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        union, *metadata = get_args(kind)
        return _fit_tagged_union(union, metadata, value)
    if origin is Union or origin is UnionType:
        return _fit_union(kind, value)
    if origin is list:
        (item,) = get_args(kind)
        return [_fit(item, each) for each in value] if is_list(value) else value
    if origin is dict:
        _, item = get_args(kind)
        return {key: _fit(item, each) for key, each in value.items()} if is_dict(value) else value
    if is_model(kind):
        if is_list(value):  # a list of models where one was expected
            return [_fit(kind, each) for each in value]
        return _fit_model(kind, value) if is_dict(value) else value
    if kind is float:
        return _as_float(value) if isinstance(value, int) else value
    return value if kind in _JSON else _convert(kind, value)[0]


def _as_float(number: int) -> float:
    """Return a whole number as a `float`, or as it is if none is equal to it."""
    try:
        converted = float(number)
    except OverflowError:
        return number
    return converted if converted == number else number


def _convert(kind: Any, value: Any) -> tuple[Any, bool]:
    """Convert a value as pydantic does, such as text to a `datetime`; say whether that worked."""
    try:
        return validator(kind).validate_python(value), True
    except (ValueError, OverflowError):
        return value, False


def _fit_tagged_union(union: Any, metadata: Iterable[object], value: Any) -> Any:
    """Fit a value to the member of a union that it names, if the metadata says in which field."""
    metadata = tuple(metadata)
    tags = (getattr(note, "discriminator", None) for note in metadata)
    name = next((tag for tag in tags if isinstance(tag, str)), None)
    if name is None or not is_dict(value):
        return _fit(union, value)
    fallback = next((note.fallback for note in metadata if isinstance(note, Tagged)), None)
    if fallback is None:
        converted, is_valid = _convert(union, value)
        if is_valid:
            return converted
    named = (
        member
        for (key, tag), member in _members(union, name).items()
        if key in value and value[key] == tag
    )
    member = next(named, fallback)
    return _fit(union, value) if member is None else _fit_model(member, value)


@lru_cache(maxsize=64)
def _members(union: Hashable, name: str) -> dict[tuple[str, object], type[pydantic.BaseModel]]:
    """Return the members of a union by the keys and values that name them in a field."""
    members: dict[tuple[str, object], type[pydantic.BaseModel]] = {}
    for member in filter(is_model, get_args(union)):
        validator(member)  # resolves the annotations of the fields
        if (field := member.model_fields.get(name)) is not None:
            for key in (*_aliases(field), name):
                members |= dict.fromkeys([(key, tag) for tag in get_args(field.annotation)], member)
    return members


def _fit_union(union: Any, value: Any) -> Any:
    """Fit a value to the union's member that validates it, else to the first that changes it."""
    converted, is_valid = _convert(union, value)
    if is_valid:
        return converted
    fitted = (_fit(kind, value) for kind in get_args(union) if kind is not type(None))
    return next((each for each in fitted if each is not value), value)


def _fit_model(model: type[pydantic.BaseModel], values: dict[str, Any]) -> pydantic.BaseModel:
    validator(model)  # resolves the annotations of the fields
    fields: dict[str, Any] = {}
    fields_set: set[str] = set()
    extra = values.copy()
    for name, field in model.model_fields.items():
        # As in pydantic, an alias goes before the field's own name.
        sent = next((key for key in (*_aliases(field), name) if key in extra), None)
        if sent is not None:
            fields_set.add(name)
            metadata = (*field.metadata, field)
            fields[name] = _fit_tagged_union(field.annotation, metadata, extra.pop(sent))
        if field.is_required():
            fields.setdefault(name, None)
        elif sent is None or (fields[name] is None and not _convert(field.annotation, None)[1]):
            fields[name] = field.get_default(call_default_factory=True)
    of_extra = _kind_of_extra(model)
    if of_extra is not None:
        extra = {key: _fit(of_extra, each) for key, each in extra.items()}
    fitted = model.__new__(model)
    object.__setattr__(fitted, "__dict__", fields)
    object.__setattr__(fitted, "__pydantic_fields_set__", fields_set | extra.keys())
    object.__setattr__(fitted, "__pydantic_extra__", extra)
    object.__setattr__(fitted, "__pydantic_private__", None)
    return fitted


@lru_cache(maxsize=512)
def _kind_of_extra(model: type[pydantic.BaseModel]) -> Any:
    """Return what a model declares its unknown fields to be; `None` if it does not."""
    import pydantic

    for base in model.__mro__[: model.__mro__.index(pydantic.BaseModel)]:
        declared = base.__annotations__.get("__pydantic_extra__")
        if isinstance(declared, str):
            names = vars(sys.modules[base.__module__])
            # Only this annotation is evaluated: those of the fields may name what is not imported.
            with contextlib.suppress(NameError):
                annotated = SimpleNamespace(__annotations__={"extra": declared})
                declared = get_type_hints(annotated, names)["extra"]
        if get_origin(declared) is dict:
            return get_args(declared)[1]
    return None


def _aliases(field: FieldInfo) -> list[str]:
    """Return the aliases of a field."""
    alias = field.validation_alias
    names = [alias] if isinstance(alias, str) else getattr(alias, "choices", [])
    return [name for name in names if isinstance(name, str)]


# ---------------------------------------------------------------------------------------- encode


def encode(value: object) -> bytes:
    """Encode a value as compact UTF-8 JSON.

    Models are encoded without unset fields, iterables as lists; omitted values are left out.

    Raises `TypeError` for a type that JSON lacks, and `ValueError` for a number that is not
    finite, text that is not Unicode, or a value that contains itself; both name the place.
    """
    if is_dict(value):
        value = without_omitted(value)
    try:
        if not _is_plain(value):
            return _encode_by_hand(value)
        body = _serializer().to_json(
            value,
            exclude_unset=True,
            by_alias=True,
            warnings=False,  # an odd value in a response is sent back unchanged
        )
    except (ValueError, RecursionError):
        return _encode_by_hand(value)
    # A number, or a word in a text. Looking for one letter first is a hundred times as fast.
    if (b"N" in body and b"NaN" in body) or (b"I" in body and b"Infinity" in body):
        return body if _is_finite(body) else _encode_by_hand(value)
    return body


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _is_plain(value: Any) -> bool:
    """Say whether a value consists of JSON's types and of models.

    Pydantic would silently turn other types into text: a `Decimal`, a path, bytes.
    """
    kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]  # of any value
    if kind is dict:
        for key, each in value.items():
            if type(key) is not str or not (type(each) in _SCALARS or _is_plain(each)):
                return False
        return True
    if kind is list or kind is tuple:
        for item in value:
            # A conversation is a list of dicts: calling this function for each takes a third more.
            kind_of_item: Any = type(item)  # pyright: ignore[reportUnknownVariableType]  # as above
            if kind_of_item is dict:
                for key, each in item.items():
                    if type(key) is not str or not (type(each) in _SCALARS or _is_plain(each)):
                        return False
            elif not (kind_of_item in _SCALARS or _is_plain(item)):
                return False
        return True
    return kind in _SCALARS or _is_kind_of_model(kind)


_is_kind_of_model = lru_cache(maxsize=512)(is_model)


def _is_finite(body: bytes) -> bool:
    """Say whether all numbers in a body are finite."""
    from pydantic_core import from_json

    try:
        from_json(body, allow_inf_nan=False)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _serializer() -> SchemaSerializer:
    from pydantic_core import SchemaSerializer, core_schema

    # By default pydantic writes NaN as `null`, where it could not be found.
    config = core_schema.CoreConfig(ser_json_inf_nan="constants")
    return SchemaSerializer(core_schema.any_schema(), config)


def without_omitted(values: Mapping[str, object]) -> dict[str, object]:
    """Drop omitted values, and replace iterators by lists, which can be read more than once."""
    return {
        name: list(cast("Iterator[object]", value)) if isinstance(value, Iterator) else value
        for name, value in values.items()
        if type(value) not in OMITTED
    }


def _encode_by_hand(value: object) -> bytes:
    text = json.dumps(_plain(value, "", ()), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _plain(value: Any, where: str, outer: tuple[int, ...]) -> Any:
    """Convert a value to plain JSON types. Raises if it cannot be converted."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _check_text(value, where)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"Expected a finite number at {_place(where)} but received {value!r}")
        return value
    if isinstance(value, enum.Enum):
        return _plain(value.value, where, outer)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if id(value) in outer:
        raise ValueError(f"Expected a value that does not contain itself at {_place(where)}")
    outer = (*outer, id(value))
    kind = cast("type[object]", type(value))  # of a value that may be anything
    if is_model(kind):
        value = _dump(value)
    if is_mapping(value):
        return {
            _key(key, where): _plain(each, f"{where}.{key}" if where else str(key), outer)
            for key, each in value.items()
            if type(each) not in OMITTED
        }
    if is_iterable(value) and not isinstance(value, (set, frozenset)):
        return [_plain(each, f"{where}[{i}]", outer) for i, each in enumerate(value)]
    raise TypeError(
        f"Expected a value that JSON can hold at {_place(where)} but received "
        f"{_described(value, where)}"
    )


def _described(value: object, where: str) -> str:
    if not isinstance(value, type):
        return _name(type(value))
    hint = "; `parse` and `stream` take a type" if where == "response_format" else ""
    return f"the class {value.__name__}{hint}"


def _dump(model: pydantic.BaseModel) -> object:
    """Dump a model as JSON types or, if it holds others, as Python values."""
    for mode in ("json", "python"):
        try:
            return model.model_dump(mode=mode, exclude_unset=True, by_alias=True, warnings=False)
        except ValueError:
            continue
    return None


def _key(key: object, where: str) -> str | int | float | bool | None:
    if key is None or isinstance(key, (str, int, float)):
        return key
    raise TypeError(
        f"Expected keys that are text at {_place(where)} but received {_name(type(key))}"
    )


def _check_text(text: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"Expected Unicode text at {_place(where)} but received a lone surrogate at "
            f"position {error.start}"
        ) from None
    return text


def _place(where: str) -> str:
    return f"`{where}`" if where else "the body"


def _name(kind: type) -> str:
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"

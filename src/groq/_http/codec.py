"""Bytes to models, and values to bytes: a strict fast path, and a lenient path beside it.

Pydantic's machinery loads at the first use, so that importing the package does not pay for it.
"""

from __future__ import annotations

import enum
import json
import math
import threading
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

from .._types import NotGiven, Omit, is_class, is_dict, is_iterable, is_list, is_mapping

if TYPE_CHECKING:
    import pydantic
    from pydantic.fields import FieldInfo
    from pydantic_core import SchemaSerializer, SchemaValidator
    from typing_extensions import TypeIs

_T = TypeVar("_T")

OMITTED = frozenset({Omit, NotGiven})
"""The types of values that are not sent."""


@dataclass(frozen=True)
class Tagged:
    """Marks a union of models that are told apart by `type`, beside pydantic's `Discriminator`."""

    otherwise: type
    """What a value of a type that the union does not name becomes."""

    last: frozenset[str] = frozenset()
    """The types of events of which one ends a stream of them."""


# ---------------------------------------------------------------------------------------- decode


_build = threading.RLock()


@lru_cache(maxsize=512)
def validator(kind: Hashable) -> SchemaValidator:
    """Return the validator of a type, built if it was not yet.

    A validator that is taken from a model before its schema is built is a proxy, and slow.
    """
    import pydantic

    # Two threads that build one schema at once confuse pydantic.
    with _build:
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
    """Decode JSON to a type, strictly if the data conforms, else as far as it does.

    Raises `ValueError` or `RecursionError` if the data is no JSON that can be held.
    """
    try:
        return cast(
            "_T", validator(cast("Hashable", kind)).validate_json(data, strict=True)
        )  # built for `kind`
    except ValueError:
        return construct(kind, loads(data))


def loads(data: bytes) -> object:
    """Decode JSON to plain values; a byte order mark at its start is passed over.

    Raises `ValueError` if it is none, is not UTF-8 or has a number too long to hold, and
    `RecursionError` if it nests too deep.
    """
    return json.loads(data.decode("utf-8-sig"))


def text(data: bytes, charset: str | None) -> str:
    """Decode text; as UTF-8 if the charset is none that Python decodes text with, such as `hex`."""
    try:
        return data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def validate(kind: type[_T], data: bytes) -> _T:
    """Decode JSON to a type. Raises `pydantic.ValidationError` if it does not conform."""
    return cast("_T", validator(cast("Hashable", kind)).validate_json(data))  # built for `kind`


def construct(kind: type[_T], value: object) -> _T:
    """Fit plain values to a type as far as they go; what does not fit is kept raw.

    A model keeps fields that it does not know. Of a field that is missing it has the default, or
    `None`, and does not count it as set. What JSON has no form for is converted: an `int` to a
    `float`, ISO text to a `datetime`.
    """
    return cast("_T", _fitted(kind, value))  # lenient by intent: it may be something else


_JSON = frozenset({str, int, bool, dict, list, object, Any})
"""Kinds whose values JSON has itself: there is nothing to make of them."""


def _fitted(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        union, *notes = get_args(kind)
        return _fitted_by_type(union, notes, value)
    if origin is Union or origin is UnionType:
        return _fitted_to_one(kind, value)
    if origin is list:
        (item,) = get_args(kind)
        return [_fitted(item, each) for each in value] if is_list(value) else value
    if origin is dict:
        _, item = get_args(kind)
        return (
            {key: _fitted(item, each) for key, each in value.items()} if is_dict(value) else value
        )
    if is_model(kind):
        if is_list(value):  # a list of models where one was expected
            return [_fitted(kind, each) for each in value]
        return _fitted_model(kind, value) if is_dict(value) else value
    if kind is float:
        return _converted(kind, value)[0] if isinstance(value, int) else value
    return value if kind in _JSON else _converted(kind, value)[0]


def _converted(kind: Any, value: Any) -> tuple[Any, bool]:
    """Convert a value as pydantic does, such as text to a `datetime`; say whether it could be."""
    try:
        return validator(kind).validate_python(value), True
    except (ValueError, OverflowError):
        return value, False


def _fitted_by_type(union: Any, notes: Iterable[object], value: Any) -> Any:
    """Fit a value to the member of a union that has its `type`, where the notes mark it as such."""
    tagged = next((note for note in notes if isinstance(note, Tagged)), None)
    if tagged is None or not is_dict(value):
        return _fitted(union, value)
    return _fitted_model(_by_type(union).get(value.get("type"), tagged.otherwise), value)


@lru_cache(maxsize=64)
def _by_type(union: Hashable) -> dict[object, type[pydantic.BaseModel]]:
    members: dict[object, type[pydantic.BaseModel]] = {}
    for member in get_args(union):
        validator(member)  # resolves the annotations of the fields
        members |= dict.fromkeys(get_args(member.model_fields["type"].annotation), member)
    return members


def _fitted_to_one(union: Any, value: Any) -> Any:
    """Fit a value to the member of a union that takes it whole, else to the first that helps."""
    converted, is_whole = _converted(union, value)
    if is_whole:
        return converted
    fitted = (_fitted(kind, value) for kind in get_args(union) if kind is not type(None))
    return next((each for each in fitted if each is not value), value)


def _fitted_model(model: type[pydantic.BaseModel], values: dict[str, Any]) -> pydantic.BaseModel:
    validator(model)  # resolves the annotations of the fields
    fields: dict[str, Any] = {}
    fields_set: set[str] = set()
    extra = values.copy()
    for name, field in model.model_fields.items():
        # As in pydantic: under the name that the API gives it, else under its own.
        sent = next((key for key in (*_aliases(field), name) if key in extra), None)
        if sent is not None:
            fields_set.add(name)
            fields[name] = _fitted_by_type(field.annotation, field.metadata, extra.pop(sent))
        if field.is_required():
            fields.setdefault(name, None)
        elif sent is None or (fields[name] is None and not _converted(field.annotation, None)[1]):
            fields[name] = field.get_default(call_default_factory=True)
    made = model.__new__(model)
    object.__setattr__(made, "__dict__", fields)
    object.__setattr__(made, "__pydantic_fields_set__", fields_set | extra.keys())
    object.__setattr__(made, "__pydantic_extra__", extra)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _aliases(field: FieldInfo) -> list[str]:
    """Return the names that a field can come under, beside its own."""
    alias = field.validation_alias
    names = [alias] if isinstance(alias, str) else getattr(alias, "choices", [])
    return [name for name in names if isinstance(name, str)]


# ---------------------------------------------------------------------------------------- encode


def encode(value: object) -> bytes:
    """Encode a value as compact UTF-8 JSON.

    Models are sent without unset fields, any iterable as a list; what was omitted is left out.

    Raises `TypeError` for an object that is not JSON, and `ValueError` for a number that is not
    finite, text that is not Unicode or a value that contains itself; both say where it stands.
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
            warnings=False,  # an odd value that the server sent goes back as it came
        )
    except (ValueError, RecursionError):
        return _encode_by_hand(value)
    # Not a number, or a word of a text: finding one letter is a hundred times as fast.
    if (b"N" in body and b"NaN" in body) or (b"I" in body and b"Infinity" in body):
        return body if _is_finite(body) else _encode_by_hand(value)
    return body


_PLAIN = frozenset({str, int, float, bool, type(None)})


def _is_plain(value: object) -> bool:
    """Say whether a value is made of what JSON has, and of models.

    Pydantic would write much else as text that nobody meant: a `Decimal`, a path, bytes.
    """
    kind = type(value)
    if kind is dict:
        for key, each in cast("dict[object, object]", value).items():
            if type(key) is not str or not (type(each) in _PLAIN or _is_plain(each)):
                return False
        return True
    if kind is list or kind is tuple:
        for each in cast("list[object]", value):  # noqa: SIM110  # `all` takes twice the time
            if not (type(each) in _PLAIN or _is_plain(each)):
                return False
        return True
    return kind in _PLAIN or is_model(kind)


def _is_finite(body: bytes) -> bool:
    """Say whether all numbers in JSON are ones that JSON has."""
    from pydantic_core import from_json

    try:
        from_json(body, allow_inf_nan=False)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _serializer() -> SchemaSerializer:
    from pydantic_core import SchemaSerializer, core_schema

    # Pydantic writes `null` for NaN unless it is told to; then it could not be seen.
    config = core_schema.CoreConfig(ser_json_inf_nan="constants")
    return SchemaSerializer(core_schema.any_schema(), config)


def without_omitted(values: dict[str, object]) -> dict[str, object]:
    """Drop what was omitted, and hold one-way iterators, which can be read but once."""
    return {
        name: list(cast("Iterator[object]", value)) if isinstance(value, Iterator) else value
        for name, value in values.items()
        if type(value) not in OMITTED
    }


def _encode_by_hand(value: object) -> bytes:
    text = json.dumps(_plain(value, "", ()), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _plain(value: Any, where: str, outer: tuple[int, ...]) -> Any:
    """Turn a value into what `json` can write, and find what it cannot."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return _checked_text(value, where)
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
        value = _dumped(value)
    if is_mapping(value):
        return {
            _key(key, where): _plain(each, f"{where}.{key}" if where else str(key), outer)
            for key, each in value.items()
            if type(each) not in OMITTED
        }
    if is_iterable(value) and not isinstance(value, (set, frozenset)):
        return [_plain(each, f"{where}[{i}]", outer) for i, each in enumerate(value)]
    raise TypeError(
        f"Expected a value that JSON can hold at {_place(where)} but received {_name(kind)}"
    )


def _dumped(model: pydantic.BaseModel) -> object:
    """Return what a model is in JSON or, if it has no form there, what it holds."""
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


def _checked_text(text: str, where: str) -> str:
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

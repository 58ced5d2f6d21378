"""Models of parsed answers, made from the models of plain ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from ..._http import codec

if TYPE_CHECKING:
    from ..._models import BaseModel

_T = TypeVar("_T")
_ModelT = TypeVar("_ModelT", bound="BaseModel")


def as_instance(kind: type[_T], value: object) -> _T | None:
    """Return the value if it has the type; models keep values that do not fit."""
    return value if isinstance(value, kind) else None


def instances_of(kind: type[_T], values: object) -> list[_T]:
    """Return the values of a list that have the type; models keep values that do not fit."""
    if not isinstance(values, list):
        return []
    return [each for each in cast("list[object]", values) if isinstance(each, kind)]


def recast(kind: type[_ModelT], model: BaseModel, **changed: object) -> _ModelT:
    """Return a copy of a model as a subclass, with some fields changed."""
    values: dict[str, object] = {**model.__dict__, **(model.model_extra or {})}
    set_values = {name: value for name, value in values.items() if name in model.model_fields_set}
    recast_model = codec.construct(kind, {**set_values, **changed})
    object.__setattr__(recast_model, "_groq_request_id", getattr(model, "_groq_request_id", None))
    return recast_model


def assign_unset(model: BaseModel, name: str, value: object) -> None:
    """Assign a parsed value to a field without marking the field as set.

    Only set fields are sent if the message is sent back, and the API would refuse this one.
    """
    setattr(model, name, value)
    model.model_fields_set.discard(name)

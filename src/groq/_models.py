"""`BaseModel`: the base class of all response models."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

import pydantic
from pydantic import ConfigDict
from pydantic_core import PydanticSerializationError
from typing_extensions import Self, override

from ._http import codec
from ._http.options import FinalRequestOptions as FinalRequestOptions

_DumpedT = TypeVar("_DumpedT", dict[str, Any], str)

_REQUEST_ID = "_groq_request_id"


class BaseModel(pydantic.BaseModel):
    """The base class of response models, with the documented fields and any others.

    Unknown fields are kept in `model_extra`, and `model_fields_set` tells a missing field from a
    null one. The schema is built when a model is first used.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="allow", defer_build=True, protected_namespaces=()
    )

    # Chunks of a stream share their set, which `own_fields_set` copies before it may change.
    _share_fields_set: ClassVar[Callable[[pydantic.BaseModel, set[str]], None]] = (
        pydantic.BaseModel.__dict__["__pydantic_fields_set__"].__set__
    )

    # Not a field, so that it is not compared, dumped or sent back.
    __slots__ = (_REQUEST_ID,)

    @property
    def _request_id(self) -> str | None:
        """The `x-request-id` header of the response, which Groq's support asks for."""
        request_id: str | None = getattr(self, _REQUEST_ID, None)
        return request_id

    @property
    @override
    def model_fields_set(self) -> set[str]:
        """The names of the fields that were in the response, or were assigned since."""
        return codec.own_fields_set(self)

    @property
    @override
    def __fields_set__(self) -> set[str]:
        """The name that pydantic 1 has for `model_fields_set`."""
        codec.own_fields_set(self)
        return super().__fields_set__  # pyright: ignore[reportDeprecated]  # it warns by itself

    if not TYPE_CHECKING:  # a checker would then allow any name

        @override
        def __setattr__(self, name: str, value: object) -> None:
            # A subclass may set a property before pydantic's own `__init__`.
            if hasattr(self, "__pydantic_fields_set__"):
                codec.own_fields_set(self)  # which the assignment adds to
            super().__setattr__(name, value)

    @override
    def __getstate__(self) -> dict[Any, Any]:
        codec.own_fields_set(self)  # else pickled chunks would share one afterwards
        return {**super().__getstate__(), _REQUEST_ID: self._request_id}

    @override
    def __setstate__(self, state: dict[Any, Any]) -> None:
        super().__setstate__(state)
        object.__setattr__(self, _REQUEST_ID, state.get(_REQUEST_ID))

    @override
    def __copy__(self) -> Self:
        copied = super().__copy__()
        object.__setattr__(copied, _REQUEST_ID, self._request_id)
        return copied

    @override
    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        copied = super().__deepcopy__(memo)
        object.__setattr__(copied, _REQUEST_ID, self._request_id)
        return copied

    @override
    def __str__(self) -> str:
        return repr(self)

    @classmethod
    def construct(cls, _fields_set: set[str] | None = None, **values: object) -> Self:
        """Make a model without validation, as from a response: values that do not fit are kept.

        `_fields_set` names fields that count as set in addition to the given ones.
        """
        made = codec.construct(cls, values)
        made.model_fields_set.update(_fields_set or ())
        return made

    # Pydantic's own `model_construct` would leave nested models as dicts.
    model_construct = construct

    def to_dict(
        self,
        *,
        mode: Literal["json", "python"] = "python",
        use_api_names: bool = True,
        exclude_unset: bool = True,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        warnings: bool = True,
    ) -> dict[str, object]:
        """Return the model as a dict, without the fields that were not in the response."""
        return self._dumped(
            self.model_dump,
            mode=mode,
            by_alias=use_api_names,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            warnings=warnings,
        )

    def to_json(
        self,
        *,
        indent: int | None = 2,
        use_api_names: bool = True,
        exclude_unset: bool = True,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        warnings: bool = True,
    ) -> str:
        """Return the model as JSON, without the fields that were not in the response."""
        return self._dumped(
            self.model_dump_json,
            indent=indent,
            by_alias=use_api_names,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            warnings=warnings,
        )

    def _dumped(self, dump: Callable[..., _DumpedT], **options: object) -> _DumpedT:
        try:
            return dump(**options)
        except (TypeError, PydanticSerializationError):
            # An odd answer may have a list or an object in place of the name that tells the
            # members of a union apart. pydantic then has to ask each value for its type.
            return dump(**options, serialize_as_any=True)

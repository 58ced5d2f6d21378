"""Sentinels, and the types of arguments."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import (
    IO,
    TYPE_CHECKING,
    Any,
    Literal,
    Optional,
    Protocol,
    SupportsIndex,
    TypeAlias,
    TypeGuard,
    Union,
    overload,
)

from typing_extensions import TypedDict, TypeVar, override

from ._library import HttpTimeout, httpx

if TYPE_CHECKING:
    from httpx import Timeout as Timeout
    from pydantic import BaseModel
    from typing_extensions import TypeForm as TypeForm

    Transport: TypeAlias = httpx.BaseTransport
    ProxiesTypes: TypeAlias = Union[
        str, httpx.Proxy, dict[str, Union[str, httpx.Proxy, None]], None
    ]
else:
    # The oldest supported `typing-extensions` lacks it; only type checkers see a difference.
    TypeForm = type

    def __getattr__(name: str) -> Any:
        """Import httpx on first use of the types that are exported from it."""
        if name == "Timeout":
            return httpx.Timeout
        if name == "Transport":
            return httpx.BaseTransport
        if name == "ProxiesTypes":
            proxy = Union[str, httpx.Proxy, None]
            return Union[proxy, dict[str, proxy]]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


NoneType: type[None] = type(None)


class NotGiven:
    """Marks an argument as not given, where `None` has a meaning of its own.

    `timeout=None` means no timeout; `timeout=not_given` uses the client's timeout.
    """

    def __bool__(self) -> Literal[False]:
        return False

    @override
    def __repr__(self) -> str:
        return "NOT_GIVEN"


class Omit:
    """Leaves a parameter out of the request, or removes a default header.

    An argument of `None` is sent as `null`; an argument of `omit` is not sent. A header of `omit`
    is removed, even one that the client sets itself.
    """

    def __bool__(self) -> Literal[False]:
        return False


not_given: NotGiven = NotGiven()
NOT_GIVEN: NotGiven = not_given
omit: Omit = Omit()

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)
ResponseFormatT = TypeVar("ResponseFormatT", default=None)
"""The type that `response_format` asks for; `None` where it asks for none."""

ResponseT = TypeVar(
    "ResponseT",
    bound=Union[object, str, None, "BaseModel", list[Any], dict[str, Any], "httpx.Response"],
)

Maybe: TypeAlias = Union[_T, Omit, NotGiven]
"""An argument that can be left out."""

Headers: TypeAlias = Mapping[str, Union[str, Omit]]
Query: TypeAlias = Mapping[str, object]
Body: TypeAlias = object
AnyMapping: TypeAlias = Mapping[str, object]

FileContent: TypeAlias = Union[IO[bytes], bytes, os.PathLike[str]]
FileTypes: TypeAlias = Union[
    FileContent,
    tuple[Optional[str], FileContent],
    tuple[Optional[str], FileContent, Optional[str]],
    tuple[Optional[str], FileContent, Optional[str], Mapping[str, str]],
]
"""A file to upload: its content, or a tuple of (name, content, media type, headers)."""
RequestFiles: TypeAlias = Union[Mapping[str, FileTypes], Sequence[tuple[str, FileTypes]]]


if TYPE_CHECKING:

    class _CheckedOnly(TypedDict, total=False):
        """Options that groq 1.7.0 lacks; see `groq.types`."""

        is_form: bool

else:
    _CheckedOnly = TypedDict


class RequestOptions(_CheckedOnly, total=False):
    """The `options` of `client.get`, `client.post` and the other verbs."""

    headers: Headers
    max_retries: int
    timeout: Union[float, HttpTimeout, None, NotGiven]
    params: Query
    extra_json: AnyMapping
    idempotency_key: str
    follow_redirects: bool


if TYPE_CHECKING:

    class SequenceNotStr(Protocol[_T_co]):
        """A sequence that is not a `str`, so that a single string is not read as a list."""

        @overload
        def __getitem__(self, index: SupportsIndex, /) -> _T_co: ...
        @overload
        def __getitem__(self, index: slice, /) -> Sequence[_T_co]: ...
        def __contains__(self, value: object, /) -> bool: ...
        def __len__(self) -> int: ...
        def __iter__(self) -> Iterator[_T_co]: ...
        def __reversed__(self) -> Iterator[_T_co]: ...
        def index(self, value: Any, start: int = 0, stop: int = sys.maxsize, /) -> int:
            """Return the first index of a value."""
            ...

        def count(self, value: Any, /) -> int:
            """Return the number of occurrences of a value."""
            ...

else:
    # Pydantic has a schema for sequences, but not for protocols.
    SequenceNotStr = Sequence


# Decoded JSON is untyped: these functions narrow its type.


def is_class(value: object) -> TypeGuard[type[Any]]:
    """Say whether a value is a class; `isinstance(list[int], type)` is true in Python 3.10."""
    return issubclass(type(value), type)


def is_dict(value: object) -> TypeGuard[dict[str, Any]]:
    """Say whether a value is a JSON object."""
    return isinstance(value, dict)


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Say whether a value is a mapping."""
    return isinstance(value, (dict, Mapping))  # asking the abstract class alone is slow


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Say whether a value is a JSON array."""
    return isinstance(value, list)


def is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    """Say whether a value can be sent as an array: iterable, but neither text nor bytes."""
    return isinstance(value, Iterable) and not isinstance(
        value, (str, bytes, bytearray, memoryview, Mapping)
    )

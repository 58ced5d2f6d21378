"""The vocabulary of the package: sentinels, and the types of what callers pass in."""

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

from ._http.library import httpx

if TYPE_CHECKING:
    from httpx import Timeout as Timeout
    from pydantic import BaseModel
    from typing_extensions import TypeForm as TypeForm

    Transport: TypeAlias = httpx.BaseTransport
    ProxiesTypes: TypeAlias = Union[
        str, httpx.Proxy, dict[str, Union[str, httpx.Proxy, None]], None
    ]
else:
    # The oldest `typing-extensions` has none; only checkers tell it from `type`.
    TypeForm = type

    def __getattr__(name: str) -> Any:
        """Load httpx for the types of its that are exported here."""
        if name == "Timeout":
            return httpx.Timeout
        if name == "Transport":
            return httpx.BaseTransport
        if name == "ProxiesTypes":
            proxy = Union[str, httpx.Proxy, None]
            return Union[proxy, dict[str, proxy]]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class HttpClient(Protocol):
    """A `Client` of httpx or httpx2: whoever has one of them needs no types of the other."""

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        ...

    def close(self) -> None:
        """Close the connections."""

    def send(
        self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...
    ) -> Any:
        """Send a request."""


class AsyncHttpClient(Protocol):
    """An `AsyncClient` of httpx or httpx2: whoever has one of them needs no types of the other."""

    @property
    def is_closed(self) -> bool:
        """Whether the client was closed."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""

    async def send(
        self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...
    ) -> Any:
        """Send a request."""


NoneType: type[None] = type(None)


class NotGiven:
    """Says that an argument was not given, where `None` has a meaning of its own.

    `timeout=None` waits without end; `timeout=not_given` uses the client's timeout.
    """

    def __bool__(self) -> Literal[False]:
        return False

    @override
    def __repr__(self) -> str:
        return "NOT_GIVEN"


class Omit:
    """Leaves a parameter out of the request, or takes a default header away from it.

    An argument of `None` is sent as `null`; an argument of `omit` is not sent. A header of `omit`
    is removed, also when the client would have set it.
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
        """Options that groq 1.7.0 does not have; see `groq.types`."""

        is_form: bool

else:
    _CheckedOnly = TypedDict


class RequestOptions(_CheckedOnly, total=False):
    """What `client.get`, `client.post` and their kin take as `options`."""

    headers: Headers
    max_retries: int
    timeout: Union[float, httpx.Timeout, None, NotGiven]
    params: Query
    extra_json: AnyMapping
    idempotency_key: str
    follow_redirects: bool


if TYPE_CHECKING:

    class SequenceNotStr(Protocol[_T_co]):
        """A sequence that is no `str`, so that a lone string is not taken for a list of letters."""

        @overload
        def __getitem__(self, index: SupportsIndex, /) -> _T_co: ...
        @overload
        def __getitem__(self, index: slice, /) -> Sequence[_T_co]: ...
        def __contains__(self, value: object, /) -> bool: ...
        def __len__(self) -> int: ...
        def __iter__(self) -> Iterator[_T_co]: ...
        def __reversed__(self) -> Iterator[_T_co]: ...
        def index(self, value: Any, start: int = 0, stop: int = sys.maxsize, /) -> int:
            """Return where a value comes first."""
            ...

        def count(self, value: Any, /) -> int:
            """Return how often a value comes."""
            ...

else:
    # Pydantic has a schema for sequences, and none for protocols.
    SequenceNotStr = Sequence


# JSON has no types when it comes in: these say what is known once one has looked.


def is_class(value: object) -> TypeGuard[type[Any]]:
    """Say whether a value is a class, as `list[int]` is to `isinstance` in Python 3.10."""
    return issubclass(type(value), type)


def is_dict(value: object) -> TypeGuard[dict[str, Any]]:
    """Say whether a value is a JSON object."""
    return isinstance(value, dict)


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Say whether a value has names and values."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Say whether a value is a JSON array."""
    return isinstance(value, list)


def is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    """Say whether a value can be sent as an array: iterable, and neither text nor bytes."""
    return isinstance(value, Iterable) and not isinstance(
        value, (str, bytes, bytearray, memoryview, Mapping)
    )

"""`FinalRequestOptions`: everything that a request is built from, and the checks of options."""

from __future__ import annotations

import math
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, TypeAlias, Union, cast

from typing_extensions import Self

from .. import _library as library
from .._constants import RAW_RESPONSE_HEADER
from .._library import HttpTimeout
from .._types import (
    Body,
    Headers,
    NotGiven,
    Query,
    RequestFiles,
    RequestOptions,
    is_mapping,
    not_given,
)
from .deadlines import Deadline
from .headers import header_of, media_type

if TYPE_CHECKING:
    from ..telemetry import CallObserver

BinaryContent: TypeAlias = Union[
    bytes, bytearray, IO[bytes], Iterable[bytes], AsyncIterable[bytes], None
]
"""A body that is sent as it is."""


class FinalRequestOptions:
    """Everything that a request is built from.

    The hook `_prepare_options` receives a copy for each attempt.
    """

    method: str
    url: str
    params: Query
    headers: Headers | NotGiven
    max_retries: int | NotGiven
    timeout: float | HttpTimeout | None | NotGiven
    files: RequestFiles | None
    idempotency_key: str | None
    follow_redirects: bool | None
    content: BinaryContent
    json_data: Body | None
    extra_json: Mapping[str, object] | None
    is_form: bool
    """Whether the body is a form, even without a file."""
    deadline: Deadline | None
    """When the call has to be over; set when it begins."""
    observer: CallObserver | None
    """The telemetry of the call, if it is on."""

    def __init__(
        self,
        *,
        method: str,
        url: str,
        params: Query | None = None,
        headers: Headers | NotGiven = not_given,
        max_retries: int | NotGiven = not_given,
        timeout: float | HttpTimeout | None | NotGiven = not_given,
        files: RequestFiles | None = None,
        idempotency_key: str | None = None,
        follow_redirects: bool | None = None,
        content: BinaryContent = None,
        json_data: Body | None = None,
        extra_json: Mapping[str, object] | None = None,
        is_form: bool = False,
    ) -> None:
        if not isinstance(max_retries, NotGiven):
            check_max_retries(max_retries)
        check_timeout(timeout)
        check_mapping("extra_body", extra_json)
        self.method = method
        self.url = url
        self.params = params or {}
        self.headers = headers
        self.max_retries = max_retries
        self.timeout = timeout
        self.files = files
        self.idempotency_key = idempotency_key
        self.follow_redirects = follow_redirects
        self.content = content.encode() if isinstance(content, str) else content
        self.json_data = json_data
        self.extra_json = extra_json
        # Callers of `client.post` ask for a form with a header, as in groq 1.7.0.
        self.is_form = is_form or media_type(self.headers) == "multipart/form-data"
        self.deadline = None
        self.observer = None

    @classmethod
    def construct(cls, **values: Any) -> Self:
        """Make options from keywords, as the constructor does."""
        return cls(**values)

    def copy(self) -> Self:
        """Return a copy that can be changed independently."""
        copied = self.__class__.__new__(self.__class__)
        copied.__dict__.update(self.__dict__)
        return copied

    def get_max_retries(self, max_retries: int) -> int:
        """Return the retries of this request: its own if set, else those of the client."""
        return max_retries if isinstance(self.max_retries, NotGiven) else self.max_retries

    @property
    def raw_response(self) -> str | None:
        """The form in which the caller wants the response: `raw`, `stream` or `None`."""
        if isinstance(self.headers, NotGiven):
            return None
        value = header_of(self.headers, RAW_RESPONSE_HEADER)
        return value if isinstance(value, str) else None


def with_extra(body: Body | None, extra: Mapping[str, object] | None) -> Body:
    """Merge `extra_body` over the arguments. Raises `TypeError` if the body is not a mapping."""
    if not extra:
        return body
    if body is None:
        return dict(extra)
    if not is_mapping(body):
        raise TypeError(
            f"Expected a body that is a dict to merge extra_body into, not {type(body).__name__}"
        )
    return {**body, **extra}


def make_request_options(
    *,
    query: Query | None = None,
    extra_headers: Headers | None = None,
    extra_query: Query | None = None,
    extra_body: Body | None = None,
    idempotency_key: str | None = None,
    timeout: float | HttpTimeout | None | NotGiven = not_given,
    is_form: bool = False,
) -> RequestOptions:
    """Gather the options that every method takes beside its own arguments, if they are given."""
    for name, value in (
        ("extra_headers", extra_headers),
        ("extra_query", extra_query),
        ("extra_body", extra_body),
    ):
        check_mapping(name, value)
    options: RequestOptions = {}
    if is_form:
        options["is_form"] = True
    if extra_headers is not None:
        options["headers"] = extra_headers
    if extra_body is not None:
        options["extra_json"] = cast("Mapping[str, object]", extra_body)
    if query is not None:
        options["params"] = query
    if extra_query is not None:
        options["params"] = {**options.get("params", {}), **extra_query}
    if not isinstance(timeout, NotGiven):
        options["timeout"] = timeout
    if idempotency_key is not None:
        options["idempotency_key"] = idempotency_key
    return options


# ---------------------------------------------------------------------------------------- checks


def check_max_retries(value: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid number of retries."""
    if value is None:
        raise TypeError(
            "max_retries cannot be None. Pass `0` for no retries, `math.inf` for unlimited "
            "retries, or `groq.DEFAULT_MAX_RETRIES` for the default"
        )
    if value == math.inf:
        return
    if not isinstance(value, int):
        raise TypeError(f"Expected a whole number for `max_retries` but received {value!r}")
    if value < 0:
        raise ValueError(f"Expected 0 or more for `max_retries` but received {value!r}")


def check_timeout(value: object) -> None:
    """Raise `TypeError` or `ValueError` for an invalid timeout."""
    # A tuple has a number for each step; the HTTP library checks it.
    if isinstance(value, (NotGiven, tuple)) or library.is_a(value, "Timeout"):
        return
    check_seconds("timeout", value)


def check_seconds(name: str, value: object) -> None:
    """Raise `TypeError` or `ValueError` unless the value is a number of seconds or `None`."""
    if value is None:
        return
    if not isinstance(value, (int, float)):
        raise TypeError(f"Expected seconds or None for `{name}` but received {value!r}")
    if not value >= 0:
        raise ValueError(f"Expected 0 or more seconds for `{name}` but received {value!r}")


def check_bytes(name: str, value: object) -> None:
    """Raise `TypeError` or `ValueError` unless the value is a number of bytes."""
    if not isinstance(value, (int, float)):  # `math.inf` for no limit
        raise TypeError(f"Expected a number of bytes for `{name}` but received {value!r}")
    if not value >= 0:
        raise ValueError(f"Expected 0 or more bytes for `{name}` but received {value!r}")


def check_mapping(name: str, value: object) -> None:
    """Raise `TypeError`, which does not show the value, unless it is a mapping or `None`."""
    if value is not None and not is_mapping(value):
        raise TypeError(f"Expected a dict for `{name}` but received {type(value).__name__}")

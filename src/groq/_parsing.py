"""A response body that was read, parsed as the type that a call declares."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any, TypeVar, get_args, get_origin

from . import _library as library
from ._exceptions import APIResponseValidationError, shown
from ._http import codec
from ._http.options import FinalRequestOptions
from ._library import httpx
from ._types import NoneType, is_class

_T = TypeVar("_T")


def parse_body(kind: Any, response: httpx.Response, *, is_strict: bool) -> Any:
    """Convert a body that was read to the declared return type of a call.

    Raises `APIResponseValidationError` if it claims to be JSON and is not, and, if `is_strict`, if
    it does not fit the type.
    """
    content_type = response.headers.get("content-type", "").partition(";")[0].strip()
    is_json = content_type.endswith("json")
    if is_json and _is_groq_model(kind):
        return _decode(kind, response, is_strict=is_strict)  # nearly every response
    bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if bare is NoneType:
        return None
    if bare is str:
        return body_text(response)
    if bare is bytes:
        return response.content
    if bare is bool or bare is int or bare is float:
        return _scalar(bare, response)
    origin = get_origin(bare) or bare
    if is_class(origin) and issubclass(origin, library.classes("Response")):
        if origin not in library.classes("Response"):
            raise ValueError("Expected httpx.Response itself as `cast_to`, not a subclass of it")
        return response
    if codec.is_model(origin) and not _is_groq_model(origin):
        raise TypeError(
            "Pydantic models must subclass our base model type, e.g. `from groq import BaseModel`"
        )
    if is_json:
        return _decode(kind, response, is_strict=is_strict)
    # A wrong content type is more common than a body that is not JSON.
    if codec.is_model(origin) and _is_json(response.content):
        return _decode(kind, response, is_strict=is_strict)
    if is_strict:
        raise APIResponseValidationError(
            response,
            body_text(response),
            message=f"Expected Content-Type response header to be `application/json` but "
            f"received `{content_type or '*'}` instead.",
        )
    return body_text(response)


def _scalar(kind: type[_T], response: httpx.Response) -> _T:
    """Read a body that is one word or one number, whatever its content type."""
    text = body_text(response)
    value: object = text.strip().lower() == "true" if kind is bool else text
    try:
        return kind(value)  # type: ignore[call-arg]  # `bool`, `int` or `float`
    except ValueError as error:
        raise APIResponseValidationError(response, text) from error


def _is_json(content: bytes) -> bool:
    try:
        codec.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _is_groq_model(kind: Any) -> bool:
    from ._models import BaseModel

    return is_class(kind) and issubclass(kind, BaseModel)


def body_text(response: httpx.Response) -> str:
    """Return the body as text, even if its charset is unknown."""
    return codec.text(response.content, response.encoding)


def bind_page(parsed: Any, client: object, options: FinalRequestOptions) -> Any:
    """Bind a page to its call, so that it can fetch the next page."""
    bind: Any = getattr(parsed.__class__, "_bind_call", None)  # `_page` imports pydantic
    if bind is not None:
        bind(parsed, client, options)
    return parsed


def _decode(kind: Any, response: httpx.Response, *, is_strict: bool) -> Any:
    try:
        if is_strict:
            parsed = codec.validate(kind, response.content)
        else:
            parsed = codec.decode(kind, response.content)
    except (ValueError, RecursionError) as error:
        raise _not_readable(response, error, is_strict=is_strict) from error
    if _is_groq_model(type(parsed)):
        object.__setattr__(parsed, "_groq_request_id", response.headers.get("x-request-id"))
    return parsed


def parse_json(response: httpx.Response, content: bytes) -> object:
    try:
        return codec.loads(content)
    except (ValueError, RecursionError) as error:
        raise _not_readable(response, error, is_strict=False) from error


def _not_readable(
    response: httpx.Response, cause: Exception, *, is_strict: bool
) -> APIResponseValidationError:
    if is_strict:
        with contextlib.suppress(ValueError, RecursionError):
            return APIResponseValidationError(response, codec.loads(response.content))
    text = response.content.decode("utf-8", "replace")
    what = "nests too deep" if isinstance(cause, RecursionError) else "cannot be read as JSON"
    return APIResponseValidationError(
        response,
        text,
        message=f"Data returned by API invalid for expected schema. The body {what}: {shown(text)}",
    )

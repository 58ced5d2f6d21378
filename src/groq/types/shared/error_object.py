"""`ErrorObject`: what an error says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._models import BaseModel
from .debug import Debug

__all__ = ["Debug", "ErrorObject"]


class ErrorObject(BaseModel):
    """The `error` in the body of an error response, or in an event of a stream."""

    message: str
    """The message of the error."""

    type: str
    """The kind of error, for example `invalid_request_error`."""

    code: str | None = None
    """The code of the error, for example `tool_use_failed` or `rate_limit_exceeded`."""

    debug: Debug | None = None
    """The tokens of the request, with debug output."""

    failed_generation: str | None = None
    """The output of the model, if it was not a valid tool call or not valid JSON."""

    param: str | None = None
    """The invalid argument."""

    schema_code: str | None = None
    """The rule that a JSON Schema in the request violates."""

    schema_kind: str | None = None
    """The use of the invalid JSON Schema."""

    schema_path: str | None = None
    """The path to the error in the JSON Schema."""

    schema_path_segments: list[str] | None = None
    """The same path, key by key."""

    if TYPE_CHECKING:  # see `groq.types`
        status_code: int | None = None
        """The HTTP status of the error, in a stream whose own status was 200 already."""

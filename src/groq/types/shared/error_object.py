"""`ErrorObject`: what an error says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._models import BaseModel
from .debug import Debug

__all__ = ["Debug", "ErrorObject"]


class ErrorObject(BaseModel):
    """The `error` in the body of a refused request, or in an event of a stream that broke off."""

    message: str
    """What went wrong, in words."""

    type: str
    """The kind of error, for example `invalid_request_error`."""

    code: str | None = None
    """What went wrong, for programs, for example `tool_use_failed` or `rate_limit_exceeded`."""

    debug: Debug | None = None
    """The tokens of the request, when debug output is switched on."""

    failed_generation: str | None = None
    """What the model wrote, when that was no valid tool call or no valid JSON."""

    param: str | None = None
    """The argument that is at fault."""

    schema_code: str | None = None
    """Which rule a JSON Schema in the request breaks."""

    schema_kind: str | None = None
    """What the JSON Schema at fault was given for."""

    schema_path: str | None = None
    """Where in the JSON Schema the fault lies."""

    schema_path_segments: list[str] | None = None
    """The same place, key by key."""

    if TYPE_CHECKING:  # see `groq.types`
        status_code: int | None = None
        """The HTTP status of the error, in a stream whose own status was 200 already."""

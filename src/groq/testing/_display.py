"""Descriptions of requests to show, without secrets and without terminal control characters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ._json import JSONObject
from ._received import ReceivedRequest
from ._secrets import SECRET, Secrets, is_secret_header, secrets_of


def shown_headers(headers: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    """Return headers or query parameters with secret values replaced."""
    return {
        name.lower(): SECRET if is_secret_header(name) else secrets.redact(value)
        for name, value in headers.items()
    }


def excerpt(request: ReceivedRequest, most: int) -> ReceivedRequest:
    """Return a request with at most some bytes of its body and of each part of a form."""
    if request.kept_bytes <= most:
        return request
    parts = tuple(replace(part, content=part.content[:most]) for part in request.parts)
    return replace(request, body=request.body[:most], parts=parts)


def described(request: ReceivedRequest) -> JSONObject:
    """Describe a request without its secrets."""
    secrets = Secrets(secrets_of(request))
    try:
        body = secrets.redact_json(request.json()) if request.body and not request.parts else None
    except (ValueError, RecursionError):
        body = secrets.redact(request.body.decode("utf-8", "replace"))
    return {
        "id": request.id,
        "method": request.method,
        "path": secrets.redact(request.path),
        "query": shown_headers(request.query, secrets),
        "headers": shown_headers(request.headers, secrets),
        "body": body,
        "form": secrets.redact_json(request.form),
        "files": {
            name: {"filename": part.filename, "content_type": part.content_type, "size": part.size}
            for name, part in request.files.items()
        },
        "size": request.size,
        "connection": request.connection,
    }


def printable(text: str) -> str:
    """Escape control characters and characters that change the direction of text."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )

"""Bodies of `multipart/form-data` (RFC 7578)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, cast

from .._types import Headers, is_iterable, is_list
from .headers import check_header, header_of, media_type, merge_headers
from .options import FinalRequestOptions, with_extra
from .uploads import BodyStream, Part, Upload, is_unicode, uploads
from .urls import flat_fields, query_text


def form_body(options: FinalRequestOptions, headers: dict[str, str]) -> BodyStream:
    boundary = _boundary_of(headers)
    if boundary is None:
        boundary = secrets.token_hex(16)
        for name in [name for name in headers if name.lower() == "content-type"]:
            del headers[name]
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    parts: list[Part] = []
    fields = with_extra(options.json_data, options.extra_json)
    for name, value in _form_fields(cast("Mapping[str, object]", fields or {})):
        parts.append(_part_head(boundary, name) + value.encode() + b"\r\n")
    for upload in _open_uploads(options.files):
        disposition = f'; filename="{_quote(upload.filename)}"'
        extra = merge_headers({"Content-Type": upload.media_type}, upload.headers)
        parts += [_part_head(boundary, upload.name, disposition, extra), upload.source, b"\r\n"]
    return BodyStream([*parts, f"--{boundary}--\r\n".encode()])


def _open_uploads(files: Any) -> list[Upload]:
    """Return the uploads that were opened before the first attempt, else open the files now."""
    if is_list(files) and files and isinstance(files[0], Upload):
        return files
    return uploads(files or [])


def _boundary_of(headers: Headers) -> str | None:
    """Return the boundary that the caller set in the content type of a form, if any."""
    if media_type(headers) != "multipart/form-data":
        return None
    found = re.search(r'boundary="?([^";]+)', str(header_of(headers, "content-type")))
    return found.group(1) if found else None


def _part_head(
    boundary: str, name: str, disposition: str = "", headers: Headers | None = None
) -> bytes:
    lines = [
        f"--{boundary}",
        f'Content-Disposition: form-data; name="{_quote(name)}"{disposition}',
    ]
    lines += [
        f"{header}: {check_header(header, value)}" for header, value in (headers or {}).items()
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _quote(text: str) -> str:
    """Escape a name for a form, as HTML's multipart/form-data encoding algorithm does."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _form_fields(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in flat_fields(fields):
        if is_iterable(value):
            for each in value:
                yield f"{name}[]", _form_text(name, each)
        else:
            yield name, _form_text(name, value)


def _form_text(name: str, value: object) -> str:
    if value is None or isinstance(value, (str, bool, int, float)):
        text = query_text(value)
        if not is_unicode(text):
            raise ValueError(f"Expected Unicode text at `{name}` but received a lone surrogate")
        return text
    raise TypeError(f"Expected text or a number at `{name}` but received {type(value).__name__}")

"""Uploaded files, kept in memory up to the server's limit of bodies."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ._answers import Answer, Refusal, json_answer
from ._ids import hex_digits
from ._json import JSONObject
from ._received import ReceivedRequest

_MOST_BYTES = 256 * 1024 * 1024

Content: TypeAlias = bytes | Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class StoredFile:
    """A file of the server."""

    id: str
    name: str
    purpose: str
    created_at: int
    content: Content
    size: int | None
    """The size in bytes; `None` if its content is generated."""

    @property
    def kept_bytes(self) -> int:
        """The bytes in memory; 0 if its content is generated."""
        return len(self.content) if isinstance(self.content, bytes) else 0

    def described(self) -> JSONObject:
        """Return the file object of the API."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.size,
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
        }


class Files:
    """The files by id; any thread may add one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, StoredFile] = {}

    def add(
        self, name: str, content: Content, *, purpose: str, size: int | None = None
    ) -> StoredFile:
        """Add a file with a new id."""
        if isinstance(content, bytes) and size is None:
            size = len(content)
        stored = StoredFile(
            f"file_{hex_digits(26)}", name, purpose, int(time.time()), content, size
        )
        with self._lock:
            kept = sum(file.kept_bytes for file in [*self._files.values(), stored])
            if kept > _MOST_BYTES:
                raise Refusal(413, f"this local server keeps {_MOST_BYTES} bytes of files")
            self._files[stored.id] = stored
        return stored

    def find(self, file_id: str) -> StoredFile:
        """Return a file. Raises the API's refusal for an unknown id."""
        with self._lock:
            stored = self._files.get(file_id)
        if stored is None:
            raise Refusal(404, f"file {file_id!r} not found", code="not_found", param="file_id")
        return stored

    def create(self, request: ReceivedRequest) -> Answer:
        """Store an uploaded file."""
        part = request.files.get("file")
        if part is None:
            raise Refusal(400, "multipart: `file` is missing, or is not a file", param="file")
        purpose = request.form.get("purpose")
        if purpose != "batch":
            raise Refusal(400, "`purpose` must be `batch`", param="purpose")
        name = part.filename or "upload"
        return json_answer(
            self.add(name, part.content, purpose=purpose, size=part.size).described()
        )

    def list_page(self, request: ReceivedRequest) -> Answer:
        """Return files, newest first: all, or `limit` of those `after` one."""
        with self._lock:
            files = [*self._files.values()]
        return json_answer(page_of([stored.described() for stored in reversed(files)], request))

    def info(self, file_id: str) -> Answer:
        """Return the metadata of a file."""
        return json_answer(self.find(file_id).described())

    def delete(self, file_id: str) -> Answer:
        """Delete a file."""
        self.find(file_id)
        with self._lock:
            self._files.pop(file_id, None)
        return json_answer({"id": file_id, "object": "file", "deleted": True})

    def content(self, file_id: str) -> Answer:
        """Return the content of a file."""
        stored = self.find(file_id)
        content_type = "application/octet-stream"
        if not isinstance(stored.content, bytes):
            return Answer(stored.content(), content_type=content_type, length=stored.size)
        return Answer(whole_content(stored), content_type=content_type)


def page_of(items: Sequence[JSONObject], request: ReceivedRequest) -> JSONObject:
    """Return a page of a list by `after` (or `cursor`) and `limit`, with the next cursor.

    One `id`, or several, select the items.
    """
    query = request.query
    ids = {each for value in request.query_values("id") for each in value.split(",")}
    data = [item for item in items if not ids or item["id"] in ids]
    after = query.get("after") or query.get("cursor")
    if after:
        places = [place for place, item in enumerate(data) if item["id"] == after]
        if not places:
            raise Refusal(400, f"there is no {after!r} to go on after", param="after")
        data = data[places[0] + 1 :]
    limit = query.get("limit")
    if limit is not None and not (limit.isascii() and limit.isdigit() and limit.strip("0")):
        raise Refusal(400, "'limit' : value must be an integer of at least 1", param="limit")
    page = data if limit is None else data[: int(limit[:9])]
    has_more = len(page) < len(data)
    return {
        "object": "list",
        "data": page,
        "has_more": has_more,
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
        "paging": {"next_cursor": page[-1]["id"] if has_more else None},
    }


def whole_content(stored: StoredFile) -> bytes:
    """Return the content of a file. Refuses a file that was not kept completely."""
    content = stored.content if isinstance(stored.content, bytes) else b"".join(stored.content())
    if stored.size is not None and len(content) != stored.size:
        raise Refusal(
            400,
            f"this local server kept {len(content)} of the {stored.size} bytes of the file; "
            "its option `keep_bytes` says how many it keeps",
        )
    return content

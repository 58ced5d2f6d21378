"""Files, kept in memory as far as the server keeps bodies."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ._answers import Answer, Refusal, json_answer
from ._json import JSONObject
from ._received import ReceivedRequest

Content: TypeAlias = bytes | Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class StoredFile:
    """A file that the server has."""

    id: str
    name: str
    purpose: str
    created_at: int
    content: Content
    size: int | None
    """How long it is; `None` where its content is made as it is read."""

    def described(self) -> JSONObject:
        """Gives the file object of the API."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.size,
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
        }


class Files:
    """Keeps files by id; any thread may add one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, StoredFile] = {}

    def add(
        self, name: str, content: Content, *, purpose: str, size: int | None = None
    ) -> StoredFile:
        """Keeps a file under a new id."""
        if isinstance(content, bytes) and size is None:
            size = len(content)
        stored = StoredFile(
            f"file_{uuid.uuid4().hex[:26]}", name, purpose, int(time.time()), content, size
        )
        with self._lock:
            self._files[stored.id] = stored
        return stored

    def find(self, file_id: str) -> StoredFile:
        """Gives a file, or raises the refusal that the API has for an unknown one."""
        with self._lock:
            stored = self._files.get(file_id)
        if stored is None:
            raise Refusal(404, f"file {file_id!r} not found", code="not_found", param="file_id")
        return stored

    def create(self, request: ReceivedRequest) -> Answer:
        """Keeps an uploaded file."""
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

    def list_all(self) -> Answer:
        """Answers with all files, the newest first."""
        with self._lock:
            files = [*self._files.values()]
        data = [stored.described() for stored in reversed(files)]
        return json_answer({"object": "list", "data": data})

    def info(self, file_id: str) -> Answer:
        """Answers with what is known of a file."""
        return json_answer(self.find(file_id).described())

    def delete(self, file_id: str) -> Answer:
        """Forgets a file."""
        self.find(file_id)
        with self._lock:
            del self._files[file_id]
        return json_answer({"id": file_id, "object": "file", "deleted": True})

    def content(self, file_id: str) -> Answer:
        """Answers with what is in a file."""
        stored = self.find(file_id)
        content_type = "application/octet-stream"
        if not isinstance(stored.content, bytes):
            return Answer(stored.content(), content_type=content_type, length=stored.size)
        return Answer(whole_content(stored), content_type=content_type)


def whole_content(stored: StoredFile) -> bytes:
    """Reads a file, or refuses where the server did not keep all of it."""
    content = stored.content if isinstance(stored.content, bytes) else b"".join(stored.content())
    if stored.size is not None and len(content) != stored.size:
        raise Refusal(
            400,
            f"this local server kept {len(content)} of the {stored.size} bytes of the file; "
            "its option `keep_bytes` says how many it keeps",
        )
    return content

"""Batches of requests: the files that hold them, the waits, and the results read back.

Everything here works on files and bytes; `client.batches` sends, waits and receives.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import SEEK_END
from itertools import repeat
from typing import IO, TYPE_CHECKING

from pydantic import Field
from typing_extensions import Self, override

from .._exceptions import APIResponseValidationError, GroqError, error_details
from .._http import codec
from .._models import BaseModel
from ..types import Batch, CreateEmbeddingResponse
from ..types.audio import Transcription
from ..types.chat import ChatCompletion
from ..types.chat.completion_create_params import CompletionCreateParams

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

MAX_BYTES = 100_000_000
"""Bytes in the file of a batch; the API's documentation names 100 MB."""

MAX_REQUESTS = 50_000
"""Requests in one batch.

It is the limit of OpenAI's batch API, whose files these are. Groq's documentation names none; to
part a large job a little earlier than needed does no harm.
"""

HELD_IN_MEMORY = 8 * 1024 * 1024
"""Bytes of a temporary file that are held in memory; what is larger goes to the disk."""

_PATH = "/v1/chat/completions"
_ENDED = ("completed", "failed", "expired", "cancelled")
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_GROWTH = 1.5


class BatchRequest(CompletionCreateParams, total=False):
    """The arguments of `client.chat.completions.create`, and a name to find the result by."""

    custom_id: str
    """A name of one's own; by default the place among the requests: `request-0`, `request-1`, …"""


class BatchError(BaseModel):
    """Why a request of a batch has no answer."""

    message: str | None = None
    """What went wrong, in words."""

    type: str | None = None
    """The server's name for the kind of error, such as `invalid_request_error`."""

    code: str | None = None
    """The server's name for what went wrong, such as `rate_limit_exceeded`.

    Where the batch ended before the request was answered it is the batch's status: `expired`,
    `cancelled` or `failed`.
    """

    param: str | None = None
    """The parameter that the server objects to."""


@dataclass(frozen=True)
class BatchResult:
    """What became of one request: it has an answer, such as a `completion`, or an `error`."""

    custom_id: str
    """The name that the request was given."""

    completion: ChatCompletion | None = None
    """The answer."""

    error: BatchError | None = None
    """Why there is no answer."""

    status_code: int | None = None
    """The HTTP status of the answer; none if the request was not sent."""

    request_id: str | None = None
    """The id of the request: give it to Groq's support."""

    transcription: Transcription | None = None
    """The answer, where a recording was sent."""

    embeddings: CreateEmbeddingResponse | None = None
    """The answer, where texts were to become vectors."""

    @property
    def answer(self) -> ChatCompletion | Transcription | CreateEmbeddingResponse | None:
        """The answer, of whichever kind it is."""
        return self.completion or self.transcription or self.embeddings


# ---------------------------------------------------------------------------------- the way there


def temporary_file() -> IO[bytes]:
    """Open a file that is gone when it is closed, and on the disk only if it is large."""
    return tempfile.SpooledTemporaryFile(HELD_IN_MEMORY)


@dataclass
class BatchFile:
    """The file of one batch, and the names of the requests in it, line by line."""

    file: IO[bytes] = field(default_factory=temporary_file)
    custom_ids: list[str] = field(default_factory=list[str])
    size: int = 0

    def has_room(self, line: bytes, max_bytes: int, max_requests: int) -> bool:
        """Say whether one more line keeps to the limits."""
        return self.size + len(line) <= max_bytes and len(self.custom_ids) < max_requests

    def upload(self) -> tuple[str, IO[bytes]]:
        """Return the file as `client.files.create` takes it."""
        self.file.seek(0)
        return ("requests.jsonl", self.file)

    def add(self, custom_id: str, line: bytes) -> None:
        """Write a line."""
        self.file.write(line)
        self.custom_ids.append(custom_id)
        self.size += len(line)


def write_files(
    requests: Iterable[BatchRequest],
    *,
    max_bytes: int,
    max_requests: int,
) -> list[BatchFile]:
    """Write requests into as many temporary files as the limits ask for.

    All of them are checked before the first one is sent.

    Raises `ValueError` or `TypeError` for a request that cannot be sent, says which one it is and
    leaves no file.
    """
    files: list[BatchFile] = []
    custom_ids: set[str] = set()
    try:
        for place, request in enumerate(requests):
            custom_id, line = _line(place, request, custom_ids, max_bytes)
            custom_ids.add(custom_id)
            if not files or not files[-1].has_room(line, max_bytes, max_requests):
                files.append(BatchFile())
            files[-1].add(custom_id, line)
    except BaseException:
        close_files(files)
        raise
    if not files:
        raise ValueError("Expected at least one request")
    return files


async def async_write_files(
    requests: Iterable[BatchRequest], *, max_bytes: int, max_requests: int
) -> list[BatchFile]:
    """Write requests into files, in a thread."""
    from anyio import to_thread

    write = partial(write_files, requests, max_bytes=max_bytes, max_requests=max_requests)
    return await to_thread.run_sync(write)


def close_files(files: Iterable[BatchFile]) -> None:
    """Delete the temporary files."""
    for each in files:
        each.file.close()


def _line(place: int, request: BatchRequest, taken: set[str], max_bytes: int) -> tuple[str, bytes]:
    body = codec.without_omitted(dict(request))
    custom_id = body.pop("custom_id", f"request-{place}")
    if not isinstance(custom_id, str) or not custom_id:
        raise TypeError(
            f"Expected a `custom_id` that is text in requests[{place}] but received {custom_id!r}"
        )
    if custom_id in taken:
        raise ValueError(
            f"Expected a `custom_id` of its own in requests[{place}] but {custom_id!r} comes twice"
        )
    line = {"custom_id": custom_id, "method": "POST", "url": _PATH, "body": body}
    try:
        encoded = codec.encode(line) + b"\n"
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"requests[{place}] cannot be sent: {error}") from error
    if len(encoded) > max_bytes:
        raise ValueError(
            f"Expected at most {max_bytes} bytes in requests[{place}] but it has {len(encoded)}"
        )
    return custom_id, encoded


# --------------------------------------------------------------------------------------- the wait


def waits(poll_interval_ms: int | None) -> Iterator[float]:
    """Yield the seconds to wait before each look: ever more up to a minute, or always the same."""
    if poll_interval_ms is not None:
        yield from repeat(poll_interval_ms / 1000)
    wait = _FIRST_WAIT
    while True:
        yield wait
        wait = min(wait * _GROWTH, _LONGEST_WAIT)


def has_ended(batch: Batch) -> bool:
    """Say whether a batch will stay as it is."""
    return batch.status in _ENDED


def add_note(error: BaseException, batch_ids: Iterable[str]) -> None:
    """Have an error that interrupts a wait tell how to take it up again."""
    names = ", ".join(repr(batch_id) for batch_id in batch_ids)
    if names:
        # By hand what `add_note` does from Python 3.11 on.
        notes: list[str] = [*getattr(error, "__notes__", ())]
        notes.append(f"The batches go on without you: client.batches.poll() waits for {names}")
        error.__notes__ = notes  # type: ignore[attr-defined,unused-ignore]  # known from 3.11 on


# ----------------------------------------------------------------------------------- the way back


class BatchResults(Mapping[str, BatchResult]):
    """The results of batches by `custom_id`, in the order in which the requests were given.

        results = client.batches.results(batch)
        for result in results.values():
            print(result.custom_id, result.completion or result.error)

    They stand in a temporary file, and are read from it one at a time: memory holds where each of
    them is, and no more. The file is gone when the results are closed, or collected.
    """

    batches: list[Batch]
    """The batches that they come from."""

    def __init__(self, custom_ids: Iterable[str] = ()) -> None:
        self.batches = []
        self._file = temporary_file()
        self._places: dict[str, tuple[int, int] | BatchError] = dict.fromkeys(custom_ids, _UNKNOWN)
        self._unfinished: list[bytes] = []

    @override
    def __getitem__(self, custom_id: str) -> BatchResult:
        place = self._places[custom_id]
        if isinstance(place, BatchError):
            return BatchResult(custom_id, error=place)
        offset, length = place
        self._file.seek(offset)
        return read_result(self._file.read(length))

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    @override
    def __len__(self) -> int:
        return len(self._places)

    @override
    def __repr__(self) -> str:
        return f"<BatchResults of {len(self)} requests>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the file that the results stand in."""
        self._file.close()

    def __del__(self) -> None:
        self._file.close()

    def feed(self, piece: bytes, response: httpx.Response) -> None:
        """Take a piece of an output file, which may be cut anywhere.

        Raises `APIResponseValidationError` for a line that is no result.
        """
        first, *others = piece.split(b"\n")
        self._unfinished.append(first)
        if not others:
            return
        lines = [b"".join(self._unfinished), *others[:-1]]
        self._unfinished = [others[-1]]
        for line in filter(bytes.strip, lines):
            try:
                custom_id = read_result(line).custom_id
            except (ValueError, RecursionError) as error:
                raise APIResponseValidationError(
                    response,
                    line.decode("utf-8", "replace"),
                    message="Expected a result in each line of the file but received "
                    f"{line[:200]!r}",
                ) from error
            self._places[custom_id] = (self._file.seek(0, SEEK_END), len(line))
            self._file.write(line)

    def end(self, batch: Batch, custom_ids: Iterable[str] = ()) -> None:
        """Take note that a batch has no more results; requests that have none get an error."""
        self.batches.append(batch)
        data = (batch.errors.data if batch.errors else None) or []
        faults = {fault.line: fault for fault in data}
        unanswered = BatchError(
            message=f"The batch {batch.id!r} is {batch.status} and has no result of this request",
            code=batch.status,
        )
        for line, custom_id in enumerate(custom_ids, 1):
            if self._places[custom_id] is _UNKNOWN:
                fault = faults.get(line)
                self._places[custom_id] = (
                    BatchError(message=fault.message, code=fault.code, param=fault.param)
                    if fault
                    else unanswered
                )


class _Answer(BaseModel):
    status_code: int | None = None
    request_id: str | None = None
    # From left to right: pydantic would else try all of them, to find the best.
    body: ChatCompletion | dict[str, object] | str | None = Field(
        default=None, union_mode="left_to_right"
    )


class _Line(BaseModel):
    custom_id: str
    response: _Answer | None = None
    error: BatchError | None = None


_UNKNOWN = BatchError(message="There is no result of this request yet")


def read_result(line: bytes) -> BatchResult:
    """Return the result that a line of an output file holds.

    Raises `ValueError` or `RecursionError` if it holds none.
    """
    read: object = codec.decode(_Line, line)
    if not isinstance(read, _Line) or not isinstance(read.custom_id, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # it is fitted as far as it goes
        raise ValueError("Expected an object with a `custom_id`")  # noqa: TRY004  # of the data
    answer = read.response or _Answer()
    result = partial(
        BatchResult,
        read.custom_id,
        status_code=answer.status_code,
        request_id=answer.request_id,
    )
    body = answer.body
    if isinstance(body, dict) and "choices" in body:
        body = codec.construct(ChatCompletion, body)  # one that has what no type names
    if isinstance(body, ChatCompletion):
        return result(completion=body)
    if isinstance(body, dict) and isinstance(body.get("text"), str):
        return result(transcription=codec.construct(Transcription, body))
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return result(embeddings=codec.construct(CreateEmbeddingResponse, body))
    if read.error is not None:
        return result(error=read.error)
    if isinstance(body, dict):
        return result(error=codec.construct(BatchError, dict(error_details(body))))
    return result(error=BatchError(message=body or "The result has neither an answer nor an error"))


def check_ended(batch: Batch) -> None:
    """Raise `GroqError` if a batch has not ended, or ended before it began."""
    if not has_ended(batch):
        raise GroqError(
            f"Expected a batch that has ended but {batch.id!r} is {batch.status}; "
            "`client.batches.poll` waits for it"
        )
    if batch.status == "failed" and not (batch.output_file_id or batch.error_file_id):
        data = (batch.errors.data if batch.errors else None) or []
        faults = "; ".join(f"line {fault.line}: {fault.message}" for fault in data[:5])
        raise GroqError(f"The batch {batch.id!r} failed{faults and f': {faults}'}")

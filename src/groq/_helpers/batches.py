"""Batches: their request files, the intervals of polling, and their results.

This module works on files and bytes only; `client.batches` does the I/O with the server.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import SEEK_END
from itertools import repeat
from types import NoneType
from typing import IO, TYPE_CHECKING, Literal, TypeAlias, Union, cast, get_args

from pydantic import Field
from typing_extensions import NotRequired, Self, TypedDict, override

from .._exceptions import APIResponseValidationError, GroqError, error_details
from .._http import codec
from .._models import BaseModel
from .._types import is_iterable, is_list, is_mapping
from ..types import Batch, CreateEmbeddingResponse
from ..types.audio import Transcription
from ..types.batch import BatchErrorsData
from ..types.chat import ChatCompletion
from ..types.chat.completion_create_params import CompletionCreateParams
from .messages import messages_of
from .shape import checked_completion

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

MAX_BYTES = 100_000_000
"""The largest file of a batch in bytes; the documentation says 100 MB."""

MAX_REQUESTS = 50_000
"""The most requests in one batch.

See https://console.groq.com/docs/batch
"""

MAX_MEMORY_BYTES = 8 * 1024 * 1024
"""Bytes of a temporary file that are kept in memory; a larger file is on the disk."""

Endpoint: TypeAlias = Literal[
    "/v1/chat/completions", "/v1/audio/transcriptions", "/v1/audio/translations"
]
"""The endpoints that a line of a batch can name; those of audio need a recording by `url`."""

ENDPOINTS: tuple[Endpoint, ...] = get_args(Endpoint)

_LINE_KEYS = {"custom_id", "method", "url", "body"}
"""The keys of a line in the file of a batch."""

_FINAL_STATUSES = ("completed", "failed", "expired", "cancelled")
_FIRST_INTERVAL = 1.0
_LONGEST_INTERVAL = 60.0
_INTERVAL_GROWTH = 1.5


class BatchRequest(CompletionCreateParams, total=False):
    """The arguments of `client.chat.completions.create`, with a `custom_id`."""

    custom_id: str
    """A unique name; the default is its position: `request-0`, `request-1`, …"""


class BatchLine(TypedDict):
    """A request in the format of a batch file."""

    custom_id: NotRequired[str]
    """A unique name; the default is its position."""

    method: NotRequired[Literal["POST"]]
    """Always `POST`."""

    url: NotRequired[Endpoint]
    """The endpoint; the default is that of chat completions."""

    body: Mapping[str, object]
    """The arguments of the request."""


Requests: TypeAlias = Union[Iterable[BatchRequest], Iterable[BatchLine], str, "os.PathLike[str]"]
"""Requests: arguments of `create`, lines of a batch file, or the path of such a file."""


class BatchError(BaseModel):
    """The reason that a request of a batch failed."""

    message: str | None = None
    """The message."""

    type: str | None = None
    """The server's name for the kind of error, such as `invalid_request_error`."""

    code: str | None = None
    """The server's code for the error, such as `rate_limit_exceeded`.

    If the batch ended before the request was answered, it is the batch's status: `expired`,
    `cancelled` or `failed`.
    """

    param: str | None = None
    """The invalid parameter."""


@dataclass(frozen=True)
class BatchResult:
    """The result of one request: either an answer, such as a `completion`, or an `error`."""

    custom_id: str
    """The name of the request."""

    completion: ChatCompletion | None = None
    """The answer."""

    error: BatchError | None = None
    """The reason that there is no answer."""

    status_code: int | None = None
    """The HTTP status; `None` if the request was not sent."""

    request_id: str | None = None
    """The id of the request, which Groq's support asks for."""

    transcription: Transcription | None = None
    """The answer to a request with a recording."""

    embeddings: CreateEmbeddingResponse | None = None
    """The answer to a request for embeddings."""

    @property
    def answer(self) -> ChatCompletion | Transcription | CreateEmbeddingResponse | None:
        """The answer, of any kind."""
        return self.completion or self.transcription or self.embeddings


# --------------------------------------------------------------------------------- the requests


def temporary_file() -> IO[bytes]:
    """Open a temporary file, which is on the disk only if it is large."""
    return tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES)


@dataclass
class BatchFile:
    """The file of one batch, and the names of its requests in order."""

    endpoint: Endpoint
    """The endpoint of its first request; a batch may mix them."""

    file: IO[bytes] = field(default_factory=temporary_file)
    custom_ids: list[str] = field(default_factory=list[str])
    size: int = 0

    def has_room(self, line: bytes, max_bytes: int, max_requests: int) -> bool:
        """Return whether another line fits within the limits."""
        return self.size + len(line) <= max_bytes and len(self.custom_ids) < max_requests

    def upload(self) -> tuple[str, IO[bytes]]:
        """Return the file for `client.files.create`."""
        self.file.seek(0)
        return ("requests.jsonl", self.file)

    def add(self, custom_id: str, line: bytes) -> None:
        """Write a line."""
        self.file.write(line)
        self.custom_ids.append(custom_id)
        self.size += len(line)


def read_requests(requests: object) -> Iterator[object]:
    """Yield requests, or the lines of a file of requests.

    Raises `TypeError` for a value of another type, and `ValueError` for a line that is not JSON.
    """
    if not isinstance(requests, str) and not hasattr(requests, "__fspath__"):
        if is_mapping(requests) or not is_iterable(requests):
            raise TypeError(
                "Expected requests, or the path of a `.jsonl` file with them, "
                f"but received {type(requests).__name__}"
            )
        yield from requests
        return
    path = os.fspath(cast("str | os.PathLike[str]", requests))  # one of the two
    if not path.endswith(".jsonl"):
        raise ValueError(f"Expected the path of a `.jsonl` file but received {path!r}")
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield codec.loads(line)
                except (ValueError, RecursionError) as error:
                    raise ValueError(f"Expected JSON in line {number} of {path!r}") from error


def write_files(
    requests: Requests,
    *,
    max_bytes: int,
    max_requests: int,
) -> list[BatchFile]:
    """Write requests into as many temporary files as the limits require.

    All requests are checked before the first one is sent.

    Raises `ValueError` or `TypeError`, with the number of the request, if one cannot be sent; no
    file is left then.
    """
    files: list[BatchFile] = []
    custom_ids: set[str] = set()
    try:
        for index, request in enumerate(read_requests(requests)):
            custom_id, endpoint, line = _encoded_line(index, request, custom_ids, max_bytes)
            custom_ids.add(custom_id)
            if not files or not files[-1].has_room(line, max_bytes, max_requests):
                files.append(BatchFile(endpoint))
            files[-1].add(custom_id, line)
    except BaseException:
        close_files(files)
        raise
    if not files:
        raise ValueError("Expected at least one request")
    return files


async def async_write_files(
    requests: Requests, *, max_bytes: int, max_requests: int
) -> list[BatchFile]:
    """Write requests into files, in a thread."""
    from anyio import to_thread

    write = partial(write_files, requests, max_bytes=max_bytes, max_requests=max_requests)
    return await to_thread.run_sync(write)


def close_files(files: Iterable[BatchFile]) -> None:
    """Delete the temporary files."""
    for each in files:
        each.file.close()


def read_request(index: int, request: object) -> tuple[str, dict[str, object]]:
    """Return the `custom_id` of a request, and its other entries. Raises `TypeError`."""
    if not is_mapping(request):
        raise TypeError(
            f"Expected a dict as requests[{index}] but received {type(request).__name__}"
        )
    entries = codec.without_omitted(request)
    custom_id = entries.pop("custom_id", f"request-{index}")
    if not isinstance(custom_id, str) or not custom_id:
        raise TypeError(
            f"Expected a `custom_id` that is text in requests[{index}] but received {custom_id!r}"
        )
    return custom_id, entries


def _encoded_line(
    index: int, request: object, custom_ids: set[str], max_bytes: int
) -> tuple[str, Endpoint, bytes]:
    custom_id, line = read_request(index, request)
    if custom_id in custom_ids:
        raise ValueError(
            f"Expected a `custom_id` of its own in requests[{index}] but {custom_id!r} comes twice"
        )
    endpoint, body = _endpoint_and_body(index, line)
    line = {"custom_id": custom_id, "method": "POST", "url": endpoint, "body": body}
    try:
        encoded = codec.encode(line) + b"\n"
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"requests[{index}] cannot be sent: {error}") from error
    if len(encoded) > max_bytes:
        raise ValueError(
            f"Expected at most {max_bytes} bytes in requests[{index}] but it has {len(encoded)}"
        )
    return custom_id, endpoint, encoded


def _endpoint_and_body(
    index: int, request: dict[str, object]
) -> tuple[Endpoint, dict[str, object]]:
    """Return the endpoint and the body of a request, in either of its formats."""
    if "body" not in request:
        if "messages" not in request:
            raise ValueError(
                f"Expected `messages` in requests[{index}], or a `body` as in the file of a batch"
            )
        messages = cast("Iterable[object]", request["messages"])  # refused below if it is not text
        return ENDPOINTS[0], {**request, "messages": messages_of(messages)}
    body = request["body"]
    if not is_mapping(body) or not request.keys() <= _LINE_KEYS:
        raise TypeError(
            f"Expected a line with {sorted(_LINE_KEYS)}, and a dict as `body`, in requests[{index}]"
        )
    url = request.get("url", ENDPOINTS[0])
    if url not in ENDPOINTS or request.get("method", "POST") != "POST":
        raise ValueError(
            f"Expected a POST to one of {list(ENDPOINTS)} in requests[{index}] "
            f"but received {request.get('method', 'POST')!r} to {url!r}"
        )
    return url, codec.without_omitted({**body})


# ------------------------------------------------------------------------------------ the polling


def poll_intervals(poll_interval_ms: int | None) -> Iterator[float]:
    """Yield the seconds between polls: growing up to a minute, or constant."""
    if poll_interval_ms is not None:
        yield from repeat(poll_interval_ms / 1000)
    interval = _FIRST_INTERVAL
    while True:
        yield interval
        interval = min(interval * _INTERVAL_GROWTH, _LONGEST_INTERVAL)


def has_ended(batch: Batch) -> bool:
    """Return whether the status of a batch is final."""
    return batch.status in _FINAL_STATUSES


def add_resume_note(error: BaseException, batch_ids: Iterable[str]) -> None:
    """Add a note on how to resume to an error that interrupts a wait."""
    names = ", ".join(repr(batch_id) for batch_id in batch_ids)
    if names:
        # The same as `error.add_note`, which exists from Python 3.11 on.
        notes: list[str] = [*getattr(error, "__notes__", ())]
        notes.append(f"The batches go on without you: client.batches.poll() waits for {names}")
        error.__notes__ = notes  # type: ignore[attr-defined,unused-ignore]  # known from 3.11 on


# ------------------------------------------------------------------------------------ the results


class BatchResults(Mapping[str, BatchResult]):
    """The results of batches by `custom_id`, in the order of the requests.

        results = client.batches.results(batch)
        for result in results.values():
            print(result.custom_id, result.completion or result.error)

    They are stored in a temporary file and read one at a time: memory only holds their positions.
    The file is deleted when the results are closed or garbage-collected.
    """

    batches: list[Batch]
    """The batches of the results."""

    def __init__(self, custom_ids: Iterable[str] = ()) -> None:
        self.batches = []
        self._file = temporary_file()
        self._lock = threading.Lock()
        """Held from seek to read, because threads share the position in the file."""
        self._line_count = 0
        self._locations: dict[str, tuple[int, int] | BatchError] = dict.fromkeys(
            custom_ids, _NO_RESULT_YET
        )
        self._partial_line: list[bytes] = []

    @override
    def __getitem__(self, custom_id: str) -> BatchResult:
        location = self._locations[custom_id]
        if isinstance(location, BatchError):
            return BatchResult(custom_id, error=location)
        offset, length = location
        with self._lock:
            self._file.seek(offset)
            line = self._file.read(length)
        return read_result(line)

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._locations)

    @override
    def __len__(self) -> int:
        return len(self._locations)

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
        """Delete the temporary file."""
        self._file.close()

    def __del__(self) -> None:
        self._file.close()

    def feed(self, piece: bytes, response: httpx.Response) -> None:
        """Add a piece of an output file, which may be cut anywhere.

        A line that is not a result becomes an error named after its number, such as `line-3`.
        Raises `APIResponseValidationError` if the first line is not a result.
        """
        first, *others = piece.split(b"\n")
        self._partial_line.append(first)
        if not others:
            return
        lines = [b"".join(self._partial_line), *others[:-1]]
        self._partial_line = [others[-1]]
        for line in filter(bytes.strip, lines):
            self._line_count += 1
            try:
                custom_id = read_result(line).custom_id
            except (ValueError, RecursionError) as error:
                message = (
                    "Expected a result in each line of the file but received "
                    f"{line[:200]!r} in line {self._line_count}"
                )
                if self._line_count == 1:
                    body = line.decode("utf-8", "replace")
                    raise APIResponseValidationError(response, body, message=message) from error
                self._locations[f"line-{self._line_count}"] = BatchError(
                    message=message, type="invalid_result"
                )
                continue
            with self._lock:
                self._locations[custom_id] = (self._file.seek(0, SEEK_END), len(line))
                self._file.write(line)

    def end_file(self, response: httpx.Response) -> None:
        """Record the end of an output file, whose last line may lack its line feed."""
        self.feed(b"\n", response)
        self._line_count = 0

    def end(self, batch: Batch, custom_ids: Iterable[str] = ()) -> None:
        """Record the end of a batch, and add errors for requests without a result."""
        self.batches.append(batch)
        errors = {error.line: error for error in _errors_of(batch) if isinstance(error.line, int)}
        unanswered = BatchError(
            message=f"The batch {batch.id!r} is {batch.status} and has no result of this request",
            code=batch.status,
        )
        for line, custom_id in enumerate(custom_ids, 1):
            if self._locations[custom_id] is _NO_RESULT_YET:
                error = errors.get(line)
                self._locations[custom_id] = (
                    BatchError(message=error.message, code=error.code, param=error.param)
                    if error
                    else unanswered
                )


class _ResultResponse(BaseModel):
    status_code: int | None = None
    request_id: str | None = None
    # From left to right; by default pydantic would try all of them to find the best.
    body: ChatCompletion | dict[str, object] | str | None = Field(
        default=None, union_mode="left_to_right"
    )


class _ResultLine(BaseModel):
    custom_id: str
    response: _ResultResponse | None = None
    error: BatchError | None = None


_NO_RESULT_YET = BatchError(message="There is no result of this request yet")


def read_result(line: bytes) -> BatchResult:
    """Return the result in a line of an output file.

    Raises `ValueError` or `RecursionError` if there is none.
    """
    # Each part may be of another type, since it was fitted leniently.
    read = cast("object", codec.decode(_ResultLine, line))
    parts = (
        (getattr(read, "custom_id", None), str),
        (getattr(read, "response", None), (_ResultResponse, NoneType)),
        (getattr(read, "error", None), (BatchError, NoneType)),
    )
    if not isinstance(read, _ResultLine) or not all(
        isinstance(part, kinds) for part, kinds in parts
    ):
        raise ValueError("Expected an object with a `custom_id` and a `response` or an `error`")
    answer = read.response or _ResultResponse()
    result = partial(
        BatchResult,
        read.custom_id,
        status_code=answer.status_code,
        request_id=answer.request_id,
    )
    body = answer.body
    if isinstance(body, dict) and "choices" in body:
        body = codec.construct(ChatCompletion, body)  # one with unknown fields
    if isinstance(body, ChatCompletion):
        try:
            return result(completion=checked_completion(body))
        except APIResponseValidationError as error:
            return result(error=BatchError(message=str(error), type="invalid_response"))
    if isinstance(body, dict) and isinstance(body.get("text"), str):
        return result(transcription=codec.construct(Transcription, body))
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return result(embeddings=codec.construct(CreateEmbeddingResponse, body))
    if read.error is not None:
        return result(error=read.error)
    if isinstance(body, dict):
        return result(error=codec.construct(BatchError, dict(error_details(body))))
    return result(error=BatchError(message=body or "The result has neither an answer nor an error"))


def _errors_of(batch: Batch) -> list[BatchErrorsData]:
    """Return the errors of a batch, which are in an object or, in some answers, in a list."""
    holder = cast("object", batch.errors)  # as it came
    errors: object = holder if is_list(holder) else getattr(holder, "data", None)
    if not is_list(errors):
        return []
    plain: list[object] = [
        each.to_dict(warnings=False) if isinstance(each, BaseModel) else each for each in errors
    ]
    return [codec.construct(BatchErrorsData, each) for each in plain if is_mapping(each)]


def file_ids(batch: Batch) -> list[str]:
    """Return the ids of the output files; a missing one is null or, in some answers, `{}`."""
    ids = cast("list[object]", [batch.output_file_id, batch.error_file_id])  # as they came
    return [each for each in ids if isinstance(each, str) and each]


def check_ended(batch: Batch) -> None:
    """Raise `GroqError` if a batch has not ended, or failed before it began."""
    if not has_ended(batch):
        raise GroqError(
            f"Expected a batch that has ended but {batch.id!r} is {batch.status}; "
            "`client.batches.poll` waits for it"
        )
    if batch.status == "failed" and not file_ids(batch):
        reasons = "; ".join(f"line {each.line}: {each.message}" for each in _errors_of(batch)[:5])
        raise GroqError(f"The batch {batch.id!r} failed{reasons and f': {reasons}'}")

"""`Batch`: a batch of requests."""

from __future__ import annotations

import builtins
from typing import Literal, TypeAlias

from .._models import BaseModel

__all__ = ["Batch", "BatchErrors", "BatchErrorsData", "BatchRequestCounts", "BatchStatus"]

BatchStatus: TypeAlias = Literal[
    "validating",
    "failed",
    "in_progress",
    "finalizing",
    "completed",
    "expired",
    "cancelling",
    "cancelled",
]
"""The status of a batch. `failed`, `completed`, `expired` and `cancelled` are final."""


class BatchErrorsData(BaseModel):
    """An error in the input file of a batch."""

    code: str | None = None
    """The code of the error."""

    line: int | None = None
    """The line of the input file, if the error has one."""

    message: str | None = None
    """The message of the error."""

    param: str | None = None
    """The invalid argument."""


class BatchErrors(BaseModel):
    """The errors for which a batch was refused."""

    data: list[BatchErrorsData] | None = None
    """The errors."""

    object: str | None = None
    """Always `list`."""


class BatchRequestCounts(BaseModel):
    """The number of requests of a batch, by their state."""

    completed: int
    """Requests that completed."""

    failed: int
    """Requests that failed."""

    total: int
    """Requests in the batch."""


class Batch(BaseModel):
    """A batch of requests. Times are in seconds since 1970, UTC."""

    id: str
    """The arguments of `client.batches.retrieve` and `client.batches.cancel`."""

    completion_window: str
    """The completion window, for example `24h`."""

    created_at: int
    """When the batch was created."""

    endpoint: str
    """The endpoint of its requests."""

    input_file_id: str
    """The file with the requests."""

    object: Literal["batch"]
    """Always `batch`."""

    status: BatchStatus
    """The status of the batch."""

    cancelled_at: int | None = None
    """When it was cancelled."""

    cancelling_at: int | None = None
    """When its cancellation began."""

    completed_at: int | None = None
    """When its last request completed."""

    error_file_id: str | None = None
    """The file with the requests that failed."""

    errors: BatchErrors | None = None
    """The errors for which it was refused."""

    expired_at: int | None = None
    """When it expired."""

    expires_at: int | None = None
    """When it will expire."""

    failed_at: int | None = None
    """When it failed."""

    finalizing_at: int | None = None
    """When finalizing began."""

    in_progress_at: int | None = None
    """When processing began."""

    metadata: builtins.object | None = None
    """Its metadata, from the caller."""

    output_file_id: str | None = None
    """The file with the answers."""

    request_counts: BatchRequestCounts | None = None
    """Its status."""

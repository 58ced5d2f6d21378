"""`Batch`: many requests that are worked off together."""

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
"""Where a batch stands. It stays `failed`, `completed`, `expired` or `cancelled` once it is so."""


class BatchErrorsData(BaseModel):
    """One fault in the input file of a batch."""

    code: str | None = None
    """What is wrong, for programs."""

    line: int | None = None
    """The line of the input file, where the fault has one."""

    message: str | None = None
    """What is wrong, in words."""

    param: str | None = None
    """The argument that is at fault."""


class BatchErrors(BaseModel):
    """The faults for which a batch was refused."""

    data: list[BatchErrorsData] | None = None
    """The faults, one by one."""

    object: str | None = None
    """Always `list`."""


class BatchRequestCounts(BaseModel):
    """How far a batch has come, in requests."""

    completed: int
    """Requests that were answered."""

    failed: int
    """Requests that ended in an error."""

    total: int
    """Requests in the batch."""


class Batch(BaseModel):
    """Many requests that are worked off together. Times are in seconds since 1970, UTC."""

    id: str
    """What `client.batches.retrieve` and `client.batches.cancel` take."""

    completion_window: str
    """The time that the batch was given, for example `24h`."""

    created_at: int
    """When the batch was made."""

    endpoint: str
    """The path that its requests go to."""

    input_file_id: str
    """The file with the requests."""

    object: Literal["batch"]
    """Always `batch`."""

    status: BatchStatus
    """Where the batch stands."""

    cancelled_at: int | None = None
    """When it had been cancelled."""

    cancelling_at: int | None = None
    """When its cancellation began."""

    completed_at: int | None = None
    """When its last request was done."""

    error_file_id: str | None = None
    """The file with the requests that failed."""

    errors: BatchErrors | None = None
    """The faults for which it was refused."""

    expired_at: int | None = None
    """When its time had run out."""

    expires_at: int | None = None
    """When its time runs out."""

    failed_at: int | None = None
    """When it had failed."""

    finalizing_at: int | None = None
    """When the writing of its output began."""

    in_progress_at: int | None = None
    """When the work on its requests began."""

    metadata: builtins.object | None = None
    """What the caller attached to it."""

    output_file_id: str | None = None
    """The file with the answers."""

    request_counts: BatchRequestCounts | None = None
    """How far it has come."""

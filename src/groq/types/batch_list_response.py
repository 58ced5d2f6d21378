"""`BatchListResponse`: all batches."""

from __future__ import annotations

from typing import Literal

from .._models import BaseModel
from .batch import (
    Batch as Data,
)
from .batch import (
    BatchErrors as DataErrors,
)
from .batch import (
    BatchErrorsData as DataErrorsData,
)
from .batch import (
    BatchRequestCounts as DataRequestCounts,
)

__all__ = ["BatchListResponse", "Data", "DataErrors", "DataErrorsData", "DataRequestCounts"]


class BatchListResponse(BaseModel):
    """All batches, the answer of `client.batches.list`."""

    data: list[Data]
    """The batches."""

    object: Literal["list"]
    """Always `list`."""

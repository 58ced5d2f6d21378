"""`BatchListResponse`: all batches."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Literal

from .._page import Page
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


class BatchListResponse(Page):
    """The response of `client.batches.list`: iterate over it for all batches, or use `data`."""

    data: list[Data]
    """The batches of this page."""

    object: Literal["list"]
    """Always `list`."""

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Data]: ...  # type: ignore[override]  # items
        def __aiter__(self) -> AsyncIterator[Data]: ...

"""`BatchCreateResponse`: the response of `client.batches.create`, a `Batch`."""

from .batch import (
    Batch as BatchCreateResponse,
)
from .batch import (
    BatchErrors as Errors,
)
from .batch import (
    BatchErrorsData as ErrorsData,
)
from .batch import (
    BatchRequestCounts as RequestCounts,
)

__all__ = ["BatchCreateResponse", "Errors", "ErrorsData", "RequestCounts"]

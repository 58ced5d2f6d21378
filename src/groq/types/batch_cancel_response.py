"""`BatchCancelResponse`: the response of `client.batches.cancel`, a `Batch`."""

from .batch import (
    Batch as BatchCancelResponse,
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

__all__ = ["BatchCancelResponse", "Errors", "ErrorsData", "RequestCounts"]

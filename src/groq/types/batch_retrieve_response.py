"""`BatchRetrieveResponse`: the response of `client.batches.retrieve`, a `Batch`."""

from .batch import (
    Batch as BatchRetrieveResponse,
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

__all__ = ["BatchRetrieveResponse", "Errors", "ErrorsData", "RequestCounts"]

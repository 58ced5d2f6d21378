"""`BatchCreateParams`: the arguments of `client.batches.create`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["BatchCreateParams"]


class BatchCreateParams(TypedDict, total=False):
    """The arguments of `client.batches.create`."""

    completion_window: Required[str]
    """The time within which the batch completes, from `24h` to `7d`."""

    endpoint: Required[Literal["/v1/chat/completions"]]
    """The endpoint of all requests of the batch."""

    input_file_id: Required[str]
    """The `.jsonl` file with the requests, uploaded with the purpose `batch`."""

    metadata: dict[str, str] | None
    """Metadata of the batch, for your own use."""

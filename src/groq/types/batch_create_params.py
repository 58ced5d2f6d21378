"""`BatchCreateParams`: what a batch is made from."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["BatchCreateParams"]


class BatchCreateParams(TypedDict, total=False):
    """The arguments of `client.batches.create`."""

    completion_window: Required[str]
    """The time that the batch may take, from `24h` to `7d`."""

    endpoint: Required[Literal["/v1/chat/completions"]]
    """The path that all requests of the batch go to."""

    input_file_id: Required[str]
    """The `.jsonl` file with the requests, uploaded with the purpose `batch`."""

    metadata: dict[str, str] | None
    """What to attach to the batch, for the caller's own use."""

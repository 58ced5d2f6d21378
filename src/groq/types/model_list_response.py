"""`ModelListResponse`: all models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Literal

from .._page import Page
from .model import Model

__all__ = ["ModelListResponse"]


class ModelListResponse(Page):
    """The response of `client.models.list`: iterate over it for all models, or use `data`."""

    data: list[Model]
    """The models."""

    object: Literal["list"]
    """Always `list`."""

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Model]: ...  # type: ignore[override]  # items
        def __aiter__(self) -> AsyncIterator[Model]: ...

"""`ResponseInputImageParam`: an image that is sent to a model."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseInputImageParam"]


class ResponseInputImageParam(TypedDict, total=False):
    """An image that is sent to a model."""

    type: Required[Literal["input_image"]]
    """Always `input_image`."""

    detail: Literal["low", "high", "auto"]
    """The detail in which the model sees the image; `auto` by default."""

    image_url: str | None
    """The URL of the image, or a `data:` URL with the image in base64."""

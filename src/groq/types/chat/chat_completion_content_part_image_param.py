"""`ChatCompletionContentPartImageParam`: an image in a message."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ChatCompletionContentPartImageParam", "ImageURL"]


class ImageURL(TypedDict, total=False):
    """The URL of an image, and the detail in which to see it."""

    url: Required[str]
    """A URL that the server can fetch, or a `data:` URL in base64."""

    detail: Literal["auto", "low", "high"]
    """The detail in which the model sees the image; `auto` by default."""


class ChatCompletionContentPartImageParam(TypedDict, total=False):
    """An image in a message, for models with vision."""

    image_url: Required[ImageURL]
    """The URL of the image."""

    type: Required[Literal["image_url"]]
    """Always `image_url`."""

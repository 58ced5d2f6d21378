"""`ResponseInputImageParam`: a picture that is given to a model."""

from __future__ import annotations

from typing import Literal

from typing_extensions import Required, TypedDict

__all__ = ["ResponseInputImageParam"]


class ResponseInputImageParam(TypedDict, total=False):
    """A picture that is given to a model."""

    type: Required[Literal["input_image"]]
    """Always `input_image`."""

    detail: Literal["low", "high", "auto"]
    """How closely the model looks; `auto` by default."""

    image_url: str | None
    """The address of the picture, or a `data:` URL with the picture in base64."""

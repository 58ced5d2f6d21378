"""`ResponseOutputRefusal`: words with which a model refuses."""

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseOutputRefusal"]


class ResponseOutputRefusal(BaseModel):
    """A refusal of the model."""

    refusal: str
    """The content of the message."""

    type: Literal["refusal"]
    """Always `refusal`."""

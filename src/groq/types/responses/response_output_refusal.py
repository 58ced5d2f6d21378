"""`ResponseOutputRefusal`: words with which a model refuses."""

from typing import Literal

from ..._models import BaseModel

__all__ = ["ResponseOutputRefusal"]


class ResponseOutputRefusal(BaseModel):
    """Words with which a model refuses to answer."""

    refusal: str
    """What the model says."""

    type: Literal["refusal"]
    """Always `refusal`."""

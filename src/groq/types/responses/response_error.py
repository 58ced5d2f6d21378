"""`ResponseError`: why an answer failed."""

from ..._models import BaseModel

__all__ = ["ResponseError"]


class ResponseError(BaseModel):
    """Why an answer failed."""

    code: str
    """What kind of failure it is, for example `server_error` or `rate_limit_exceeded`."""

    message: str
    """What went wrong, in words."""

"""`ResponseError`: the reason that a response failed."""

from ..._models import BaseModel

__all__ = ["ResponseError"]


class ResponseError(BaseModel):
    """The reason that a response failed."""

    code: str
    """The code of the error, for example `server_error` or `rate_limit_exceeded`."""

    message: str
    """The message of the error."""

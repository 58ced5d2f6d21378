"""Which redirects are followed: neither secrets nor a prompt go where nobody meant to send them."""

from __future__ import annotations

from .._library import httpx
from . import retries
from .urls import is_same_origin


def redirect_refusal(
    response: httpx.Response,
    following: httpx.Request | None,
    *,
    redirects_taken: int,
    max_redirects: int,
    sends_body_elsewhere: bool,
) -> str | None:
    """Return why a redirect is not followed; `None` if it is.

    `following` is the request that the HTTP library made of it, if it has a valid URL.
    """
    if following is None:
        return "A redirect has an invalid URL."
    if response.request.url.scheme == "https" and following.url.scheme == "http":
        return "A redirect from https to http was not followed."
    if redirects_taken >= max_redirects:
        return f"There were more than {redirects_taken} redirects."
    if not retries.can_resend(following.stream):
        return "A redirect needs the request body again, which cannot be sent twice."
    has_body = following.method not in ("GET", "HEAD")
    if has_body and not (
        sends_body_elsewhere or is_same_origin(response.request.url, following.url)
    ):
        return (
            "A redirect leads to another origin; pass follow_redirects=True in "
            "the options of the call to send the request body there."
        )
    return None

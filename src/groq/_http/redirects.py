"""Sends a request and follows its redirects.

Neither secrets nor a prompt go where nobody meant to send them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from .. import _library as library
from .._exceptions import APIConnectionError, transport_error
from .._library import httpx
from .._secrets import keep_public_headers
from . import httpcore_fixes, retries
from .urls import is_same_origin


async def async_send_with_redirects(
    http: httpx.AsyncClient,
    request: httpx.Request,
    *,
    auth: Any,
    follow_redirects: bool | None,
    log: Callable[[httpx.Response], object],
) -> httpx.Response:
    """Send a request, follow its redirects, and return the unread response.

    The HTTP client decides whether redirects are followed if `follow_redirects` is `None`. If it is
    true, a request body may be sent to another origin. `log` is called with each response.

    Raises `APIConnectionError` if the transport fails, or for a redirect that must not be followed.
    The exception of a hook is not changed.
    """
    follows = http.follow_redirects if follow_redirects is None else follow_redirects
    history: list[httpx.Response] = []
    while True:
        try:
            response = await httpcore_fixes.async_send(
                http, request, auth=auth, follow_redirects=False
            )
        except library.errors() as cause:
            if not library.is_from_transport(cause):
                raise
            retries.raise_file_error(request.stream)
            raise transport_error(cause, request) from cause
        response.history = list(history)
        log(response)
        following = response.next_request if follows else None
        if following is None and not (follows and response.has_redirect_location):
            return response
        # An error while closing would hide what becomes of the redirect.
        with contextlib.suppress(*library.errors()):
            await response.aclose()
        refusal = _refusal(
            response,
            following,
            redirects_taken=len(history),
            max_redirects=http.max_redirects,
            may_send_body_elsewhere=bool(follow_redirects),
        )
        if following is None or refusal is not None:
            raise APIConnectionError(message=f"Connection error. {refusal}", request=request)
        if not is_same_origin(request.url, following.url):
            keep_public_headers(following.headers)
        history.append(response)
        request = following
        # httpx has copied the `Authorization` header if the origin is the same, and dropped it
        # if not. An `auth` would add it for any origin.
        auth = None


# >>> sync half: produced by scripts/mirror.py


def send_with_redirects(
    http: httpx.Client,
    request: httpx.Request,
    *,
    auth: Any,
    follow_redirects: bool | None,
    log: Callable[[httpx.Response], object],
) -> httpx.Response:
    """Send a request, follow its redirects, and return the unread response.

    The HTTP client decides whether redirects are followed if `follow_redirects` is `None`. If it is
    true, a request body may be sent to another origin. `log` is called with each response.

    Raises `APIConnectionError` if the transport fails, or for a redirect that must not be followed.
    The exception of a hook is not changed.
    """
    follows = http.follow_redirects if follow_redirects is None else follow_redirects
    history: list[httpx.Response] = []
    while True:
        try:
            response = httpcore_fixes.send(http, request, auth=auth, follow_redirects=False)
        except library.errors() as cause:
            if not library.is_from_transport(cause):
                raise
            retries.raise_file_error(request.stream)
            raise transport_error(cause, request) from cause
        response.history = list(history)
        log(response)
        following = response.next_request if follows else None
        if following is None and not (follows and response.has_redirect_location):
            return response
        # An error while closing would hide what becomes of the redirect.
        with contextlib.suppress(*library.errors()):
            response.close()
        refusal = _refusal(
            response,
            following,
            redirects_taken=len(history),
            max_redirects=http.max_redirects,
            may_send_body_elsewhere=bool(follow_redirects),
        )
        if following is None or refusal is not None:
            raise APIConnectionError(message=f"Connection error. {refusal}", request=request)
        if not is_same_origin(request.url, following.url):
            keep_public_headers(following.headers)
        history.append(response)
        request = following
        # httpx has copied the `Authorization` header if the origin is the same, and dropped it
        # if not. An `auth` would add it for any origin.
        auth = None


# <<<


def _refusal(
    response: httpx.Response,
    following: httpx.Request | None,
    *,
    redirects_taken: int,
    max_redirects: int,
    may_send_body_elsewhere: bool,
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
        may_send_body_elsewhere or is_same_origin(response.request.url, following.url)
    ):
        return (
            "A redirect leads to another origin; pass follow_redirects=True in "
            "the options of the call to send the request body there."
        )
    return None

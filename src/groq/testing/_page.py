"""The page that shows requests and responses: `page.html`, in this package."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files

from ._answers import Answer


@lru_cache(maxsize=1)
def page() -> Answer:
    """Return the page, which may only run its own script and send requests to this server."""
    html = bundled("page.html").decode()
    policy = {
        "default-src": "'none'",
        "connect-src": "'self'",
        "script-src": _hash_of("script", html),
        "style-src": _hash_of("style", html),
        # The icon is empty and part of the page.
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        # The browser refuses to parse text as HTML, which the page never does.
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "vary": "accept",
    }
    return Answer(html.encode(), headers=headers, content_type="text/html; charset=utf-8")


def bundled(name: str) -> bytes:
    """Return the content of a file in this package."""
    return files(__name__.rpartition(".")[0]).joinpath(name).read_bytes()


def _hash_of(element: str, html: str) -> str:
    """Return the hash of the only element of that name, for the policy."""
    (content,) = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

"""`local_if_no_key`: programs that run with a key and without one."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ._server import LocalServer


@contextmanager
def local_if_no_key(**options: Any) -> Generator[LocalServer | None]:
    """Start a local server for the block, unless the environment names a server or a key.

    For examples and demos: with a key in `GROQ_API_KEY`, or a URL in `GROQ_BASE_URL`, it does
    nothing. Without, it says so on stderr, starts a server and sets both, and `NO_PROXY` too, since
    a proxy cannot reach this machine's loopback. Clients are created as usual:

    ```python
    from groq import Groq
    from groq.testing import local_if_no_key

    with local_if_no_key():
        print(Groq().models.list().data[0].id)
    ```

    It yields the server, to be scripted, or `None` if Groq answers.

    Args:
        options: Those of `LocalServer`, such as `models`.
    """
    if os.environ.get("GROQ_API_KEY", "").strip() or os.environ.get("GROQ_BASE_URL"):
        yield None
        return
    before = os.environ.copy()
    with LocalServer(**options) as server:
        print(  # noqa: T201 - tells the user
            f"GROQ_API_KEY is not set: a local server on {server.url} answers, and asks no model.",
            file=sys.stderr,
        )
        os.environ.update(GROQ_API_KEY="local", GROQ_BASE_URL=server.url)
        for name in ("NO_PROXY", "no_proxy"):
            os.environ[name] = ",".join(filter(None, [before.get(name), "127.0.0.1"]))
        try:
            yield server
        finally:
            for name in ("GROQ_API_KEY", "GROQ_BASE_URL", "NO_PROXY", "no_proxy"):
                os.environ.pop(name, None)
                if name in before:
                    os.environ[name] = before[name]

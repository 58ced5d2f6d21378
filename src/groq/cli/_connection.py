"""The client of a command: of Groq if there is a key, else of a server on this machine."""

from __future__ import annotations

import argparse
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from typing_extensions import override

from .._client import Groq
from .._secrets import without_credentials
from .._types import not_given
from ._errors import CommandError, input_errors
from ._terminal import print_note

if TYPE_CHECKING:
    import httpx

    from .._http.options import FinalRequestOptions

_LONG_WAIT = 1.0
"""The longest wait in seconds that is not announced."""


class _VerboseGroq(Groq):
    """A client that announces a long wait before a retry."""

    @override
    def _calculate_retry_timeout(
        self,
        remaining_retries: int,
        options: FinalRequestOptions,
        response_headers: httpx.Headers | None = None,
    ) -> float:
        delay = super()._calculate_retry_timeout(remaining_retries, options, response_headers)
        if delay >= _LONG_WAIT:
            print_note(f"the server is busy; trying again in {delay:.0f} s")
        return delay


@contextmanager
def connect(args: argparse.Namespace, model: str | None = None) -> Generator[Groq]:
    """Yield the client of a command, and name the server on stderr."""
    if is_local(args):
        with local_client(args) as client:
            yield client
        return
    with remote_client(args) as client:
        if not args.quiet:
            print_note(f"asking {f'{model} on ' if model else ''}{server_name(client.base_url)}")
        yield client


def is_local(args: argparse.Namespace) -> bool:
    """Return whether the embedded server answers: by `--local`, or because there is no key."""
    if args.local:
        return True
    base_url = args.base_url or os.environ.get("GROQ_BASE_URL")
    return not base_url and not os.environ.get("GROQ_API_KEY", "").strip()


@contextmanager
def local_client(args: argparse.Namespace) -> Generator[Groq]:
    """Yield a client of a local server that runs as long as the command."""
    from ..testing import LocalServer

    with LocalServer() as server:
        if not args.quiet:
            reason = "" if args.local else "GROQ_API_KEY is not set: "
            print_note(f"{reason}the local server on {server.url} answers, not a model")
        with server.client(timeout=args.timeout or not_given) as client:
            yield client


def remote_client(args: argparse.Namespace, api_key: str | None = None) -> Groq:
    """Return a client for the base URL and the key of the arguments and the environment."""
    kind = Groq if args.quiet else _VerboseGroq
    timeout = args.timeout or not_given
    try:
        client = kind(base_url=args.base_url, timeout=timeout, api_key=api_key)
    except input_errors() as error:
        raise CommandError(str(error)) from error
    if client.base_url.scheme not in ("http", "https") or not client.base_url.host:
        raise CommandError(f"expected a base URL such as https://… but received {args.base_url!r}")
    return client


def server_name(url: httpx.URL) -> str:
    """Return the name of a server: the host if it is Groq's, else the URL without credentials."""
    return url.host if url.host == "api.groq.com" else str(without_credentials(url)).rstrip("/")

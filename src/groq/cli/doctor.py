"""Look at everything that a request depends on, and print it without secrets.

It sends two small requests: one for the list of models, and one for the first token of an answer.
The exit code is 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import os
import platform
import ssl
import urllib.request
from contextlib import ExitStack
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from .._exceptions import APIError, APIStatusError
from .._version import __version__
from ._arguments import add_connection_arguments, text
from ._connection import local_client, place, remote_client
from ._errors import LOOK_AT_THE_WAY, explain
from ._terminal import print_finding
from ._timing import Timing, print_timing

if TYPE_CHECKING:
    import httpx

    from .._client import Groq

HELP = "look at everything that a request depends on"

_MODEL = "openai/gpt-oss-20b"
_LIBRARIES = ("httpx", "pydantic", "anyio", "certifi", "httpx-aiohttp", "rich")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `groq doctor` takes."""
    parser.add_argument("-m", "--model", type=text, default=_MODEL, help="%(default)s by default")
    parser.add_argument("--chart", action="store_true", help="chart when the pieces came")
    add_connection_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """Print what there is, each line as soon as it is known."""
    print_finding("groq", __version__)
    print_finding("Python", f"{platform.python_version()} ({platform.python_implementation()})")
    print_finding("system", _system())
    print_finding("libraries", ", ".join(filter(None, map(_version_of, _LIBRARIES))))
    print_finding("TLS", f"{ssl.OPENSSL_VERSION}, {_certificates()}")
    has_key = given.local or bool(os.environ.get("GROQ_API_KEY", "").strip())
    missing = "not set: make one at https://console.groq.com/keys, and export GROQ_API_KEY=…"
    has = "not needed" if given.local else "set"
    print_finding("key", has if has_key else missing, is_wrong=not has_key)
    with ExitStack() as stack:
        if given.local:
            client = stack.enter_context(local_client(given))
        else:
            # Whether the server can be reached shows without a key, too.
            client = stack.enter_context(remote_client(given, None if has_key else "none"))
        print_finding("server", place(client.base_url))
        print_finding("proxy", "none" if given.local else _proxy(client.base_url))
        is_well = _reach(client, has_key=has_key) and has_key and _time_stream(client, given)
    return 0 if is_well else 1


def _reach(client: Groq, *, has_key: bool) -> bool:
    try:
        response = client.with_options(max_retries=0).models.with_raw_response.list()
    except APIStatusError as error:
        print_finding("reachable", _way(error.response))
        return (error.status_code == 401 and not has_key) or _report("models", error)
    except APIError as error:
        return _report("reachable", error)
    print_finding("reachable", _way(response.http_response))
    print_finding("models", str(len(response.parse().data)))
    return True


def _time_stream(client: Groq, given: argparse.Namespace) -> bool:
    """Time the first token; with `--chart` the whole answer."""
    # What a program loads once is not to be blamed on the way.
    completions = client.chat.completions
    import_module("groq.types.chat.chat_completion_chunk")
    timing = Timing()
    try:
        with completions.create(
            model=given.model,
            messages=[{"role": "user", "content": "Say hello."}],
            max_completion_tokens=64,
            stream=True,
        ) as stream:
            for _ in timing.watch(stream):
                if timing.moments and not given.chart:
                    break
    except APIError as error:
        return _report("first token", error)
    if not timing.moments:
        print_finding("first token", f"none came ({given.model})", is_wrong=True)
        return False
    print_finding("first token", f"in {_milliseconds(timing.moments[0])} ({given.model})")
    if given.chart:
        print_timing(timing)
    return True


def _report(label: str, error: APIError) -> bool:
    for line in explain(error):
        if line != LOOK_AT_THE_WAY:  # This is what is being done.
            print_finding(label, line, is_wrong=bool(label))
        label = ""
    return False


def _way(response: httpx.Response) -> str:
    """Say how long an answer took, and which version of TLS it came with."""
    took = f"yes, in {_milliseconds(response.elapsed.total_seconds())}"
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    protocol = tls.version() if tls is not None else None
    return f"{took}, {protocol or 'not encrypted'}"


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _system() -> str:
    if platform.system() != "Linux":
        return platform.platform()
    import distro

    return f"{distro.name(pretty=True) or 'Linux'}, {platform.release()}, {platform.machine()}"


def _version_of(library: str) -> str | None:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return None


def _certificates() -> str:
    named = [f"{name}={os.environ[name]}" for name in _CERTIFICATES if os.environ.get(name)]
    return ", ".join(named) or "certificates of certifi"


def _proxy(url: httpx.URL) -> str:
    """Name the proxy on the way to a URL, without the credentials that may stand in it."""
    if urllib.request.proxy_bypass(url.host):
        return f"none for {url.host}"
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy:
        return "none"
    scheme, slashes, rest = proxy.rpartition("://")
    return f"{scheme}{slashes}{rest.rpartition('@')[2]}"

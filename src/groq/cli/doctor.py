"""Check everything that a request depends on, and print it without secrets.

It sends two small requests: one for the list of models, and one for the first token of an answer.
The exit code is 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import json
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
from ._connection import local_client, remote_client, server_name
from ._errors import CHECK_THE_CONNECTION, explain
from ._terminal import print_finding, without_secrets
from ._timing import Timing, print_timing

if TYPE_CHECKING:
    import httpx

    from .._client import Groq

HELP = "check everything that a request depends on"

_MODEL = "openai/gpt-oss-20b"
_LIBRARIES = ("httpx", "pydantic", "anyio", "certifi", "httpx-aiohttp", "rich")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq doctor`."""
    parser.add_argument("-m", "--model", type=text, default=_MODEL, help="%(default)s by default")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument("--chart", action="store_true", help="chart the times of the pieces")
    parser.add_argument("--chart-svg", metavar="FILE", help="write that chart as SVG")
    add_connection_arguments(parser)


class _Report:
    """Findings, printed line by line as they are added, or as JSON at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._findings: dict[str, str] = {}
        self._wrong: list[str] = []

    def add(self, label: str, value: str, *, is_wrong: bool = False) -> None:
        """Add a finding; without a label it continues the previous one."""
        if not self._as_json:
            print_finding(label, value, is_wrong=is_wrong)
            return
        value = without_secrets(value)
        if label:
            self._findings[label] = value
            self._wrong += [label] if is_wrong else []
        else:
            self._findings[next(reversed(self._findings))] += f"; {value}"

    def close(self, *, is_well: bool) -> None:
        """Print the JSON, if the report is JSON."""
        if self._as_json:
            print(
                json.dumps({**self._findings, "wrong": self._wrong, "is_well": is_well}, indent=2)
            )


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    report = _Report(as_json=args.json)
    is_well = _check_everything(args, report)
    report.close(is_well=is_well)
    return 0 if is_well else 1


def _check_everything(args: argparse.Namespace, report: _Report) -> bool:
    """Examine everything. Returns whether all is well."""
    report.add("groq", __version__)
    report.add("Python", f"{platform.python_version()} ({platform.python_implementation()})")
    report.add("system", _system())
    report.add("libraries", ", ".join(filter(None, map(_version_of, _LIBRARIES))))
    report.add("TLS", f"{ssl.OPENSSL_VERSION}, {_certificates()}")
    has_key = args.local or bool(os.environ.get("GROQ_API_KEY", "").strip())
    missing = "not set: create a key at https://console.groq.com/keys, then export GROQ_API_KEY=…"
    has = "not needed" if args.local else "set"
    report.add("key", has if has_key else missing, is_wrong=not has_key)
    with ExitStack() as stack:
        if args.local:
            client = stack.enter_context(local_client(args))
        else:
            # Without a key, the report still shows whether the server can be reached.
            client = stack.enter_context(remote_client(args, None if has_key else "none"))
        report.add("server", server_name(client.base_url))
        report.add("proxy", "none" if args.local else _proxy(client.base_url))
        return (
            _check_server(client, report, has_key=has_key)
            and has_key
            and _check_stream(client, report, args)
        )


def _check_server(client: Groq, report: _Report, *, has_key: bool) -> bool:
    try:
        response = client.with_options(max_retries=0).models.with_raw_response.list()
    except APIStatusError as error:
        report.add("reachable", _connection_summary(error.response))
        return (error.status_code == 401 and not has_key) or _add_error(report, "models", error)
    except APIError as error:
        return _add_error(report, "reachable", error)
    report.add("reachable", _connection_summary(response.http_response))
    report.add("models", str(len(response.parse().data)))
    return True


def _check_stream(client: Groq, report: _Report, args: argparse.Namespace) -> bool:
    """Time the first token; with `--chart` the whole answer."""
    # Load the modules first, so that their time does not count.
    completions = client.chat.completions
    import_module("groq.types.chat.chat_completion_chunk")
    is_drawn = args.chart or args.chart_svg is not None
    timing = Timing()
    try:
        with completions.create(
            model=args.model,
            messages=[{"role": "user", "content": "Say hello."}],
            max_completion_tokens=64,
            stream=True,
        ) as stream:
            for _ in timing.watch(stream):
                if timing.times and not is_drawn:
                    break
    except APIError as error:
        return _add_error(report, "first token", error)
    if not timing.times:
        report.add("first token", f"none came ({args.model})", is_wrong=True)
        return False
    report.add("first token", f"in {_milliseconds(timing.times[0])} ({args.model})")
    if is_drawn:
        print_timing(timing, args.chart_svg)
    return True


def _add_error(report: _Report, label: str, error: APIError) -> bool:
    for line in explain(error):
        if line != CHECK_THE_CONNECTION:  # That line advises to run this command.
            report.add(label, line, is_wrong=bool(label))
        label = ""
    return False


def _connection_summary(response: httpx.Response) -> str:
    """Return the duration of a response, and its version of TLS."""
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
    """Return the proxy for a URL, without its credentials."""
    if urllib.request.proxy_bypass(url.host):
        return f"none for {url.host}"
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy:
        return "none"
    scheme, slashes, rest = proxy.rpartition("://")
    return f"{scheme}{slashes}{rest.rpartition('@')[2]}"

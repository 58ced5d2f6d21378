"""Arguments that commands share, and the types of their values."""

from __future__ import annotations

import argparse
import math


def add_connection_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments for the server, the timeout and `--quiet`."""
    server = parser.add_mutually_exclusive_group()
    server.add_argument("--local", action="store_true", help="ask a server on this machine")
    server.add_argument(
        "--base-url", metavar="URL", help="the URL of the API; GROQ_BASE_URL by default"
    )
    parser.add_argument(
        "--timeout",
        type=positive,
        metavar="SECONDS",
        help="the timeout of each step; 60 by default",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print only the result")


def text(value: str) -> str:
    """Accept any text; bytes that are not Unicode, which a shell may pass, are replaced."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def add_output_argument(parser: argparse.ArgumentParser) -> None:
    """Add the file for the results; `None` is stdout, as `-` is."""
    parser.add_argument(
        "-o",
        "--output",
        type=_output,
        metavar="FILE",
        help="the file for the results; stdout by default",
    )


def _output(value: str) -> str | None:
    return None if value == "-" else value


def number(value: str) -> float:
    """Accept a finite number: JSON has no infinity and no NaN."""
    parsed = float(value)
    if not math.isfinite(parsed):
        raise argparse.ArgumentTypeError(f"expected a finite number but received {value!r}")
    return parsed


def positive(value: str) -> float:
    """Accept a number above 0."""
    parsed = number(value)
    if parsed <= 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0 but received {value!r}")
    return parsed


def speed(value: str) -> float:
    """Accept a factor above 0; `inf` is as fast as possible."""
    return math.inf if value == "inf" else positive(value)


def count(value: str) -> int:
    """Accept a whole number above 0."""
    parsed = int(value)
    if parsed < 1:
        raise argparse.ArgumentTypeError(f"expected a number above 0 but received {value!r}")
    return parsed


def not_negative(value: str) -> float:
    """Accept a number that is not negative."""
    parsed = number(value)
    if parsed < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more but received {value!r}")
    return parsed


def port(value: str) -> int:
    """Accept the number of a port."""
    parsed = int(value)
    if not 0 <= parsed <= 65_535:
        raise argparse.ArgumentTypeError(f"expected 0 to 65535 but received {value!r}")
    return parsed

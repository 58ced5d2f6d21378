"""Arguments that commands share, and what values they take."""

from __future__ import annotations

import argparse
import math


def add_connection_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where to send requests, and how long to wait."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--local", action="store_true", help="ask a server on this machine")
    where.add_argument("--base-url", metavar="URL", help="where the API is: GROQ_BASE_URL")
    parser.add_argument(
        "--timeout", type=positive, metavar="SECONDS", help="how long to wait for a step: 60"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say who is asked")


def text(value: str) -> str:
    """Take any text; bytes that are no Unicode, which a shell may pass, are replaced."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def number(value: str) -> float:
    """Take a number, neither infinite nor NaN: JSON has neither."""
    taken = float(value)
    if not math.isfinite(taken):
        raise argparse.ArgumentTypeError(f"expected a finite number but received {value!r}")
    return taken


def positive(value: str) -> float:
    """Take a number above 0."""
    taken = number(value)
    if taken <= 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0 but received {value!r}")
    return taken


def speed(value: str) -> float:
    """Take a factor above 0; `inf` is as fast as can be."""
    return math.inf if value == "inf" else positive(value)


def count(value: str) -> int:
    """Take a whole number above 0."""
    taken = int(value)
    if taken < 1:
        raise argparse.ArgumentTypeError(f"expected a number above 0 but received {value!r}")
    return taken


def not_negative(value: str) -> float:
    """Take a number from 0 on."""
    taken = number(value)
    if taken < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more but received {value!r}")
    return taken


def port(value: str) -> int:
    """Take the number of a port."""
    taken = int(value)
    if not 0 <= taken <= 65_535:
        raise argparse.ArgumentTypeError(f"expected 0 to 65535 but received {value!r}")
    return taken

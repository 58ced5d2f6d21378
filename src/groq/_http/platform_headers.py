"""The headers that describe the client and its platform."""

from __future__ import annotations

import platform
import sys
from functools import lru_cache

from .._version import __version__

_ARCHITECTURES = {
    "x86_64": "x64",
    "amd64": "x64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "arm": "arm",
}
_SYSTEMS = {"darwin": "MacOS", "win32": "Windows", "ios": "iOS", "android": "Android"}


@lru_cache(maxsize=1)
def platform_headers() -> dict[str, str]:
    """Return the headers that name the package, the system and the interpreter."""
    return {
        "X-Stainless-Lang": "python",
        "X-Stainless-Package-Version": __version__,
        "X-Stainless-OS": _system(),
        "X-Stainless-Arch": _architecture(),
        "X-Stainless-Runtime": platform.python_implementation(),
        "X-Stainless-Runtime-Version": platform.python_version(),
    }


def _system() -> str:
    if sys.platform.startswith("linux"):
        return "Linux"
    if sys.platform.startswith("freebsd"):
        return "FreeBSD"
    if sys.platform.startswith("openbsd"):
        return "OpenBSD"
    return _SYSTEMS.get(sys.platform, f"Other:{sys.platform}")


def _architecture() -> str:
    machine = platform.machine().lower()
    if machine in _ARCHITECTURES:
        return _ARCHITECTURES[machine]
    if sys.maxsize <= 2**32:
        return "x32"
    return f"other:{machine}" if machine else "unknown"

"""Virtual environments with the packages to compare, made once and kept in a folder.

Nothing is ever installed into the environment that runs this program, which needs nothing but
Python.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROJECT", "Environment", "clean_variables", "default_folder"]

PROJECT = Path(__file__).resolve().parent.parent

# What else decides the figures.
_DEPENDENCIES = ("httpx", "httpcore", "h11", "pydantic", "pydantic_core", "aiohttp", "httpx2")

_VERSIONS = """
import importlib.metadata, json, sys
found = {{}}
for name in {names!r}:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass  # only some environments have aiohttp, and sources have no metadata
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Environment:
    """An interpreter with one of the packages."""

    python: Path
    package: str

    @classmethod
    def made(cls, folder: Path, requirement: str, *, aiohttp: bool) -> Environment:
        """Make the environment for a requirement, or find it; `.` is this project."""
        package = "groq" if requirement == "." else requirement.partition("=")[0]
        label = "this" if requirement == "." else requirement.replace("==", "-")
        version = "{}.{}.{}".format(*sys.version_info)
        place = folder / f"{label}{'-aiohttp' if aiohttp else ''}-{version}"
        environment = cls(place / "bin" / "python", package)
        content = _fingerprint() if requirement == "." else requirement
        mark = place / "installed.txt"
        if mark.exists() and mark.read_text() == content:
            return environment
        extra = "[aiohttp]" if aiohttp else ""
        name, equals, exact = requirement.partition("==")
        wanted = f"{PROJECT}{extra}" if requirement == "." else f"{name}{extra}{equals}{exact}"
        print(f"Making the environment {place.name}.", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(place))
        # The floors stand on httpx, also where the client does not; the server speaks TLS.
        floors = ["httpx", "httpx2", "trio", "trustme", *(["httpx-aiohttp"] if aiohttp else [])]
        _run(str(environment.python), "-m", "pip", "install", "--quiet", wanted, *floors)
        mark.write_text(content)
        return environment

    @classmethod
    def here(cls, package: str = "groq") -> Environment:
        """Return the interpreter that runs this program, with the sources of this project."""
        return cls(Path(sys.executable), package)

    def versions(self) -> dict[str, str]:
        """Return the versions of the package and of what it stands on."""
        code = _VERSIONS.format(names=(self.package, *_DEPENDENCIES))
        found: dict[str, str] = json.loads(_output(str(self.python), "-c", code))
        return found


def default_folder() -> Path:
    """Return the folder for the environments where none is given."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "groq-benchmarks"


def clean_variables() -> dict[str, str]:
    """Return the variables for children, without those that change what is measured."""
    prefixes = ("PYTHON", "GROQ_", "OPENAI_")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(prefixes) and not name.lower().endswith("_proxy")
    }


def _fingerprint() -> str:
    """Return a digest of what is installed for this project."""
    digest = hashlib.sha256()
    for path in [PROJECT / "pyproject.toml", *sorted((PROJECT / "src").rglob("*.py"))]:
        digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _run(*command: str) -> None:
    # Only proxies and the interpreter's own variables are dropped where measuring; pip wants them.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(command, check=True, env=variables, cwd=PROJECT)


def _output(*command: str) -> str:
    return subprocess.run(
        command, check=True, env=clean_variables(), stdout=subprocess.PIPE, text=True
    ).stdout

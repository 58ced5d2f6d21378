"""Look for bytes that break the client, guided by what code they reach.

usage: python -m tests.fuzz.guided TARGET [SECONDS]

TARGET is streams, answers or errors. It needs atheris, which has wheels for some versions of
CPython, and does nothing without it. What it finds is raised, and kept in a file `crash-…` where
the program runs.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the fuzzer over one target."""
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        print("Nothing was tried: atheris is not installed, or not for this Python.")
        return
    name, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
    with atheris.instrument_imports(include=["groq"]):
        from .targets import SEEDS, TARGETS

    with tempfile.TemporaryDirectory() as folder:
        for index, seed in enumerate(SEEDS[name]):
            Path(folder, str(index)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-max_len=512", "-timeout=10"]
        atheris.Setup([sys.argv[0], *options, folder], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()

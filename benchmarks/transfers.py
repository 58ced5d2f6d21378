"""How much memory a large upload from a path takes, and a large download to a file.

    python -m benchmarks.transfers [--megabytes 300] [--python OTHER_PYTHON]

A local server runs in a process of its own, and so does each transfer. `--python` names an
interpreter that has another `groq` installed. The growth is that of the peak, from what a
transfer of a few bytes has reached.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEGABYTE = 1_000_000
KINDS = ("upload", "async upload", "download", "async download")


def serve() -> None:
    """Serve until standard input ends; print the address and the ids of two files."""
    from groq.testing import LocalServer

    size = int(sys.stdin.readline()) * MEGABYTE

    def pieces() -> Iterator[bytes]:
        piece = bytes(64 * 1024)
        for start in range(0, size, len(piece)):
            yield piece[: size - start]

    with LocalServer(pace=0, keep_bytes=1024) as server:
        small = server.add_file("small.jsonl", b"{}")
        large = server.add_file("large.jsonl", pieces, size=size)
        print(server.url, small, large, flush=True)
        sys.stdin.read()


def transfer(kind: str, url: str, small: str, large: str, file: str) -> None:
    """Make a small transfer and a large one; print by how many bytes the peak has grown."""
    run(kind, url, small, Path(__file__))
    before = peak()
    run(kind, url, large, Path(file))
    print(peak() - before)


def run(kind: str, url: str, file_id: str, path: Path) -> None:
    import groq

    options: dict[str, Any] = {"api_key": "local", "base_url": url, "max_retries": 0}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "download"

        async def transfer_async() -> None:
            async with groq.AsyncGroq(**options) as client:
                if "upload" in kind:
                    await client.files.create(file=path, purpose="batch")
                else:
                    stream = client.files.with_streaming_response.content(file_id)
                    async with stream as response:
                        await response.stream_to_file(target)

        if "async" in kind:
            asyncio.run(transfer_async())
            return
        with groq.Groq(**options) as client:
            if "upload" in kind:
                client.files.create(file=path, purpose="batch")
            else:
                with client.files.with_streaming_response.content(file_id) as response:
                    response.stream_to_file(target)


def peak() -> int:
    """Return the highest resident size so far, in bytes."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest if sys.platform == "darwin" else highest * 1024


def measure(megabytes: int, python: str) -> dict[str, int]:
    """Return by how many bytes each kind of transfer raises the peak."""
    this = [os.path.abspath(__file__)]
    environment = dict(os.environ)
    if python != sys.executable:
        environment.pop("PYTHONPATH", None)  # it shall find its own packages
    serving = subprocess.Popen(
        [sys.executable, *this, "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with serving, tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        assert serving.stdin is not None
        assert serving.stdout is not None
        serving.stdin.write(f"{megabytes}\n")
        serving.stdin.flush()
        where = serving.stdout.readline().split()
        file.truncate(megabytes * MEGABYTE)
        found: dict[str, int] = {}
        for kind in KINDS:
            told = subprocess.run(
                [python, *this, "transfer", kind, *where, file.name],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout
            found[kind] = int(told)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    for kind, growth in measure(options.megabytes, options.python).items():
        print(f"{kind:15} {growth / MEGABYTE:7.1f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
    elif sys.argv[1:2] == ["transfer"]:
        transfer(*sys.argv[2:])
    else:
        main()

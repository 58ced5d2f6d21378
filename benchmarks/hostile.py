"""Clients before servers that mean harm: what becomes of a call, as a table.

    python -m benchmarks.hostile [words of the cases]

Each case runs in a process of its own, for each client in an environment of its own. `--also
NAME=PYTHON` adds the `groq` of another interpreter. It measures no speed, but times and memory
that have a limit.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from .environments import Environment, clean_variables, default_folder
from .hostile_case import CASES

CASE = Path(__file__).with_name("hostile_case.py")
PATIENCE = 60.0
"""Seconds that a case may take."""

OTHERS = ("groq==1.7.0", "openai")


def run(python: Path, client: str, case: str) -> str:
    """Return what a client makes of a case."""
    command = [str(python), str(CASE), client, case]
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=clean_variables(),
        )
    except subprocess.TimeoutExpired:
        return f"no end within {PATIENCE:.0f} s"
    lines = (done.stdout or done.stderr).strip().splitlines()
    said = lines[-1] if lines else f"ends with {done.returncode}"
    return ("" if done.returncode == 0 else "crash: ") + said.replace("|", "/")[:90]


def main() -> None:
    """Run every case with every client, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="words of the cases to run; all without any")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="of environments")
    parser.add_argument("--here", action="store_true", help="use this interpreter's own groq")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=PYTHON")
    arguments = parser.parse_args()

    here = Environment.here()
    clients: list[tuple[str, Path, str]] = []
    for each in arguments.also:
        name, _, python = each.partition("=")
        clients.append((name, Path(python), "groq"))
    this = here if arguments.here else Environment.made(arguments.folder, ".", aiohttp=False)
    clients.append(("this client", this.python, "groq"))
    for requirement in OTHERS:
        made = Environment.made(arguments.folder, requirement, aiohttp=False)
        label = f"{made.package} {made.versions()[made.package]}"
        clients.append((label, made.python, made.package))
    clients.append(("bare httpx", this.python, "httpx"))

    print("| case | " + " | ".join(name for name, _, _ in clients) + " |")
    print("|---" * (len(clients) + 1) + "|")
    for case in CASES:
        title = (case.__doc__ or "").rstrip(".")
        if all(word in f"{case.__name__} {title}" for word in arguments.words):
            cells = [run(python, client, case.__name__) for _, python, client in clients]
            print(f"| {title} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

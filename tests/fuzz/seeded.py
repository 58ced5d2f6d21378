"""Run cases that differ by chance, from a seed, until one fails or the time is up.

usage: python -m tests.fuzz.seeded TARGET [SECONDS] [SEED] [FIRST]

TARGET is server or http1. What fails is printed with its seed and its number, from which FIRST
runs it again.
"""

from __future__ import annotations

import importlib
import random
import sys
import time


def main() -> None:
    """Run the cases of one target."""
    defaults = ["60", str(random.randrange(10**6)), "0"]
    name, seconds, seed, first = [*sys.argv[1:], *defaults[len(sys.argv) - 2 :]]
    target = importlib.import_module(f"tests.fuzz.{name}")
    number, ends_at = int(first), time.monotonic() + float(seconds)
    with target.running() as fuzzed:
        while time.monotonic() < ends_at:
            if wrong := fuzzed.run(random.Random(f"{seed}:{number}")):
                raise SystemExit(f"{name} fails: seed {seed}, case {number}\n{wrong}")
            number += 1
    print(f"{name}: {number - int(first):,} cases, seed {seed}: none failed")


if __name__ == "__main__":
    main()

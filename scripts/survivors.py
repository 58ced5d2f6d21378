"""Compare the surviving mutants with `tests/survivors.txt`, which gives a reason for each.

A mutant is one small change to the code; it survives if every test still passes.
`nox -s mutate` makes the mutants and runs this script.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).parent.parent / "tests" / "survivors.txt"

_CAST = re.compile(r'cast\((?:None|"[^"]*"), ')
"""`cast` returns its second argument, whatever the first one is."""

_NAMES = re.compile(r'"(?:utf-8|utf-8-sig|content-[a-z]+|accept-[a-z]+)"', re.IGNORECASE)
"""Names of encodings and of headers, which are the same in any case."""


def mutmut(*arguments: str) -> list[str]:
    """Return the lines that a command of mutmut prints."""
    return subprocess.run(
        ["mutmut", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()


def change(lines: list[str]) -> str:
    """Return the removed and added lines of a diff, without its header and context."""
    return "\n".join(
        f"{line[0]} {line[1:].strip()}"
        for line in lines
        if line[:1] in {"-", "+"} and not line.startswith(("---", "+++"))
    )


def has_effect(change: str) -> bool:
    """Say whether a changed line differs in more than the case of a name or a `cast`."""
    before, _, after = (line[2:] for line in change.partition("\n"))
    return form(before) != form(after)


def form(line: str) -> str:
    """Return a normal form, which is equal for lines that do the same."""
    return _NAMES.sub(lambda name: name[0].lower(), _CAST.sub("cast(", line))


def main() -> int:
    """Print the survivors that are not in the list, and fail if there are any."""
    names = [line.rpartition(":")[0].strip() for line in mutmut("results") if "survived" in line]
    survivors = [change(mutmut("show", name)) for name in names]
    paragraphs = LIST.read_text(encoding="utf-8").split("\n\n")
    known = {change(paragraph.splitlines()) for paragraph in paragraphs}
    new = [survivor for survivor in survivors if survivor not in known and has_effect(survivor)]
    print(f"{len(survivors)} mutants survived, {len(new)} of them without a reason.")
    print(*new, sep="\n\n")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())

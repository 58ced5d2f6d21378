"""Compare the mutants that survived with `tests/survivors.txt`, which says why each of them may.

A mutant is one small change of the code; it survives if every test passes all the same.
`nox -s mutate` makes them and calls this.
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
    """Return the lines that a diff takes out and puts in, without its header and its context."""
    return "\n".join(
        f"{line[0]} {line[1:].strip()}"
        for line in lines
        if line[:1] in {"-", "+"} and not line.startswith(("---", "+++"))
    )


def has_effect(change: str) -> bool:
    """Say whether a change of one line is more than one of a name's case or of a `cast`."""
    before, _, after = (line[2:] for line in change.partition("\n"))
    return form(before) != form(after)


def form(line: str) -> str:
    """Return what stands for all lines that do the same as this one."""
    return _NAMES.sub(lambda name: name[0].lower(), _CAST.sub("cast(", line))


def main() -> int:
    """Print the survivors that the list does not have, and fail if there are any."""
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

"""Produce what follows from the async half of the resources: the sync half, and signatures.

    python scripts/mirror.py            rewrite the modules
    python scripts/mirror.py --check    print what would change, and fail if anything would

What is produced stands between two marks, of which the first one names what it is:

    # >>> sync half: produced by scripts/mirror.py
    # >>> overloads: produced by scripts/mirror.py
    # >>> arguments: produced by scripts/mirror.py
    # >>> parameters of create but stream: produced by scripts/mirror.py
    # >>> arguments of create but stream: produced by scripts/mirror.py
    # <<<

The sync half follows from the async half above it by taking `async` and `await` away. The
overloads follow from the function below them, which has a parameter `stream` and returns
`Whole | Stream`: they differ in the type of `stream` and in what is returned. The arguments are
those of `create`, for methods that hand them on; what such a method takes itself is left out. The
last two stand inside such a method, in its signature and in its call of `create`; the first of
them also brings the documentation of the parameters, at the end of `Args`.
"""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

RESOURCES = Path(__file__).parent.parent / "src" / "groq" / "resources"

SYNC_BEGIN = "# >>> sync half: produced by scripts/mirror.py\n"
OVERLOADS_BEGIN = "    # >>> overloads: produced by scripts/mirror.py\n"
ARGUMENTS_BEGIN = "# >>> arguments: produced by scripts/mirror.py\n"
END = "# <<<\n"

SYNC_WORDS = [
    (r"\basync (?=def|with|for)", ""),
    (r"\bawait ", ""),
    (r"\bAsyncAPIResource\b", "SyncAPIResource"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync_(?=\w)", ""),
    (r"\b__a(?=enter__|exit__|iter__|next__)", "__"),
]

FUNCTION = (
    r"(?P<head>    (?:async )?def \w+\(\n.*?\n    \) -> )(?P<whole>[^\n]+) \| (?P<pieces>[^\n]+):\n"
)
OVERLOADS = re.compile(OVERLOADS_BEGIN + rf".*?    {END}\n?(?={FUNCTION})", re.DOTALL)
STREAM = re.compile(r"(?<=        stream: )[^\n]+(?=,\n)")
ARGUMENTS = re.compile(rf"{ARGUMENTS_BEGIN}.*?\n{END}", re.DOTALL)
CREATE = re.compile(
    r"    async def create\(\n        self,\n        \*,\n(?P<parameters>.*?)    \)", re.DOTALL
)
PARAMETER = re.compile(r"        (?P<name>\w+): (?P<type>[^=\n]+?)(?P<default> = [^\n]+)?,\n")
LINES_BEGIN = (
    r"(?P<indent> +)# >>> (?P<what>parameters|arguments) of create but (?P<but>[\w, ]+): [^\n]+\n"
)
LINES = re.compile(rf"(?P<begin>{LINES_BEGIN}).*?(?P<end> +{END})", re.DOTALL)
DOCUMENTED = re.compile(
    r"# >>> parameters of create but (?P<but>[\w, ]+):"
    r".*?\n        Args:\n(?P<documented>.*?)(?=\n\n        Raises:\n)",
    re.DOTALL,
)
DOCUMENTATION = re.compile(r"(?: {12}(?P<name>\w+): .*(?:\n {16}.*)*\n?)")
TAKEN_ITSELF = {"messages", "model", "stream", "tools"}


def overloads(found: re.Match[str]) -> str:
    """Return the three signatures of the function below the marks."""
    head, whole, pieces = found["head"], found["whole"], found["pieces"]
    signatures = [
        ("Maybe[Literal[False] | None] = omit", whole),
        ("Literal[True]", pieces),
        ("bool", f"{whole} | {pieces}"),
    ]
    written = [
        f"    @overload\n{STREAM.sub(stream, head)}{returned}: ...\n"
        for stream, returned in signatures
    ]
    return OVERLOADS_BEGIN + "\n".join(written) + f"\n    {END}\n"


def arguments(source: str) -> str:
    """Return the type of the arguments of `create` that another method hands on."""
    create = CREATE.search(source)
    fields = [
        f"    {each['name']}: {each['type']}\n"
        for each in PARAMETER.finditer(create["parameters"] if create else "")
        if each["name"] not in TAKEN_ITSELF
    ]
    head = (
        "\n\nclass CompletionArguments(TypedDict, total=False):\n"
        '    """The arguments of `create` that `run_tools` hands on."""\n\n'
    )
    return f"{ARGUMENTS_BEGIN}{head}{''.join(fields)}\n\n{END}"


def lines(found: re.Match[str], source: str) -> str:
    """Return the parameters of `create` for a signature, or hand them on in a call."""
    create = CREATE.search(source[source.rindex("    async def create(") :])
    written: list[str] = []
    for each in PARAMETER.finditer(create["parameters"]) if create else ():
        if each["name"] not in found["but"].split(", "):
            is_call = found["what"] == "arguments"
            line = f"{each['name']}={each['name']}," if is_call else each[0].strip()
            written.append(f"{found['indent']}{line}\n")
    return found["begin"] + "".join(written) + found["end"]


def documentation(found: re.Match[str], source: str) -> str:
    """Document the parameters of `create` in a method that takes them, after its own."""
    create = source[source.rindex("    async def create(") :]
    of_create = create[create.index("        Args:\n") : create.index("\n\n        Raises:\n")]
    known = {each["name"]: each[0].rstrip() for each in DOCUMENTATION.finditer(of_create)}
    left_out = found["but"].split(", ")
    own = [
        each[0].rstrip()
        for each in DOCUMENTATION.finditer(found["documented"])
        if each["name"] in left_out or each["name"] not in known
    ]
    theirs = [text for name, text in known.items() if name not in left_out]
    return found[0].removesuffix(found["documented"]) + "\n".join([*own, *theirs])


def sync_half(async_half: str) -> str:
    """Return the code without `async`, `await` and names that say so."""
    for pattern, replacement in SYNC_WORDS:
        async_half = re.sub(pattern, replacement, async_half)
    async_half = async_half.replace(OVERLOADS_BEGIN, "").replace(f"    {END}\n", "")
    return re.sub(rf"{LINES_BEGIN}| +{END}", "", async_half)


def produce(source: str) -> str:
    """Return the source of a module with what is produced brought up to date."""
    source = OVERLOADS.sub(overloads, source)
    source = ARGUMENTS.sub(lambda _: arguments(source), source)
    source = LINES.sub(lambda found: lines(found, source), source)
    source = DOCUMENTED.sub(lambda found: documentation(found, source), source)
    if SYNC_BEGIN not in source:
        return source
    written, _, rest = source.partition(SYNC_BEGIN)
    after = rest.partition(END)[2]
    async_half = written[written.index("\nclass Async") + 1 :].rstrip()
    return f"{written}{SYNC_BEGIN}\n\n{sync_half(async_half)}\n\n\n{END}{after}"


def main() -> int:
    """Rewrite the modules or, with `--check`, tell what differs."""
    check = sys.argv[1:] == ["--check"]
    differing = 0
    for path in sorted(RESOURCES.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        produced = produce(source)
        if produced == source:
            continue
        differing += 1
        if check:
            names = (f"{path.name} as it is", f"{path.name} as produced")
            old, new = source.splitlines(keepends=True), produced.splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(old, new, *names))
        else:
            path.write_text(produced, encoding="utf-8")
            print(f"wrote {path.relative_to(RESOURCES.parent.parent)}")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())

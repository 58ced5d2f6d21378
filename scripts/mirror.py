"""Produce the code that follows from other code: sync halves, overloads and lists of arguments.

    python scripts/mirror.py            rewrite the modules
    python scripts/mirror.py --check    print what would change, and fail if anything would

Produced code is in its module between two marks; the first one names its kind:

    # >>> sync half: produced by scripts/mirror.py
    # >>> overloads: produced by scripts/mirror.py
    # >>> arguments of create: produced by scripts/mirror.py
    # <<<

A sync half follows from the code above it, from the first class or function that is named `Async…`
or `async_…` after the previous block. `async` and `await` are removed, and names become the sync
ones. Overloads follow from the function below them, which has a parameter `stream` and returns
`Whole | Stream`: they differ in the type of `stream` and in the return type. The arguments of a
function become a TypedDict, for methods that pass them on.

The script reads code with `ast` and `tokenize`, and formats the result with ruff. It refuses code
that has no sync form, or that it does not understand, and names the line.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Union

PACKAGE = Path(__file__).parent.parent / "src" / "groq"

BEGIN = re.compile(r"(?P<indent> *)# >>> (?P<what>.+): produced by scripts/mirror\.py\n")
END = re.compile(r" *# <<<\n")
OWN_PARAMETERS = {"messages", "model", "response_format", "stream", "stream_options", "tools"}
"""The parameters of `create` that a method declares itself when it passes on the others."""

NAMES = {
    "AsyncAPIClient": "SyncAPIClient",
    "AsyncAPIResource": "SyncAPIResource",
    "AsyncByteStream": "SyncByteStream",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "aiter_bytes": "iter_bytes",
    "aiter_lines": "iter_lines",
    "aiter_raw": "iter_raw",
    "aiter_text": "iter_text",
    "anext": "next",
    "aread": "read",
    "handle_async_request": "handle_request",
}
"""Names whose sync form does not follow from the rules in `sync_name`."""

REFUSED = {
    "AsyncGenerator": "Generator has another parameter; define an alias for each of the two types",
    **dict.fromkeys(
        ("anyio", "asyncio", "sniffio", "trio"),
        "an event loop has no sync form; call a function that is written by hand in both forms",
    ),
}

WORDS = [
    (r"\b([Aa])n `async (?=with\b|for\b)", r"\1 `"),
    (r"\basync (?=def\b|with\b|for\b)", ""),
    (r"\bawait (?=[\w(])", ""),
    (r"\b([Aa])n (`?)(?=asynchronous\b|Async[A-Z])", r"\1 \2"),
    (r"\basynchronous\b", "synchronous"),
]
"""Words that change in comments and strings, in addition to names."""

NAMED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Refusal(Exception):
    """Code that the generator does not understand."""


def refuse(line: int, reason: str) -> NoReturn:
    """Raise an error that names the line of a module and the problem."""
    raise Refusal(f"line {line}: {reason}")


# ------------------------------------------------------------------------------------------ blocks


@dataclass
class Block:
    """A produced block, located by the lines of the module without produced code."""

    what: str
    indent: str
    begin: int
    """The line of the first mark, counted from 1; the second mark is on the next line."""


def without_produced(source: str) -> tuple[list[str], list[Block]]:
    """Return the lines of a module without produced code, and the blocks."""
    lines: list[str] = []
    blocks: list[Block] = []
    is_inside = False
    for number, line in enumerate(source.splitlines(keepends=True), 1):
        begin, is_end = BEGIN.fullmatch(line), END.fullmatch(line)
        if (begin and is_inside) or (is_end and not is_inside):
            refuse(number, "expected the marks to come in pairs")
        if begin:
            is_inside = True
            lines.append(line)
            blocks.append(Block(begin["what"], begin["indent"], len(lines)))
        elif is_end:
            is_inside = False
            lines.append(line)
        elif not is_inside:
            if "# >>>" in line or "# <<<" in line:
                refuse(number, f"expected a mark that this script knows, not {line.strip()!r}")
            lines.append(line)
    if is_inside:
        refuse(blocks[-1].begin, "expected the marks to come in pairs")
    return lines, blocks


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function of a module, in the order of the lines."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def produce(source: str) -> str:
    """Return the source of a module with its produced code updated."""
    lines, blocks = without_produced(source)
    text = "".join(lines)
    tree = ast.parse(text)
    produced: dict[int, str] = {}
    for block in blocks:
        if block.what == "overloads":
            produced[block.begin] = overloads(block, tree, text)
        elif of := re.fullmatch(r"arguments of (\w+)", block.what):
            produced[block.begin] = arguments(block, of[1], tree, text)
        elif block.what != "sync half":
            refuse(block.begin, f"expected something that can be produced, not {block.what!r}")
    end_of_last = 0
    for block in blocks:
        if block.what == "sync half":
            first = first_async_line(tree, end_of_last, block.begin)
            # Overloads in the async half belong to it, without their marks.
            half = "".join(
                produced.get(number, "").removesuffix("\n") if BEGIN.fullmatch(line) else line
                for number, line in enumerate(lines[: block.begin - 1], 1)
                if number >= first and not END.fullmatch(line)
            )
            produced[block.begin] = f"\n\n{sync_half(half.rstrip(), first)}\n\n\n"
            end_of_last = block.begin + 1
    return "".join(line + produced.get(number, "") for number, line in enumerate(lines, 1))


# -------------------------------------------------------------------------- overloads, arguments


def segment(text: str, node: ast.expr) -> str:
    """Return the source of an expression."""
    found = ast.get_source_segment(text, node)
    if found is None:
        refuse(node.lineno, "expected an expression that has a source")
    return found


def offset(text: str, line: int, column: int) -> int:
    """Return the index in a text of an `ast` position, whose columns count bytes."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def overloads(block: Block, tree: ast.Module, text: str) -> str:
    """Return the three signatures of the function below the marks."""
    below = [each for each in functions(tree) if each.lineno > block.begin]
    if not below:
        refuse(block.begin, "expected a function below the overloads")
    function = min(below, key=lambda each: each.lineno)
    named = function.args.kwonlyargs
    stream = next((each for each in named if each.arg == "stream"), None)
    returns = function.returns
    if stream is None or stream.annotation is None:
        refuse(
            function.lineno,
            f"expected {function.name} to have a typed parameter `stream`, given by name alone",
        )
    if not isinstance(returns, ast.BinOp) or not isinstance(returns.op, ast.BitOr):
        refuse(function.lineno, f"expected {function.name} to return `Whole | Stream`")
    start = offset(text, function.lineno, 0)
    cut = offset(text, stream.lineno, stream.col_offset)
    default = function.args.kw_defaults[named.index(stream)]
    last = default or stream.annotation
    rest = offset(text, last.end_lineno or 0, last.end_col_offset or 0)
    end = text.index("->", rest) + len("-> ")
    # With the brackets around a union of two lines.
    either = text[end : text.index(":\n", offset(text, returns.end_lineno or 0, 0))]
    signatures = [
        ("Maybe[Literal[False] | None] = omit", segment(text, returns.left)),
        ("Literal[True]", segment(text, returns.right)),
        ("bool", either),
    ]
    return (
        "\n".join(
            f"{block.indent}@overload\n"
            f"{text[start:cut]}stream: {kind}{text[rest:end]}{returned}: ...\n"
            for kind, returned in signatures
        )
        + "\n"
    )


def arguments(block: Block, name: str, tree: ast.Module, text: str) -> str:
    """Return the TypedDict of the arguments of a function."""
    outside = [each for each in functions(tree) if each.name == name]
    if not outside:
        refuse(block.begin, f"expected a function {name} in this module")
    taken = outside[0].args
    if taken.vararg or taken.kwarg or taken.posonlyargs or len(taken.args) != 1:
        refuse(outside[0].lineno, f"expected {name} to take arguments by name alone")
    fields: list[str] = []
    for each in taken.kwonlyargs:
        if each.annotation is None:
            refuse(each.lineno, f"expected a type for {each.arg}")
        if each.arg not in OWN_PARAMETERS:
            fields.append(f"    {each.arg}: {segment(text, each.annotation)}\n")
    return (
        "\n\nclass CompletionArguments(TypedDict, total=False):\n"
        f'    """The arguments of `{name}` that other methods pass on."""\n\n'
        f"{''.join(fields)}\n\n"
    )


# ------------------------------------------------------------------------------------- sync halves


def sync_name(name: str) -> str:
    """Return the sync name of an async name."""
    if name in NAMES:
        return NAMES[name]
    return re.sub(r"^(_*)async_(?=\w)", r"\1", re.sub(r"Async(?=[A-Z])", "", name))


def sync_words(text: str) -> str:
    """Return the sync form of a comment or a string."""
    for pattern, replacement in WORDS:
        text = re.sub(pattern, replacement, text)
    return re.sub(r"\w+", lambda found: sync_name(found[0]), text)


def first_async_line(tree: ast.Module, after: int, before: int) -> int:
    """Return the line where an async half begins, decorators included."""
    for node in tree.body:
        if not isinstance(node, NAMED) or sync_name(node.name) == node.name:
            continue
        if after < node.lineno < before:
            return min([node.lineno, *(each.lineno for each in node.decorator_list)])
    refuse(before, "expected a class or a function above with an async name")


def sync_half(async_half: str, first: int) -> str:
    """Return the sync form of code that begins at a line of its module."""
    for node in ast.parse(async_half).body:
        line = first + node.lineno - 1
        if not isinstance(node, NAMED):
            refuse(line, "expected classes and functions alone in an async half")
        if sync_name(node.name) == node.name:
            refuse(line, f"expected an async name, such as Async… or async_…, not {node.name}")
    pieces: list[str] = []
    done = 0
    for start, end, replacement in changes(async_half, first):
        pieces += [async_half[done:start], replacement]
        done = end
    written = "".join([*pieces, async_half[done:]])
    ast.parse(written)
    return written


def changes(text: str, first: int) -> Iterator[tuple[int, int, str]]:
    """Yield the places in the async half that change, in order, and their replacements."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def at(position: tuple[int, int]) -> int:
        return starts[position[0] - 1] + position[1]

    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    brackets = set(brackets_of_awaitable(tokens))
    for number, token in enumerate(tokens):
        following = tokens[min(number + 1, len(tokens) - 1)]
        if token.string in ("async", "await") and token.type == tokenize.NAME:
            if following.start[0] != token.start[0]:
                refuse(first + token.start[0] - 1, f"expected code after {token.string!r}")
            yield at(token.start), at(following.start), ""
        elif number in brackets or (number + 1 in brackets and token.string == "Awaitable"):
            yield at(token.start), at(token.end), ""
        elif token.type == tokenize.NAME:
            if token.string in REFUSED:
                refuse(first + token.start[0] - 1, f"{token.string}: {REFUSED[token.string]}")
            yield at(token.start), at(token.end), sync_name(token.string)
        elif token.type in PROSE:
            yield at(token.start), at(token.end), sync_words(token.string)


def brackets_of_awaitable(tokens: list[tokenize.TokenInfo]) -> Iterator[int]:
    """Yield the brackets of each `Awaitable[…]`, whose content the sync half keeps."""
    opened: list[bool] = []
    for number, token in enumerate(tokens):
        if token.type == tokenize.OP and token.string in "([{":
            opened.append(token.string == "[" and tokens[number - 1].string == "Awaitable")
            if opened[-1]:
                yield number
        elif token.type == tokenize.OP and token.string in ")]}" and opened.pop():
            yield number


PROSE = {
    tokenize.COMMENT,
    tokenize.STRING,
    getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING),  # from Python 3.12 on
}


def formatted(source: str, path: Path) -> str:
    """Format code with ruff, because the lines of a sync half are shorter."""
    command = [sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(path)]
    return subprocess.run(
        [*command, "-"], input=source, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    ).stdout


def main() -> int:
    """Rewrite the modules; with `--check`, print what differs."""
    check = sys.argv[1:] == ["--check"]
    differing = 0
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        try:
            produced = produce(source)
            if produced != source:
                produced = formatted(produced, path)
        except Refusal as refusal:
            print(f"{path.relative_to(PACKAGE.parent)}: {refusal}")
            return 1
        if produced == source:
            continue
        differing += 1
        if check:
            names = (f"{path.name} as it is", f"{path.name} as produced")
            old, new = source.splitlines(keepends=True), produced.splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(old, new, *names))
        else:
            path.write_text(produced, encoding="utf-8")
            print(f"wrote {path.relative_to(PACKAGE.parent)}")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())

"""What `scripts/mirror.py` produces follows from other code, and what it cannot read is refused."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "mirror.py"
MIRROR: dict[str, Any] = runpy.run_path(str(SCRIPT))
Refusal: type[Exception] = MIRROR["Refusal"]

SYNC_HALF = "# >>> sync half: produced by scripts/mirror.py\n# <<<\n"


def produce(source: str) -> str:
    produced: str = MIRROR["produce"](source)
    return produced


def sync_half(async_half: str) -> str:
    """Return what is produced between the marks below a piece of code."""
    produced = produce(f"{async_half}\n\n{SYNC_HALF}")
    return (
        produced.partition("sync half: produced by scripts/mirror.py\n")[2]
        .removesuffix("# <<<\n")
        .strip()
        + "\n"
    )


MAKE = """class AsyncThings(AsyncAPIResource):
    # >>> overloads: produced by scripts/mirror.py
    # <<<

    async def make(
        self,
        *,
        name: str,
        stream: Maybe[bool | None] = omit,
        size: Maybe[
            Literal["small", "large"] | None
        ] = omit,
    ) -> Thing | AsyncStream[Piece]:
        async with self._door() as door:
            return await self._post("/things", door=door)
"""

OVERLOADS = """    @overload
    def make(
        self,
        *,
        name: str,
        stream: Maybe[Literal[False] | None] = omit,
        size: Maybe[
            Literal["small", "large"] | None
        ] = omit,
    ) -> Thing: ...

    @overload
    def make(
        self,
        *,
        name: str,
        stream: Literal[True],
        size: Maybe[
            Literal["small", "large"] | None
        ] = omit,
    ) -> Stream[Piece]: ...

    @overload
    def make(
        self,
        *,
        name: str,
        stream: bool,
        size: Maybe[
            Literal["small", "large"] | None
        ] = omit,
    ) -> Thing | Stream[Piece]: ...
"""


def test_the_modules_are_up_to_date() -> None:
    check = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_the_sync_half_has_neither_async_nor_await() -> None:
    made = MAKE.partition("    async def")[2].replace("AsyncStream", "Stream")
    made = made.replace("async with", "with").replace("await ", "")
    expected = f"class Things(SyncAPIResource):\n{OVERLOADS}\n    def{made}"
    assert sync_half(MAKE) == expected


def test_the_overloads_differ_in_stream_and_in_return_type() -> None:
    written = OVERLOADS.replace("def make", "async def make").replace("Stream[", "AsyncStream[")
    assert f"scripts/mirror.py\n{written}\n    # <<<\n" in produce(MAKE)


def test_a_second_run_changes_nothing() -> None:
    once = produce(f"{MAKE}\n\n{SYNC_HALF}")
    assert produce(once) == once


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("async for each in aiter(all):\n        pass", "for each in iter(all):\n        pass"),
        ("return [x async for x in y]", "return [x for x in y]"),
        ("return await (await x()).close()", "return (x()).close()"),
        ("await self.response.aclose()", "self.response.close()"),
        ("f: Callable[P, Awaitable[list[R]]]", "f: Callable[P, list[R]]"),
        ("raise StopAsyncIteration", "raise StopIteration"),
        ('"""An `async with` block of an `AsyncThing`."""', '"""A `with` block of a `Thing`."""'),
        ("pass  # an asynchronous comment of AsyncX", "pass  # a synchronous comment of X"),
        ('x = "await it"', 'x = "it"'),
        ("x = await_count", "x = await_count"),
    ],
)
def test_code_strings_and_comments_become_sync(written: str, expected: str) -> None:
    assert sync_half(f"async def async_it() -> None:\n    {written}\n") == (
        f"def it() -> None:\n    {expected}\n"
    )


def test_the_arguments_of_a_function_become_a_type() -> None:
    source = """# >>> arguments of create: produced by scripts/mirror.py
# <<<


class AsyncThings(AsyncAPIResource):
    async def create(
        self,
        *,
        model: str,
        name: str,
        size: Maybe[
            int | None
        ] = omit,
        stream: Maybe[bool | None] = omit,
        tools: Maybe[Tools] = omit,
    ) -> Thing:
        ...
"""
    fields = '''class CompletionArguments(TypedDict, total=False):
    """The arguments of `create` that other methods pass on."""

    name: str
    size: Maybe[
            int | None
        ]
'''
    assert f"mirror.py\n\n\n{fields}\n\n# <<<\n" in produce(source)


ARGUMENTS = "# >>> arguments of create: produced by scripts/mirror.py\n# <<<\n"
OVERLOADED = "# >>> overloads: produced by scripts/mirror.py\n# <<<\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("# >>> nonsense: produced by scripts/mirror.py\n# <<<\n", "'nonsense'"),
        ("# >>> sync half: made by hand\n", "a mark that this script knows"),
        ("# >>> overloads: produced by scripts/mirror.py\n", "come in pairs"),
        ("# <<<\n", "come in pairs"),
        (f"# >>> overloads: produced by scripts/mirror.py\n{OVERLOADED}", "come in pairs"),
        (f"x = 1\n{SYNC_HALF}", "line 2: expected a class or a function above"),
        (f"async def async_x(): await anyio.sleep(1)\n{SYNC_HALF}", "line 1: anyio"),
        (f"async def async_x() -> AsyncGenerator[int, None]: ...\n{SYNC_HALF}", "AsyncGenerator"),
        (f"async def async_x(): ...\ndef shared(): ...\n{SYNC_HALF}", "line 2.*shared"),
        (f"async def async_x(): ...\ny = 1\n{SYNC_HALF}", "line 2.*functions alone"),
        (f"async def async_x(): await \\\n    y()\n{SYNC_HALF}", "line 1.*'await'"),
        (OVERLOADED, "a function below"),
        (f"{OVERLOADED}def f(x: int) -> A | B: ...\n", "a typed parameter `stream`"),
        (f"{OVERLOADED}def f(*, stream: bool) -> A: ...\n", "to return `Whole | Stream`"),
        (f"{OVERLOADED}def f(stream: bool) -> A | B: ...\n", "by name alone"),
        (ARGUMENTS, "a function create"),
        (f"{ARGUMENTS}def create(self, x: int): ...\n", "by name alone"),
        (f"{ARGUMENTS}def create(self, *, x: int, **more: int): ...\n", "by name alone"),
        (f"{ARGUMENTS}def create(self, *, x): ...\n", "a type for x"),
    ],
)
def test_unsupported_code_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        produce(source)

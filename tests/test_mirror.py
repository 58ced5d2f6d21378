"""The sync half of the resources is what `scripts/mirror.py` makes of the async half."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "scripts" / "mirror.py"

ASYNC_HALF = '''"""A resource."""


class AsyncThings(AsyncAPIResource):
    # >>> overloads: produced by scripts/mirror.py
    # <<<

    async def make(
        self,
        *,
        name: str,
        stream: Maybe[bool | None] = omit,
    ) -> Thing | AsyncStream[Piece]:
        async with self._door() as door:
            return await self._post("/things", door=door)


# >>> sync half: produced by scripts/mirror.py
# <<<
'''

OVERLOADS = """    @overload
    def make(
        self,
        *,
        name: str,
        stream: Maybe[Literal[False] | None] = omit,
    ) -> Thing: ...

    @overload
    def make(
        self,
        *,
        name: str,
        stream: Literal[True],
    ) -> Stream[Piece]: ...

    @overload
    def make(
        self,
        *,
        name: str,
        stream: bool,
    ) -> Thing | Stream[Piece]: ...
"""

SYNC_HALF = f"""class Things(SyncAPIResource):
{OVERLOADS}
    def make(
        self,
        *,
        name: str,
        stream: Maybe[bool | None] = omit,
    ) -> Thing | Stream[Piece]:
        with self._door() as door:
            return self._post("/things", door=door)
"""


def test_the_modules_are_up_to_date() -> None:
    check = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout


def test_the_sync_half_has_neither_async_nor_await() -> None:
    produced = runpy.run_path(str(SCRIPT))["produce"](ASYNC_HALF)
    begin = "# >>> sync half: produced by scripts/mirror.py"
    assert produced.partition(begin)[2] == f"\n\n\n{SYNC_HALF}\n\n# <<<\n"


def test_the_overloads_differ_in_stream_and_in_what_is_returned() -> None:
    produced = runpy.run_path(str(SCRIPT))["produce"](ASYNC_HALF)
    written = OVERLOADS.replace("def make", "async def make").replace("Stream[", "AsyncStream[")
    assert f"scripts/mirror.py\n{written}\n    # <<<\n" in produced


def test_what_is_up_to_date_stays_as_it_is() -> None:
    produce = runpy.run_path(str(SCRIPT))["produce"]
    assert produce(produce(ASYNC_HALF)) == produce(ASYNC_HALF)


def test_the_arguments_are_those_of_create() -> None:
    source = '''"""A resource."""

# >>> arguments: produced by scripts/mirror.py

# <<<


class AsyncThings(AsyncAPIResource):
    async def create(
        self,
        *,
        model: str,
        name: str,
        size: Maybe[int | None] = omit,
        stream: Maybe[bool | None] = omit,
        tools: Maybe[Tools] = omit,
    ) -> Thing:
        ...
'''
    fields = """class CompletionArguments(TypedDict, total=False):
    \"\"\"The arguments of `create` that `run_tools` hands on.\"\"\"

    name: str
    size: Maybe[int | None]
"""
    assert f"\n\n\n{fields}\n\n# <<<\n" in runpy.run_path(str(SCRIPT))["produce"](source)


HANDING_ON = '''"""A resource."""


class AsyncThings(AsyncAPIResource):
    async def create(
        self,
        *,
        name: str,
        size: Maybe[int | None] = omit,
        stream: Maybe[bool | None] = omit,
    ) -> Thing | AsyncStream[Piece]:
        """Make a thing.

        Args:
            name: What it is called,
                at length.
            size: How large it is.
            stream: Whether it comes piece by piece.

        Raises:
            APIError: It cannot be made.
        """

    async def ask(
        self,
        *,
        # >>> parameters of create but stream: see mirror.py
        # <<<
        whom: str,
    ) -> Thing:
        """Ask for a thing.

        Args:
            whom: Who is asked.

        Raises:
            APIError: It cannot be made.
        """
        return await self.create(
            # >>> arguments of create but stream: see mirror.py
            # <<<
        )


# >>> sync half: produced by scripts/mirror.py
# <<<
'''

ASKING = '''    def ask(
        self,
        *,
        name: str,
        size: Maybe[int | None] = omit,
        whom: str,
    ) -> Thing:
        """Ask for a thing.

        Args:
            whom: Who is asked.
            name: What it is called,
                at length.
            size: How large it is.

        Raises:
            APIError: It cannot be made.
        """
        return self.create(
            name=name,
            size=size,
        )
'''


def test_a_method_takes_documents_and_hands_on_the_parameters_of_create() -> None:
    produce = runpy.run_path(str(SCRIPT))["produce"]
    produced = produce(HANDING_ON)
    assert f"{ASKING}\n\n# <<<\n" in produced.partition("# >>> sync half")[2]
    assert produce(produced) == produced

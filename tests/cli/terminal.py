"""A terminal to run the command line in."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from types import TracebackType

from typing_extensions import Self

WAIT = 60.0
"""Seconds after which a terminal that shows nothing fails the test."""

# The pseudo-terminal becomes the controlling one, so that Ctrl-C reaches the command.
_START = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
GROQ = ("-W", "error", "-m", "groq")
WITHOUT_RICH = (
    "-c",
    "import sys; sys.modules['rich'] = None; from groq.cli import main; sys.exit(main())",
)
CTRL_C = "\x03"
CTRL_D = "\x04"


def _without_size(environment: Mapping[str, str]) -> dict[str, str]:
    """Drop what stands for the size of a terminal: those who run tests at once set it."""
    return {k: value for k, value in environment.items() if k not in ("COLUMNS", "LINES")}


class Terminal:
    """A command that runs in a terminal of its own."""

    def __init__(
        self, *arguments: str, python: tuple[str, ...] = GROQ, columns: int = 200, **env: str
    ) -> None:
        self.output = ""
        self._seen = 0
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _START, *python, *arguments],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                start_new_session=True,
                env={**_without_size(os.environ), "TERM": "xterm", **env},
            )
        finally:
            os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A command that ends by itself has its lines counted. `input` may miss the first signal.
        for _ in range(5):
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
                break
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, text: str, *, pressing: str = "") -> str:
        """Wait until a text is there that was not there before; give what came up to it.

        What is `pressing` is typed again where nothing comes: `input` does not notice a Ctrl-C
        that comes after it has shown its prompt and before it waits.
        """
        if pressing:
            self.type(pressing)
        while (place := self.output.find(text, self._seen)) < 0:
            if pressing and not self._has_output(1.0):
                self.type(pressing)
            else:
                assert self._read(), f"The command has ended without {text!r}: {self.output!r}"
        begun, self._seen = self._seen, place + len(text)
        return self.output[begun : self._seen]

    def wait(self) -> int:
        """Wait until the command ends; give its exit code."""
        while self._read():
            pass
        return self._process.wait(WAIT)

    def _has_output(self, wait: float) -> bool:
        return bool(select.select([self._master], [], [], wait)[0])

    def _read(self) -> bool:
        assert self._has_output(WAIT), f"Nothing comes any more: {self.output!r}"
        data = b""
        with contextlib.suppress(OSError):  # Linux says EIO where the other side has closed.
            data = os.read(self._master, 65_536)
        self.output += data.decode("utf-8", "replace")
        return bool(data)

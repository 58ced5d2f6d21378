"""Print a script that completes commands and options when you press the Tab key.

It needs the extra `cli`. For bash, and for zsh:

  groq completion bash > ~/.local/share/bash-completion/completions/groq
  groq completion zsh > ~/.zfunc/_groq
"""

from __future__ import annotations

import argparse

from ._errors import CommandError

HELP = "print a script for the completion of a shell"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `groq completion` takes."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell")


def run(given: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError as error:
        raise CommandError("completion needs shtab: pip install 'groq[cli]'", status=1) from error
    from . import parser_and_commands

    parser, _ = parser_and_commands()
    print(shtab.complete(parser, given.shell))
    return 0

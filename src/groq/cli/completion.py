"""Print a script that completes commands and options when you press the Tab key.

It needs the extra `cli`. For bash, for zsh, and for fish:

  groq completion bash > ~/.local/share/bash-completion/completions/groq
  groq completion zsh > ~/.zfunc/_groq
  groq completion fish > ~/.config/fish/completions/groq.fish
"""

from __future__ import annotations

import argparse

from ._errors import CommandError

HELP = "print a script for shell completion"

_SHELLS = ("bash", "zsh", "fish", "tcsh")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq completion`."""
    parser.add_argument("shell", choices=_SHELLS, help="the shell")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError as error:
        raise CommandError("completion needs shtab: pip install 'groq[cli]'", status=1) from error
    from . import parser_and_commands

    parser, _ = parser_and_commands()
    print(shtab.complete(parser, args.shell))
    return 0

"""List the available models."""

from __future__ import annotations

import argparse

from ._arguments import add_connection_arguments
from ._connection import connect
from ._terminal import print_table

HELP = "list the available models"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq models`."""
    parser.add_argument("--json", action="store_true", help="print the list as the API returns it")
    add_connection_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the models, by name."""
    with connect(args) as client:
        models = client.models.list()
    if args.json:
        print(models.to_json())
        return 0
    rows = [
        (
            model.id,
            model.owned_by,
            _tokens(getattr(model, "context_window", None)),
            _tokens(getattr(model, "max_completion_tokens", None)),
        )
        for model in sorted(models.data, key=lambda model: model.id)
        if getattr(model, "active", None) is not False
    ]
    print_table(("model", "owner", "context", "longest answer"), rows)
    return 0


def _tokens(count: int | None) -> str:
    return str(count) if count else "-"

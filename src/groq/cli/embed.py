"""Turn texts into vectors, a line of JSON each.

Groq lists no embedding model today, so you have to name one.

  groq embed "The sky is blue." "Grass is green." --model MODEL
  groq embed --model MODEL < lines.txt
"""

from __future__ import annotations

import argparse
import json

from ._arguments import add_connection_arguments, text
from ._connection import connect
from ._errors import CommandError
from ._input import read_pipe

HELP = "turn texts into vectors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `groq embed`."""
    add = parser.add_argument
    add(
        "texts",
        nargs="*",
        type=text,
        help="the texts; the lines of stdin by default, without empty ones",
    )
    add("-m", "--model", type=text, required=True, help="an embedding model")
    add("--json", action="store_true", help="print the whole answer as the API returns it")
    add_connection_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the vectors in the order of the texts."""
    texts = args.texts or [line.rstrip("\r") for line in read_pipe().split("\n") if line.strip()]
    if not texts:
        raise CommandError("there is no text: give it as an argument or through a pipe")
    with connect(args, args.model) as client:
        answer = client.embeddings.create(model=args.model, input=texts)
    if args.json:
        print(answer.to_json())
        return 0
    for embedding in sorted(answer.data, key=lambda embedding: embedding.index):
        print(json.dumps(embedding.embedding))
    return 0

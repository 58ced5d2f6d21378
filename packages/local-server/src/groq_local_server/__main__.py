"""The command line: `groq-local-server`, or `python -m groq_local_server`."""

from __future__ import annotations

import argparse
import sys

from .cli import serve


def main() -> int:
    """Serve until Ctrl-C or SIGTERM, and return the exit code."""
    parser = argparse.ArgumentParser(prog="groq-local-server", description=serve.__doc__)
    serve.add_arguments(parser)
    try:
        return serve.run(parser.parse_args())
    except (OSError, ValueError) as error:
        print(f"groq-local-server: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

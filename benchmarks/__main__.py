"""`python -m benchmarks`: measures every row of the table, beside its floor and other clients."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from .chart import chart
from .environments import PROJECT, Environment, clean_variables, default_folder
from .report import THIS, Measured, Report
from .rows import ROWS, Row


def _main() -> None:
    options = _parser().parse_args()
    rows = [row for row in ROWS if not options.only or row.key.startswith(tuple(options.only))]
    if not rows:
        sys.exit(f"No row begins with {' or '.join(options.only)}.")
    report = Report()
    for row in rows:
        report.rows[row] = {}
        for requirement in (".", *(() if options.without_others else row.others)):
            column = THIS if requirement == "." else requirement.replace("==", " ")
            if requirement == "." and options.here:
                environment = Environment.here()
            else:
                environment = Environment.made(options.folder, requirement, aiohttp=row.aiohttp)
            report.versions.setdefault(column, {}).update(environment.versions())
            cell = _measure(row, environment, options)
            report.rows[row][column] = cell
            print(f"{row.title}: {column} {cell}", file=sys.stderr)
        if options.json:  # after each row, so that a row that fails costs no other
            options.json.write_text(json.dumps(report.to_json(), indent=2) + "\n")
    print(report.table())
    if options.svg:
        options.svg.write_text(chart(report))


def _measure(row: Row, environment: Environment, options: argparse.Namespace) -> Measured:
    """Measure a row in a process of the environment."""
    command = [str(environment.python), "-m", "benchmarks.worker", row.key]
    command += ["--package", environment.package, "--rounds", str(options.rounds)]
    command += ["--quick"] if options.quick else []
    paths = [PROJECT, PROJECT / "src"] if environment == Environment.here() else [PROJECT]
    variables = {
        **clean_variables(),
        "PYTHONPATH": ":".join(map(str, paths)),
        "BENCHMARKED_HTTP_LIBRARY": options.http_library,
        "GROQ_HTTP_LIBRARY": options.http_library,
    }
    process = subprocess.run(command, check=True, env=variables, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(process.stdout))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less work a round, rougher figures")
    parser.add_argument(
        "--only", action="append", metavar="ROW", help="rows whose key begins so; may be repeated"
    )
    parser.add_argument("--rounds", type=int, default=15, help="rounds to take the best of")
    parser.add_argument("--json", type=Path, metavar="PATH", help="where to write the figures")
    parser.add_argument("--svg", type=Path, metavar="PATH", help="where to draw the chart")
    parser.add_argument(
        "--http-library",
        choices=["httpx", "httpx2"],
        default="httpx",
        help="what the client and the floors stand on",
    )
    parser.add_argument("--without-others", action="store_true", help="measure this project alone")
    parser.add_argument(
        "--here", action="store_true", help="measure the sources with this interpreter's packages"
    )
    parser.add_argument(
        "--folder", type=Path, default=default_folder(), help="where the environments are kept"
    )
    return parser


if __name__ == "__main__":
    _main()

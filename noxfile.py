"""The tasks of the project: `nox -l` lists them, `nox -s tests` runs one."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import nox
from nox.command import CommandFailed
from packaging.requirements import Requirement

PROJECT = nox.project.load_toml("pyproject.toml")
# The newest Python is tested where it is installed, before a classifier declares support for it.
PYTHONS = [*nox.project.python_versions(PROJECT), "3.14"]
# Exact versions of dependencies and tools, so that a new release of one changes nothing here.
PINS = "constraints.txt"
EXTRAS = f".[{','.join(PROJECT['project']['optional-dependencies'])}]"
MEMORY = "tests/faults/test_memory.py"
AGENTS = "tests/agent_tasks"
# Tests mostly wait for a server, so two processes share a processor.
PYTEST = ["pytest", "-q", "-n", str(2 * (os.cpu_count() or 1)), "--maxprocesses=8"]

nox.needs_version = ">=2025.10.14"
nox.options.sessions = ["lint", "mirror", "types", "tests"]
# A contributor with only one Python runs the tests on that one.
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"


def install(session: nox.Session, *requirements: str) -> None:
    """Install requirements at the versions of the constraints file."""
    session.install("-q", "--constraint", PINS, *requirements)


def group(name: str) -> tuple[str, ...]:
    """Return the requirements of a dependency group."""
    return nox.project.dependency_groups(PROJECT, name)


def lower_bounds(requirements: list[str]) -> list[str]:
    """Return the oldest version that each requirement allows, as exact requirements."""
    parsed = [Requirement(requirement) for requirement in requirements]
    return [
        f"{requirement.name}=={bound.version}"
        for requirement in parsed
        for bound in requirement.specifier
        if bound.operator == ">="
    ]


@nox.session(python=PYTHONS)
@nox.parametrize("library", ["httpx", "httpx2"], ids=["httpx", "httpx2"])
def tests(session: nox.Session, library: str) -> None:
    """Run the tests on each Python that is installed, and on one with httpx2 in place of httpx.

    On one Python the coverage is measured, and lines and branches that no test reaches are listed.
    """
    if library == "httpx2" and session.python != "3.12":
        session.skip("One Python is enough for the second library.")
    is_measured = session.python == "3.13" and library == "httpx" and not session.posargs
    install(session, EXTRAS, *group("coverage" if is_measured else "test"))
    # Each process of xdist and each program that a test starts writes its own data file.
    run = ["coverage", "run", "-m", *PYTEST] if is_measured else PYTEST
    if is_measured:
        session.run("coverage", "erase")
    ignored = [f"--ignore={slow}" for slow in (MEMORY, AGENTS)]
    session.run(*run, *ignored, *session.posargs, env={"TESTED_HTTP_LIBRARY": library})
    if is_measured:
        session.run("coverage", "combine", "--quiet")
        session.run("coverage", "report")


@nox.session
def memory(session: nox.Session) -> None:
    """Run the tests that send gigabytes and measure the memory; they take minutes."""
    install(session, EXTRAS, *group("test"))
    session.run("pytest", "-q", MEMORY, *session.posargs)


@nox.session
def uvloop(session: nox.Session) -> None:
    """Run the tests of the transport and of streams with uvloop in place of asyncio's loop."""
    install(session, EXTRAS, *group("test"))
    session.install("-q", "uvloop")
    files = session.posargs or [f"tests/test_{each}.py" for each in ("transport", "streaming")]
    session.run("pytest", "-q", "-k", "asyncio", *files, env={"TESTED_EVENT_LOOP": "uvloop"})


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest version that pyproject.toml allows of each dependency."""
    extras = PROJECT["project"]["optional-dependencies"]
    # httpx-aiohttp needs a newer httpx than the client does; its tests are skipped.
    pins = lower_bounds([*PROJECT["project"]["dependencies"], *extras["cli"]])
    session.install("-q", ".", *group("test"), *pins)
    session.run(*PYTEST, f"--ignore={AGENTS}", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the format and the rules of ruff."""
    install(session, *group("lint"))
    session.run("ruff", "format", "--check", "--quiet")
    session.run("ruff", "check", "--quiet")
    session.run("zizmor", "--offline", "--quiet", ".github")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright in strict mode, and that every public name has a type."""
    install(session, EXTRAS, *group("types"))
    session.run("mypy")
    session.run("pyright", "--project", "pyproject.toml")
    session.run("pyright", "--verifytypes", "groq", "--ignoreexternal")


@nox.session
def others(session: nox.Session) -> None:
    """Show what ty and pyrefly report; the session never fails, because both are still young."""
    session.install("-q", EXTRAS, *group("test"), "ty", "pyrefly")
    for checker in ("ty", "pyrefly"):
        session.run(checker, "check", "src", "tests/typing", success_codes=[0, 1])


@nox.session
def mirror(session: nox.Session) -> None:
    """Check that each sync half matches its async half."""
    install(session, *group("lint"))
    session.run("python", "scripts/mirror.py", "--check")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site into `site/`, strictly, and run the examples of its pages."""
    install(session, EXTRAS, *group("docs"), *group("test"))
    session.run("mkdocs", "build", "--strict", env={"NO_MKDOCS_2_WARNING": "1"})
    tests = ("tests/test_readme.py", "tests/test_frameworks.py")
    session.run("pytest", "-q", *tests, *session.posargs)


@nox.session
def pages(session: nox.Session) -> None:
    """Run the examples of each page as a reader does, with only what the page says to install."""
    # Without the constraints file: a reader has none.
    session.install("-q", ".")
    found = sorted(map(str, Path("docs").glob("*.md")))
    asking = [page for page in found if "`pip install" in Path(page).read_text("utf-8")]
    asking.remove("docs/install.md")  # It is about other packages.
    session.run("python", "tests/run_pages.py", "README.md", *sorted({*found} - {*asking}))
    for page in asking:
        asked = session.run("python", "tests/run_pages.py", "--needs", page, silent=True)
        session.install("-q", *str(asked).split())
        session.run("python", "tests/run_pages.py", page)


@nox.session
def build(session: nox.Session) -> None:
    """Build wheel and sdist twice to the same bytes, check both, and copy them to `-- FOLDER`."""
    install(session, *group("build"))
    first, second = (Path(session.create_tmp(), name) for name in ("first", "second"))
    for folder in (first, second):
        session.run("python", "-m", "build", "--outdir", str(folder), silent=True)
    wheel, sdist = next(first.glob("*.whl")), next(first.glob("*.tar.gz"))
    for file in (wheel, sdist):
        session.log(f"{file.name}: {file.stat().st_size:,} bytes")
        if digest(file) != digest(second / file.name):
            session.error(f"{file.name} differs when it is built again.")
    session.run("twine", "check", "--strict", str(wheel), str(sdist))
    check_contents(session, wheel, sdist)
    for file in (wheel, sdist):
        session.install("-q", "--force-reinstall", str(file))
        with session.chdir(session.create_tmp()):
            session.run("python", "-c", "import groq.types.chat, groq.testing; groq.BaseModel")
    for target in session.posargs:
        Path(target).mkdir(exist_ok=True)
        for file in (wheel, sdist):
            shutil.copy(file, target)


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check_contents(session: nox.Session, wheel: Path, sdist: Path) -> None:
    """Compare the contents of wheel and sdist with the files that git tracks."""
    tracked = set(
        subprocess.run(
            ["git", "ls-files"], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.splitlines()
    )
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {name.removeprefix("src/") for name in tracked if name.startswith("src/")}
    if packed != package:
        session.error(f"The wheel and src/ differ in {sorted(packed ^ package)}.")
    with tarfile.open(sdist) as archive:
        sent = {member.name.partition("/")[2] for member in archive if member.isfile()}
    if strange := sent - tracked - {"PKG-INFO"}:
        session.error(f"The sdist has files that git does not track: {sorted(strange)}.")
    if missing := {"LICENSE", "README.md", "pyproject.toml", "noxfile.py"} - sent:
        session.error(f"The sdist lacks {sorted(missing)}.")


class Downstream(NamedTuple):
    """A package that builds on `groq`."""

    program: str
    """In tests/downstream: a chat, a stream and a tool call through it."""
    needs: tuple[str, ...] = ()
    """Additional requirements of the program and of the package's own tests."""
    tests: tuple[str, ...] = ()
    """Arguments for pytest that select those of its own tests that need no network."""


DOWNSTREAM = {
    "langchain-groq": Downstream(
        "with_langchain_groq.py",
        ("langchain-tests", "pytest-mock", "pytest-retry", "pytest-watcher"),
        ("--record-mode=none", "-k", "unit_tests or web_search or code_interpreter"),
    ),
    "opentelemetry-instrumentation-groq": Downstream(
        "with_opentelemetry.py",
        ("opentelemetry-sdk", "pytest-asyncio", "pytest-recording"),
        ("--record-mode=none",),
    ),
    "openinference-instrumentation-groq": Downstream("with_openinference.py"),
    "pydantic-ai-slim[groq]": Downstream("with_pydantic_ai.py", ("tenacity",)),
    "instructor": Downstream(
        "with_instructor.py",
        ("jsonref", "pytest-asyncio", "pytest-examples", "python-dotenv", "xmltodict"),
        (
            *("-k", "groq", "tests/v2", "tests/coverage/test_auto_client_coverage.py"),
            "tests/coverage/test_provider_clients_coverage.py",
        ),
    ),
    "agno": Downstream("with_agno.py"),
    "openai": Downstream("with_openai.py"),
    "vcrpy": Downstream("with_vcrpy.py", ("httpx2",)),
    "respx": Downstream(
        "with_respx.py",
        ("vcrpy", "sentry-sdk", "opentelemetry-sdk", "opentelemetry-instrumentation-httpx"),
    ),
    "pytest-httpx": Downstream("with_pytest_httpx.py"),
    "pytest-httpx2": Downstream("with_pytest_httpx2.py", ("pytest", "httpx2")),
}


@nox.session
@nox.parametrize("package", list(DOWNSTREAM), ids=list(DOWNSTREAM))
def downstream(session: nox.Session, package: str) -> None:
    """Test packages that depend on groq, with their own tests too; `-- groq==1.7.0` compares."""
    program, needs, tests = DOWNSTREAM[package]
    session.install("-q", package, *PROJECT["project"]["dependencies"], *needs)
    # This version replaces whichever one the package requires.
    session.install("-q", "--no-deps", "--force-reinstall", *(session.posargs or ["."]))
    if not session.posargs:
        session.run("python", f"tests/downstream/{program}")
    if tests:
        asked = f"import importlib.metadata as metadata; print(metadata.version({package!r}))"
        version = str(session.run("python", "-c", asked, silent=True)).strip()
        session.chdir(source_of(session, package, version))
        session.run(
            *("pytest", "-q", "--no-header", "--disable-warnings", "-c", "pyproject.toml", *tests),
            # With a key, some tests would send requests to Groq.
            env={"GROQ_API_KEY": None, "GROQ_BASE_URL": None},
        )


class Foreign(NamedTuple):
    """A client by someone else."""

    program: str
    """A file in tests/foreign, and arguments for it."""
    packages: tuple[str, ...] = ()
    """Its requirements, which get their own environment; docs/testing.md has the same versions."""
    command: str = "python"
    """The command that has to be installed."""


FOREIGN = {
    "openai": Foreign("openai_chat.py", ("openai==3.54.0",)),
    "openai-responses": Foreign("openai_responses.py", ("openai==3.54.0",)),
    "openai-agents": Foreign("openai_agents.py", ("openai-agents==0.24.0", "openai==3.54.0")),
    "groq-1.7": Foreign("groq_official.py", ("groq==1.7.0",)),
    "langchain-groq": Foreign("langchain_python.py groq", ("langchain-groq==1.1.3",)),
    "langchain-openai": Foreign("langchain_python.py openai", ("langchain-openai==1.7.4",)),
    "pydantic-ai": Foreign("with_pydantic_ai.py", ("pydantic-ai-slim[openai]==2.68.0",)),
    "pydantic-ai-groq-1.7": Foreign(
        "pydantic_ai_groq.py httpx", ("pydantic-ai-slim[groq]==2.68.0", "groq==1.7.0")
    ),
    "pydantic-ai-groq": Foreign(
        "pydantic_ai_groq.py httpx2", (".", "pydantic-ai-slim[groq]==2.68.0", "httpx2")
    ),
    "instructor": Foreign("with_instructor.py", ("instructor==1.17.0",)),
    "litellm": Foreign("with_litellm.py", ("litellm==1.110.2", "tenacity")),
    "llama-index": Foreign("with_llama_index.py", ("llama-index-llms-groq==0.6.1",)),
    "both": Foreign("both_clients.py", (".", "openai==3.54.0")),
    "groq-sdk": Foreign("groq_sdk.mjs", ("groq-sdk@1.6.0",), "npm"),
    "openai-js": Foreign("openai_sdk.mjs", ("openai@6.49.0",), "npm"),
    "ai-sdk-openai": Foreign(
        "ai_sdk_openai.mjs", ("ai@6.0.326", "@ai-sdk/openai@3.0.141", "zod@4.6.7"), "npm"
    ),
    "ai-sdk-groq": Foreign(
        "ai_sdk_groq.mjs", ("ai@6.0.326", "@ai-sdk/groq@3.0.71", "zod@4.6.7"), "npm"
    ),
    "langchain-js": Foreign(
        "langchain_js.mjs", ("@langchain/groq@1.3.1", "@langchain/core@1.4.0", "zod@4.6.7"), "npm"
    ),
    "curl": Foreign("curl.py", command="curl"),
    "chromium": Foreign("chromium.py", ("playwright==1.65.2",), "chromium"),
}
"""Clients that are tested against the local server."""


@nox.session
@nox.parametrize("client", list(FOREIGN), ids=list(FOREIGN))
def foreign(session: nox.Session, client: str) -> None:
    """Test other clients against the local server, in Python and JavaScript."""
    arguments, packages, needed = FOREIGN[client]
    if not shutil.which(needed):
        session.skip(f"It needs {needed}.")
    session.install("-q", ".")
    serve = ["python", str(Path("tests/foreign/serve_for.py").resolve())]
    programs = Path("tests/foreign").resolve()
    folder = Path(session.create_tmp()).resolve()
    program, *options = arguments.split()
    try:
        if needed == "npm":
            # Node looks for packages in the folder of the program.
            shutil.copytree(programs, folder, dirs_exist_ok=True)
            run = ["node", str(folder / program)]
            install = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
        else:
            # The client does not use this package, so it gets its own environment.
            session.run("python", "-m", "venv", str(folder))
            run = [str(folder / "bin" / "python"), str(programs / program), *options]
            install = [run[0], "-m", "pip", "install"]
        if packages:
            session.run(*install, *packages, external=True, silent=True)
    except CommandFailed:
        session.skip(f"{' '.join(packages)} cannot be installed here.")
    session.run(*serve, *run)


@nox.session
def local_server(session: nox.Session) -> None:
    """Build `groq-local-server` from this tree, and test it beside groq 1.7.0."""
    install(session, *group("build"))
    project, folder = "packages/local-server", Path(session.create_tmp()).resolve()
    session.run("python", "-m", "build", "--outdir", str(folder), project, silent=True)
    # A wheel from the source distribution and one from the tree must be the same.
    session.run("python", "-m", "build", "-w", "--outdir", str(folder / "w"), project, silent=True)
    (wheel,), (straight,) = folder.glob("*.whl"), (folder / "w").glob("*.whl")
    if digest(wheel) != digest(straight):
        session.error("The wheel is not the same when it is built from the source distribution.")
    session.run("twine", "check", "--strict", *map(str, folder.glob("*.*")))
    session.install("-q", "pytest", "pyyaml", "groq==1.7.0")
    session.install("-q", "--force-reinstall", str(wheel))
    session.run(
        *("pytest", "-q", "--noconftest", "-p", "groq_local_server.testing.pytest_plugin"),
        *("tests/local_server/beside_another_groq.py", "tests/local_server/everywhere.py"),
        *session.posargs,
        env={"WHEEL": str(wheel)},
    )


@nox.session
def browser(session: nox.Session) -> None:
    """Test the page of the local server in Chromium; `CHROMIUM` may name the program."""
    install(session, EXTRAS, *group("test"))
    session.install("-q", "playwright", "axe-playwright-python")
    if not (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    ):
        session.run("playwright", "install", "chromium")
    session.run("pytest", "-q", "tests/browser", *session.posargs)


def source_of(session: nox.Session, package: str, version: str) -> Path:
    """Unpack the source distribution of a package, and return its folder."""
    folder = Path(session.create_tmp()).resolve()
    session.run(
        *("pip", "download", "-q", "--no-deps", "--no-binary", package),
        *("--dest", str(folder), f"{package}=={version}"),
    )
    (archive,) = folder.glob(f"*-{version}.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


UPSTREAM = {
    "of modules that this package does not have": (
        "tests/test_extract_files.py tests/test_files.py tests/test_qs.py tests/test_utils "
        "tests/test_required_args.py tests/test_transform.py"
    ),
    "of code that is lent": (
        "tests/test_models.py::test_iterable_construction "
        "tests/test_models.py::test_iterable_construction_str_falls_back_to_list "
        "tests/test_client.py::TestAsyncGroq::test_get_platform"
    ),
    "of private functions without a counterpart": (
        "tests/test_models.py::test_discriminated_unions_invalid_data_uses_cache "
        "tests/test_response.py::test_extract_response_type"
    ),
    "of events without data, which the standard has no client hand out": (
        "tests/test_streaming.py::test_event_missing_data "
        "tests/test_streaming.py::test_multiple_events[sync] "
        "tests/test_streaming.py::test_multiple_events[async]"
    ),
}
"""Tests of groq 1.7.0 that are not run, by the reason."""


@nox.session
def upstream(session: nox.Session) -> None:
    """Run the tests of groq 1.7.0 on this package."""
    session.install("-q", ".[aiohttp]", "pytest", "pytest-asyncio", "pytest-xdist", "respx")
    source = source_of(session, "groq", "1.7.0")
    (source / "src/groq").rename(source / "groq_1_7_0")
    support = Path("tests/upstream").resolve()
    left_out = " ".join(UPSTREAM.values()).split()
    session.env["PYTHONPATH"] = os.pathsep.join((str(support), str(source)))
    session.chdir(source)
    session.run(
        *("python", str(support / "serve_for.py"), "pytest", "-p", "lend", "-q", "-n", "2"),
        *(f"--{'deselect' if '::' in test else 'ignore'}={test}" for test in left_out),
        *session.posargs,
    )


@nox.session
def agents(session: nox.Session) -> None:
    """Check the solutions of the tasks for agents in `-- FOLDER`; without one, test the checks."""
    needs = ("fastapi", "mcp>=2", "opentelemetry-sdk", "uvicorn")
    install(session, ".[otel]", *group("test"), *needs)
    if session.posargs:
        session.run("python", f"{AGENTS}/checks.py", "--all", *session.posargs)
    else:
        session.run(*PYTEST, AGENTS)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Run the property tests with many examples and a new seed, then each fuzzer for a minute."""
    install(session, EXTRAS, *group("test"))
    session.run(*PYTEST, "-m", "hypothesis", "--hypothesis-profile=fuzz", *session.posargs)
    for target in ("server", "http1"):
        session.run("python", "-m", "tests.fuzz.seeded", target, "60")
    # It has wheels for some interpreters only; without it the programs say so and exit.
    session.install("-q", "atheris", success_codes=[0, 1])
    for target in ("streams", "answers", "errors"):
        session.run("python", "-m", "tests.fuzz.guided", target, "60")


@nox.session
def pin(session: nox.Session) -> None:
    """Pin the requirements of pyproject.toml; `-- --upgrade` moves all to their newest versions."""
    session.install("-q", "uv")
    session.run(
        *("uv", "pip", "compile", "--quiet", "--no-annotate"),
        # For every platform and every supported Python.
        *("--universal", "--python-version", PYTHONS[0]),
        *("--all-extras", "--group", "dev", "--group", "docs", "--output-file", PINS),
        *("--custom-compile-command", "nox -s pin", *session.posargs),
        "pyproject.toml",
    )


@nox.session
def long_audio(session: nox.Session) -> None:
    """Transcribe an hour of speech, and turn a long text into speech; needs espeak-ng."""
    install(session, EXTRAS)
    session.run("python", "tests/long_audio.py")


@nox.session
def limits(session: nox.Session) -> None:
    """Run calls under rate limits: this client beside others, killed runs, a million requests."""
    others = Path(session.create_tmp())
    contenders = {
        "groq": ["groq==1.7.0"],
        "openai": ["openai"],
        "async_batch_llm": ["async-batch-llm", "openai"],
        "lm_deluge": ["lm-deluge"],
        "litellm": ["litellm"],
    }
    for name, requirements in contenders.items():
        session.run("python", "-m", "venv", str(others / name))
        python = str(others / name / "bin" / "python")
        session.run(python, "-m", "pip", "install", "-q", *requirements, external=True)
    session.install("-q", ".")
    cases = session.posargs or ["kinds", "processes", "kills", "million"]
    session.run("python", "-m", "benchmarks.limits", *cases, "--others", str(others))


@nox.session
def clusters(session: nox.Session) -> None:
    """Run the examples for Dask and Ray on several workers, against one server with limits."""
    examples = {"dask_partitions.py": "dask[distributed]", "ray_data.py": "ray[data]"}
    for example, requirement in examples.items():
        session.install("-q", ".", requirement)
        session.run("python", "tests/clusters/run_examples.py", example)


@nox.session
def mutate(session: nox.Session) -> None:
    """Make small changes to the core, one at a time, and list those that no test notices."""
    install(session, EXTRAS, *group("mutate"))
    session.run("mutmut", "run", *session.posargs)
    session.run("python", "scripts/survivors.py")


@nox.session
def cancellations(session: nox.Session) -> None:
    """Cancel 10,000 calls in each way, over plain connections and TLS, on both event loops."""
    session.install("-q", ".", *group("test"))
    session.env["CANCELLATIONS"] = "10000"
    session.run(*PYTEST, "tests/faults/test_cancellations.py", *session.posargs)


@nox.session
def deadlines(session: nox.Session) -> None:
    """Check on each transport that calls end at their deadline, whatever the server does."""
    install(session, EXTRAS, *group("test"))
    session.run("python", "-m", "tests.faults.deadlines", *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Send 4,000 calls over each transport to a server that fails at random; half are streams."""
    install(session, EXTRAS, *group("test"))
    session.env["CHAOS"] = "4000"
    session.run(*PYTEST, "-rA", "tests/faults/test_chaos.py", *session.posargs)


@nox.session
def soak(session: nox.Session) -> None:
    """Send 30,000 requests and 3,000 streams with each client, and measure what it holds."""
    install(session, EXTRAS, *group("test"))
    session.run("python", "-m", "tests.faults.soak", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure every benchmark, with its floor and other clients for comparison."""
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def guard(session: nox.Session) -> None:
    """Count the operations of the hot paths, and compare them with stored bounds."""
    session.install("-q", ".")
    session.run("python", "-m", "benchmarks.guard", *session.posargs)

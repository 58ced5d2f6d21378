"""The Dockerfile and the GitHub Action of `examples/local_server`: their steps, run by hand.

`nox -s local_server` runs these with the wheel in `WHEEL`. No image is pulled and no daemon asked:
what a container would add (its file system, its user) is not tried.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "examples" / "local_server"
WHEEL = os.environ["WHEEL"]
ACTION = yaml.safe_load((FOLDER / "action" / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]


def instructions() -> list[tuple[str, str]]:
    lines = (FOLDER / "Dockerfile").read_text().splitlines()
    return [tuple(line.split(" ", 1)) for line in lines if line and not line.startswith("#")]


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read()


def run_step(name: str, runner: Path, **inputs: str) -> dict[str, str]:
    """Run a step as the runner does, and return what it put into the environment and the output."""
    [step] = [each for each in STEPS if each["name"] == name]
    assert step["shell"] == "bash"
    given = {**{key: value["default"] for key, value in ACTION["inputs"].items()}, **inputs}
    env = {
        key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: given[found[1]], value)
        for key, value in step.get("env", {}).items()
    }
    files = {"GITHUB_ENV": runner / "env", "GITHUB_OUTPUT": runner / "output"}
    for file in files.values():
        file.touch()
    env |= {
        **os.environ,
        "RUNNER_TEMP": str(runner),
        **{k: str(v) for k, v in files.items()},
        **env,
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line for file in files.values() for line in file.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runner")
    run_step("Install the server in an environment of its own", folder, package=WHEEL)
    return folder


def end(runner: Path) -> None:
    os.kill(int((runner / "groq-local-server" / "pid").read_text()), signal.SIGTERM)


def test_the_action_starts_a_server_for_the_steps_that_follow(runner: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text('[{"reply": "From the action"}]')
    said = run_step("Start it", runner, options=f"--pace 0 --script {script}")
    try:
        assert said["url"] == said["GROQ_BASE_URL"] and said["GROQ_API_KEY"] == "local"
        assert json.loads(get(f"{said['url']}/_local/script"))["pending"] == 1
    finally:
        end(runner)


def test_options_of_the_action_are_not_run_by_a_shell(runner: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="unrecognized arguments"):
        run_step("Start it", runner, options=f"$(touch {tmp_path}/here) ; touch {tmp_path}/there")
    assert not list(tmp_path.iterdir())


def test_the_workflow_uses_the_action_and_pins_the_others() -> None:
    workflow = yaml.safe_load((FOLDER / "workflow.yml").read_text())
    steps = workflow["jobs"]["tests"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used[1] == "./.github/actions/groq-local-server"
    assert set(steps[1]["with"]) <= set(ACTION["inputs"])
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", used[0])


def test_the_commands_of_the_dockerfile_build_and_start_a_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    places = {"/source": tmp_path / "source", "/wheels": tmp_path / "wheels", "8080": port}

    def here(text: str) -> str:
        for written, place in places.items():
            text = text.replace(written, str(place))
        return text

    python = tmp_path / "python"
    subprocess.run([sys.executable, "-m", "venv", python], check=True)
    environment = {**os.environ, "PATH": f"{python}/bin:{os.environ['PATH']}"}
    folder = tmp_path
    server = None
    try:
        for name, rest in instructions():
            if name == "WORKDIR":
                folder = Path(here(rest))
                folder.mkdir()
            elif name == "COPY" and not rest.startswith("--from"):
                source, target = rest.split()
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, folder / target)
                else:
                    shutil.copy(ROOT / source, folder / target)
            elif name == "RUN":
                subprocess.run(
                    ["sh", "-ec", here(rest)], cwd=folder, env=environment, check=True, timeout=300
                )
            elif name == "HEALTHCHECK":
                check = json.loads(here(rest[rest.index("[") :]))
            elif name == "ENTRYPOINT":
                command = json.loads(here(rest))
                server = subprocess.Popen(command, env=environment)
            else:
                assert name in ("FROM", "COPY", "USER", "EXPOSE"), name
        for _ in range(100):
            done = subprocess.run(check, env=environment, capture_output=True, check=False)
            if done.returncode == 0:
                break
            time.sleep(0.1)
        assert done.returncode == 0, done.stderr
        assert b"<title>" not in get(f"http://127.0.0.1:{port}/")
    finally:
        assert server is not None
        server.terminate()
        assert server.wait(timeout=10) == 0

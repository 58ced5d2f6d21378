"""`groq serve` as a process: its lines, TLS, and how it ends."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from groq import Groq

from .conftest import Run

CHAT = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Hi"}]}
KEY = {"authorization": "Bearer gsk_hidden"}


def test_the_log_of_the_server_is_off_again_at_the_end(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("groq.testing")

    class Interrupted(io.StringIO):
        """A stderr whose user presses Ctrl-C when the server runs."""

        def write(self, text: str) -> int:
            if text.endswith("Ctrl-C stops it."):
                assert logger.isEnabledFor(logging.INFO)  # This is cached.
                raise KeyboardInterrupt
            return super().write(text)

    monkeypatch.setattr(sys, "stderr", Interrupted())
    assert not logger.isEnabledFor(logging.INFO)
    assert run("serve").status == 0
    assert not logger.isEnabledFor(logging.INFO)


@contextmanager
def serving(*options: str, before: tuple[str, ...] = ()) -> Generator[subprocess.Popen[str]]:
    """Run `groq serve` until the block ends; its URL has been read."""
    command = [*before, sys.executable, "-m", "groq", "serve", "--pace", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.args = process.stdout.readline().strip()
        yield process
        process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    assert isinstance(process.args, str)
    return process.args


def ended(process: subprocess.Popen[str]) -> str:
    """End it as `docker stop` does, and give what it wrote to stderr."""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    return errors


def test_each_request_is_a_line_without_secrets() -> None:
    with serving() as process, httpx.Client(base_url=url_of(process), headers=KEY) as http:
        http.post("/openai/v1/chat/completions", json=CHAT)
        http.post("/openai/v1/chat/completions", json={**CHAT, "stream": True})
        http.get("/openai/v1/models", params={"api_key": "psst"})
        http.post("/openai/v1/embeddings", json={"model": "a\x1b[31m\n\u202eb", "input": "x"})
        http.get("/_local/script")
        lines = ended(process).splitlines()
    logged = [line.partition(" ")[2] for line in lines if re.match(r"\d\d:\d\d:\d\d ", line)]
    chat = r"POST /openai/v1/chat/completions openai/gpt-oss-20b 200 \d+ B"
    assert len(logged) == 4
    assert re.fullmatch(rf"{chat} \d+ ms", logged[0])
    assert re.fullmatch(rf"{chat} \d+ chunks \d+ ms", logged[1])
    assert re.fullmatch(r"GET /openai/v1/models - 200 \d+ B \d+ ms", logged[2])
    assert r" a\x1b[31m\n\u202eb 404 " in logged[3]
    assert not {"gsk_hidden", "psst"} & set(re.findall(r"\w+", "\n".join(lines)))


def test_quiet_writes_no_line_for_a_request() -> None:
    with serving("--quiet") as process:
        httpx.get(f"{url_of(process)}/openai/v1/models", headers=KEY)
        assert "/models" not in ended(process)


def test_a_full_output_pipe_does_not_block_the_server() -> None:
    # More than a pipe holds, and more than the server holds back.
    path = "/openai/v1/models/" + "a" * 180
    with serving() as process, httpx.Client(base_url=url_of(process), headers=KEY) as http:
        statuses = {http.get(path).status_code for _ in range(1500)}
        assert statuses == {404}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_tls_is_spoken_with_a_ca_that_clients_can_trust(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with serving("--tls", "--tls-name", "groq.test", "--ca-file", str(file)) as process:
        url = url_of(process)
        assert url.startswith("https://")
        trusting = ssl.create_default_context(cafile=file)
        with Groq(base_url=url, api_key="any", http_client=httpx.Client(verify=trusting)) as client:
            assert client.chat.completions.create(**CHAT).choices  # type: ignore[call-overload]
        with httpx.Client(verify=trusting, headers={"host": "groq.test"}) as http:
            asked = http.build_request("GET", url, extensions={"sni_hostname": "groq.test"})
            assert http.send(asked).status_code == 200
        with pytest.raises(httpx.ConnectError, match=r"certificate|CERTIFICATE"):
            httpx.get(url)
        said = ended(process)
    assert f"SSL_CERT_FILE={file}" in said and f"NODE_EXTRA_CA_CERTS={file}" in said


def test_the_environment_that_tls_prints_makes_programs_trust_it() -> None:
    programs = {
        sys.executable: ["-c", "import os, httpx; print(httpx.get(os.environ['URL']).status_code)"],
        "node": ["-e", "fetch(process.env.URL).then(answer => console.log(answer.status))"],
        "curl": ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "$URL"],
    }
    with serving("--tls") as process:
        assert process.stderr is not None
        said = [process.stderr.readline() for _ in range(4)]
        exported = dict(re.findall(r"export (\w+)=(\S+)", "".join(said)))
        assert len(exported) == 3
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "URL": url_of(process), **exported}
        for program, arguments in programs.items():
            if shutil.which(program) is None:
                continue
            command = [program, *(each.replace("$URL", url_of(process)) for each in arguments)]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=60, check=False
            )
            assert done.stdout.strip() == "200", done.stderr
        ended(process)
    assert not Path(exported["SSL_CERT_FILE"]).exists()


def test_tls_without_trustme_names_the_extra() -> None:
    program = "import sys; sys.modules['trustme'] = None\nfrom groq.cli import main\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}sys.exit(main(['serve', '--tls']))"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "pip install 'groq[tls]'" in done.stderr


@pytest.mark.parametrize("mode", ["--record", "--replay"])
def test_the_environment_sets_a_key_unless_the_programs_own_is_forwarded(
    tmp_path: Path, mode: str
) -> None:
    tape = tmp_path / "tape.jsonl"
    tape.write_text('{"tape": 1, "upstream": "http://127.0.0.1:9"}\n')
    more = ["--upstream", "http://user:psst@127.0.0.1:9"] if mode == "--record" else []
    with serving(mode, str(tape), *more, "--json") as process:
        assert process.stderr is not None
        told = json.loads(url_of(process))
        said = "".join(process.stderr.readline() for _ in range(3))
        ended(process)
    assert f"export GROQ_BASE_URL={told['url']}\n" in said
    if mode == "--replay":
        assert told["api_key"] == "local"
        assert "export GROQ_API_KEY=local" in said
    else:
        assert "api_key" not in told
        assert "GROQ_API_KEY" not in said
        assert "forwarded to http://127.0.0.1:9, with the key that your program sends" in said


def test_as_the_first_process_of_a_container_it_ends_at_once() -> None:
    unshare = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("only root may make a namespace of processes here")
    with serving(before=(*unshare, "--")) as process, httpx.Client() as http:
        # A stream is open, and a client idles.
        script = {"reply": "one two", "faults": [{"type": "hold_open"}]}
        http.post(f"{url_of(process)}/_local/script", json=script)
        chat = f"{url_of(process)}/openai/v1/chat/completions"
        with http.stream("POST", chat, json={**CHAT, "stream": True}, headers=KEY) as answer:
            assert answer.status_code == 200
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            inner = int(children.split()[0])
            assert "1" in re.findall(
                r"^NSpid:.*\s(\d+)$", Path(f"/proc/{inner}/status").read_text(), re.MULTILINE
            )
            subprocess.run(["kill", "-TERM", str(inner)], check=True)
            assert process.wait(timeout=60) == 0


def test_a_script_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "script.json"
    file.write_text(json.dumps({"reply": "no list"}))
    done = subprocess.run(
        [sys.executable, "-m", "groq", "serve", "--script", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1 and str(file) in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--host", "\udce9"),
        ("--latency", "nan"),
        ("--latency", "0.1,inf"),
        ("--script", "deep.json"),
    ],
    ids=ascii,
)
def test_a_nonsense_argument_of_serve_is_one_line(tmp_path: Path, option: str, value: str) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    done = subprocess.run(
        [sys.executable, "-m", "groq", "serve", option, value],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode in (1, 2)
    assert done.stderr.count("\n") == 1

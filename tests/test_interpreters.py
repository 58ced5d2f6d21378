"""The package under other ways to run Python: optimized, isolated, from a zip, in a forkserver."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import groq
from groq.testing import LocalServer

SOURCE = Path(groq.__file__).parent

CALLS = """
import asyncio, sys, groq

def sync():
    with groq.Groq(api_key="k", base_url=sys.argv[1]) as client:
        return len(client.models.list().data)

def ask(client):
    return client.chat.completions.create(
        model="openai/gpt-oss-20b", messages=[{"role": "user", "content": "Hi"}], stream=True
    )

async def several():
    async with groq.AsyncGroq(api_key="k", base_url=sys.argv[1]) as client:
        return len([chunk async for chunk in await ask(client)])

assert sync() > 0
assert asyncio.run(several()) > 2

@groq.function_tool
def add(a: int, b: int) -> int:
    '''Add numbers.'''
    return a + b

assert add.to_dict()["function"]["name"] == "add"
print("done", groq.__file__)
"""


def done(*flags: str, program: str = CALLS, arguments: tuple[str, ...]) -> str:
    ran = subprocess.run(
        [sys.executable, *flags, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    # In development mode the event loop also tells what was slow, as everything is there.
    assert "Traceback" not in ran.stderr
    assert "Warning" not in ran.stderr
    return ran.stdout


@pytest.mark.parametrize(
    "flags", [["-O"], ["-OO"], ["-I"], ["-X", "dev", "-W", "error"], ["-b", "-b"]], ids="".join
)
def test_the_client_works_under(flags: list[str], groq_server: LocalServer) -> None:
    assert "done" in done(*flags, arguments=(groq_server.url,))


def test_the_package_works_from_a_zip(groq_server: LocalServer, tmp_path: Path) -> None:
    archive = tmp_path / "groq.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in SOURCE.rglob("*.py"):
            packed.write(path, Path("groq") / path.relative_to(SOURCE))
    program = "import sys; sys.path.insert(0, sys.argv[2])\n" + CALLS
    said = done(program=program, arguments=(groq_server.url, str(archive)))
    assert str(archive) in said


FORKSERVER = """
import multiprocessing, sys, groq

def models(url):
    with groq.Groq(api_key="k", base_url=url) as client:
        return len(client.models.list().data)

if __name__ == "__main__":
    url = sys.argv[1]
    assert models(url)
    with multiprocessing.get_context("forkserver").Pool(2) as pool:
        assert pool.map(models, [url] * 4) == [models(url)] * 4
    print("done")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no forkserver")
def test_the_client_works_in_a_forkserver(groq_server: LocalServer, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(FORKSERVER)
    ran = subprocess.run(
        [sys.executable, script, groq_server.url],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "done\n"


FORK = """
import os, signal, sys, threading, time, groq
from groq._http.clients import LazyClient

is_held = threading.Event()

def make_a_client():
    with LazyClient.lock:
        is_held.set()
        time.sleep(600)

threading.Thread(target=make_a_client, daemon=True).start()
is_held.wait()
client = groq.Groq(api_key="k", base_url=sys.argv[1])
child = os.fork()
if child == 0:
    signal.alarm(60)  # a child that waits for the lock is killed
    assert client.models.list().data
    os._exit(0)
_, status = os.waitpid(child, 0)
print("exit", status)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_does_not_wait_for_a_thread_of_its_parent(groq_server: LocalServer) -> None:
    # Python 3.12 and later warn of every fork of a process with threads.
    said = done("-W", "ignore", program=FORK, arguments=(groq_server.url,))
    assert said == "exit 0\n"

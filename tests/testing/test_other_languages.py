"""Programs in other languages use the local server, too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

NODE_PROGRAM = """
const answer = await fetch(process.env.GROQ_BASE_URL + "/openai/v1/chat/completions", {
  method: "POST",
  headers: {
    "authorization": "Bearer " + process.env.GROQ_API_KEY,
    "content-type": "application/json",
  },
  body: JSON.stringify({
    model: "openai/gpt-oss-20b",
    messages: [{role: "user", content: "hi"}],
    stream: true,
  }),
});
let text = "", rest = "", pieces = 0;
const decoder = new TextDecoder();
for await (const bytes of answer.body) {
  const events = (rest + decoder.decode(bytes, {stream: true})).split("\\n\\n");
  rest = events.pop();
  for (const event of events) {
    const data = event.replace(/^data: /, "");
    if (data === "[DONE]") continue;
    text += JSON.parse(data).choices[0].delta.content ?? "";
    pieces += 1;
  }
}
console.log(JSON.stringify({status: answer.status, text, pieces}));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_a_program_in_javascript_reads_a_stream_of_groq_serve() -> None:
    serve = subprocess.Popen(
        [sys.executable, "-m", "groq", "serve", "--port", "0", "--pace", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert serve.stdout is not None
        url = serve.stdout.readline().strip()
        environment = {**os.environ, "GROQ_BASE_URL": url, "GROQ_API_KEY": "any"}
        node = subprocess.run(
            ["node", "--input-type=module", "-e", NODE_PROGRAM],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    finally:
        serve.terminate()
        serve.communicate(timeout=60)
    assert node.returncode == 0, node.stderr
    assert '"status":200' in node.stdout
    assert "local server" in node.stdout

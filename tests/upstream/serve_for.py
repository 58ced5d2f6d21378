"""Run a command beside a server that answers each call with the least that its type allows.

The tests of groq 1.7.0 find its address in TEST_API_BASE_URL, and ask for models, files and
batches that no server of their own has made.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pydantic

from groq import types
from groq.types import audio, chat

ANSWERS: dict[str, type[pydantic.BaseModel]] = {
    "POST chat/completions": chat.ChatCompletion,
    "POST embeddings": types.CreateEmbeddingResponse,
    "POST audio/transcriptions": audio.Transcription,
    "POST audio/translations": audio.Translation,
    "GET models": types.ModelListResponse,
    "GET models/ID": types.Model,
    "DELETE models/ID": types.ModelDeleted,
    "POST batches": types.BatchCreateResponse,
    "GET batches": types.BatchListResponse,
    "GET batches/ID": types.BatchRetrieveResponse,
    "POST batches/ID/cancel": types.BatchCancelResponse,
    "POST files": types.FileCreateResponse,
    "GET files": types.FileListResponse,
    "GET files/ID": types.FileInfoResponse,
    "DELETE files/ID": types.FileDeleteResponse,
}
WITH_ID = re.compile("(models|batches|files)/[^/]+")


def example(schema: dict[str, Any], parts: dict[str, Any]) -> Any:
    """Return the least that fits a JSON Schema: of an object, the fields that it requires."""
    if "$ref" in schema:
        return example(parts[schema["$ref"].rpartition("/")[2]], parts)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], parts)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: example(fields[name], parts) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [example(schema["items"], parts)]
    least = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
    return schema.get("const", least.get(schema.get("type", "")))


class Handler(BaseHTTPRequestHandler):
    """Answers a call of the API."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer with what the path returns; 404 for one that is none of the API's."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.partition("?")[0].removeprefix("/openai/v1/")
        path = WITH_ID.sub(r"\1/ID", path)
        model = ANSWERS.get(f"{self.command} {path}")
        schema = model.model_json_schema() if model else {}
        body = json.dumps(example(schema, schema.get("$defs", {}))).encode()
        self.send_response(200 if model else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815  # names that `http.server` looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    Thread(target=server.serve_forever, daemon=True).start()
    environment = {**os.environ, "TEST_API_BASE_URL": f"http://127.0.0.1:{server.server_port}"}
    status = subprocess.run(sys.argv[1:], env=environment, timeout=600, check=False).returncode
    server.shutdown()
sys.exit(status)

"""The endpoints beside chat completions."""

from __future__ import annotations

import base64
import io
import json
import struct
import wave
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from groq.testing import Cut, LocalServer, Reply

from .conftest import http_client
from .wire import MESSAGES, read


def error_of(response: httpx.Response, status: int) -> dict[str, Any]:
    error: dict[str, Any] = read(response, status)["error"]
    return error


def test_the_root_page_describes_the_server(groq_server: LocalServer) -> None:
    response = httpx.get(groq_server.url, trust_env=False)
    assert "asks no model" in response.text


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer"}, {"authorization": "Basic x"}])
def test_a_request_without_a_key_is_refused(
    groq_server: LocalServer, headers: dict[str, str]
) -> None:
    response = httpx.get(f"{groq_server.url}/openai/v1/models", headers=headers, trust_env=False)
    assert error_of(response, 401)["code"] == "invalid_api_key"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("PUT", "/models"), ("POST", "/reranking"), ("GET", "/files/a/b")],
)
def test_an_unknown_path_is_not_found(http: httpx.Client, method: str, path: str) -> None:
    error = error_of(http.request(method, path), 404)
    assert error["code"] == "unknown_url"
    assert f"{method} /openai/v1{path}" in error["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_refused(http: httpx.Client, body: bytes) -> None:
    assert "body" in error_of(http.post("/embeddings", content=body), 400)["message"]


# Models


def test_models_are_listed_retrieved_and_deleted(http: httpx.Client) -> None:
    listed = http.get("/models").json()["data"]
    name = "openai/gpt-oss-20b"
    model = http.get("/models/openai%2Fgpt-oss-20b").json()
    assert model in listed
    assert {"active", "context_window", "max_completion_tokens", "public_apps"} <= set(model)
    deleted = http.delete("/models/openai%2Fgpt-oss-20b").json()
    assert deleted == {"id": name, "object": "model", "deleted": True}
    error = error_of(http.get("/models/openai%2Fgpt-oss-20b"), 404)
    assert error["code"] == "model_not_found"


# Embeddings


EMBEDDER = "nomic-embed-text-v1_5"


@pytest.fixture
def embedding_server() -> Iterator[LocalServer]:
    """Give a server that has an embedding model; Groq lists none today."""
    with LocalServer(models=[EMBEDDER]) as server:
        yield server


@pytest.fixture
def embedder(embedding_server: LocalServer) -> Iterator[httpx.Client]:
    with http_client(embedding_server) as client:
        yield client


def test_no_embedding_model_is_known(http: httpx.Client) -> None:
    body = {"model": EMBEDDER, "input": "a"}
    assert error_of(http.post("/embeddings", json=body), 404)["code"] == "model_not_found"


def embed(http: httpx.Client, *texts: str, **more: str) -> list[Any]:
    body = {"model": EMBEDDER, "input": list(texts), **more}
    data = http.post("/embeddings", json=body).raise_for_status().json()["data"]
    return [each["embedding"] for each in data]


def test_embeddings_are_the_same_for_the_same_text_and_near_for_a_similar_one(
    embedder: httpx.Client,
) -> None:
    vectors: list[list[float]] = embed(embedder, "a red fox", "a red dog", "seven green bottles")
    assert vectors == embed(embedder, "a red fox", "a red dog", "seven green bottles")
    assert {len(vector) for vector in vectors} == {768}

    def likeness(first: list[float], second: list[float]) -> float:
        return sum(a * b for a, b in zip(first, second, strict=True))

    fox, dog, bottles = vectors
    assert likeness(fox, fox) == pytest.approx(1)
    assert likeness(fox, dog) > 0.4 > likeness(fox, bottles)


def test_embeddings_can_be_had_in_base64(embedder: httpx.Client) -> None:
    [encoded] = embed(embedder, "fox", encoding_format="base64")
    [vector] = embed(embedder, "fox")
    assert list(struct.unpack("<768f", base64.b64decode(encoded))) == pytest.approx(vector)


@pytest.mark.parametrize(
    "body", [{"input": "a"}, {"model": EMBEDDER}, {"model": EMBEDDER, "input": [""]}]
)
def test_embeddings_of_nothing_are_refused(embedder: httpx.Client, body: dict[str, Any]) -> None:
    error_of(embedder.post("/embeddings", json=body), 400)


# Audio


def test_speech_is_a_wav_file(http: httpx.Client) -> None:
    body = {
        "model": "canopylabs/orpheus-v1-english",
        "voice": "diana",
        "input": "One two three",
        "sample_rate": 16_000,
    }
    response = http.post("/audio/speech", json=body)
    assert response.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(response.content)) as reader:
        assert reader.getframerate() == 16_000
        assert reader.getnframes() == 3 * 1920


@pytest.mark.parametrize("change", [{"voice": None}, {"input": ""}, {"sample_rate": 7}])
def test_speech_with_invalid_fields_is_refused(http: httpx.Client, change: dict[str, Any]) -> None:
    body = {"model": "canopylabs/orpheus-v1-english", "voice": "diana", "input": "One", **change}
    error_of(http.post("/audio/speech", json=body), 400)


def hear(
    http: httpx.Client, name: str = "a.wav", content: bytes = b"sound", **fields: Any
) -> httpx.Response:
    path = f"/audio/{fields.pop('task', 'transcriptions')}"
    return http.post(
        path, data={"model": "whisper-large-v3", **fields}, files={"file": (name, content)}
    )


@pytest.mark.parametrize("task", ["transcriptions", "translations"])
def test_a_transcript_says_that_no_model_listened(http: httpx.Client, task: str) -> None:
    response = hear(http, task=task)
    assert "No model has listened to a.wav (5 bytes)" in response.json()["text"]
    assert response.json()["x_groq"]["id"] == response.headers["x-request-id"]


def test_a_transcript_can_be_scripted_and_wanted_in_every_format(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    speech = http.post(
        "/audio/speech",
        json={"model": "canopylabs/orpheus-v1-english", "voice": "diana", "input": "a b c d e"},
    )
    groq_server.reply("Hello there. Bye.", times=3)
    fields: dict[str, Any] = {
        "response_format": "verbose_json",
        "timestamp_granularities[]": ["word", "segment"],
        "language": "de",
    }
    verbose = hear(http, content=speech.content, **fields).json()
    assert (verbose["task"], verbose["language"], verbose["duration"]) == ("transcribe", "de", 0.6)
    assert verbose["words"][-1] == {"word": "Bye.", "start": 0.4, "end": 0.6}
    assert [segment["text"] for segment in verbose["segments"]] == [" Hello there.", " Bye."]
    assert verbose["segments"][1]["end"] == 0.6
    assert hear(http, response_format="text").text == "Hello there. Bye."
    assert hear(http).json()["text"] == "Hello there. Bye."


def test_segments_alone_are_the_default_of_verbose_json(http: httpx.Client) -> None:
    verbose = hear(http, task="translations", response_format="verbose_json").json()
    assert verbose["task"] == "translate"
    assert "segments" in verbose
    assert "words" not in verbose


def test_a_url_replaces_a_file(http: httpx.Client) -> None:
    fields = {"model": (None, "whisper-large-v3"), "url": (None, "https://example.com/a.wav")}
    assert http.post("/audio/transcriptions", files=fields).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("upload", b"x", "file must be one of the following types"),
        ("a.txt", b"x", "file must be one of the following types"),
        ("a.wav", b"", "empty"),
    ],
)
def test_an_upload_without_a_usable_name_or_content_is_refused(
    http: httpx.Client, name: str, content: bytes, words: str
) -> None:
    assert words in error_of(hear(http, name, content), 400)["message"]


def test_an_invalid_form_is_refused(http: httpx.Client) -> None:
    assert "multipart" in error_of(http.post("/audio/translations", json={}), 400)["message"]
    fields = {"model": (None, "whisper-large-v3")}
    error_of(http.post("/audio/translations", files=fields), 400)
    error_of(hear(http, model=""), 400)
    error_of(hear(http, response_format="srt"), 400)


# Files


def upload(http: httpx.Client, content: bytes, name: str = "in.jsonl") -> dict[str, Any]:
    files = {"file": (name, content)}
    return read(http.post("/files", data={"purpose": "batch"}, files=files), 200)


def test_a_file_is_kept_listed_read_and_deleted(http: httpx.Client) -> None:
    first, second = upload(http, b"one"), upload(http, b"two", "b.jsonl")
    assert (second["bytes"], second["filename"], second["purpose"]) == (3, "b.jsonl", "batch")
    assert http.get("/files").json()["data"] == [second, first]
    assert http.get(f"/files/{first['id']}").json() == first
    assert http.get(f"/files/{first['id']}/content").content == b"one"
    assert http.delete(f"/files/{first['id']}").json()["deleted"] is True
    assert error_of(http.get(f"/files/{first['id']}"), 404)["code"] == "not_found"
    assert http.get("/files").json()["data"] == [second]


def test_files_come_in_pages(http: httpx.Client) -> None:
    ids = [upload(http, b"x")["id"] for _ in range(5)][::-1]
    first = http.get("/files", params={"limit": 2}).json()
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (ids[:2], True)
    rest = http.get("/files", params={"limit": 9, "after": first["last_id"]}).json()
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (ids[2:], False)
    error_of(http.get("/files", params={"limit": "many"}), 400)
    error_of(http.get("/files", params={"after": "nothing"}), 400)


def test_a_file_without_file_or_purpose_is_refused(http: httpx.Client) -> None:
    assert error_of(http.post("/files", data={"purpose": "batch"}), 400)["param"] == "file"
    response = http.post("/files", data={"purpose": "fun"}, files={"file": ("a.jsonl", b"")})
    assert error_of(response, 400)["param"] == "purpose"


def test_a_large_file_is_made_while_it_is_read(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    pieces = [b"x" * 65_536] * 64
    file_id = groq_server.add_file("big.bin", lambda: iter(pieces), size=64 * 65_536)
    chunked = groq_server.add_file("big.bin", lambda: iter(pieces))
    path = f"/files/{file_id}/content"
    response = http.get(path)
    assert response.headers["content-length"] == str(len(response.content)) == str(64 * 65_536)
    assert len(http.get(f"/files/{chunked}/content").content) == 64 * 65_536
    groq_server.inject(Cut(after=3))
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(path)


# Batches


def line(custom_id: str, **body: Any) -> dict[str, Any]:
    body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, **body}
    url = "/v1/chat/completions"
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def start_batch(http: httpx.Client, *lines: object) -> dict[str, Any]:
    content = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    body = {
        "input_file_id": upload(http, content.encode())["id"],
        "endpoint": "/v1/chat/completions",
        "completion_window": "24h",
    }
    return read(http.post("/batches", json=body), 200)


def results(http: httpx.Client, file_id: str) -> dict[str, Any]:
    lines = http.get(f"/files/{file_id}/content").text.splitlines()
    return {result["custom_id"]: result["response"] for result in map(json.loads, lines)}


def test_a_batch_takes_a_step_each_time_it_is_looked_at(
    groq_server: LocalServer, http: httpx.Client
) -> None:
    groq_server.reply("one")
    groq_server.fail(503, path="/chat/completions")
    groq_server.reply(Reply("three"))
    batch = start_batch(http, line("a"), line("b"), line("c", stream=True), line("d", messages=[]))
    path = f"/batches/{batch['id']}"
    seen = [batch, *(http.get(path).json() for _ in range(4))]
    assert [each["status"] for each in seen] == [
        "validating",
        "in_progress",
        "finalizing",
        "completed",
        "completed",
    ]
    counts = [tuple(each["request_counts"].values()) for each in seen]
    assert counts == [(4, 0, 0), (4, 1, 1), (4, 2, 2), (4, 2, 2), (4, 2, 2)]
    done = seen[-1]
    assert done["in_progress_at"] and done["finalizing_at"] and done["completed_at"]
    answered = results(http, done["output_file_id"])
    contents = {
        name: each["body"]["choices"][0]["message"]["content"] for name, each in answered.items()
    }
    assert contents == {"a": "one", "c": "three"}
    failed = results(http, done["error_file_id"])
    assert {name: each["status_code"] for name, each in failed.items()} == {"b": 503, "d": 400}
    assert http.get("/batches").json()["data"][0]["id"] == batch["id"]


def test_a_line_of_a_batch_has_no_service_tier(http: httpx.Client) -> None:
    batch_id = start_batch(http, line("a", service_tier="flex"))["id"]
    batch: dict[str, Any] = {}
    for _ in range(4):
        batch = http.get(f"/batches/{batch_id}").json()
    response = results(http, batch["error_file_id"])["a"]
    assert response["status_code"] == 400
    assert response["body"]["error"]["message"] == "property 'service_tier' is unsupported"


def test_batches_are_listed_by_several_ids(http: httpx.Client) -> None:
    first, second, _ = [start_batch(http, line("a"))["id"] for _ in range(3)]
    listed = http.get("/batches", params={"id": [first, second]}).json()["data"]
    assert [batch["id"] for batch in listed] == [second, first]


def test_a_cancelled_batch_has_its_finished_results(http: httpx.Client) -> None:
    batch = start_batch(http, line("a"), line("b"))
    path = f"/batches/{batch['id']}"
    http.get(path)
    assert http.post(f"{path}/cancel").json()["status"] == "cancelling"
    done = http.get(path).json()
    assert done["status"] == "cancelled"
    assert set(results(http, done["output_file_id"])) == {"a"}
    error_of(http.post(f"{path}/cancel"), 409)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "empty_file"),
        (["{"], "invalid_json_line"),
        (["[]"], "invalid_json_line"),
        ([{**line("a"), "custom_id": None}], "missing_required_parameter"),
        ([line("a"), line("a")], "duplicate_custom_id"),
        ([{**line("a"), "url": "/v1/embeddings"}], "invalid_url"),
        ([{**line("a"), "body": None}], "missing_required_parameter"),
    ],
)
def test_a_batch_with_a_bad_line_fails(http: httpx.Client, lines: list[Any], code: str) -> None:
    batch = start_batch(http, *lines)
    failed = http.get(f"/batches/{batch['id']}").json()
    assert failed["status"] == "failed"
    assert failed["errors"]["data"][0]["code"] == code


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"input_file_id": "file_unknown"}, 404),
        ({"input_file_id": None}, 400),
        ({"endpoint": "/v1/embeddings"}, 400),
        ({"completion_window": "1h"}, 400),
        ({"completion_window": "soon"}, 400),
        ({"completion_window": "8d"}, 400),
    ],
)
def test_a_batch_that_cannot_be_run_is_refused(
    http: httpx.Client, change: dict[str, Any], status: int
) -> None:
    stored = upload(http, json.dumps(line("a")).encode())
    body = {
        "input_file_id": stored["id"],
        "endpoint": "/v1/chat/completions",
        "completion_window": "7d",
        **change,
    }
    error_of(http.post("/batches", json=body), status)


def test_an_unknown_batch_is_not_found(http: httpx.Client) -> None:
    error_of(http.get("/batches/batch_unknown"), 404)

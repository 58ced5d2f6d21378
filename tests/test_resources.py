"""`groq.resources`: what integrations lean on, and what keeps the two halves and the types true."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from collections.abc import Callable
from operator import attrgetter
from typing import Any, get_type_hints

import httpx
import pytest

import groq.resources
from groq import AsyncGroq, Groq, types
from groq._resource import AsyncAPIResource, SyncAPIResource
from groq.resources.chat.completions import AsyncCompletions, Completions
from groq.testing import LocalServer
from twins import Twin

PACKAGES = ["groq.resources", "groq.resources.audio", "groq.resources.chat"]
COMMON = {"self", "extra_headers", "extra_query", "extra_body", "timeout"}


def all_methods() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for package in map(importlib.import_module, PACKAGES):
        for owner in (getattr(package, name) for name in package.__all__):
            if issubclass(owner, (SyncAPIResource, AsyncAPIResource)):
                for name, value in vars(owner).items():
                    if inspect.isfunction(value) and not name.startswith("_"):
                        found[f"{owner.__name__}.{name}"] = value
    return found


METHODS = all_methods()
methods = pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))


def parameters_of(method: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    taken = inspect.signature(method).parameters
    return {name: value for name, value in taken.items() if name not in COMMON}


@methods
def test_the_annotations_of_a_method_resolve(method: Callable[..., Any]) -> None:
    assert set(get_type_hints(method)) >= {*parameters_of(method), "return"}


@methods
def test_each_parameter_is_documented_once(method: Callable[..., Any]) -> None:
    lines = (inspect.getdoc(method) or "").splitlines()
    assert lines[0].endswith(".")
    for name in inspect.signature(method).parameters.keys() - {"self"}:
        assert sum(line.startswith(f"    {name}: ") for line in lines) == 1, name


FOR_CHECKERS_ALONE = {"stream_options"}
"""Arguments that the API takes and groq 1.7.0 does not declare."""


@pytest.mark.parametrize(
    ("method", "params"),
    [
        (Completions.create, types.chat.CompletionCreateParams),
        (groq.resources.audio.Speech.create, types.audio.SpeechCreateParams),
        (groq.resources.audio.Transcriptions.create, types.audio.TranscriptionCreateParams),
        (groq.resources.audio.Translations.create, types.audio.TranslationCreateParams),
        (groq.resources.Batches.create, types.BatchCreateParams),
        (groq.resources.Embeddings.create, types.EmbeddingCreateParams),
        (groq.resources.Files.create, types.FileCreateParams),
    ],
    ids=lambda value: value.__name__ if inspect.isclass(value) else value.__qualname__,
)
def test_a_method_has_the_parameters_of_its_request_type(
    method: Callable[..., Any], params: type
) -> None:
    named = [name for name in parameters_of(method) if name not in FOR_CHECKERS_ALONE]
    assert list(params.__annotations__) == named


def test_every_argument_of_a_chat_reaches_the_body(twin: Twin, groq_server: LocalServer) -> None:
    given: dict[str, Any] = {
        **dict.fromkeys(parameters_of(Completions.create), "x"),
        "stream": False,
    }
    groq_server.reply_with_bytes(b"{}")
    twin.chat(twin.client(groq_server), **given)
    assert groq_server.last_request.path == "/openai/v1/chat/completions"
    assert groq_server.last_request.json() == given


def test_the_async_create_is_a_coroutine_function() -> None:
    assert inspect.iscoroutinefunction(AsyncCompletions.create)


@pytest.mark.parametrize(
    "client", [Groq(api_key="key"), AsyncGroq(api_key="key")], ids=["sync", "async"]
)
def test_the_wrappers_are_made_once(client: Groq | AsyncGroq) -> None:
    completions = client.chat.completions
    assert completions.with_raw_response is completions.with_raw_response
    assert client.chat.with_raw_response.completions is completions.with_raw_response
    assert client.chat.with_streaming_response.completions is completions.with_streaming_response


PATHS = [
    "audio",
    "audio.speech",
    "audio.transcriptions",
    "audio.translations",
    "batches",
    "chat",
    "chat.completions",
    "embeddings",
    "files",
    "models",
    "responses",
]


@pytest.mark.parametrize("kind", ["with_raw_response", "with_streaming_response"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "client", [Groq(api_key="key"), AsyncGroq(api_key="key")], ids=["sync", "async"]
)
def test_a_wrapper_has_the_methods_and_parts_of_its_resource(
    client: Groq | AsyncGroq, path: str, kind: str
) -> None:
    resource = attrgetter(path)(client)
    wrapper = getattr(resource, kind)
    # It can be asked for at the client, too.
    assert type(attrgetter(f"{kind}.{path}")(client)) is type(wrapper)
    names = [name for name in dir(wrapper) if not name.startswith("_")]
    assert names
    for name in names:
        if f"{path}.{name}" in PATHS:
            assert type(getattr(wrapper, name)) is type(getattr(getattr(resource, name), kind))
        else:
            wrapped, method = getattr(wrapper, name), getattr(resource, name)
            assert list(parameters_of(wrapped)) == list(parameters_of(method))


@pytest.mark.parametrize("model", ["", ".", "..", "%2e%2E"])
def test_a_path_parameter_that_leads_elsewhere_is_refused(model: str) -> None:
    with Groq(api_key="key") as client, pytest.raises(ValueError, match="for `model`"):
        client.models.retrieve(model)


def test_the_resources_load_no_model() -> None:
    program = (
        "import groq.resources.chat.completions, groq.resources.responses, sys; print(*sys.modules)"
    )
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert "pydantic.main" not in loaded
    assert not [name for name in loaded if name.startswith("groq.types.chat.")]


@pytest.mark.parametrize("accept", ["Accept", "accept"])
def test_a_caller_can_ask_for_another_kind_of_audio(accept: str) -> None:
    seen: list[str | None] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("accept"))
        return httpx.Response(200, content=b"OggS")

    transport = httpx.MockTransport(handler)
    with Groq(api_key="key", http_client=httpx.Client(transport=transport)) as client:
        answer = client.audio.speech.create(
            input="Hello.", model="m", voice="v", extra_headers={accept: "audio/ogg"}
        )
        assert answer.read() == b"OggS"
    assert seen == ["audio/ogg"]

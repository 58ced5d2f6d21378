"""`groq.cost` and `groq.total_usage`: what answers cost, counted by hand beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import groq
from groq._catalog import RETIRED
from groq.testing import LocalServer
from groq.types import CreateEmbeddingResponse, Model
from groq.types.audio import Transcription
from groq.types.chat import ChatCompletion, ChatCompletionChunk
from groq.types.responses import Response

USAGE: dict[str, Any] = {
    "prompt_tokens": 1_000_000,
    "completion_tokens": 200_000,
    "total_tokens": 1_200_000,
    "total_time": 0.5,
    "prompt_tokens_details": {"cached_tokens": 400_000},
}


def completion(**changed: Any) -> ChatCompletion:
    answer: dict[str, Any] = {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "openai/gpt-oss-120b",
        "choices": [],
        "usage": USAGE,
    }
    return ChatCompletion.construct(**{**answer, **changed})


def test_cached_tokens_have_a_price_of_their_own() -> None:
    # 600,000 at 0.15, 400,000 at 0.075 and 200,000 at 0.60 a million.
    assert groq.cost(completion()) == Decimal("0.09") + Decimal("0.03") + Decimal("0.12")


def test_a_batch_costs_half_and_the_cache_takes_nothing_off_it() -> None:
    assert groq.cost(completion(), is_batch=True) == (Decimal("0.15") + Decimal("0.12")) / 2


def test_a_cached_token_without_a_price_costs_the_input_price() -> None:
    assert groq.cost(completion(model="qwen/qwen3.8-27b")) == Decimal("0.80") + Decimal("0.80")


def test_the_cost_of_a_stream_is_that_of_its_last_chunk() -> None:
    chunk = ChatCompletionChunk.construct(
        id="c", model="openai/gpt-oss-20b", choices=[], x_groq={"usage": USAGE}
    )
    assert groq.cost(chunk) == groq.cost(completion(model="openai/gpt-oss-20b"))


def test_speech_of_any_length_costs_its_characters(groq_server: LocalServer) -> None:
    text = "We came to the river. " * 20
    speech = groq_server.client().audio.speech.create_long(
        model="canopylabs/orpheus-v1-english", voice="hannah", input=text
    )
    sent = [request.json()["input"] for request in groq_server.requests]
    assert len(sent) > 1
    assert groq.cost(speech) == sum(map(len, sent)) * Decimal(22) / 1_000_000


@pytest.mark.parametrize("value", [None, "An answer", {"usage": USAGE}])
def test_the_cost_of_something_else_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=f"answer of the API but received {type(value).__name__}"):
        groq.cost(value)


def test_a_response_costs_the_same_as_a_completion() -> None:
    response = Response.construct(
        id="r",
        model="openai/gpt-oss-120b",
        output=[],
        usage={
            "input_tokens": 1_000_000,
            "output_tokens": 200_000,
            "total_tokens": 1_200_000,
            "input_tokens_details": {"cached_tokens": 400_000},
        },
    )
    assert groq.cost(response) == groq.cost(completion())


def test_calls_of_tools_that_the_server_runs_are_counted() -> None:
    tools = [
        {"index": i, "type": kind, "arguments": "{}"}
        for i, kind in enumerate(["browser.search", "browser.open", "python"])
    ]
    message = {"role": "assistant", "content": "x", "executed_tools": tools}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    assert groq.cost(completion(choices=[choice])) == groq.cost(completion()) + Decimal("0.006")


def test_each_model_of_a_system_has_its_price() -> None:
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 1_000_000}
    models = ["openai/gpt-oss-120b", "openai/gpt-oss-20b"]
    parts = [{"model": model, "usage": usage} for model in models]
    answer = completion(model="a system", usage_breakdown={"models": parts})
    assert groq.cost(answer) == Decimal("0.15") + Decimal("0.075")


def test_prices_of_the_api_come_before_those_of_the_table() -> None:
    pricing = {"prompt": "0.000001", "completion": "0.000002", "input_cache_read": "0"}
    listed = Model.construct(id="openai/gpt-oss-120b", pricing=pricing)
    assert groq.cost(completion(), prices=[listed]) == Decimal("0.6") + Decimal("0.4")
    other = Model.construct(id="another")
    assert groq.cost(completion(), prices=[other]) == groq.cost(completion())


@pytest.mark.parametrize(("seconds", "counted"), [(3600, 3600), (2.5, 10)])
def test_a_recording_costs_its_seconds_and_ten_at_least(seconds: float, counted: int) -> None:
    answer = Transcription.construct(text="Hello", duration=seconds)
    assert groq.cost(answer, model="whisper-large-v3") == counted * Decimal("0.111") / 3600
    assert groq.cost(
        Transcription(text="Hello"), model="whisper-large-v3", seconds=seconds
    ) == groq.cost(answer, model="whisper-large-v3")


def test_speech_costs_its_characters(groq_server: LocalServer) -> None:
    client = groq_server.client()
    speech = client.audio.speech.create(
        model="canopylabs/orpheus-v1-english", voice="hannah", input="Hello!", response_format="wav"
    )
    assert groq.cost(speech) == 6 * Decimal("0.000022")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (completion(usage=None), "has no usage"),
        (completion(model="mine"), "no price for 'mine'"),
        (Transcription(text="Hello"), "pass `model`"),
        (CreateEmbeddingResponse.construct(model="m", data=[], usage={}), "no price for 'm'"),
    ],
)
def test_an_unknown_cost_is_an_error(answer: Any, says: str) -> None:
    with pytest.raises(groq.GroqError, match=says):
        groq.cost(answer)
    with pytest.raises(groq.GroqError, match="verbose_json"):
        groq.cost(Transcription(text="Hello"), model="whisper-large-v3")


def test_the_cost_of_a_result_is_that_of_its_answer() -> None:
    assert groq.cost(groq.BatchResult("1", completion=completion())) == groq.cost(completion())
    assert groq.cost(groq.BatchResult("1")) == 0


def test_usage_adds_up_with_its_details() -> None:
    total = groq.total_usage([completion(), completion(), completion(usage=None)])
    assert total.total_tokens == 2_400_000
    assert total.total_time == 1.0
    assert total.prompt_tokens_details and total.prompt_tokens_details.cached_tokens == 800_000
    assert groq.total_usage([]).total_tokens == 0


HINTS = {
    "llama-3.1-8b-instant": "use `openai/gpt-oss-20b`",
    "groq/compound": "client.models.list()",
    "llama3-70b-8192": "https://console.groq.com/docs/deprecations",
    "mixtral-8x7b-32768": "client.models.list()",
}


@pytest.mark.parametrize("model", HINTS)
@pytest.mark.parametrize("code", ["model_decommissioned", "model_not_found"])
def test_an_error_for_a_retired_model_names_its_replacement(
    groq_server: LocalServer, model: str, code: str
) -> None:
    error = {"message": f"The model `{model}` has been decommissioned.", "code": code}
    groq_server.fail(400, error=error)
    with pytest.raises(groq.BadRequestError) as raised:
        groq_server.client().models.list()
    assert raised.value.hint and HINTS[model] in raised.value.hint
    assert raised.value.message == f"Error code: 400 - {{'error': {error}}}"
    notes: list[str] = getattr(raised.value, "__notes__", [raised.value.hint])
    assert notes == [raised.value.hint]


def test_a_model_that_the_server_calls_retired_has_a_hint(groq_server: LocalServer) -> None:
    message = "The model `new/model` has been decommissioned and is no longer supported."
    groq_server.fail(400, error={"message": message, "code": "model_decommissioned"})
    with pytest.raises(groq.BadRequestError) as raised:
        groq_server.client().models.list()
    assert raised.value.hint and raised.value.hint.startswith("`new/model` is gone")


@pytest.mark.parametrize("model", sorted(RETIRED))
def test_the_local_server_has_retired_the_same_models(model: str) -> None:
    with LocalServer(pace=0) as server, pytest.raises(groq.APIStatusError) as raised:
        server.client().chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Hi"}]
        )
    assert raised.value.code == "model_decommissioned"
    assert raised.value.hint


def test_a_model_without_its_prefix_has_a_hint_at_its_full_name() -> None:
    with LocalServer(pace=0) as server, pytest.raises(groq.NotFoundError) as raised:
        server.client().chat.completions.create(
            model="gpt-oss-20b", messages=[{"role": "user", "content": "Hi"}]
        )
    assert raised.value.hint == "did you mean `openai/gpt-oss-20b`?"


def test_other_errors_have_no_hint(groq_server: LocalServer) -> None:
    groq_server.fail(
        404, error={"message": "The model `x` does not exist", "code": "model_not_found"}
    )
    with pytest.raises(groq.NotFoundError) as raised:
        groq_server.client().models.list()
    assert raised.value.hint is None

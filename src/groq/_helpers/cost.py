"""`cost` and `total_usage`: the cost of answers, in US dollars and in tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pydantic

from .. import types
from .._catalog import LEAST_SECONDS, PRICES, TOOL_PRICES, Price
from .._exceptions import GroqError
from .._response import AsyncBinaryAPIResponse, BinaryAPIResponse
from .._types import is_mapping
from ..types.audio.long_speech import LongSpeech
from .batches import BatchResult

if TYPE_CHECKING:
    from typing import TypeAlias

    from ..types.audio import Transcription, Translation
    from ..types.chat import ChatCompletion, ChatCompletionChunk
    from ..types.responses import Response

    Answer: TypeAlias = (
        ChatCompletion
        | ChatCompletionChunk
        | Response
        | Transcription
        | Translation
        | types.CreateEmbeddingResponse
        | BinaryAPIResponse
        | AsyncBinaryAPIResponse
        | LongSpeech
        | BatchResult
    )


def cost(
    answer: Answer,
    *,
    model: str | None = None,
    seconds: float | None = None,
    is_batch: bool = False,
    prices: types.ModelListResponse | Iterable[types.Model] | None = None,
) -> Decimal:
    """Return the cost of an answer, in US dollars.

    It includes the tokens of the prompt, with the price of cached ones, and of the completion, the
    seconds of a recording, the spoken characters, and the calls of built-in tools. Prices that an
    enterprise has negotiated are not known.

    Args:
        answer: A complete answer, or the last chunk of a stream, which has the usage.
        model: The model, if the answer does not name it, as that of a transcription.
        seconds: The length of the recording, which only `verbose_json` answers have.
        is_batch: Whether it is from a batch, which costs half, without a discount for the cache.
        prices: The models with their prices, `client.models.list()`; the default, also for missing
            prices, is a table in this package.

    Raises:
        GroqError: The answer has no usage, or there is no price for its model.
        TypeError: It is not an answer.

    Source: https://groq.com/pricing
    """
    if isinstance(answer, BatchResult):
        if answer.answer is None:
            return Decimal(0)  # failed requests are not billed
        answer = answer.answer
    if isinstance(answer, LongSpeech):
        total = answer.characters * _price(model or answer.model, {}).character
    elif isinstance(answer, (BinaryAPIResponse, AsyncBinaryAPIResponse)):
        total = _speech_cost(answer)
    elif not isinstance(answer, pydantic.BaseModel):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers need not check types
        raise TypeError(f"Expected an answer of the API but received {type(answer).__name__}")
    elif hasattr(answer, "text") and not hasattr(answer, "usage"):
        total = _recording_cost(answer, model, seconds)
    else:
        total = _token_cost(answer, model, _listed_prices(prices), is_batch=is_batch)
    return total / 2 if is_batch else total


def total_usage(answers: Iterable[ChatCompletion | ChatCompletionChunk]) -> types.CompletionUsage:
    """Return the summed usage of several answers; those without usage count as 0."""
    total: dict[str, Any] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    for answer in answers:
        usage = usage_of(answer)
        if usage is not None:
            _add(total, usage.to_dict(warnings=False))
    return types.CompletionUsage.model_validate(total)


def _add(total: dict[str, Any], usage: Mapping[str, Any]) -> None:
    for name, value in usage.items():
        if is_mapping(value):
            _add(total.setdefault(name, {}), value)
        elif isinstance(value, (int, float)):
            total[name] = total.get(name, 0) + value


def _token_cost(
    answer: Any, model: str | None, listed: Mapping[str, Price], *, is_batch: bool
) -> Decimal:
    used: list[tuple[str, Any]] = [(model or answer.model, usage_of(answer))]
    parts: Any = getattr(getattr(answer, "usage_breakdown", None), "models", None)
    if parts:  # a compound system, which calls several models
        used = [(part.model, part.usage) for part in parts]
    total = _tool_cost(answer)
    for name, usage in used:
        if usage is None:
            raise GroqError("The answer has no usage; the last chunk of a stream has it")
        price = _price(name, listed)
        # The Responses API has other names for the same fields.
        prompt = _count(usage, "prompt_tokens", "input_tokens")
        completion = _count(usage, "completion_tokens", "output_tokens")
        details: Any = getattr(usage, "prompt_tokens_details", None)
        details = details or getattr(usage, "input_tokens_details", None)
        cached = 0 if is_batch or details is None else _count(details, "cached_tokens")
        cached_price = price.prompt if price.cached is None else price.cached
        total += (prompt - cached) * price.prompt + cached * cached_price
        total += completion * price.completion
    return total


def _tool_cost(answer: Any) -> Decimal:
    total = Decimal(0)
    choices: Any = getattr(answer, "choices", None) or []
    for choice in choices:
        executed: Any = getattr(getattr(choice, "message", None), "executed_tools", None) or []
        for tool in executed:
            total += TOOL_PRICES.get(tool.type, Decimal(0))
    return total


def _recording_cost(answer: Any, model: str | None, seconds: float | None) -> Decimal:
    if model is None:
        raise GroqError("A transcription does not name its model; pass `model`")
    length = getattr(answer, "duration", None) if seconds is None else seconds
    if length is None:
        raise GroqError(
            "The answer does not have the length of the recording; pass `seconds`, or ask for "
            "response_format='verbose_json'"
        )
    return max(Decimal(str(length)), Decimal(LEAST_SECONDS)) * _price(model, {}).second


def _speech_cost(answer: BinaryAPIResponse | AsyncBinaryAPIResponse) -> Decimal:
    request = json.loads(answer.http_request.content)
    return len(request["input"]) * _price(request["model"], {}).character


def usage_of(answer: Any) -> Any:
    """Return the usage in an answer or in the last chunk of a stream; `None` without it."""
    usage = getattr(answer, "usage", None)
    if usage is None:  # the last chunk of a stream has it in `x_groq`
        usage = getattr(getattr(answer, "x_groq", None), "usage", None)
    return usage


def _count(holder: Any, *names: str) -> int:
    counts: list[object] = [getattr(holder, name, None) for name in names]
    return next((count for count in counts if isinstance(count, int)), 0)


def _listed_prices(
    models: types.ModelListResponse | Iterable[types.Model] | None,
) -> dict[str, Price]:
    """Return the prices that the API lists, as text in dollars per token."""
    prices: dict[str, Price] = {}
    each: Any = getattr(models, "data", models) or []
    for model in each:
        pricing: Any = getattr(model, "pricing", None)
        if pricing and "prompt" in pricing and "completion" in pricing:
            cached = pricing.get("input_cache_read")
            prices[model.id] = Price(
                prompt=Decimal(pricing["prompt"]),
                completion=Decimal(pricing["completion"]),
                cached=None if cached is None else Decimal(cached),
            )
    return prices


def _price(model: str, listed: Mapping[str, Price]) -> Price:
    price = listed.get(model) or PRICES.get(model)
    if price is None:
        raise GroqError(f"There is no price for {model!r}; pass prices=client.models.list()")
    return price

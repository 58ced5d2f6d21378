"""Calls of one contender under limits, in an environment of its own: `limits` runs it.

    python limits_contender.py NAME URL COUNT

A contender that needs to know the limit gets the right one.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

MODEL = "openai/gpt-oss-20b"
MESSAGES: Any = [{"role": "user", "content": "Is this spam? Yes or no."}]
LIMIT, WINDOW = 100, 5.0
A_MINUTE = round(LIMIT * 60 / WINDOW)


async def this(url: str, count: int) -> int:
    """Start all calls at once, with a limiter that knows no limits."""
    from groq import AsyncGroq, RateLimiter

    async with AsyncGroq(base_url=url, api_key="local", limiter=RateLimiter()) as client:
        return await at_once(client.chat.completions.create, count)


async def groq(url: str, count: int) -> int:
    """Start all calls at once, with the retries of the client."""
    from groq import AsyncGroq

    async with AsyncGroq(base_url=url, api_key="local") as client:
        return await at_once(client.chat.completions.create, count)


async def openai(url: str, count: int) -> int:
    """Start all calls at once, with the retries of the client."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=f"{url}/openai/v1", api_key="local") as client:
        return await at_once(client.chat.completions.create, count)


async def semaphore(url: str, count: int) -> int:
    """Run ten calls at a time."""
    from groq import AsyncGroq

    room = asyncio.Semaphore(10)
    async with AsyncGroq(base_url=url, api_key="local") as client:

        async def create(**arguments: Any) -> Any:
            async with room:
                return await client.chat.completions.create(**arguments)

        return await at_once(create, count)


async def async_batch_llm(url: str, count: int) -> int:
    """Run a batch with the given requests per minute."""
    from async_batch_llm import (
        OpenAIErrorClassifier,
        OpenAIModel,
        OpenAIStrategy,
        ProcessorConfig,
        process_prompts,
    )
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=f"{url}/openai/v1", api_key="local", max_retries=0)
    model = OpenAIModel(MODEL, client, api_surface="chat_completions")
    result = await process_prompts(
        OpenAIStrategy(model),
        [MESSAGES[0]["content"]] * count,
        config=ProcessorConfig(
            concurrency=50, max_requests_per_minute=A_MINUTE, quota_burst_seconds=WINDOW
        ),
        error_classifier=OpenAIErrorClassifier(),
    )
    return sum(not each.success for each in result.results)


async def lm_deluge(url: str, count: int) -> int:
    """Process prompts with a client that has the given requests per minute."""
    from lm_deluge import LLMClient
    from lm_deluge.models import register_model

    os.environ["LOCAL_KEY"] = "local"
    register_model(
        id="local",
        name=MODEL,
        api_base=f"{url}/openai/v1",
        api_key_env_var="LOCAL_KEY",
        api_spec="openai",
        provider="groq",
    )
    client = LLMClient(
        "local", max_requests_per_minute=A_MINUTE, max_tokens_per_minute=10**9, progress="manual"
    )
    prompts = [MESSAGES[0]["content"]] * count
    answers = await client.process_prompts_async(prompts, show_progress=False)
    return sum(each is None or bool(each.is_error) for each in answers)


async def litellm(url: str, count: int) -> int:
    """Use a router with the given requests per minute."""
    from litellm import Router

    parameters = {
        "model": f"openai/{MODEL}",
        "api_base": f"{url}/openai/v1",
        "api_key": "local",
        "rpm": A_MINUTE,
    }
    router = Router(
        model_list=[{"model_name": "m", "litellm_params": parameters}],
        num_retries=5,
        optional_pre_call_checks=["enforce_model_rate_limits"],
    )

    async def create(**arguments: Any) -> Any:
        return await router.acompletion(**{**arguments, "model": "m"})

    return await at_once(create, count)


async def at_once(create: Callable[..., Awaitable[Any]], count: int) -> int:
    """Start all calls at once; return how many fail."""
    calls = [create(model=MODEL, messages=MESSAGES) for _ in range(count)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    return sum(isinstance(result, BaseException) for result in results)


if __name__ == "__main__":
    name, url, count = sys.argv[1:]
    sys.stdout, out = sys.stderr, sys.stdout  # some of them print
    print(json.dumps(asyncio.run(globals()[name](url, int(count)))), file=out)

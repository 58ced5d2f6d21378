"""A pydantic-ai agent chats, streams and calls a tool through this client, on either library."""

from __future__ import annotations

import asyncio

import httpx2
from pydantic_ai import Agent, ModelAPIError
from pydantic_ai.models.groq import GroqModel
from pydantic_ai.providers.groq import GroqProvider
from pydantic_ai.retries import (
    AsyncHTTPX2TenacityTransport,
    HTTPX2TenacityTransport,
    RetryConfig,
)
from tenacity import retry_if_exception_type, stop_after_attempt

from groq import APIConnectionError, Groq
from groq.testing import LocalServer, Reply, ToolCall


async def talk(server: LocalServer, provider: GroqProvider) -> None:
    agent = Agent(GroqModel("openai/gpt-oss-20b", provider=provider))

    @agent.tool_plain
    def weather(city: str) -> str:
        return f"Sun in {city}."

    server.reply("Hello there.")
    assert (await agent.run("Hi")).output == "Hello there."

    server.reply("One two three.")
    async with agent.run_stream("Count") as streamed:
        pieces = [piece async for piece in streamed.stream_text(delta=True, debounce_by=None)]
    assert "".join(pieces) == "One two three."

    server.reply(Reply(tool_calls=[ToolCall("weather", {"city": "Oslo"})]))
    server.reply("It is sunny.")
    assert (await agent.run("The weather in Oslo?")).output == "It is sunny."
    assert b"Sun in Oslo." in server.last_request.body


async def retry(server: LocalServer) -> None:
    """Have the transport repeat what fails, and see the last failure with its cause."""
    transport = AsyncHTTPX2TenacityTransport(
        RetryConfig(
            retry=retry_if_exception_type(httpx2.HTTPStatusError),
            stop=stop_after_attempt(3),
            reraise=True,
        ),
        validate_response=httpx2.Response.raise_for_status,
    )
    async with httpx2.AsyncClient(transport=transport) as http_client:
        provider = GroqProvider(api_key="k", base_url=server.url, http_client=http_client)
        server.reply_with_bytes(b"{}", status=503, times=2)
        await talk(server, provider)
        assert len(server.requests) == 4 + 2

        server.reply_with_bytes(b"{}", status=503, times=None)
        agent = Agent(GroqModel("openai/gpt-oss-20b", provider=provider))
        failed = None
        try:
            await agent.run("Hi")
        except ModelAPIError as error:
            failed = error.__cause__
        assert isinstance(failed, APIConnectionError)
        assert isinstance(failed.__cause__, httpx2.HTTPStatusError)


def retry_in_threads(server: LocalServer) -> None:
    """Do the same with the synchronous transport, which agents do not use."""
    transport = HTTPX2TenacityTransport(
        RetryConfig(
            retry=retry_if_exception_type(httpx2.HTTPStatusError),
            stop=stop_after_attempt(3),
            reraise=True,
        ),
        validate_response=httpx2.Response.raise_for_status,
    )
    with httpx2.Client(transport=transport) as http_client:
        client = Groq(api_key="k", base_url=server.url, http_client=http_client, max_retries=1)
        server.reply_with_bytes(b"{}", status=503, times=2)
        assert client.models.list().data
        assert len(server.requests) == 3
        server.reply_with_bytes(b"{}", status=503, times=None)
        failed = None
        try:
            client.models.list()
        except APIConnectionError as error:
            failed = error.__cause__
        assert isinstance(failed, httpx2.HTTPStatusError)
        assert len(server.requests) == 3 + 2 * 3


async def main() -> None:
    async with LocalServer(pace=0) as server, server.async_client() as client:
        await talk(server, GroqProvider(groq_client=client))
    async with LocalServer(pace=0) as server, httpx2.AsyncClient() as http_client:
        await talk(server, GroqProvider(api_key="k", base_url=server.url, http_client=http_client))
        assert server.accepted_connections == 1
    async with LocalServer(pace=0) as server:
        await retry(server)


asyncio.run(main())
with LocalServer(pace=0) as local:
    retry_in_threads(local)

"""How `chat.completions.run_tools` calls functions: in order, at the same time, and cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from groq import (
    FunctionTool,
    function_tool,
)
from groq.testing import LocalServer, ToolCall
from tooling import calling, get_time, get_weather, results, run
from twins import MESSAGES, MODEL, Twin


def test_calls_of_a_sync_client_run_in_order_in_the_thread_that_iterates(
    groq_server: LocalServer,
) -> None:
    seen: list[tuple[str, int]] = []

    @function_tool
    def tool(name: str) -> None:
        seen.append((name, threading.get_ident()))

    groq_server.reply(calling(*(ToolCall("tool", {"name": name}) for name in "abc")))
    with groq_server.client() as client:
        client.chat.completions.run_tools(model=MODEL, messages=MESSAGES, tools=[tool]).until_done()
    assert seen == [(name, threading.get_ident()) for name in "abc"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_sync_client_refuses_async_tools(groq_server: LocalServer, stream: bool) -> None:
    with groq_server.client() as client, pytest.raises(TypeError, match="run it with `AsyncGroq`"):
        client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[get_time], stream=stream
        )


@pytest.mark.anyio
async def test_calls_of_an_async_client_run_at_the_same_time(groq_server: LocalServer) -> None:
    # Each waits for the others, so that none returns if they run one after the other.
    arrived = {name: anyio.Event() for name in "ab"}
    in_thread = threading.Event()
    loop_thread = threading.get_ident()

    @function_tool
    async def meet(name: str, other: str) -> str:
        arrived[name].set()
        await arrived[other].wait()
        await anyio.to_thread.run_sync(in_thread.wait, 30)
        return name

    @function_tool
    def block() -> bool:
        in_thread.set()
        return threading.get_ident() != loop_thread

    groq_server.reply(
        calling(
            ToolCall("meet", {"name": "a", "other": "b"}),
            ToolCall("block"),
            ToolCall("meet", {"name": "b", "other": "a"}),
        )
    )
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[meet, block]
        )
        with anyio.fail_after(60):
            await runner.until_done()
    assert results(groq_server) == ["a", "true", "b"]


def test_an_awaitable_result_of_a_plain_function_is_awaited(
    twin: Twin, groq_server: LocalServer
) -> None:
    async def slowly() -> str:
        await anyio.lowlevel.checkpoint()
        return "slow"

    @function_tool
    def tool() -> Any:
        return slowly()

    groq_server.reply(calling(ToolCall("tool")))
    groq_server.reply("Done.")
    runner = run(twin, groq_server, tool)
    if twin.is_async:
        twin.do(runner.until_done)
        assert results(groq_server) == ["slow"]
    else:
        with pytest.raises(TypeError, match="received coroutine, which is to be awaited"):
            runner.until_done()


@pytest.mark.anyio
async def test_the_result_of_an_async_generator_is_a_list(groq_server: LocalServer) -> None:
    @function_tool
    async def tool() -> AsyncIterator[int]:
        for number in range(3):
            await anyio.lowlevel.checkpoint()
            yield number

    groq_server.reply(calling(ToolCall("tool")))
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        await client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[tool]
        ).until_done()
    assert results(groq_server) == ["[0,1,2]"]


@function_tool
def cancelled() -> None:
    """Stand for a tool that waits for a task which is cancelled."""
    raise asyncio.CancelledError


@function_tool
async def cancelled_async() -> None:
    """Stand for such a tool that is awaited."""
    raise asyncio.CancelledError


@pytest.mark.parametrize("tool", [cancelled, cancelled_async], ids=lambda tool: tool.name)
def test_a_tool_that_is_cancelled_by_itself_is_an_error_for_the_model(
    groq_server: LocalServer, tool: FunctionTool[[], Any]
) -> None:
    async def main() -> None:
        async with groq_server.async_client() as client:
            await client.chat.completions.run_tools(
                model=MODEL, messages=MESSAGES, tools=[tool, get_time]
            ).until_done()

    groq_server.reply(calling(ToolCall(tool.name), ToolCall("get_time", {"city": "Oslo"})))
    groq_server.reply("Done.")
    asyncio.run(main())
    assert results(groq_server) == [f"Error: The tool {tool.name!r} was cancelled", "noon in Oslo"]


def test_a_tool_that_is_cancelled_by_itself_does_not_end_a_run_without_a_loop(
    groq_server: LocalServer,
) -> None:
    groq_server.reply(calling(ToolCall("cancelled"), ToolCall("get_weather", {"city": "Oslo"})))
    groq_server.reply("Done.")
    with groq_server.client() as client:
        client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[cancelled, get_weather]
        ).until_done()
    assert results(groq_server)[0] == "Error: The tool 'cancelled' was cancelled"
    assert len(results(groq_server)) == 2


@pytest.mark.anyio
async def test_the_number_of_simultaneous_calls_is_limited(groq_server: LocalServer) -> None:
    running = most = 0

    @function_tool
    async def tool() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await anyio.lowlevel.checkpoint()
        running -= 1

    groq_server.reply(calling(*[ToolCall("tool")] * 500))
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        await client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[tool], max_concurrency=7
        ).until_done()
    assert most == 7
    assert len(results(groq_server)) == 500


@pytest.mark.anyio
async def test_calls_that_were_made_are_not_made_again_after_an_error(
    groq_server: LocalServer,
) -> None:
    called: list[str] = []
    in_thread = threading.Event()
    failures = iter([LookupError("once")])

    @function_tool
    async def quick() -> None:
        called.append("quick")

    @function_tool
    def slow() -> str:
        called.append("slow")
        in_thread.set()
        return "slow"

    @function_tool
    async def fail_once() -> str:
        await anyio.to_thread.run_sync(in_thread.wait, 30)
        for failure in failures:
            raise failure
        return "fine"

    groq_server.reply(calling(ToolCall("quick"), ToolCall("slow"), ToolCall("fail_once")))
    groq_server.reply("Done.")
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[quick, slow, fail_once], on_tool_error="raise"
        )
        with pytest.raises(LookupError):
            await runner.until_done()
        await runner.until_done()
    assert sorted(called) == ["quick", "slow"]
    assert results(groq_server) == ["null", "slow", "fine"]


@pytest.mark.anyio
async def test_an_error_that_ends_the_run_cancels_the_other_calls(
    groq_server: LocalServer,
) -> None:
    started = anyio.Event()
    ended: list[str] = []

    @function_tool
    async def wait() -> None:
        try:
            started.set()
            await anyio.sleep_forever()
        finally:
            ended.append("wait")

    @function_tool
    async def fail_then() -> None:
        await started.wait()
        raise LookupError("no")

    groq_server.reply(calling(ToolCall("wait"), ToolCall("fail_then")))
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[wait, fail_then], on_tool_error="raise"
        )
        with pytest.raises(LookupError):
            await runner.until_done()
    assert ended == ["wait"]


@pytest.mark.anyio
async def test_a_cancelled_run_leaves_no_task_and_no_thread(groq_server: LocalServer) -> None:
    ended: list[str] = []
    in_thread = threading.Event()

    @function_tool
    def work() -> None:
        in_thread.set()
        may_end.wait(30)
        ended.append("work")

    @function_tool
    async def wait() -> None:
        try:
            await anyio.to_thread.run_sync(in_thread.wait, 30)
            scope.cancel()
            await anyio.sleep_forever()
        finally:
            ended.append("wait")
            may_end.set()

    may_end = threading.Event()
    groq_server.reply(calling(ToolCall("wait"), ToolCall("work")))
    async with groq_server.async_client() as client:
        runner = client.chat.completions.run_tools(
            model=MODEL, messages=MESSAGES, tools=[wait, work]
        )
        with anyio.CancelScope() as scope:
            await runner.until_done()
    assert ended == ["wait", "work"]
    assert len(groq_server.requests) == 1

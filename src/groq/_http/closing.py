"""Work on an event loop that is finished whoever has been collected or cancelled."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

_closing: set[object] = set()
"""Tasks that close a connection; the event loop holds only weak references to them."""


def closer(aclose: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], object]:
    """Return a function that calls `aclose` soon on the running event loop, from any thread.

    Without a running loop it does nothing: the sockets are closed already.
    """
    import sniffio

    try:
        event_loop = sniffio.current_async_library()
    except sniffio.AsyncLibraryNotFoundError:
        return lambda: None
    if event_loop == "trio":
        import trio.lowlevel

        token = trio.lowlevel.current_trio_token()
        return lambda: token.run_sync_soon(trio.lowlevel.spawn_system_task, aclose)

    import asyncio

    loop = asyncio.get_running_loop()

    def close() -> None:
        task = loop.create_task(aclose())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    return lambda: loop.is_closed() or loop.call_soon_threadsafe(close)


async def finish(action: Coroutine[Any, Any, None]) -> None:
    """Await a coroutine on asyncio to its end, even if the task that awaits it is cancelled.

    A shielded scope of anyio does not stop asyncio's own `Task.cancel`. If the coroutine fails as
    well, its exception is the cause of the cancellation.
    """
    import asyncio

    task = asyncio.ensure_future(action)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from None if task.cancelled() else task.exception()
    task.result()

"""Tasks of the running event loop, asyncio's or trio's, that outlive the function that starts them.

A task group must be left by the task that entered it, which cannot be required of a consumer that
leaves a loop over results early.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import sniffio

if TYPE_CHECKING:
    import anyio


class Tasks:
    """Tasks that are started and cancelled from anywhere in their event loop."""

    def __init__(self) -> None:
        self._running: set[Any] = set()
        self._is_trio: bool | None = None
        self._ended: anyio.Event | None = None

    def start(self, function: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
        """Start a task, whose function handles its own errors."""
        if self._is_trio is None:
            self._is_trio = sniffio.current_async_library() == "trio"
        if self._is_trio:
            import trio

            scope = trio.CancelScope()
            self._running.add(scope)
            context = contextvars.copy_context()
            trio.lowlevel.spawn_system_task(self._in_scope, scope, function, *args, context=context)
        else:
            task = asyncio.get_running_loop().create_task(self._in_task(function, *args))
            if not task.done():  # an eager task may be
                self._running.add(task)

    async def _in_task(self, function: Callable[..., Awaitable[None]], *args: Any) -> None:
        try:
            await function(*args)
        finally:
            # A callback of the task would be another turn of the event loop.
            self._running.discard(asyncio.current_task())

    async def _in_scope(
        self, scope: Any, function: Callable[..., Awaitable[None]], *args: Any
    ) -> None:
        try:
            with scope:
                await function(*args)
        finally:
            self._running.discard(scope)
            if not self._running and self._ended is not None:
                self._ended.set()

    def cancel(self) -> None:
        """Cancel the running tasks; `wait` waits for their end."""
        for each in list(self._running):
            each.cancel()

    async def wait(self) -> None:
        """Wait until all tasks have ended; none may be started any more."""
        import anyio

        with anyio.CancelScope(shield=True):
            if self._running and self._is_trio:
                self._ended = self._ended or anyio.Event()
                await self._ended.wait()
            elif self._running:
                await asyncio.wait(self._running)

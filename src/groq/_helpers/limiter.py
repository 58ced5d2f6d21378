"""`RateLimiter`: keeps calls within the rate limits of the API, which it learns from responses.

`limits` decides when a request may be sent, and `estimates` what it will cost; neither waits nor
reads a clock. `limiter_state` keeps them, in memory or in a store. `limiter_call` follows a call
from its reservation to its response, and `limiter_queue` has the calls that wait, in threads, in
tasks of any event loop, or both.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _library as library
from .._http.options import FinalRequestOptions
from .._types import is_mapping
from .limiter_call import Call, Wait, async_send_in_turn, send_in_turn
from .limiter_queue import Queue
from .limiter_state import MemoryState, Settings, StoredState
from .limiter_stores import SQLiteStore, Store

if TYPE_CHECKING:
    import httpx


class RateLimiter:
    """Delays calls to stay within the rate limits of the API, so that none is refused.

        client = Groq(limiter=RateLimiter())

    It learns the limits of each model from the headers of responses and from refusals: a limit that
    no header shows is exceeded once. A call reserves its prompt and its `max_completion_tokens`,
    and returns what it did not use. Calls are sent in order of arrival. Waiting counts towards a
    client's `deadline`, but not towards a `timeout`. One limiter can serve several clients, in
    threads and in tasks.

    Args:
        requests_per_minute: Requests per minute, for each model. Like all other limits, it is
            learnt if it is not given.
        requests_per_day: Requests per day, for each model.
        tokens_per_minute: Tokens of prompts and completions per minute, for each model.
        tokens_per_day: Tokens of prompts and completions per day, for each model.
        input_tokens_per_minute: Tokens of prompts per minute, for each model.
        output_tokens_per_minute: Tokens of completions per minute, for each model.
        audio_seconds_per_hour: Seconds of transcribed audio per hour, for each model.
        audio_seconds_per_day: Seconds of transcribed audio per day, for each model.
        path: A file that shares the limits between the processes of one machine, and keeps them
            between runs. It is an SQLite database, and does not hold the key.
        store: A store that shares the limits between machines, such as a `RedisStore`.
        share: The fraction of all limits to use, such as `1 / 16` on each of 16 machines that do
            not share a store; the default is 1.
        on_wait: A function that is called with a `Wait` when a call has to wait.

    Raises:
        ValueError: A limit is not above 0, a share is not in (0, 1], or both a path and a store
            are given.
        OSError: The file at `path` cannot be opened, or is not a database.

    Source: https://console.groq.com/docs/rate-limits
    """

    speed: ClassVar[float] = 1.0
    """The speed of the limiter's clock.

    Tests against a `LocalServer` with a faster clock use a subclass with the same speed.
    """

    def __init__(
        self,
        *,
        requests_per_minute: float | None = None,
        requests_per_day: float | None = None,
        tokens_per_minute: float | None = None,
        tokens_per_day: float | None = None,
        input_tokens_per_minute: float | None = None,
        output_tokens_per_minute: float | None = None,
        audio_seconds_per_hour: float | None = None,
        audio_seconds_per_day: float | None = None,
        path: str | os.PathLike[str] | None = None,
        store: Store | None = None,
        share: float = 1.0,
        on_wait: Callable[[Wait], object] | None = None,
    ) -> None:
        given = {
            "requests_per_minute": requests_per_minute,
            "requests_per_day": requests_per_day,
            "tokens_per_minute": tokens_per_minute,
            "tokens_per_day": tokens_per_day,
            "input_tokens_per_minute": input_tokens_per_minute,
            "output_tokens_per_minute": output_tokens_per_minute,
            "audio_seconds_per_hour": audio_seconds_per_hour,
            "audio_seconds_per_day": audio_seconds_per_day,
        }
        configured = {name: limit for name, limit in given.items() if limit is not None}
        for name, limit in configured.items():
            if not limit > 0:
                raise ValueError(f"Expected `{name}` to be above 0 but received {limit!r}")
        if not 0 < share <= 1:
            raise ValueError(f"Expected `share` to be in (0, 1] but received {share!r}")
        if path is not None and store is not None:
            raise ValueError("Expected either a `path` or a `store` but received both")
        self._settings: dict[str, Any] = {
            **configured,
            "path": path,
            "store": store,
            "share": share,
            "on_wait": on_wait,
        }
        self._limit_settings = Settings(configured, share, self.speed)
        self._store = store if path is None else SQLiteStore(path)
        self._on_wait = on_wait
        self._queues: dict[tuple[object, ...], Queue] = {}
        self._lock = threading.Lock()
        self._last_authorization = (b"", b"", b"")
        """The header of the last request."""

    def __reduce__(self) -> tuple[Any, ...]:
        # An unpickled limiter starts afresh, apart from what its file or store shares.
        return partial(type(self), **self._settings), ()

    def __repr__(self) -> str:
        given = ", ".join(
            f"{name}={value!r}"
            for name, value in self._settings.items()
            if value is not None and (name, value) != ("share", 1.0)
        )
        return f"{type(self).__name__}({given})"

    @property
    def waiting(self) -> int:
        """The number of calls that are waiting, in this process."""
        return sum(len(queue.waiters) for queue in list(self._queues.values()))

    def send(
        self,
        send: Callable[[], httpx.Response],
        request: httpx.Request,
        options: FinalRequestOptions,
    ) -> httpx.Response:
        """Call `send` when the limits allow it, and again if the request is refused.

        Raises:
            RequestTooLargeError: The request is larger than a limit.
            APITimeoutError: The client's deadline passes before its turn.
            GroqError: The store of the limits has failed.
        """
        call = self._call(request, options)
        return send() if call is None else send_in_turn(call, send)

    def async_send(
        self,
        send: Callable[[], Awaitable[httpx.Response]],
        request: httpx.Request,
        options: FinalRequestOptions,
    ) -> Awaitable[httpx.Response]:
        """Call `send` when the limits allow it, as the method `send` does."""
        call = self._call(request, options)
        return send() if call is None else async_send_in_turn(call, send)

    def _call(self, request: httpx.Request, options: FinalRequestOptions) -> Call | None:
        """Return the call of a request; `None` for a request without a model."""
        arguments: Mapping[str, Any] = options.json_data if is_mapping(options.json_data) else {}
        if options.extra_json:
            arguments = {**arguments, **options.extra_json}
        model = arguments.get("model")
        if not isinstance(model, str):
            return None
        if arguments.get("service_tier") == "flex":
            model += " flex"  # this tier has limits of its own
        name = (request.url.raw_host, self._authorization_of(request), model)
        queue = self._queues.get(name)
        if queue is None:
            with self._lock:
                queue = self._queues.setdefault(name, Queue(self._new_state(*name)))
        return Call(queue, arguments, request, options, self._on_wait)

    def _new_state(
        self, host: bytes, authorization: bytes, model: str
    ) -> MemoryState | StoredState:
        if self._store is None:
            return MemoryState(self._limit_settings)
        # A hash tells keys apart and does not reveal them.
        owner = hashlib.sha256(authorization).hexdigest()[:16]
        return StoredState(self._limit_settings, self._store, f"{host.decode()} {owner} {model}")

    def _authorization_of(self, request: httpx.Request) -> bytes:
        items, last = library.header_items(request.headers), self._last_authorization
        if last in items:  # nearly always, and many times faster than a loop
            return last[2]
        found = next((item for item in items if item[1] == b"authorization"), None)
        if found is None:
            return b""
        self._last_authorization = found
        return found[2]

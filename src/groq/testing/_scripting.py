"""`Scripting`: the methods of `LocalServer` that set what it answers."""

from __future__ import annotations

import mimetypes
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from ._answers import Answer, Pause, Step
from ._endpoints import Endpoints
from ._entries import LimitEntry, ScriptSource, parse_script
from ._limits import DAY, MINUTE, RateLimits, limit_of
from ._received import ReceivedRequest, describe
from ._replies import Match
from ._script import Fault, Script, Scripted, Turn, check_head, failure
from ._tape import Player
from ._weather import Conditions, Weather

Chunks: TypeAlias = bytes | Iterable[bytes] | Callable[[], Iterable[bytes]]


class Scripting:
    """Scripts the replies, faults, rate limits, files and weather of a server."""

    def __init__(
        self,
        script: Script,
        endpoints: Endpoints,
        player: Player | None,
        weather: Weather | None,
    ) -> None:
        self._script = script
        self._endpoints = endpoints
        self._player = player
        self._first_weather = weather
        self._limit_entries: dict[str | None, Mapping[str, Any]] = {}
        self.weather = weather

    def reply(
        self,
        reply: Scripted,
        *faults: Fault,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
        default: bool = False,
    ) -> None:
        """Script the model's reply to the next request.

        Scripted responses are used in order, each for the first request that it matches; when
        none is left, the server sends its usual reply. Chat completions, the Responses API, lines
        of batches, transcriptions and translations use replies.

        Args:
            reply: A text, a `Reply`, a value to send as JSON (a `dict`, a pydantic model, a
                dataclass), or a function from the request to one of these.
            faults: Faults of the response, such as `Cut(after=2)`.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it, such as `/audio/transcriptions`.
            match: The only requests that get it, such as `Match(message="weather")`.
            default: Whether it is the default, for all requests without another response.
        """
        if reply is None:
            raise TypeError("Expected a reply but received None")
        self._script.add(
            Turn(reply=reply, faults=faults, times=times, path=path, match=match, default=default)
        )

    def reply_with_bytes(
        self,
        body: Chunks,
        *faults: Fault,
        status: int = 200,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        pace: float = 0.0,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Script the bytes of the next response, to any request.

        Args:
            body: The bytes, sent at once; or an iterable of them, each sent as one chunk; or a
                function that returns the iterable, if it is an iterator and used more than once.
            faults: Faults of the response.
            status: The status.
            content_type: The media type.
            headers: Additional headers, which override those of the server.
            pace: Seconds between two chunks.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it.
            match: The only requests that get it.
        """
        if isinstance(body, str):
            raise TypeError("Expected `body` to be bytes, or an iterable of them, but received str")
        check_head(status, headers or {})

        def answer(_: ReceivedRequest) -> Answer:
            return Answer(
                body if isinstance(body, bytes) else _paced(body, pace),
                status=status,
                headers=dict(headers or {}),
                content_type=content_type,
            )

        turn = Turn(answer=answer, faults=faults, times=times, path=path, match=match)
        self._script.add(turn)

    def reply_with(
        self,
        answer: Answer | Callable[[ReceivedRequest], Answer],
        *,
        waits_for_body: bool = True,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        r"""Script the next response, to any request, down to the bytes of its head.

        ```python
        from groq.testing import Answer, LocalServer, Pause

        with LocalServer() as server:
            steps = [b"HTTP/1.1 200 OK\r\n", Pause(0.1), b"content-le"]
            server.reply_with(Answer(steps, is_raw=True, ending="reset"))
        ```

        Args:
            answer: The response, or a function that returns it for a request. It runs in the
                server's thread and must not block.
            waits_for_body: Whether to read the whole request first.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it.
            match: The only requests that get it.
        """
        if not (isinstance(answer, Answer) or callable(answer)):
            raise TypeError(f"Expected an Answer or a function but received {answer!r:.100}")

        def make(request: ReceivedRequest) -> Answer:
            return answer if isinstance(answer, Answer) else answer(request)

        turn = Turn(answer=make, times=times, path=path, match=match, waits_for_body=waits_for_body)
        self._script.add(turn)

    def reply_with_file(
        self,
        file: str | os.PathLike[str],
        *faults: Fault,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        pace: float = 0.0,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Script a recorded response; an `.sse` file is streamed event by event.

        The arguments are those of `reply_with_bytes`; the media type follows from the name.
        """
        recorded = Path(file)
        content = recorded.read_bytes()
        body: Chunks = content
        guessed = mimetypes.guess_type(recorded.name)[0] or "application/octet-stream"
        if recorded.suffix == ".sse":
            guessed = "text/event-stream"
            body = split_events(content)
        self.reply_with_bytes(
            body,
            *faults,
            status=status,
            content_type=guessed,
            headers=headers,
            pace=pace,
            times=times,
            path=path,
            match=match,
        )

    def fail(
        self,
        status: int,
        *faults: Fault,
        error: str | Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | str | None = None,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Script an error response to the next request.

        Args:
            status: The status, such as 429 or 503.
            faults: Faults of the response, such as `SlowStart(0.5)`.
            error: The message, or the whole `error` object; the default depends on the status.
            headers: Additional headers.
            retry_after: The `retry-after` header, in seconds or as a date.
            times: The number of requests that get it; `None` for all from now on.
            path: The only path of requests that get it.
            match: The only requests that get it.
        """
        turn = failure(
            status,
            faults,
            error=error,
            headers=headers,
            retry_after=retry_after,
            times=times,
            path=path,
            match=match,
        )
        self._script.add(turn)

    def inject(
        self,
        *faults: Fault,
        times: int | None = 1,
        path: str | None = None,
        match: Match | None = None,
    ) -> None:
        """Apply faults to the next response: `server.inject(SlowStart(0.5))`."""
        self._script.add(Turn(faults=faults, times=times, path=path, match=match))

    def add_to_script(self, script: ScriptSource) -> None:
        """Append entries to the script.

        Args:
            script: Entries, or the path of a JSON or YAML file of them.

        Raises:
            ValueError: An entry cannot be read; none is scripted.
        """
        self._add_entries(parse_script(script))

    def _add_entries(self, entries: Iterable[Turn | LimitEntry]) -> None:
        for entry in entries:
            if isinstance(entry, Turn):
                self._script.add(entry)
            else:
                self.limit_rate(**entry.limit)
                self._limit_entries[entry.limit.get("model")] = entry.source

    def save_script(self, scope: str | None = None) -> list[dict[str, Any]]:
        """Return the unused entries and the limits.

        Responses that were scripted in Python, such as by `reply`, are not included.

        Args:
            scope: The only scope to return; a scope has no limits.
        """
        limits = [] if scope else [dict(entry) for entry in self._limit_entries.values()]
        return [*limits, *self._script.entries(scope)]

    def load_script(self, script: ScriptSource, *, scope: str | None = None) -> None:
        """Replace the script, or the part of it for one scope.

        Raises:
            ValueError: An entry cannot be read; the script remains as it was.
        """
        entries = parse_script(script)
        self._script.clear(scope)
        if scope is None:
            self._forget_limits()
        self._add_entries(entries)

    @property
    def weather(self) -> Weather | None:
        """The latency, speed and random faults of responses; it can be set at any time."""
        return self._weather

    @weather.setter
    def weather(self, weather: Weather | None) -> None:
        self._endpoints.conditions = None if weather is None else Conditions(weather)
        self._weather = weather

    def limit_rate(
        self,
        *,
        model: str | None = None,
        requests: int | None = None,
        tokens: int | None = None,
        requests_window: float = DAY,
        tokens_window: float = MINUTE,
        requests_per_minute: int | None = None,
        tokens_per_day: int | None = None,
        input_tokens_per_minute: int | None = None,
        output_tokens_per_minute: int | None = None,
        audio_seconds_per_hour: int | None = None,
        audio_seconds_per_day: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Enforce rate limits, as the API does: a request that exceeds one is refused with 429.

        Limits are separate for each key and each model. A request reserves its prompt and
        its `max_completion_tokens`; the unused part is returned at the end of the response.
        A refused request does not count, and one that can never fit is refused with 413.

        With a faster clock, a day passes in a moment:
        `clock=lambda: time.monotonic() * 3600`. Messages and headers then have its seconds.

        Args:
            model: The limited model; by default all models without limits of their own.
            requests: Requests per day, which the headers report.
            tokens: Tokens of prompts and answers per minute, which the headers report.
            requests_window: The window of `requests` in seconds, if it is not a day.
            tokens_window: The window of `tokens` in seconds, if it is not a minute.
            requests_per_minute: Requests per minute.
            tokens_per_day: Tokens per day.
            input_tokens_per_minute: Tokens of prompts per minute.
            output_tokens_per_minute: Tokens of completions per minute.
            audio_seconds_per_hour: Seconds of audio per hour.
            audio_seconds_per_day: Seconds of audio per day.
            clock: A function that returns the time in seconds.
        """
        by_kind = {
            "requests_per_minute": (requests_per_minute, None),
            "requests_per_day": (requests, requests_window),
            "tokens_per_minute": (tokens, tokens_window),
            "tokens_per_day": (tokens_per_day, None),
            "input_tokens_per_minute": (input_tokens_per_minute, None),
            "output_tokens_per_minute": (output_tokens_per_minute, None),
            "audio_seconds_per_hour": (audio_seconds_per_hour, None),
            "audio_seconds_per_day": (audio_seconds_per_day, None),
        }
        limits = [
            limit_of(kind, capacity, window)
            for kind, (capacity, window) in by_kind.items()
            if capacity is not None
        ]
        self._endpoints.limits.set(model, limits, clock)

    def add_file(
        self,
        name: str,
        content: bytes | Callable[[], Iterable[bytes]],
        *,
        purpose: str = "batch",
        size: int | None = None,
    ) -> str:
        """Add a file for `client.files`, and return its id.

        Args:
            name: The name of the file.
            content: The bytes; or, for a large file, a function that generates them piece by piece.
            purpose: The purpose.
            size: The number of generated bytes; without it, they are sent in chunks.
        """
        return self._endpoints.files.add(name, content, purpose=purpose, size=size).id

    @property
    def pending(self) -> int:
        """The number of unused scripted responses."""
        return self.count_pending()

    def count_pending(self, scope: str | None = None) -> int:
        """Count the unused scripted responses, of one scope or of all."""
        return self._script.pending(scope)

    @property
    def unexpected_requests(self) -> list[ReceivedRequest]:
        """The last requests without a scripted or recorded response."""
        return self._unexpected(None)

    def _unexpected(self, scope: str | None) -> list[ReceivedRequest]:
        refused = self._player.refused.all(scope) if self._player is not None else []
        return [*self._script.unscripted(scope), *refused]

    def assert_script_done(self, *, scope: str | None = None) -> None:
        """Check that all scripted and recorded responses were used, and that none was missing.

        Args:
            scope: The only scope to check; a tape has no scopes.
        """
        untaken, unexpected = self._script.untaken(scope), self._unexpected(scope)
        if self._player is not None and scope is None:
            untaken += self._player.unplayed()
        if untaken or unexpected:
            raise AssertionError(
                f"Expected all answers to be taken but {untaken} are left, and no answer was "
                f"there for\n{describe(unexpected)}"
            )

    def _reset_script(self, scope: str | None) -> None:
        self._script.clear(scope)
        if scope is not None:
            self._endpoints.limits.forget(scope)
            return
        self._forget_limits()
        self.weather = self._first_weather
        if self._player is not None:
            self._player.rewind()

    def _forget_limits(self) -> None:
        self._endpoints.limits = RateLimits()
        self._limit_entries.clear()


def split_events(recorded: bytes) -> list[bytes]:
    """Split a recorded event stream after each blank line."""
    return re.findall(rb"(?s).+?(?:\r\n\r\n|\n\n|\Z)", recorded)


def _paced(body: Iterable[bytes] | Callable[[], Iterable[bytes]], pace: float) -> Iterable[Step]:
    chunks = body() if callable(body) else body
    for place, chunk in enumerate(chunks):
        if place and pace > 0:
            yield Pause(pace)
        yield chunk

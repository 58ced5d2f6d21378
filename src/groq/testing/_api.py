"""The API without sockets: decides where the response to each request comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from ._answers import Answer
from ._control import EVENTS, is_control_request
from ._endpoints import Endpoints, Handler, answered, failed
from ._received import ReceivedRequest
from ._script import Script, Turn
from ._tape import Player
from ._weather import Condition

PendingAnswer: TypeAlias = Coroutine[Any, Any, Answer]
"""A response that another thread or another server will give."""

_WELCOME = (
    "This is the local server of the Python package groq. It speaks the HTTP API of Groq below\n"
    "/openai/v1 and asks no model. Give its address to a client as the base URL; any key will do.\n"
)
_LARGE = 64 * 1024
"""Larger requests, in bytes, are answered in another thread."""

# Any web page may send requests: the server holds no secrets of others.
_CORS = {"access-control-allow-origin": "*", "access-control-expose-headers": "*, retry-after"}


class API:
    """Answers each request: from the script, from a tape, or as an endpoint of the API does.

    Args:
        script: The scripted responses.
        endpoints: The endpoints, for what is neither scripted nor recorded.
        control: Answers the requests under `/_local/`.
        player: The player of a tape, if there is one.
    """

    def __init__(
        self,
        script: Script,
        endpoints: Endpoints,
        control: Callable[[ReceivedRequest], Answer],
        player: Player | None = None,
    ) -> None:
        self._script = script
        self._endpoints = endpoints
        self._control = control
        self._player = player

    def answer(self, request: ReceivedRequest) -> Answer | PendingAnswer:
        """Return the response to a request.

        What may take long is done in another thread, so that other requests do not wait for it.
        """
        if is_control_request(request):
            is_light = request.path in ("/", EVENTS)
            return self._control(request) if is_light else _later(self._control, request)
        turn = self._script.take_answer(request)
        condition = None
        if not (turn and turn.answer) and not _is_for_no_endpoint(request):
            conditions = self._endpoints.conditions
            condition = conditions.draw() if conditions else None
            failure = condition.failure() if condition else None
            played = self._player.answer(request) if self._player and not failure else failure
            if isinstance(played, Answer):
                return _finished(turn, condition, played, request, {})
            if played is not None:
                return _finished_later(turn, condition, played, request)

        def answer(request: ReceivedRequest) -> Answer:
            made = answered(turn, request, self._answer)
            own = {"x-request-id": request.id, "x-groq-region": "local"}
            return _finished(turn, condition, made, request, own)

        return _later(answer, request) if _is_slow(request) else answer(request)

    def _answer(self, request: ReceivedRequest) -> Answer:
        if _is_preflight(request):
            return Answer(b"", status=204, headers=_preflight_headers(request))
        if request.path == "/":
            return Answer(_WELCOME.encode(), content_type="text/plain; charset=utf-8")
        return self._endpoints.answer(request)

    @property
    def passes_on(self) -> bool:
        """Whether requests are passed on to another server."""
        return self._player is not None and self._player.passes_on

    def is_early(self, path: str) -> bool:
        """Say whether a request to that path is answered before its body has come."""
        return self._script.is_early(path)

    async def aclose(self) -> None:
        """Close the connections to another server."""
        if self._player is not None:
            await self._player.aclose()


def _is_preflight(request: ReceivedRequest) -> bool:
    return request.method == "OPTIONS" and "origin" in request.headers


def _is_for_no_endpoint(request: ReceivedRequest) -> bool:
    return request.path == "/" or _is_preflight(request)


def _preflight_headers(request: ReceivedRequest) -> dict[str, str]:
    headers = request.headers.get("access-control-request-headers", "*")
    return {
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": headers,
        "access-control-max-age": "600",
    }


def _is_slow(request: ReceivedRequest) -> bool:
    """Whether the response may take so long that other requests would be delayed.

    A JSON schema may be small and still take long.
    """
    return (
        request.size > _LARGE
        or "/batches" in request.path
        or b'"schema"' in request.body
        or b'"parameters"' in request.body
    )


async def _later(handler: Handler, request: ReceivedRequest) -> Answer:
    """Answer a request in another thread."""
    try:
        return await asyncio.to_thread(handler, request)
    except Exception as error:  # noqa: BLE001 - reported to the client
        return failed(error)


def _finished(
    turn: Turn | None,
    condition: Condition | None,
    answer: Answer,
    request: ReceivedRequest,
    headers: dict[str, str],
) -> Answer:
    """Apply faults to a response, and add the required headers."""
    answer = turn.apply_faults(answer) if turn else answer
    answer = condition.apply_faults(answer) if condition else answer
    if answer.is_raw:
        return answer
    cross_origin = _CORS if "origin" in request.headers else {}
    return answer.extended(headers | cross_origin)


async def _finished_later(
    turn: Turn | None, condition: Condition | None, pending: PendingAnswer, request: ReceivedRequest
) -> Answer:
    return _finished(turn, condition, await pending, request, {})

"""A row of the table, and how it is run: sync, on asyncio, on trio, over aiohttp."""

from __future__ import annotations

import gc
import inspect
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard, TypeVar, Union, cast

import anyio
import httpx
import pytest

import groq
from groq import AsyncGroq, AsyncStream, Groq, Stream

from .script import MODELS, Script, whole
from .server import FaultServer
from .times import in_time

MODES = ("sync", "asyncio", "trio", "aiohttp")
ASYNC_MODES = MODES[1:]
BACKENDS_OF_HTTPCORE = MODES[:3]
"""For bad chunks: aiohttp itself waits for ever for the rest of them, past its timeout."""

IS_OLD = tuple(int(part) for part in groq.__version__.split(".")[:2]) < (1, 8)
"""Whether this is the groq whose public names the table is limited to."""

KEY = "gsk_secret_of_the_table"
MESSAGES: Any = [{"role": "user", "content": "hi"}]
MODEL = "openai/gpt-oss-20b"

AnyClient = Union[Groq, AsyncGroq]
Call = Callable[[Any], Any]
ResultT = TypeVar("ResultT")


# What the caller does. The result is awaited when it can be, and iterated when it is a stream.


def chat(client: Any) -> Any:
    return client.chat.completions.create(messages=MESSAGES, model=MODEL)


def chat_stream(client: Any) -> Any:
    return client.chat.completions.create(messages=MESSAGES, model=MODEL, stream=True)


def event_stream(client: Any) -> Any:
    """A stream of whatever JSON the events hold."""
    stream_cls: Any = Stream[object] if isinstance(client, Groq) else AsyncStream[object]
    return client.post("/events", cast_to=object, body={}, stream=True, stream_cls=stream_cls)


def models(client: Any) -> Any:
    return client.models.list()


def speech(client: Any) -> Any:
    return client.audio.speech.create(input="hello", model="m", voice="v")


def raw_chat(client: Any) -> Any:
    return client.chat.completions.with_raw_response.create(messages=MESSAGES, model=MODEL)


def raw_chat_stream(client: Any) -> Any:
    create = client.chat.completions.with_raw_response.create
    return create(messages=MESSAGES, model=MODEL, stream=True)


def streamed(use: Callable[[Any], Any], request: Call | None = None) -> Call:
    """Use an answer inside `with_streaming_response`: call `use` on it, and collect iterators."""

    def manager(client: Any) -> Any:
        if request is not None:
            return request(client)
        create = client.chat.completions.with_streaming_response.create
        return create(messages=MESSAGES, model=MODEL)

    def run(client: Any) -> Any:
        with manager(client) as response:
            used = use(response)
            return list(cast("Iterator[object]", used)) if isinstance(used, Iterator) else used

    async def run_async(client: Any) -> Any:
        async with manager(client) as response:
            used = use(response)
            if inspect.isawaitable(used):
                return await used
            return [item async for item in used] if hasattr(used, "__aiter__") else used

    return lambda client: run(client) if isinstance(client, Groq) else run_async(client)


def then(first: Call, *steps: Callable[[Any], Any]) -> Call:
    """One call after the other, each with the result of the one before."""

    def run(client: Any) -> Any:
        result = first(client)
        for step in steps:
            result = step(result)
        return result

    async def run_async(client: Any) -> Any:
        result = await settled(first(client))
        for step in steps:
            result = await settled(step(result))
        return result

    return lambda client: run(client) if isinstance(client, Groq) else run_async(client)


async def settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


# What must come out.


@dataclass(frozen=True)
class Raises:
    """The error that a row ends in, and what it must be like.

    `kind` names a class of `groq`; a timeout does not pass for a connection error. `cause` asks
    for a `__cause__`, `says` for words in the message, `has` for attributes.
    """

    kind: str
    cause: bool = False
    says: str | Sequence[str] = ()
    has: Mapping[str, object] = field(default_factory=dict[str, object])
    carries: Sequence[str] = ()

    def check(self, error: BaseException | None) -> None:
        assert error is not None, f"expected {self.kind}, nothing was raised"
        is_expected = isinstance(error, getattr(groq, self.kind))
        if not is_expected:
            raise AssertionError(f"expected {self.kind}, got {error!r}") from error
        if self.kind == "APIConnectionError":
            assert not isinstance(error, groq.APITimeoutError), "a timeout, not a connection error"
        if self.cause:
            assert error.__cause__ is not None, "the cause is lost"
        for words in (self.says,) if isinstance(self.says, str) else self.says:
            assert words.lower() in str(error).lower(), f"{words!r} is not in {str(error)[:500]!r}"
        for name, value in self.has.items():
            assert getattr(error, name) == value, f"{name} is {getattr(error, name)!r}"
        for name in self.carries:
            assert getattr(error, name) is not None, f"{name} is missing"


@dataclass
class Outcome:
    """What came of a row: items of a stream or a value, or an error, and what the server saw."""

    mode: str
    server: FaultServer
    slowness: float = 1
    items: list[Any] = field(default_factory=list[Any])
    value: Any = None
    error: Exception | None = None
    held: list[Any] = field(default_factory=list[Any])

    @property
    def texts(self) -> list[str]:
        """The contents of the chunks that have one."""
        found = [chunk.choices[0].delta.content for chunk in self.items if chunk.choices]
        return [content for content in found if content]


@dataclass(frozen=True)
class Case:
    """One row. See `tests/faults/__init__.py` for an example.

    `gives` is what comes out: the contents of a chat stream, the items of another stream, or the
    value. `requests` is how many requests the server gets. `then_serves` asks that a client whose
    pool has one connection can still make a request, while what the row was given is still held.
    """

    name: str
    scripts: Sequence[Script]
    call: Call = chat_stream
    gives: Any = None
    raises: Raises | None = None
    requests: int | None = None
    check: Callable[[Outcome], None] | None = None
    client: Mapping[str, Any] = field(default_factory=dict[str, Any])
    then_serves: bool = False
    reuses: bool | None = None
    modes: Sequence[str] = MODES
    new_api: bool = False


def table(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Parametrise a test with `case` and `mode`: each row, in each of its modes."""
    cases = list(cases)
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "two rows of the same name"
    return pytest.mark.parametrize(
        ("case", "mode"),
        [
            pytest.param(
                case,
                mode,
                id=f"{case.name}-{mode}",
                marks=[pytest.mark.skipif(case.new_api and IS_OLD, reason="needs a newer groq")],
            )
            for case in cases
            for mode in case.modes
        ],
    )


# How it is run.


def make_client(
    mode: str,
    origin: str,
    *,
    pool_of_one: bool = False,
    verify: ssl.SSLContext | None = None,
    cls: type[Any] | None = None,
    **options: Any,
) -> Any:
    """A client for this mode, that does not retry and waits half a minute unless told otherwise."""
    options = {"api_key": KEY, "base_url": origin, "max_retries": 0, "timeout": 30.0, **options}
    transport_options: dict[str, Any] = {}
    if pool_of_one:
        transport_options["limits"] = httpx.Limits(max_connections=1)
    if verify is not None:
        transport_options["verify"] = verify
    if mode == "aiohttp":
        pytest.importorskip("httpx_aiohttp")
        options.setdefault("http_client", groq.DefaultAioHttpClient(**transport_options))
    elif transport_options:
        make = groq.DefaultHttpxClient if mode == "sync" else groq.DefaultAsyncHttpxClient
        options.setdefault("http_client", make(**transport_options))
    if cls is None:
        cls = Groq if mode == "sync" else AsyncGroq
    return cls(**options)


def run_async(mode: str, function: Callable[..., Awaitable[ResultT]], *arguments: Any) -> ResultT:
    """Run an async function on the backend of this mode."""
    return anyio.run(function, *arguments, backend="trio" if mode == "trio" else "asyncio")


def attempt(mode: str, origin: str, call: Call = chat, **options: Any) -> Any:
    """Make a call; return its result, the items of a stream in a list, or the error it raises."""
    if mode == "sync":
        with make_client(mode, origin, **options) as client:
            try:
                result = call(client)
                return list(result) if is_stream(result) else result
            except Exception as error:
                return error

    async def go() -> Any:
        async with make_client(mode, origin, **options) as client:
            try:
                result = await settled(call(client))
                return [item async for item in result] if is_async_stream(result) else result
            except Exception as error:
                return error

    return run_async(mode, go)


def run(case: Case, mode: str) -> None:
    """Run a row and check what comes out.

    On a busy machine a short time may pass before its turn comes: a row with a timeout runs again
    with all its times ten times as long, and one that reuses a connection runs again as it is.
    """
    if "timeout" in case.client:
        in_time(lambda slowness: _run(case, mode, slowness))
    elif case.reuses:
        in_time(lambda _: _run(case, mode))
    else:
        _run(case, mode)


def _run(case: Case, mode: str, slowness: float = 1) -> None:
    with FaultServer(case.scripts, otherwise=whole(MODELS), slowness=slowness) as server:
        outcome = Outcome(mode, server, slowness)
        if mode == "sync":
            _call(case, outcome)
        else:
            run_async(mode, _call_async, case, outcome)
        _check(case, outcome)
        assert not server.late, "an item was not handed out when it was complete"
        # What is dropped here is collected in this row, so that what it leaves open is seen in it.
        del outcome
    gc.collect()


def _check(case: Case, outcome: Outcome) -> None:
    if case.raises is None:
        if outcome.error is not None:
            raise AssertionError(f"not expected: {outcome.error!r}") from outcome.error
    else:
        case.raises.check(outcome.error)
    if case.gives is not None:
        if case.call is chat_stream:
            assert outcome.texts == case.gives
        else:
            assert (outcome.items if outcome.value is None else outcome.value) == case.gives
    requests = outcome.server.requests
    if case.requests is not None:
        assert len(requests) == case.requests
    if case.reuses is not None:
        reused = requests[-1].connection == requests[-2].connection
        assert reused == case.reuses, "reused" if reused else "not reused"
    if case.check is not None:
        case.check(outcome)


def is_stream(result: object) -> TypeGuard[Stream[Any]]:
    """Say so, and that it may be of anything, which `isinstance` leaves open for a checker."""
    return isinstance(result, Stream)


def is_async_stream(result: object) -> TypeGuard[AsyncStream[Any]]:
    return isinstance(result, AsyncStream)


def _client(case: Case, outcome: Outcome, *, pool_of_one: bool) -> Any:
    options = dict(case.client)
    if "timeout" in options:
        options["timeout"] *= outcome.slowness
    return make_client(outcome.mode, outcome.server.origin, pool_of_one=pool_of_one, **options)


def _call(case: Case, outcome: Outcome) -> None:
    server = outcome.server
    pool_of_one = case.then_serves or case.reuses is not None
    with _client(case, outcome, pool_of_one=pool_of_one) as client:
        try:
            result = case.call(client)
            outcome.held.append(result)
            if is_stream(result):
                for item in result:
                    outcome.items.append(item)
                    server.received(len(outcome.items))
            else:
                outcome.value = result
        except Exception as error:
            outcome.error = error
        if pool_of_one:
            client.with_options(timeout=30).models.list()


async def _call_async(case: Case, outcome: Outcome) -> None:
    server = outcome.server
    pool_of_one = case.then_serves or case.reuses is not None
    async with _client(case, outcome, pool_of_one=pool_of_one) as client:
        try:
            # No timeout of a client is this long: a row that hangs fails instead.
            with anyio.fail_after(60):
                result = await settled(case.call(client))
                outcome.held.append(result)
                if is_async_stream(result):
                    async for item in result:
                        outcome.items.append(item)
                        server.received(len(outcome.items))
                else:
                    outcome.value = result
        except Exception as error:
            outcome.error = error
        if pool_of_one:
            await client.with_options(timeout=30).models.list()

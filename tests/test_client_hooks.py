"""What programs override in a client, and what integrations replace."""

from __future__ import annotations

import inspect
import json
from typing import Any

import anyio
import httpx
import pytest

import groq
from groq import (
    AsyncGroq,
    Groq,
    Omit,
)
from groq._base_client import AsyncAPIClient, SyncAPIClient
from groq._models import FinalRequestOptions
from groq.resources.chat.completions import AsyncCompletions, Completions
from groq.types.chat import ChatCompletion
from twins import KEY, MESSAGES, MODEL, NO_WAIT, Twin, seen_by

# ---------------------------------------------------------------------------- methods of subclasses


def test_hooks_are_called_for_each_attempt(twin: Twin) -> None:
    told: list[str] = []
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        status = 500 if len(requests) == 1 else 200
        return httpx.Response(status, json={}, headers={"retry-after-ms": "1"})

    def options_hook(options: FinalRequestOptions) -> FinalRequestOptions:
        told.append("options")
        options.headers = {"X-Options": options.url}
        return options

    def request_hook(request: httpx.Request) -> None:
        told.append("request")
        request.headers["X-Request"] = request.url.path

    class Sync(Groq):
        def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
            return options_hook(options)

        def _prepare_request(self, request: httpx.Request) -> None:
            request_hook(request)

    class Async(AsyncGroq):
        async def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
            return options_hook(options)

        async def _prepare_request(self, request: httpx.Request) -> None:
            request_hook(request)

    http_client = twin.http_client(httpx.MockTransport(handler))
    made: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    twin.chat(made)
    assert told == ["options", "request"] * 2
    assert {request.headers["x-options"] for request in requests} == {"/openai/v1/chat/completions"}
    assert requests[1].headers["x-request"] == "/openai/v1/chat/completions"
    twin.do(made.close)


def test_other_hooks_may_be_overridden(twin: Twin) -> None:
    class Mine(groq.APIStatusError):
        pass

    class Overriding:
        waits: list[int] = []  # noqa: RUF012  # of one test

        @property
        def auth_headers(self) -> dict[str, str]:
            return {"X-Auth": "1"}

        def _should_retry(self, response: httpx.Response) -> bool:
            return True

        def _calculate_retry_timeout(
            self,
            remaining_retries: int,
            options: FinalRequestOptions,
            response_headers: httpx.Headers | None = None,
        ) -> float:
            self.waits.append(remaining_retries)
            return 0.0

        def _make_status_error(
            self, err_msg: str, *, body: object, response: httpx.Response
        ) -> groq.APIStatusError:
            return Mine(err_msg, response=response, body=body)

    class Sync(Overriding, Groq):
        pass

    class Async(Overriding, AsyncGroq):
        pass

    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(418)

    http_client = twin.http_client(httpx.MockTransport(handler))
    made: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    with pytest.raises(Mine):
        twin.chat(made)
    assert Overriding.waits == [2, 1]
    assert requests[0].headers["x-auth"] == "1"
    assert "authorization" not in requests[0].headers
    twin.do(made.close)


def test_custom_auth_is_used(twin: Twin) -> None:
    class Custom:
        @property
        def custom_auth(self) -> httpx.Auth | None:
            return httpx.BasicAuth("user", "password")

    class Sync(Custom, Groq):
        pass

    class Async(Custom, AsyncGroq):
        pass

    requests: list[httpx.Request] = []
    http_client = twin.http_client(httpx.MockTransport(seen_by(requests)))
    made: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    twin.chat(made)
    assert requests[0].headers["authorization"].startswith("Basic ")
    twin.do(made.close)


def test_options_changed_in_place_by_a_hook_are_sent_at_each_attempt(twin: Twin) -> None:
    sent: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(500 if len(sent) == 1 else 200, json={})

    def change(_: object, options: Any) -> Any:
        options.json_data["metadata"] = {"attempt": len(sent) + 1}
        return options

    async def async_change(client: object, options: Any) -> Any:
        return change(client, options)

    hook = {"_prepare_options": async_change if twin.is_async else change}
    client = twin.mocked(handler, overrides={**NO_WAIT, **hook})
    given = {"messages": iter(MESSAGES), "metadata": {"mine": "1"}}
    twin.do(client.post, "/x", cast_to=object, body=given)
    assert [each["metadata"] for each in sent] == [{"attempt": 1}, {"attempt": 2}]
    assert [each["messages"] for each in sent] == [MESSAGES, MESSAGES]
    assert given["metadata"] == {"mine": "1"}


def test_options_changed_while_a_request_is_built_are_sent(twin: Twin) -> None:
    sent: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(500 if len(sent) == 1 else 200, json={})

    class Building:
        def _build_request(self, options: Any, **attempt: Any) -> httpx.Request:
            options.json_data["attempt"] = attempt["retries_taken"]
            client: Any = super()
            request: httpx.Request = client._build_request(options, **attempt)
            return request

    class Sync(Building, Groq):
        pass

    class Async(Building, AsyncGroq):
        pass

    http_client = twin.http_client(httpx.MockTransport(handler))
    client: Any = (Async if twin.is_async else Sync)(api_key=KEY, http_client=http_client)
    client._calculate_retry_timeout = NO_WAIT["_calculate_retry_timeout"]
    given = {"messages": iter(MESSAGES)}
    twin.do(client.post, "/x", cast_to=object, body=given)
    assert sent == [{"messages": MESSAGES, "attempt": number} for number in (0, 1)]
    assert "attempt" not in given
    twin.do(client.close)


def test_a_body_that_the_caller_changes_meanwhile_is_sent_again_as_it_was(twin: Twin) -> None:
    sent: list[Any] = []
    given = {"messages": [*MESSAGES]}

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        given["messages"].append("later")
        return httpx.Response(500 if len(sent) == 1 else 200, json={})

    client = twin.mocked(handler, overrides=NO_WAIT)
    twin.do(client.post, "/x", cast_to=object, body=given)
    assert sent == [{"messages": MESSAGES}] * 2


class Wrapper:
    """A method that instrumentation has wrapped: it equals the original and has its attributes."""

    def __init__(self, wrapped: Any) -> None:
        self.__wrapped__ = wrapped

    def __get__(self, client: Any, kind: type) -> Any:
        return Wrapper(self.__wrapped__.__get__(client, kind))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __eq__(self, other: object) -> bool:
        return bool(self.__wrapped__ == other)

    def __hash__(self) -> int:
        return hash(self.__wrapped__)

    def __call__(self, options: Any, **attempt: Any) -> Any:
        options.json_data = {"changed": True}
        return self.__wrapped__(options, **attempt)


def replaced(original: Any) -> Any:
    def replacement(client: Any, options: Any, **attempt: Any) -> Any:
        options.json_data = {"changed": True}
        return original(client, options, **attempt)

    return replacement


@pytest.mark.parametrize("wrap", [Wrapper, replaced])
@pytest.mark.parametrize("name", ["_prepare_options", "_build_request"])
def test_options_changed_by_a_method_that_was_replaced_on_a_class_are_sent(
    twin: Twin, monkeypatch: pytest.MonkeyPatch, name: str, wrap: Any
) -> None:
    api_client: Any = AsyncAPIClient if twin.is_async else SyncAPIClient
    owner = next(kind for kind in api_client.__mro__ if name in vars(kind))
    monkeypatch.setattr(owner, name, wrap(getattr(owner, name)))
    requests: list[httpx.Request] = []
    client = twin.mocked(seen_by(requests))
    twin.do(client.post, "/x", cast_to=object, body={"given": True})
    assert [json.loads(request.content) for request in requests] == [{"changed": True}]


@pytest.mark.parametrize("options", [{}, {"headers": {"Content-Type": "multipart/form-data"}}])
@pytest.mark.parametrize("has_hook", [False, True])
def test_an_omitted_value_of_extra_body_removes_the_argument(
    twin: Twin, options: dict[str, Any], has_hook: bool
) -> None:
    def hook(_: object, options: Any) -> Any:
        return options

    async def async_hook(_: object, options: Any) -> Any:
        return options

    own = {"_prepare_options": async_hook if twin.is_async else hook} if has_hook else {}
    requests: list[httpx.Request] = []
    client = twin.mocked(seen_by(requests), overrides=own)
    extra = {"removed": groq.omit, "added": "b"}
    body = {"removed": "a", "kept": "c"}
    twin.do(client.post, "/x", cast_to=object, body=body, options={**options, "extra_json": extra})
    names = (b"removed", b"kept", b"added")
    assert [name for name in names if name in requests[0].content] == [b"kept", b"added"]


# ---------------------------------------------------------------------------- replaced from outside


def test_post_may_be_replaced_on_a_resource(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    client = twin.client()
    answer = ChatCompletion.construct(id="mine")
    seen: list[Any] = []

    def post(path: str, **options: Any) -> Any:
        seen.append((path, options["body"]["model"], options["cast_to"], options["stream"]))
        return answer

    async def async_post(path: str, **options: Any) -> Any:
        return post(path, **options)

    monkeypatch.setattr(client.chat.completions, "_post", async_post if twin.is_async else post)
    assert twin.chat(client) is answer
    assert seen == [("/openai/v1/chat/completions", MODEL, ChatCompletion, False)]


@pytest.mark.parametrize("completions", [Completions, AsyncCompletions])
def test_create_may_be_wrapped_on_the_class(
    completions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = completions.create
    assert inspect.iscoroutinefunction(create) is (completions is AsyncCompletions)
    bound: list[Any] = []

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        arguments = inspect.signature(create).bind(*args, **kwargs)
        arguments.apply_defaults()
        bound.append(arguments.arguments)
        return create(*args, **kwargs)

    monkeypatch.setattr(completions, "create", wrapped)
    handler = seen_by([])
    if completions is Completions:
        http_client = httpx.Client(transport=httpx.MockTransport(handler))
        with Groq(api_key=KEY, http_client=http_client) as client:
            client.chat.completions.create(messages=MESSAGES, model=MODEL, temperature=0.5)
    else:

        async def ask() -> None:
            http_client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
            async with AsyncGroq(api_key=KEY, http_client=http_client) as client:
                await client.chat.completions.create(
                    messages=MESSAGES, model=MODEL, temperature=0.5
                )

        anyio.run(ask)
    assert bound[0]["temperature"] == 0.5
    assert bound[0]["model"] == MODEL
    assert isinstance(bound[0]["top_p"], (Omit, groq.NotGiven))
    assert bound[0]["timeout"] is groq.not_given

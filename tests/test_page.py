"""Lists iterate over their items, on all pages."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest

import groq
from groq import AsyncGroq, Groq
from groq.types import BatchListResponse
from twins import Twin

PAGES: dict[str | None, dict[str, Any]] = {
    None: {"data": [{"id": "a"}, {"id": "b"}], "paging": {"next_cursor": "2"}},
    "2": {"data": [{"id": "c"}], "paging": {"next_cursor": "3"}},
    "3": {"data": [], "paging": {"next_cursor": None}},
}


def by_cursor(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"object": "list", **PAGES[request.url.params.get("cursor")]})


def ids(twin: Twin, page: Any) -> list[str]:
    return [item.id for item in twin.list(page)]


@pytest.mark.parametrize("resource", ["batches", "files"])
def test_a_list_goes_on_to_all_pages(twin: Twin, resource: str) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return by_cursor(request)

    client = twin.mocked(handler)
    page = twin.do(
        getattr(client, resource).list, extra_query={"limit": 2}, extra_headers={"X-Own": "1"}
    )
    assert [item.id for item in page.data] == ["a", "b"]
    assert page.has_next_page()
    assert ids(twin, page) == ["a", "b", "c"]
    assert [dict(request.url.params) for request in requests] == [
        {"limit": "2"},
        {"limit": "2", "cursor": "2"},
        {"limit": "2", "cursor": "3"},
    ]
    assert {request.headers["x-own"] for request in requests} == {"1"}


def test_has_more_without_a_cursor_goes_on_after_the_last_item(twin: Twin) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after")
        item = {None: "a", "a": "b"}[after]
        return httpx.Response(200, json={"data": [{"id": item}], "has_more": after is None})

    assert ids(twin, twin.do(twin.mocked(handler).files.list)) == ["a", "b"]


def test_models_are_iterated_over(twin: Twin) -> None:
    client = twin.mocked(lambda _: httpx.Response(200, json={"data": [{"id": "m"}]}))
    models = twin.do(client.models.list)
    assert ids(twin, models) == ["m"]
    assert [model.id for model in models] == ["m"]
    assert not models.has_next_page()


def test_a_raw_answer_parses_to_a_list_of_all_pages(twin: Twin) -> None:
    raw = twin.do(twin.mocked(by_cursor).batches.with_raw_response.list)
    assert ids(twin, twin.do(raw.parse)) == ["a", "b", "c"]


def test_a_server_that_leads_in_a_circle_is_an_error(twin: Twin) -> None:
    same = {"data": [{"id": "a"}], "paging": {"next_cursor": "1"}}
    client = twin.mocked(lambda _: httpx.Response(200, json=same))
    with pytest.raises(groq.GroqError, match="twice"):
        ids(twin, twin.do(client.batches.list))


def test_a_page_without_a_client_lists_only_its_items() -> None:
    last = BatchListResponse.construct(data=[{"id": "a"}], object="list")
    assert [batch.id for batch in last] == ["a"]
    more = BatchListResponse.construct(data=[], object="list", paging={"next_cursor": "2"})
    with pytest.raises(groq.GroqError, match="no client"):
        list(more)


def test_a_page_pickles_without_its_client() -> None:
    with Groq(api_key="k", http_client=httpx.Client(transport=httpx.MockTransport(by_cursor))) as c:
        page = c.batches.list()
    assert pickle.loads(pickle.dumps(page)) == page


@pytest.mark.anyio
async def test_pages_of_an_async_client_say_how_to_read_them() -> None:
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(by_cursor))
    async with AsyncGroq(api_key="k", http_client=http_client) as client:
        page = await client.batches.list()
        with pytest.raises(groq.GroqError, match="async for"):
            list(page)


@pytest.mark.parametrize("data", [None, "text", [1], {"a": 1}])
def test_odd_lists_end(twin: Twin, data: object) -> None:
    client = twin.mocked(lambda _: httpx.Response(200, json={"data": data, "has_more": True}))
    assert twin.list(twin.do(client.batches.list)) == (data if isinstance(data, list) else [])

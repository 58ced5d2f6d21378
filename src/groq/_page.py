"""`Page`: a page of a list, which iterates over the items of all pages."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any

from typing_extensions import override

from ._constants import RAW_RESPONSE_HEADER
from ._exceptions import GroqError
from ._http.options import FinalRequestOptions
from ._models import BaseModel
from ._types import NotGiven, is_list, is_mapping

_CALL = "_groq_call"


class Page(BaseModel):
    """A page of a list: `data` has its items; iteration continues with the following pages.

    Use `for` with `Groq` and `async for` with `AsyncGroq`. Each page is requested when it is
    reached, with the options of the first call.
    """

    # The client and the options of the call; not fields, so that they are not dumped.
    __slots__ = (_CALL,)

    def _bind_call(self, client: object, options: FinalRequestOptions) -> None:
        """Bind the page to its call."""
        object.__setattr__(self, _CALL, (client, options))

    def has_next_page(self) -> bool:
        """Say whether there are more items than those in `data`."""
        return bool(self._next_page())

    def _next_page(self) -> dict[str, object]:
        """Return the query parameters of the next page; empty for the last."""
        more = self.model_extra or {}
        paging: object = more.get("paging")
        cursor: object = paging.get("next_cursor") if is_mapping(paging) else None
        if cursor:
            return {"cursor": cursor}
        items = _items(self)
        last: object = getattr(items[-1], "id", None) if items else None
        return {"after": last} if more.get("has_more") is True and last else {}

    def _next_call(self, seen: list[dict[str, object]]) -> tuple[Any, FinalRequestOptions] | None:
        """Return the client and the options for the next page; `None` after the last.

        Raises `GroqError` if the page is not bound to a client, or if the pages form a cycle.
        """
        query = self._next_page()
        if not query:
            return None
        if query in seen:
            raise GroqError("The server names the same next page twice")
        seen.append(query)
        call: tuple[Any, FinalRequestOptions] | None = getattr(self, _CALL, None)
        if call is None:
            raise GroqError(
                "This page is a copy, or built by hand: it has no client to request the next one"
            )
        client, options = call
        options = options.copy()
        options.params = {**options.params, **query}
        if not isinstance(options.headers, NotGiven):  # the next page is not a raw response
            raw = RAW_RESPONSE_HEADER.lower()
            options.headers = {k: v for k, v in options.headers.items() if k.lower() != raw}
        return client, options

    @override
    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]  # items, not fields
        call = getattr(self, _CALL, None)
        if self.has_next_page() and call and inspect.iscoroutinefunction(call[0].request):
            raise GroqError("This list has more pages: read it with `async for`")
        page, seen = self, list[dict[str, object]]()
        while True:
            yield from _items(page)
            if (call := page._next_call(seen)) is None:
                return
            client, options = call
            page = _check(client.request(type(self), options))

    async def __aiter__(self) -> AsyncIterator[Any]:
        page, seen = self, list[dict[str, object]]()
        while True:
            for item in _items(page):
                yield item
            if (call := page._next_call(seen)) is None:
                return
            client, options = call
            answer = client.request(type(self), options)
            page = _check(await answer if inspect.isawaitable(answer) else answer)


def _check(page: object) -> Page:
    if not isinstance(page, Page):
        raise GroqError(f"Expected the next page but received {type(page).__name__}")
    return page


def _items(page: Page) -> list[Any]:
    items: object = getattr(page, "data", None)
    return items if is_list(items) else []

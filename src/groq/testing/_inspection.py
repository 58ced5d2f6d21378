"""`Inspection`: the methods of `LocalServer` that look at what it received."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ._answers import Answer
from ._received import Expectation, ReceivedRequest, RequestLog, describe
from ._verdict import Finding, Observer, findings


class Inspection:
    """Looks at the requests that a server received, and at what its clients did."""

    def __init__(
        self,
        log: RequestLog,
        observer: Observer,
        judge: Callable[[ReceivedRequest], Answer],
        catch_up: Callable[[], None],
    ) -> None:
        self._log = log
        self._observer = observer
        self._judge = judge
        self._catch_up = catch_up

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The received requests, oldest first."""
        return self._log.all()

    @property
    def last_request(self) -> ReceivedRequest:
        """The last received request."""
        requests = self._log.all()
        if not requests:
            raise AssertionError("Expected a request but the server has received none")
        return requests[-1]

    def wait_for_requests(self, count: int = 1, timeout: float = 5.0) -> list[ReceivedRequest]:
        """Wait for that many requests, and return them."""
        if not self._log.wait_for(count, timeout):
            raise AssertionError(
                f"Expected {count} requests within {timeout:g} s but the server received\n"
                f"{describe(self.requests)}"
            )
        return self.requests

    def assert_received(
        self,
        path: str | None = None,
        *,
        method: str | None = None,
        json: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        times: int | None = None,
        scope: str | None = None,
    ) -> list[ReceivedRequest]:
        """Check that matching requests were received, and return them, oldest first.

        A request matches if it includes everything that is given.

        Args:
            path: The path, with or without `/openai/v1`.
            method: The method.
            json: Members of the JSON body.
            headers: Headers, in any case.
            query: Query parameters.
            form: Fields of a multipart form.
            times: The number of matching requests; at least one by default.
            scope: Their scope: the key, or the header `x-groq-local-scope`.
        """
        wanted = Expectation(path, method, json, headers, query, form, scope)
        received = self.requests
        found = [request for request in received if wanted.is_met_by(request)]
        if not found if times is None else len(found) != times:
            count = "a request" if times is None else f"{times} requests"
            raise AssertionError(
                f"Expected {count} with {wanted} but found {len(found)} among\n{describe(received)}"
            )
        return found

    def verdict(self, *, scope: str | None = None) -> list[Finding]:
        """Return the mistakes of the clients; an empty list if there are none.

        It reports retries that come too soon, ignore `retry-after`, do not end, or cannot succeed;
        incomplete streams that were used as complete ones; a connection for each request; keys in
        URLs and bodies; and requests that Groq would refuse.

        ```python
        from groq.testing import LocalServer

        with LocalServer(pace=0) as server, server.client() as client:
            client.models.list()
            assert server.verdict() == []
        ```

        Args:
            scope: The only scope to report.
        """
        self._catch_up()
        observations = self._observer.observations(scope)
        return findings(observations, self._log.all(scope), self._judge)

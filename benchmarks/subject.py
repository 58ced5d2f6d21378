"""The client under test: `groq`, whichever is installed, or `openai`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx

__all__ = ["BASE_URL", "KEY", "Subject"]

KEY = "a-key-for-benchmarks"
BASE_URL = "http://benchmark.invalid"


@dataclass(frozen=True)
class Subject:
    """Builds clients of the package, which are `Any`: the interpreter decides what they are."""

    package: str

    @property
    def names(self) -> tuple[str, str]:
        """The names of the sync and the async client."""
        return ("Groq", "AsyncGroq") if self.package == "groq" else ("OpenAI", "AsyncOpenAI")

    def base_url(self, url: str) -> str:
        """Return the option for a server at `url`: openai counts the first path segments to it."""
        return url if self.package == "groq" else f"{url}/openai/v1"

    def sync_client(self, transport: httpx.BaseTransport) -> Any:
        """Build a sync client that talks to `transport`."""
        http_client = httpx.Client(transport=transport)
        return self._build(0, BASE_URL, http_client=http_client)

    def async_client(self, transport: httpx.AsyncBaseTransport) -> Any:
        """Build an async client that talks to `transport`."""
        http_client = httpx.AsyncClient(transport=transport)
        return self._build(1, BASE_URL, http_client=http_client)

    def socket_client(
        self, url: str, *, limits: httpx.Limits | None = None, **options: object
    ) -> Any:
        """Build an async client as a user does, for a server at `url`."""
        if limits is not None:
            module = import_module(self.package)
            options["http_client"] = module.DefaultAsyncHttpxClient(limits=limits)
        return self._build(1, url, **options)

    def sync_socket_client(self, url: str, **options: object) -> Any:
        """Build a sync client as a user does, for a server at `url`."""
        return self._build(0, url, **options)

    def aiohttp_client(self, url: str) -> Any:
        """Build an async client on the aiohttp backend, as a user does."""
        module = import_module(self.package)
        return self._build(1, url, http_client=module.DefaultAioHttpClient())

    def _build(self, name: int, url: str, **options: object) -> Any:
        module = import_module(self.package)
        build = getattr(module, self.names[name])
        return build(api_key=KEY, base_url=self.base_url(url), max_retries=0, **options)

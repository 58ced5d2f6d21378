"""Default values, and the header that selects the form of a response."""

from typing import TYPE_CHECKING, Any

from ._library import httpx

TIMEOUT: dict[str, float] = {"timeout": 60, "connect": 5.0}
LIMITS = {"max_connections": 100, "max_keepalive_connections": 20}

if TYPE_CHECKING:
    DEFAULT_TIMEOUT: httpx.Timeout
    """Sixty seconds to read, write or wait for a free connection; five to connect."""

    DEFAULT_CONNECTION_LIMITS: httpx.Limits
    """A hundred connections, of which twenty stay open when idle."""
else:

    def __getattr__(name: str) -> Any:
        """Import httpx on first use of the defaults that are its objects."""
        if name == "DEFAULT_TIMEOUT":
            value: Any = httpx.Timeout(**TIMEOUT)
        elif name == "DEFAULT_CONNECTION_LIMITS":
            value = httpx.Limits(**LIMITS)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return globals().setdefault(name, value)


DEFAULT_MAX_RETRIES = 2
"""The number of retries after the first attempt."""

DEFAULT_MAX_UNPACKED_BYTES = 64 * 1024 * 1024
"""The largest decompressed response that is held in memory, in bytes."""

DEFAULT_MAX_BODY_BYTES = 512 * 1024 * 1024
"""The largest response that is held in memory, in bytes."""

MAX_ERROR_BYTES = 4 * 1024 * 1024
"""The most bytes that are read of an error's body."""

INITIAL_RETRY_DELAY = 0.5
"""The first delay between attempts, in seconds, unless the server asks for another."""

MAX_RETRY_DELAY = 8.0
"""The longest delay between attempts, in seconds, unless the server asks for another."""

MAX_RETRY_AFTER = 60.0
"""The longest delay, in seconds, that a server can ask for."""

MAX_CONCURRENCY = 64
"""The most requests that a run has in flight or waiting, by default."""

MAX_CALLS_AT_ONCE = 16
"""The tool calls of one turn that an async client runs at the same time, by default."""

MAX_RESULT_CHARS = 100_000
"""The characters of a tool's result that the model is told, by default: some 25,000 tokens."""

MAX_CORRECTIONS = 3
"""The most consecutive corrections of a refused answer, by default."""

RAW_RESPONSE_HEADER = "X-Stainless-Raw-Response"
"""Makes a method return the response itself: read with `raw`, unread with `stream`."""

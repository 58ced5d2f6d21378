"""Benchmarks of the client beside bare httpx and `json`: `python -m benchmarks`."""

import os

HTTP_LIBRARY = os.environ.get("BENCHMARKED_HTTP_LIBRARY", "httpx")
"""The library beneath the client and the floors: httpx or httpx2."""

if HTTP_LIBRARY == "httpx2":
    import httpx2

    # Wherever a benchmark says httpx, it is httpx2.
    httpx2.alias_httpx()

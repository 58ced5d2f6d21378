"""What the client costs, beside the same work in bare httpx and `json`: `python -m benchmarks`."""

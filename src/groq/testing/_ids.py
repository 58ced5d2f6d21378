"""Random ids, which need not be secret."""

from __future__ import annotations

import random

# Asking the system for randomness, as `secrets` and `uuid` do, takes longer than parsing a request.
_random = random.Random()


def hex_digits(count: int) -> str:
    """Return that many random hexadecimal digits."""
    return f"{_random.getrandbits(4 * count):0{count}x}"


def random_uuid() -> str:
    """Return a random UUID of version 4."""
    digits = hex_digits(30)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:]}"


def new_request_id() -> str:
    """Generate an `x-request-id`."""
    return f"req_{hex_digits(26)}"

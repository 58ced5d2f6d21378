"""Secrets in requests and answers: keys, cookies and fields with secret-looking names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ._json import is_list, is_object
from ._received import ReceivedRequest

SECRET = "(secret)"  # noqa: S105 - the replacement of a secret
_HEADER = re.compile(
    "auth|cookie|credential|key|pass|secret|session|signature|token", re.IGNORECASE
)
_OPEN_HEADER = re.compile("x-ratelimit-.*|.*-authenticate", re.IGNORECASE)
_MEMBER = re.compile(
    r"authorization|cookie|credential|password|secret|(api|access|private)[-_]?key|(^|[-_])token$",
    re.IGNORECASE,
)
_KEY = re.compile(r"gsk_[A-Za-z0-9]{20,}")
_SHORTEST = 12
"""The shortest value that is redacted wherever it occurs, in characters; `local` is shorter."""


def is_secret_header(name: str) -> bool:
    """Return whether the value of a header or a query parameter may be secret."""
    return _HEADER.search(name) is not None and _OPEN_HEADER.fullmatch(name) is None


def secrets_of(request: ReceivedRequest) -> frozenset[str]:
    """Return the secret values of a request, such as its key and its cookies."""
    named = [*request.headers.items_received(), *request.query.items()]
    values = {value for name, value in named if is_secret_header(name)}
    values |= {value.partition(" ")[2].strip() for value in values}
    return frozenset(value for value in values if len(value) >= _SHORTEST)


class Secrets:
    """The secrets of one exchange, which it removes from all that is recorded."""

    def __init__(self, values: Iterable[str]) -> None:
        longest_first = sorted(values, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), _KEY.pattern]))
        self._bytes = re.compile(self._pattern.pattern.encode())

    def is_in(self, text: str) -> bool:
        """Return whether a text contains a secret."""
        return self._pattern.search(text) is not None

    def redact(self, text: str) -> str:
        """Return a text without secrets."""
        return self._pattern.sub(SECRET, text)

    def redact_json(self, value: Any, *, is_headers: bool = False) -> Any:
        """Return a JSON value without secrets and strings with secret-looking names."""
        if isinstance(value, str):
            return self.redact(value)
        if is_list(value):
            return [self.redact_json(each) for each in value]
        if not is_object(value):
            return value
        looks_secret = is_secret_header if is_headers else _MEMBER.search
        return {
            self.redact(name): SECRET
            if isinstance(member, str) and looks_secret(name)
            else self.redact_json(member, is_headers=name == "headers")
            for name, member in value.items()
        }

    def redact_target(self, target: str) -> str:
        """Return a URL, or the target of a request, without secrets."""
        path, mark, query = target.partition("?")
        parameters = [each.partition("=") for each in query.split("&")]
        kept = [
            f"{name}{equals}{SECRET if is_secret_header(name) and value else value}"
            for name, equals, value in parameters
        ]
        return self.redact(re.sub(r"//[^/@]*@", "//", path) + mark + "&".join(kept))

    def redact_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers without secrets; headers with secret-looking names are left out."""
        return {
            name: self.redact_target(value) if name.lower() == "location" else self.redact(value)
            for name, value in headers.items()
            if not is_secret_header(name)
        }

    def mask(self, pieces: list[bytes]) -> list[bytes]:
        """Return the chunks of a body with each secret replaced by asterisks of the same length."""
        whole = b"".join(pieces)
        masked = self._bytes.sub(lambda found: b"*" * len(found[0]), whole)
        if masked == whole:
            return pieces
        ends = 0
        return [masked[(start := ends) : (ends := start + len(piece))] for piece in pieces]

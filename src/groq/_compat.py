"""Private names of groq 1.7.0 that public programs import, kept for compatibility.

Nothing in this package uses them. `_utils` and `_base_client` re-export them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property as cached_property
from functools import lru_cache as lru_cache
from typing import Any, Generic, TypeVar

from typing_extensions import override

_T = TypeVar("_T")


def maybe_transform(data: Any, expected_type: object) -> Any:
    """Return the data unchanged: arguments already have the names of the API."""
    return data


async def async_maybe_transform(data: Any, expected_type: object) -> Any:
    """Return the data unchanged, as `maybe_transform` does."""
    return data


class LazyProxy(ABC, Generic[_T]):
    """A proxy for the object that `__load__` returns, which is called at each use."""

    @abstractmethod
    def __load__(self) -> _T:
        """Return the object."""

    def __get_proxied__(self) -> _T:
        """Return the object."""
        return self.__load__()

    def __as_proxied__(self) -> _T:
        """Return the proxy, typed as the object."""
        return self  # type: ignore[return-value]  # that is what it is for

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__get_proxied__(), name)

    @override
    def __repr__(self) -> str:
        return repr(self.__get_proxied__())

    @override
    def __str__(self) -> str:
        return str(self.__get_proxied__())

    @override
    def __dir__(self) -> list[str]:
        return dir(self.__get_proxied__())

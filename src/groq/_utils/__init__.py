"""Where groq 1.7.0 had names that programs import: see `_compat`."""

from .._compat import async_maybe_transform as async_maybe_transform
from .._compat import lru_cache as lru_cache
from .._compat import maybe_transform as maybe_transform

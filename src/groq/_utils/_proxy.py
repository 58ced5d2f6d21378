"""Where groq 1.7.0 had a name that programs import: see `_compat`."""

from .._compat import LazyProxy as LazyProxy

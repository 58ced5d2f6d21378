"""A Groq that runs on this machine, for tests of programs that use any version of `groq`.

The names are those of `groq.testing`, and so is what they do.
"""

from .testing import *  # noqa: F403 - every public name of `groq.testing`
from .testing import __all__ as __all__

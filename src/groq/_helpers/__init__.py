"""The features beyond the plain API: stream helpers, structured outputs, tools, batches, limits.

The modules are imported on first use, so that a plain request does not pay for them.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names

if TYPE_CHECKING:
    from . import chat_stream as chat_stream
    from . import chat_tools as chat_tools
    from . import many as many
    from . import parts as parts
    from . import recordings as recordings
    from . import response_stream as response_stream
    from . import response_tools as response_tools
    from . import speech as speech
    from . import structured as structured
    from . import tool_calls as tool_calls
    from . import tools as tools
    from . import transcripts as transcripts
else:
    __getattr__, __dir__ = lazy_names(__name__, ())

"""Structured outputs: types become JSON Schemas, and answers become values of those types.

Pydantic generates the schemas and validates the answers.

See https://console.groq.com/docs/structured-outputs
"""

from typing import TYPE_CHECKING

from ..._lazy import lazy_names

if TYPE_CHECKING:
    from . import corrections as corrections
    from . import errors as errors
    from . import output_types as output_types
    from . import parsing as parsing
else:
    __getattr__, __dir__ = lazy_names(__name__, ())

"""OpenInference's instrumentation sees what goes through this client."""

from __future__ import annotations

from instrumented import try_with
from openinference.instrumentation.groq import GroqInstrumentor

# It keeps the span of a stream, and not what was streamed.
try_with(
    lambda provider: GroqInstrumentor().instrument(tracer_provider=provider), sees_streams=False
)

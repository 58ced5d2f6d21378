"""OpenTelemetry's instrumentation sees what goes through this client."""

from __future__ import annotations

from instrumented import try_with
from opentelemetry.instrumentation.groq import GroqInstrumentor

try_with(lambda provider: GroqInstrumentor().instrument(tracer_provider=provider))

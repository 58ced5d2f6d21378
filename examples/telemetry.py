"""Print the span of a call, as OpenTelemetry's console exporter writes it."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from groq import Groq
from groq.telemetry import Telemetry
from groq.testing import local_if_no_key


def main() -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    client = Groq(telemetry=Telemetry(tracer_provider=provider))
    client.chat.completions.create(
        messages=[{"role": "user", "content": "Hello"}],
        model="openai/gpt-oss-20b",
    )


if __name__ == "__main__":
    with local_if_no_key():
        main()

import json
import sys

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import groq
from groq.telemetry import Telemetry

spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
client = groq.Groq(telemetry=Telemetry(tracer_provider=provider))
status = 0
try:
    with client.chat.completions.stream(
        model="openai/gpt-oss-20b", messages=[{"role": "user", "content": sys.argv[1]}]
    ) as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
except groq.APIError as error:
    print(error, file=sys.stderr)
    status = 1
with open(sys.argv[2], "w", encoding="utf-8") as file:
    for span in spans.get_finished_spans():
        line = {
            "name": span.name,
            "kind": span.kind.name,
            "status": span.status.status_code.name,
            "attributes": dict(span.attributes),
        }
        file.write(json.dumps(line) + "\n")
sys.exit(status)

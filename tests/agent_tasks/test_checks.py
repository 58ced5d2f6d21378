"""Each check accepts a solution that is right, and refuses it once it has a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from .checks import CHECKS, FOLDER, check

NEEDS = {
    "stream_sse": ("fastapi", "uvicorn"),
    "mcp_tools": ("mcp",),
    "spans": ("opentelemetry.sdk",),
}
# For each task what is right in its solution, and what is wrong in place of it.
MISTAKES = [
    (
        "stream_sse",
        "async for text in stream.text_stream:",
        'for text in ["".join([text async for text in stream.text_stream])]:',
    ),
    ("stream_sse", "    else:\n        yield", "    if True:\n        yield"),
    ("stream_sse", "json.dumps({'text': text})", "text"),
    ("many_calls", "in_order=True, ", ""),
    (
        "many_calls",
        "    for number, question in enumerate(questions)",
        "    for number, question in enumerate(questions[:-1])",
    ),
    ("mcp_tools", "mcp_tools(session)", "mcp_tools(session, allowed=['get_forecast'])"),
    ("mcp_tools", "messages=[", "max_turns=2, messages=["),
    ("nested_structure", "response_format=Invoice", "response_format=Invoice, strict=False"),
    ("nested_structure", "item.quantity * item.unit_price", "item.unit_price"),
    ("nested_structure", 'sys.exit(f"The answer was cut off: {error}")', "sys.exit(0)"),
    ("conversation", "    messages = list(run.messages)\n", ""),
    ("conversation", ", flush=True", ""),
    ("conversation", "a + b", "a - b"),
    ("subtitles", ".to_srt()", ".to_vtt()"),
    ("failures", "max_retries=5", "max_retries=2"),
    ("failures", ", deadline=5", ""),
    ("failures", "sys.exit(3 if", "sys.exit(1 if"),
    ("test_with_fault", 'assert caught.value.text == "Hello"', ""),
    ("test_with_fault", 'assert ask("Hi") == "Hello"\n', 'ask("Hi")\n'),
    ("test_with_fault", "groq_server.fail(503, retry_after=0.01)", ""),
    ("resume", "checkpoint=checkpoint, ", ""),
    ("resume", "max_concurrency=8", "max_concurrency=9"),
    ("resume", "str(result.error)", "None"),
    ("search", "reverse=True", "reverse=False"),
    ("search", '"*.txt"', '"*.*"'),
    ("cost_report", "total += cost", "total = cost"),
    ("cost_report", "groq.cost(completion)", "groq.cost(completion, is_batch=True)"),
    ("spans", "Telemetry(tracer_provider=provider)", "Telemetry(tracer_provider=None)"),
    (
        "spans",
        "Telemetry(tracer_provider=provider)",
        "Telemetry(tracer_provider=provider, capture_content=True)",
    ),
]


def solution(name: str) -> str:
    for module in NEEDS.get(name, ()):
        pytest.importorskip(module)
    return (FOLDER / "solutions" / f"{name}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHECKS)
def test_a_right_solution_passes(name: str, tmp_path: Path) -> None:
    file = tmp_path / "solution.py"
    file.write_text(solution(name), encoding="utf-8")
    assert check(name, file) is None


@pytest.mark.parametrize(("name", "right", "wrong"), MISTAKES)
def test_a_wrong_solution_fails(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    text = solution(name)
    assert right in text
    file = tmp_path / "solution.py"
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    assert check(name, file)

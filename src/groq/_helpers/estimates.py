"""What a request costs: estimated before it is sent, and improved by the usage of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Cost: TypeAlias = Mapping[str, float]
"""The cost of a request in each unit: `requests`, `tokens`, `input_tokens`, …"""


def token_cost(prompt: float, output: float) -> dict[str, float]:
    """Return the cost of a prompt and a completion of that many tokens."""
    return {
        "requests": 1,
        "tokens": prompt + output,
        "input_tokens": prompt,
        "output_tokens": output,
    }


@dataclass
class Estimates:
    """Averages of recent requests, in which a request counts a twentieth less with each later one.

    The defaults stand for the time before the first response.
    """

    prompt_tokens: float = 250.0
    prompt_bytes: float = 1000.0
    prompt_error: float = 0.1
    """The relative error of recent estimates of prompts."""
    output_tokens: float = 200.0
    outputs: float = 1.0
    """The number of completions."""
    audio_seconds: float = 10.0
    audio_bytes: float = 160_000.0

    def text_cost(self, size: int, most_output: float | None) -> dict[str, float]:
        """Estimate the cost of a prompt of that many bytes, with the longest completion."""
        # Too high is better than too low: the excess is returned, while a shortage is refused.
        prompt = size * self.prompt_tokens / self.prompt_bytes * (1 + 3 * self.prompt_error)
        output = self.output_tokens / self.outputs if most_output is None else most_output
        return token_cost(prompt, output)

    def audio_cost(self, size: int) -> dict[str, float]:
        """Estimate the cost of a recording of that many bytes."""
        return {"requests": 1, "audio_seconds": size * self.audio_seconds / self.audio_bytes}

    def learn(self, size: int, usage: Cost) -> None:
        """Take the usage of a request of that many bytes into account."""
        if prompt := usage.get("input_tokens"):
            tokens, of_bytes = self.prompt_tokens, self.prompt_bytes
            error = min(abs(prompt * of_bytes / (size * tokens) - 1), 1.0)
            self.prompt_error += 0.05 * (error - self.prompt_error)
            self.prompt_tokens = 0.95 * tokens + prompt
            self.prompt_bytes = 0.95 * of_bytes + size
        if "output_tokens" in usage:
            self.output_tokens = 0.95 * self.output_tokens + usage["output_tokens"]
            self.outputs = 0.95 * self.outputs + 1
        if "audio_seconds" in usage:
            self.audio_seconds = 0.95 * self.audio_seconds + usage["audio_seconds"]
            self.audio_bytes = 0.95 * self.audio_bytes + size

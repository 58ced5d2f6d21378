import json
import sys
from decimal import Decimal
from pathlib import Path

import groq

client = groq.Groq()
models = {}
for line in map(json.loads, Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()):
    completion = client.chat.completions.create(
        model=line["model"], messages=[{"role": "user", "content": line["question"]}]
    )
    models.setdefault(line["model"], []).append(completion)
report = {}
total = Decimal(0)
for model, completions in models.items():
    cost = sum(groq.cost(completion) for completion in completions)
    total += cost
    report[model] = {
        "requests": len(completions),
        "prompt_tokens": sum(completion.usage.prompt_tokens for completion in completions),
        "completion_tokens": sum(completion.usage.completion_tokens for completion in completions),
        "cost": float(cost),
    }
print(json.dumps({"models": report, "total": float(total)}))

import sys

import groq

client = groq.Groq(max_retries=5, deadline=5)
try:
    completion = client.chat.completions.create(
        model="openai/gpt-oss-20b", messages=[{"role": "user", "content": sys.argv[1]}]
    )
    print(completion.choices[0].message.content)
except groq.RateLimitError as error:
    print(f"Again in {error.retry_after} seconds", file=sys.stderr)
    sys.exit(2)
except groq.APIStatusError as error:
    print(error.code, error.text, file=sys.stderr)
    sys.exit(3 if error.status_code < 500 else 4)
except groq.APIConnectionError as error:
    print(error, file=sys.stderr)
    sys.exit(4)

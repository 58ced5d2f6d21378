"""OpenAI's Python client asks chat."""

import cases
import openai
import pydantic

client = openai.OpenAI(api_key="any", base_url=cases.BASE_URL)


class City(pydantic.BaseModel):
    name: str
    people: int


def typed() -> dict[str, object]:
    parsed = client.chat.completions.parse(
        model=cases.MODEL,
        messages=[{"role": "user", "content": "Describe Berlin"}],
        response_format=City,
    )
    city = parsed.choices[0].message.parsed
    assert city is not None
    return city.model_dump()


cases.run(
    **cases.chat_completions(client),
    typed=typed,
    refused="NotFoundError",
    lost="APIConnectionError",
    ended="passes for whole",
)

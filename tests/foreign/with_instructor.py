"""Instructor asks chat through OpenAI's Python client, and again where a type does not fit."""

import cases
import instructor
import openai
import pydantic

plain = openai.OpenAI(api_key="any", base_url=cases.BASE_URL)
client = instructor.from_openai(plain, mode=instructor.Mode.JSON_SCHEMA)


class City(pydantic.BaseModel):
    name: str
    people: int = pydantic.Field(gt=1_000)


def ask(content: str = "Hello", **options: object) -> object:
    messages = [{"role": "user", "content": content}]
    return client.create(**{"model": cases.MODEL, "messages": messages, **options})


def stream() -> str:
    chunks = ask(response_model=None, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def typed() -> dict[str, object]:
    # The server takes it: a check of Pydantic's own fails, and the model is asked again.
    cases.script({"reply": {"content": '{"name": "Berlin", "people": 3}', "is_checked": False}})
    cases.script({"reply": '{"name": "Berlin", "people": 3700000}'})
    city = ask("Describe Berlin", response_model=City, max_retries=1)
    assert "greater than" in str(cases.received()[1]["body"]["messages"])
    return city.model_dump()


cases.run(
    chat=lambda model: ask(model=model, response_model=None).choices[0].message.content,
    stream=stream,
    typed=typed,
    refused="NotFoundError",
    lost="RemoteProtocolError",
    ended="passes for whole",
)

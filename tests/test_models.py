"""Response models as programs use them: built, changed, copied, dumped."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, datetime, timezone
from typing import Annotated, Any, Literal, Optional, Union

import httpx
import pydantic
import pytest

from groq import BaseModel, types
from groq._models import FinalRequestOptions
from groq.testing import LocalServer
from groq.types import chat
from groq.types.chat.chat_completion import Choice
from twins import Twin

ANSWER: dict[str, Any] = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Hi", "channel": "final"},
        }
    ],
    "new_field": {"deep": [1]},
    "model_config": 5,
}


def answer() -> chat.ChatCompletion:
    return chat.ChatCompletion.construct(**ANSWER)


def test_a_model_is_built_by_hand_with_unknown_keywords() -> None:
    message = chat.ChatCompletionMessage(role="assistant", content="Hi", invented=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # what it is about
    choice = Choice(index=0, finish_reason="stop", message=message)
    made: Any = chat.ChatCompletion(
        id="c", object="chat.completion", created=1, model="m", choices=[choice]
    )
    assert made.choices[0].message.invented == 1
    assert made.choices[0].message.model_extra == {"invented": 1}


def test_a_subclass_may_set_a_property_before_it_is_built() -> None:
    class Named(BaseModel):
        name: str

        @property
        def title(self) -> str:
            return self.name.title()

        @title.setter
        def title(self, value: str) -> None:
            assert value

        def __init__(self, **values: Any) -> None:
            self.title = values["name"]
            super().__init__(**values)

    assert Named(name="ann").title == "Ann"


def test_a_model_is_changed_in_place() -> None:
    made: Any = answer()
    made.id = "other"
    made.choices[0].message.content = None
    made.invented = [1]
    made.choices.append(made.choices[0])
    assert made.to_dict()["id"] == "other"
    assert made.to_dict()["invented"] == [1]
    assert made.to_dict()["choices"][1]["message"]["content"] is None


@pytest.mark.parametrize("make", ["construct", "model_construct"])
def test_parts_of_a_model_that_is_constructed_are_models(make: str) -> None:
    made = getattr(chat.ChatCompletion, make)(**ANSWER)
    assert isinstance(made.choices[0], Choice)
    assert made.choices[0].message.content == "Hi"
    assert made.usage is None


@pytest.mark.parametrize("make", ["construct", "model_construct"])
def test_construct_does_not_validate(make: str) -> None:
    made = getattr(chat.ChatCompletion, make)(id=5, choices="none", new=1)
    assert (made.id, made.choices, made.new, made.model) == (5, "none", 1, None)
    assert made.model_fields_set == {"id", "choices", "new"}
    made = getattr(chat.ChatCompletion, make)({"model"}, id="c", created=1)
    assert made.model_fields_set == {"id", "created", "model"}


class Short(BaseModel):
    """One member of a union."""

    foo: str


class Long(BaseModel):
    """Another member of it."""

    bar: int


class Renamed(BaseModel):
    """Fields that the API calls otherwise, or sends in another form."""

    my_field: Optional[object] = pydantic.Field(alias="myField", default=None)
    other: str = pydantic.Field(validation_alias=pydantic.AliasChoices("o", "oth"), default="")
    ratio: float = 0.0
    ratios: Optional[list[float]] = None
    when: Optional[datetime] = None
    day: date = date(2020, 1, 1)
    part: Union[Short, Long, None] = None
    parts: list[Short] = pydantic.Field(default_factory=list[Short])


@pytest.mark.parametrize(
    ("sent", "name", "value"),
    [
        # What groq 1.7.0 makes of each.
        ({"myField": {"hello": False}}, "my_field", {"hello": False}),
        ({"oth": "x"}, "other", "x"),
        ({"ratio": 1}, "ratio", 1.0),
        ({"ratio": "1"}, "ratio", "1"),
        ({"ratio": None}, "ratio", 0.0),
        ({"ratio": 10**400}, "ratio", 10**400),
        # No float is equal to it.
        ({"ratio": 2**53 + 1}, "ratio", 2**53 + 1),
        ({"ratios": [1, 2.5]}, "ratios", [1.0, 2.5]),
        ({"when": "2023-02-23T12:00:00Z"}, "when", datetime(2023, 2, 23, 12, tzinfo=timezone.utc)),
        ({"when": "soon"}, "when", "soon"),
        ({"when": None}, "when", None),
        ({"day": "2023-02-23"}, "day", date(2023, 2, 23)),
        ({"part": {"bar": "3"}}, "part", Long(bar=3)),
        ({"part": {"foo": "z"}}, "part", Short(foo="z")),
        ({"parts": [[{"foo": "z"}]]}, "parts", [[Short(foo="z")]]),
    ],
    ids=str,
)
def test_construct_converts_values_that_json_cannot_represent(
    sent: dict[str, Any], name: str, value: object
) -> None:
    made = Renamed.construct(**sent)
    assert getattr(made, name) == value
    assert type(getattr(made, name)) is type(value)
    assert made.model_fields_set == {name}
    assert made.model_extra == {}


class Cat(BaseModel):
    """A member of a union that says which it is, under a name of the API's."""

    kind: Literal["cat", "kitten"] = pydantic.Field(alias="type")
    lives: int


class Dog(BaseModel):
    """Another member."""

    kind: Literal["dog"] = pydantic.Field(alias="type")
    name: str


class Mark:
    """What libraries mark such a union with, beside pydantic."""

    discriminator = "kind"


Pet = Annotated[Union[Cat, Dog], pydantic.Field(discriminator="kind")]


class Home(BaseModel):
    """Has a pet in each place where a type can name the members of a union."""

    field: Union[Cat, Dog, None] = pydantic.Field(discriminator="kind", default=None)
    optional: Optional[Pet] = None
    several: list[Pet] = pydantic.Field(default_factory=list[Pet])
    marked: Annotated[Union[Cat, Dog, None], Mark()] = None


@pytest.mark.parametrize("place", ["field", "optional", "several", "marked"])
@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ({"type": "dog", "name": 3}, Dog),
        ({"type": "kitten", "lives": "nine"}, Cat),
        ({"type": "cat"}, Cat),
        # The first, as where nothing names a member.
        ({"type": "cow", "lives": "nine"}, Cat),
        ({"type": [], "name": 3}, Cat),
    ],
    ids=str,
)
def test_an_invalid_union_value_becomes_the_member_its_tag_names(
    place: str, sent: dict[str, Any], kind: type
) -> None:
    given: dict[str, Any] = {place: [sent] if place == "several" else sent}
    value: Any = getattr(Home.construct(**given), place)
    pet: BaseModel = value[0] if place == "several" else value
    assert type(pet) is kind
    assert pet.to_dict(warnings=False) == sent


class Open(BaseModel):
    """Says what its unknown fields are."""

    __pydantic_extra__: dict[str, Short] = pydantic.Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]  # as pydantic documents it


def test_unknown_fields_have_the_declared_extra_type() -> None:
    class Inherits(Open):
        """Says nothing more."""

    for model in (Open, Inherits):
        made: Any = model.construct(a={"foo": "x"}, b={"foo": 1}, c=3)
        assert (made.a, made.b, made.c) == (Short(foo="x"), Short.construct(foo=1), 3)


def test_an_answer_that_fits_in_part_is_converted_as_well(groq_server: LocalServer) -> None:
    sent = {"myField": 1, "ratio": 2, "part": "odd", "new": 3}
    groq_server.reply_with_bytes([json.dumps(sent).encode()], content_type="application/json")
    made: Any = groq_server.client().get("/x", cast_to=Renamed)
    assert (made.my_field, made.ratio, made.part) == (1, 2.0, "odd")
    assert made.to_dict(warnings=False) == sent


def test_dumps_omit_unset_fields() -> None:
    made = answer()
    assert made.to_dict() == ANSWER
    assert json.loads(made.to_json()) == ANSWER
    assert made.to_json().startswith('{\n  "id": "c"')
    assert "\n" not in made.to_json(indent=None)
    assert made.to_dict(exclude_unset=False)["usage"] is None
    assert "usage" not in made.to_dict(exclude_unset=False, exclude_none=True)
    assert made.model_dump()["usage"] is None
    assert json.loads(made.model_dump_json(exclude_unset=True)) == ANSWER


def test_a_missing_field_differs_from_null() -> None:
    made = chat.ChatCompletion.construct(**ANSWER, usage=None)
    assert "usage" in made.model_fields_set
    assert "x_groq" not in made.model_fields_set


def test_unknown_fields_are_attributes() -> None:
    made: Any = answer()
    assert made.new_field == {"deep": [1]}
    assert made.model_extra["new_field"] == {"deep": [1]}
    with pytest.raises(AttributeError):
        _ = made.missing


def test_text_and_representation_are_the_same() -> None:
    assert str(answer()) == repr(answer())
    assert str(answer()).startswith("ChatCompletion(id='c', choices=[Choice(")


def shallow(made: BaseModel) -> BaseModel:
    return made.model_copy()


def deep(made: BaseModel) -> BaseModel:
    return made.model_copy(deep=True)


def pickled(made: BaseModel) -> Any:
    return pickle.loads(pickle.dumps(made))


COPIES: list[Any] = [shallow, deep, copy.copy, copy.deepcopy, pickled]


@pytest.mark.parametrize("copied", COPIES)
def test_a_copy_equals_the_model(copied: Any) -> None:
    made = answer()
    again = copied(made)
    assert again == made
    assert again.model_fields_set == made.model_fields_set
    assert again.model_extra == made.model_extra
    assert again.to_json() == made.to_json()


@pytest.mark.parametrize("copied", COPIES)
def test_an_answer_from_the_wire_can_be_copied(
    twin: Twin, groq_server: LocalServer, copied: Any
) -> None:
    completion = twin.chat(twin.client(groq_server))
    assert copied(completion) == completion


def assign(chunk: Any) -> None:
    chunk.usage = None


def add_to_the_set(chunk: Any) -> None:
    chunk.model_fields_set.add("usage")


def add_to_the_set_of_pydantic_1(chunk: Any) -> None:
    with pytest.warns(pydantic.PydanticDeprecatedSince20):
        chunk.__fields_set__.add("usage")  # pyright: ignore[reportDeprecated]  # the claim


def assign_to_a_copy(chunk: Any) -> None:
    copied = copy.copy(chunk)
    copied.usage = None
    chunk.usage = None


def update_a_copy(chunk: Any) -> None:
    chunk.model_copy(update={"usage": None})
    chunk.usage = None


CHANGES = [assign, add_to_the_set, add_to_the_set_of_pydantic_1, assign_to_a_copy, update_a_copy]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_pickled", [False, True])
def test_a_change_of_a_chunk_does_not_change_the_others(
    twin: Twin, groq_server: LocalServer, change: Any, is_pickled: bool
) -> None:
    groq_server.reply("One two three four")
    chunks = twin.list(twin.chat(twin.client(groq_server), stream=True))
    if is_pickled:
        chunks = pickle.loads(pickle.dumps(chunks))
    before = [chunk.to_dict() for chunk in chunks]
    change(chunks[2])
    assert [chunk.to_dict() for chunk in chunks[:2] + chunks[3:]] == before[:2] + before[3:]
    assert chunks[2].to_dict() == {**before[2], "usage": None}
    assert chunks[2].model_fields_set == {*before[2], "usage"}


def test_a_model_can_be_a_part_of_a_pydantic_model() -> None:
    class Mine(pydantic.BaseModel):
        answer: chat.ChatCompletion
        usage: Optional[types.CompletionUsage] = None

    mine = Mine(answer=answer())
    assert mine.answer.choices[0].message.content == "Hi"
    assert json.loads(mine.model_dump_json(exclude_unset=True))["answer"] == ANSWER
    parsed = Mine.model_validate({"answer": ANSWER})
    assert parsed.answer == answer()
    assert Mine.model_json_schema()["properties"]["answer"]


def test_a_subclass_may_add_fields_and_methods() -> None:
    class Mine(BaseModel):
        size: int
        inner: Optional[types.Model] = None

        def doubled(self) -> int:
            return self.size * 2

    made = Mine.construct(size=3, inner={"id": "m"}, more=1)
    assert made.doubled() == 6
    assert isinstance(made.inner, types.Model)


def test_an_answer_has_the_id_of_its_request(twin: Twin, groq_server: LocalServer) -> None:
    client = twin.client(groq_server)
    completion = twin.chat(client)
    assert completion._request_id == groq_server.last_request.id
    assert "request_id" not in completion.to_json()
    listed = twin.do(client.models.list)
    assert listed._request_id == groq_server.last_request.id
    assert listed.data[0]._request_id is None
    by_hand: Any = answer()
    assert by_hand._request_id is None


def test_a_message_is_sent_back_with_accepted_fields_only(twin: Twin) -> None:
    bodies: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json=ANSWER)

    client = twin.mocked(handler)
    message = twin.chat(client).choices[0].message
    twin.chat(client, messages=[message, {"role": "user", "content": "More"}])
    assert bodies[1]["messages"] == [
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "More"},
    ]


def test_options_can_be_constructed() -> None:
    options = FinalRequestOptions.construct(method="get", url="/x", max_retries=3)
    assert (options.method, options.url) == ("get", "/x")
    assert options.get_max_retries(10) == 3
    assert FinalRequestOptions(method="get", url="/x").get_max_retries(10) == 10


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, shallow, deep, pickled])
def test_a_copy_keeps_the_id_of_the_request(groq_server: LocalServer, again: Any) -> None:
    listed: Any = groq_server.client().models.list()
    assert again(listed)._request_id == listed._request_id == groq_server.last_request.id
    assert again(listed) == listed


def test_a_notebook_shows_the_text_of_a_completion_and_the_size_of_a_vector() -> None:
    made: Any = answer()
    assert made._repr_markdown_() == "Hi"
    function = {"name": "f", "arguments": "{}"}
    call = {"id": "1", "type": "function", "function": function}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    made = chat.ChatCompletion.construct(choices=[{"index": 0, "message": message}])
    assert made._repr_markdown_() == "`f({})`"
    vector: Any = types.Embedding(embedding=[0.5] * 1024, index=3, object="embedding")
    assert vector._repr_markdown_() == "Embedding 3: 1,024 numbers"
    made = types.CreateEmbeddingResponse.construct(data=[vector.to_dict()] * 2)
    assert made._repr_markdown_() == "2 embeddings of 1024 numbers"


@pytest.mark.parametrize("kind", [types.Embedding, types.CreateEmbeddingResponse])
def test_a_vector_in_base64_has_no_markdown_in_a_notebook(kind: Any) -> None:
    assert kind.construct(data="AAAA", embedding="AAAA")._repr_markdown_() is None


@pytest.mark.parametrize("choices", [None, [], {}, [None], [{"message": None}], 5])
def test_an_odd_completion_has_no_markdown_in_a_notebook(choices: object) -> None:
    made: Any = chat.ChatCompletion.construct(choices=choices)
    assert made._repr_markdown_() is None

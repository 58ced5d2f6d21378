"""Structured outputs: what schema a type becomes, and what becomes of the answer."""

from __future__ import annotations

import copy
import datetime
import enum
import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Optional, Union

import httpx
import pydantic
import pytest
from pydantic import AliasChoices, AliasPath, ConfigDict, Field
from typing_extensions import NotRequired, TypedDict

import groq
from groq import (
    APIResponseValidationError,
    AuthenticationError,
    BadRequestError,
    ContentFilterFinishReasonError,
    GroqError,
    LengthFinishReasonError,
    StructuredOutputError,
)
from groq.testing import LocalServer, Reply, ToolCall
from groq.types.chat import ContentDeltaEvent, ParsedChatCompletion
from twins import MESSAGES, MODEL, Handler, Twin


class City(pydantic.BaseModel):
    """A city."""

    name: str
    country: str = "Norway"


@dataclass
class Point:
    x: int
    y: Optional[int] = None


class Person(TypedDict):
    name: str
    age: NotRequired[int]


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    age: float


class Tree(pydantic.BaseModel):
    name: str
    left: Optional[Tree] = None
    right: Annotated[Optional[Tree], Field(description="The other branch.")] = None


class Open(groq.BaseModel):
    name: str


class Items(pydantic.RootModel[list[int]]):
    pass


OSLO = {"name": "Oslo", "country": "Norway"}

# A type, the JSON that a model writes, and the value that it becomes.
ANSWERS: dict[str, tuple[Any, object, object]] = {
    "a model": (City, OSLO, City(name="Oslo")),
    "a dataclass": (Point, {"x": 1, "y": None}, Point(1)),
    "a TypedDict": (Person, {"name": "Ann", "age": 1}, {"name": "Ann", "age": 1}),
    "a list": (list[City], {"value": [OSLO]}, [City(name="Oslo")]),
    "a union": (
        Annotated[Union[Cat, Dog], Field(discriminator="kind")],
        {"value": {"kind": "dog", "age": 3}},
        Dog(kind="dog", age=3),
    ),
    "a literal": (Literal["yes", "no"], {"value": "no"}, "no"),
    "an enum": (Colour, {"value": "red"}, Colour.RED),
    "a number": (int, {"value": 3}, 3),
    "a root model": (Items, {"value": [1, 2]}, Items([1, 2])),
    "a set": (set[int], {"value": [1, 2, 1]}, {1, 2}),
    "a recursive model": (
        Tree,
        {"name": "a", "left": {"name": "b", "left": None, "right": None}, "right": None},
        Tree(name="a", left=Tree(name="b")),
    ),
    "a model that keeps more": (Open, {"name": "a"}, Open(name="a")),
}


def parse(twin: Twin, client: Any, **options: Any) -> Any:
    arguments = {"messages": MESSAGES, "model": MODEL, **options}
    return twin.do(client.chat.completions.parse, **arguments)


def sent_format(server: LocalServer) -> Any:
    return server.last_request.json()["response_format"]


def schema_of(kind: Any) -> Any:
    """Return the schema that is sent for a type."""
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["response_format"]["json_schema"])
        return completion_of(None)(request)

    with client_of(answer) as client:
        client.chat.completions.parse(messages=MESSAGES, model=MODEL, response_format=kind)
    assert sent[0]["strict"] is True
    return sent[0]["schema"]


def client_of(handler: Handler) -> groq.Groq:
    """Return a client whose requests a function answers."""
    return groq.Groq(
        api_key="key", http_client=httpx.Client(transport=httpx.MockTransport(handler))
    )


def completion_of(content: str | None, finish_reason: str = "stop", **message: object) -> Handler:
    """Return what answers with a whole completion."""
    said = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "finish_reason": finish_reason, "message": said}
    known = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": MODEL}
    usage = {"prompt_tokens": 1, "completion_tokens": 9, "total_tokens": 10}
    return lambda _: httpx.Response(
        200, json={**known, "choices": [choice], "usage": usage}, headers={"x-request-id": "req_1"}
    )


# -------------------------------------------------------------------------------------- the answers


@pytest.mark.parametrize(("kind", "answer", "value"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_becomes_a_value_of_the_type(
    groq_server: LocalServer, kind: Any, answer: object, value: object
) -> None:
    groq_server.reply(json.dumps(answer))
    with groq_server.client() as client:
        completion = client.chat.completions.parse(
            messages=MESSAGES, model=MODEL, response_format=kind
        )
    assert isinstance(completion, ParsedChatCompletion)
    assert completion.choices[0].message.parsed == value
    assert type(completion.choices[0].message.parsed) is type(value)


@pytest.mark.parametrize("kind", [City, Point, Person, list[City], Colour, Union[Cat, Dog]])
def test_json_that_fits_the_schema_fits_the_type(
    twin: Twin, groq_server: LocalServer, kind: Any
) -> None:
    # The local server makes up JSON that fits the schema it is sent.
    message = parse(twin, twin.client(groq_server), response_format=kind).choices[0].message
    assert pydantic.TypeAdapter[Any](kind).validate_python(message.parsed) == message.parsed
    assert sent_format(groq_server)["type"] == "json_schema"


def test_a_stream_has_the_value_where_the_content_is_done(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply(Reply(['{"name": "Oslo"', ', "coun', 'try": "Norway"}']))
    client = twin.client(groq_server)
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL, response_format=City)
    with twin.inside(manager) as stream:
        events = twin.list(stream)
        final = twin.do(stream.get_final_completion)
    parsed = [event.parsed for event in events if isinstance(event, ContentDeltaEvent)]
    assert parsed == [{"name": "Oslo"}, {"name": "Oslo"}, OSLO]
    (done,) = [event for event in events if event.type == "content.done"]
    assert done.parsed == City(name="Oslo")
    assert final.choices[0].message.parsed == City(name="Oslo")


@pytest.mark.skipif(pydantic.VERSION.startswith("2.8."), reason="pydantic 2.9 and later can")
def test_partial_json_is_parsed_as_far_as_it_goes(groq_server: LocalServer) -> None:
    groq_server.reply(Reply(['{"name": "Os', 'lo", "country": "Norway"}']))
    with groq_server.client() as client:
        manager = client.chat.completions.stream(
            messages=MESSAGES, model=MODEL, response_format=City
        )
        with manager as stream:
            parsed = [each.parsed for each in stream if isinstance(each, ContentDeltaEvent)]
    assert parsed == [{"name": "Os"}, OSLO]


def test_the_start_of_a_list_is_a_list(groq_server: LocalServer) -> None:
    groq_server.reply(Reply(["{", '"value": [1, 2', ", 3]}"]))
    with groq_server.client() as client:
        manager = client.chat.completions.stream(
            messages=MESSAGES, model=MODEL, response_format=list[int]
        )
        with manager as stream:
            parsed = [each.parsed for each in stream if isinstance(each, ContentDeltaEvent)]
            assert stream.current_completion_snapshot.choices[0].message.parsed == [1, 2, 3]
    assert parsed == [None, [1, 2], [1, 2, 3]]


def test_an_explicit_response_format_is_sent_unchanged(
    twin: Twin, groq_server: LocalServer
) -> None:
    client = twin.client(groq_server)
    message = parse(twin, client, response_format={"type": "json_object"}).choices[0].message
    assert sent_format(groq_server) == {"type": "json_object"}
    assert message.parsed is None
    assert json.loads(message.content)


def test_without_a_format_none_is_sent(twin: Twin, groq_server: LocalServer) -> None:
    message = parse(twin, twin.client(groq_server)).choices[0].message
    assert "response_format" not in groq_server.last_request.json()
    assert message.parsed is None


def test_a_parsed_completion_keeps_all_that_came(twin: Twin) -> None:
    client = twin.mocked(completion_of('{"x": 1, "y": 2}', mood="good"))
    completion = parse(twin, client, response_format=Point)
    assert completion.usage.total_tokens == 10
    assert completion.choices[0].message.model_extra == {"mood": "good"}
    assert completion._request_id == "req_1"


def test_the_parsed_value_is_not_sent_back(twin: Twin, groq_server: LocalServer) -> None:
    groq_server.reply('{"x": 1, "y": 2}')
    client = twin.client(groq_server)
    message = parse(twin, client, response_format=Point).choices[0].message
    twin.chat(client, messages=[*MESSAGES, message])
    said = {"role": "assistant", "content": '{"x": 1, "y": 2}'}
    assert groq_server.last_request.json()["messages"][-1] == said
    assert message.to_dict() == said
    assert message.model_dump()["parsed"] == {"x": 1, "y": 2}


def test_absent_or_refused_content_is_not_decoded(twin: Twin) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    for answer in (
        completion_of(None),
        completion_of("", "tool_calls", tool_calls=[call]),
        completion_of("I won't.", refusal="I won't."),
    ):
        message = parse(twin, twin.mocked(answer), response_format=City).choices[0].message
        assert message.parsed is None


ODD: dict[str, Any] = {
    "no object": [1],
    "nothing": {},
    "null choices": {"choices": None},
    "no choices": {"choices": []},
    "text as choices": {"choices": "odd"},
    "a dict as choices": {"choices": {"0": {}}},
    "text as a choice": {"choices": ["odd"]},
    "a null message": {"choices": [{"message": None}]},
    "a list as content": {"choices": [{"message": {"content": ["a"]}}]},
    "a call without a function": {"choices": [{"message": {"tool_calls": [{"id": "a"}]}}]},
    "a dict as calls": {"choices": [{"message": {"tool_calls": {}}}]},
    "a list for a name": {
        "choices": [
            {"message": {"tool_calls": [{"id": "a", "function": {"name": [], "arguments": ""}}]}}
        ]
    },
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@pytest.mark.parametrize("method", ["parse", "raw", "run_tools"])
def test_an_invalid_answer_is_an_error(twin: Twin, method: str, body: Any) -> None:
    headers = {"x-request-id": "req_1"}
    client = twin.mocked(lambda _: httpx.Response(200, json=body, headers=headers))
    completions = client.chat.completions
    options = {"messages": MESSAGES, "model": MODEL}
    with pytest.raises(APIResponseValidationError, match="but received") as caught:
        if method == "parse":
            twin.do(completions.parse, **options)
        elif method == "raw":
            twin.do(twin.do(completions.with_raw_response.parse, **options).parse)
        else:
            twin.do(completions.run_tools(tools=[], **options).until_done)
    assert caught.value.status_code == 200
    assert str(caught.value.request.url).endswith("/chat/completions")


@pytest.mark.parametrize("method", ["parse", "run_tools"])
def test_a_page_in_place_of_an_answer_is_an_error(twin: Twin, method: str) -> None:
    client = twin.mocked(lambda _: httpx.Response(200, html="<html>Log in</html>"))
    completions = client.chat.completions
    options = {"messages": MESSAGES, "model": MODEL}
    with pytest.raises(APIResponseValidationError, match="Log in"):
        if method == "parse":
            twin.do(completions.parse, **options)
        else:
            twin.do(completions.run_tools(tools=[], **options).until_done)


def test_a_raw_response_has_the_parsed_answer(twin: Twin) -> None:
    client = twin.mocked(completion_of(json.dumps(OSLO)))
    raw = twin.do(
        client.chat.completions.with_raw_response.parse,
        messages=MESSAGES,
        model=MODEL,
        response_format=City,
    )
    assert raw.headers["x-request-id"] == "req_1"
    assert twin.do(raw.parse).choices[0].message.parsed == City(name="Oslo")


def test_arguments_that_are_nested_too_deeply_are_an_error(
    twin: Twin, groq_server: LocalServer
) -> None:
    groq_server.reply(Reply(tool_calls=[ToolCall("f", '{"a":' + "[" * 200_000)]))
    parameters: dict[str, object] = {"type": "object", "properties": {}}
    function = {"name": "f", "strict": True, "parameters": parameters}
    with pytest.raises(groq.StructuredOutputError, match="arguments that fit the tool `f`"):
        twin.do(
            twin.client(groq_server).chat.completions.parse,
            messages=MESSAGES,
            model=MODEL,
            tools=[{"type": "function", "function": function}],
        )


# -------------------------------------------------------------------------------------- corrections


REFUSED = {
    "error": {
        "message": "Generated JSON does not match the expected schema.",
        "type": "invalid_request_error",
        "code": "json_validate_failed",
        "failed_generation": '{"nam": "Oslo"}',
    }
}


def answers_in_turn(*answers: httpx.Response) -> tuple[Handler, list[Any]]:
    """Return what answers with one after the other, and the bodies that it received."""
    waiting = iter(answers)
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return next(waiting)

    return answer, sent


@pytest.mark.parametrize("is_refused", [True, False], ids=["refused by the server", "misfit"])
def test_the_model_is_sent_the_error_in_its_answer(twin: Twin, is_refused: bool) -> None:
    request = httpx.Request("POST", "https://localhost")
    wrong = completion_of('{"nam": "Oslo"}')(request)
    first = httpx.Response(400, json=REFUSED) if is_refused else wrong
    handler, sent = answers_in_turn(first, completion_of(json.dumps(OSLO))(request))
    completion = parse(twin, twin.mocked(handler), response_format=City, max_corrections=1)
    assert completion.choices[0].message.parsed == City(name="Oslo")
    said, told = sent[1]["messages"][len(MESSAGES) :]
    assert said == {"role": "assistant", "content": '{"nam": "Oslo"}'}
    assert told["role"] == "user"
    assert ("match the expected schema" if is_refused else "name: Field required") in told[
        "content"
    ]


@pytest.mark.parametrize("corrections", [0, 2])
def test_corrections_of_an_answer_are_limited(twin: Twin, corrections: int) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(400, json=REFUSED)

    with pytest.raises(BadRequestError, match="json_validate_failed"):
        parse(twin, twin.mocked(answer), response_format=City, max_corrections=corrections)
    assert len(sent) == 1 + corrections


# ---------------------------------------------------------------------------------------- the tools


class Tool(dict[str, Any]):
    """A tool that decodes its arguments, in one of the two ways in which tools can."""

    model: Any = None


class ParsingTool(Tool):
    def parse_arguments(self, text: str) -> object:
        return City.model_validate_json(text).name


def tool(kind: Callable[..., Any] = dict, **definition: object) -> Any:
    return kind(type="function", function={"name": "locate", "parameters": {}, **definition})


def modelled() -> Any:
    made = tool(Tool)
    made.model = City
    return made


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (modelled(), City(name="Oslo")),
        (tool(ParsingTool), "Oslo"),
        (tool(strict=True), OSLO),
        (tool(), None),
    ],
    ids=["a model", "a method", "strict", "plain"],
)
def test_arguments_are_decoded_by_their_tool(
    twin: Twin, groq_server: LocalServer, made: Any, value: object
) -> None:
    groq_server.reply(Reply(tool_calls=[ToolCall("locate", OSLO, id="c")]), times=2)
    client = twin.client(groq_server)
    # An iterator is read but once: here to send the tools, and to learn what they decode.
    (call,) = parse(twin, client, tools=iter([made])).choices[0].message.tool_calls
    assert call.function.parsed_arguments == value
    assert call.to_dict()["function"] == {
        "name": "locate",
        "arguments": json.dumps(OSLO, separators=(",", ":")),
    }
    manager = client.chat.completions.stream(messages=MESSAGES, model=MODEL, tools=iter([made]))
    with twin.inside(manager) as stream:
        events = twin.list(stream)
        (call,) = twin.do(stream.get_final_completion).choices[0].message.tool_calls
    assert call.function.parsed_arguments == value
    (delta,) = [event for event in events if event.type == "tool_calls.function.arguments.delta"]
    assert delta.parsed_arguments == (None if value is None else OSLO)
    (done,) = [event for event in events if event.type == "tool_calls.function.arguments.done"]
    assert done.parsed_arguments == value
    assert len(groq_server.last_request.json()["tools"]) == 1


# -------------------------------------------------------------------------------------- the errors


UNUSABLE: dict[str, tuple[Handler, type[GroqError]]] = {
    "length": (completion_of('{"name": "Os', "length"), LengthFinishReasonError),
    "filter": (completion_of('{"name": "Os', "content_filter"), ContentFilterFinishReasonError),
    "not the type": (completion_of('{"name": 5}'), StructuredOutputError),
    "not JSON": (completion_of("Oslo"), StructuredOutputError),
    "nothing": (completion_of(""), StructuredOutputError),
}


@pytest.mark.parametrize(("answer", "error"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_error_for_an_unusable_answer_holds_the_completion(
    twin: Twin, answer: Handler, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        parse(twin, twin.mocked(answer), response_format=City)
    held: Any = raised.value
    assert held.completion.choices[0].message.content is not None
    assert held.completion.usage.completion_tokens == 9


def test_content_that_does_not_fit_is_in_the_error_and_not_in_its_message(twin: Twin) -> None:
    client = twin.mocked(completion_of('{"name": {"secret": 1}}'))
    with pytest.raises(
        StructuredOutputError, match=r"fits `City` .* name: .*valid string"
    ) as raised:
        parse(twin, client, response_format=City)
    assert raised.value.text == '{"name": {"secret": 1}}'
    assert isinstance(raised.value.__cause__, pydantic.ValidationError)
    assert "secret" not in str(raised.value)


def test_arguments_that_do_not_fit_are_in_the_error(twin: Twin) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "locate", "arguments": "{}"}}
    client = twin.mocked(completion_of(None, "tool_calls", tool_calls=[call]))
    with pytest.raises(
        StructuredOutputError, match="arguments that fit the tool `locate`"
    ) as raised:
        parse(twin, client, tools=[modelled()])
    assert raised.value.text == "{}"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply("Oslo"), StructuredOutputError),
        (Reply("{", finish_reason="length"), LengthFinishReasonError),
        (Reply("{", finish_reason="content_filter"), ContentFilterFinishReasonError),
    ],
    ids=["unfit", "length", "filter"],
)
def test_a_stream_raises_where_the_answer_ends_and_again_for_the_whole(
    twin: Twin, groq_server: LocalServer, reply: Reply, error: type[Exception]
) -> None:
    groq_server.reply(reply)
    manager = twin.client(groq_server).chat.completions.stream(
        messages=MESSAGES, model=MODEL, response_format=City
    )
    seen: list[str] = []
    with twin.inside(manager) as stream:
        with pytest.raises(error) as raised:
            seen.extend(event.type for event in twin.each(stream))
        assert "content.delta" in seen
        assert "content.done" not in seen
        with pytest.raises(error):
            twin.do(stream.get_final_completion)
    held: Any = raised.value
    assert held.completion.choices[0].message.content == reply.content


def pickled(error: Any) -> Any:
    return pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_the_errors_pickle_and_copy(again: Callable[[Any], Any]) -> None:
    for answer, kind in UNUSABLE.values():
        with client_of(answer) as client, pytest.raises(kind) as raised:
            client.chat.completions.parse(messages=MESSAGES, model=MODEL, response_format=City)
        held: Any = raised.value
        copied = again(held)
        assert copied.completion == held.completion
        assert str(copied) == str(held)
        assert type(copied) is kind


# -------------------------------------------------------------------------------------- the schemas


def test_every_property_is_required_and_no_others_are_allowed() -> None:
    assert schema_of(City) == {
        "type": "object",
        "title": "City",
        "description": "A city.",
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "country": {"type": "string", "title": "Country"},
        },
        "required": ["name", "country"],
        "additionalProperties": False,
    }


def test_nullable_fields_stay_nullable() -> None:
    nullable = {"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "Y"}
    schema = schema_of(Point)
    assert schema["properties"]["y"] == nullable
    assert schema["required"] == ["x", "y"]


def test_a_reference_stays_one_and_leads_to_a_strict_object() -> None:
    class Trip(pydantic.BaseModel):
        stops: list[City]

    schema = schema_of(Trip)
    assert schema["properties"]["stops"]["items"] == {"$ref": "#/$defs/City"}
    assert schema["$defs"]["City"]["additionalProperties"] is False


def test_words_beside_a_reference_stay_there() -> None:
    class Trip(pydantic.BaseModel):
        start: Annotated[City, Field(description="Where it begins.")]

    start = schema_of(Trip)["properties"]["start"]
    assert start == {"anyOf": [{"$ref": "#/$defs/City"}], "description": "Where it begins."}


def test_the_schema_of_models_that_mention_each_other_stays_small() -> None:
    names = [f"M{number}" for number in range(7)]
    models: dict[str, Any] = {}
    for name in names:
        fields: dict[str, Any] = {
            each.lower(): (Optional[each], Field(description=f"The {each} of it."))
            for each in names
        }
        models[name] = pydantic.create_model(name, **fields)
    for model in models.values():
        model.model_rebuild(_types_namespace=models)
    assert len(json.dumps(schema_of(models["M0"]))) < 20_000


def test_a_schema_that_was_sent_can_be_changed_without_changing_the_next(twin: Twin) -> None:
    def spoil(request: httpx.Request) -> httpx.Response:
        return completion_of('{"name": "Oslo", "country": "Norway"}')(request)

    client = twin.mocked(spoil)
    create = client.chat.completions.create
    seen: list[Any] = []

    def changing(**options: Any) -> Any:
        seen.append(json.dumps(options["response_format"]))
        options["response_format"]["json_schema"]["schema"].clear()
        return create(**options)

    client.chat.completions.create = changing
    for _ in range(2):
        parse(twin, client, response_format=City)
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "alias", [AliasPath("a", 0), AliasPath("a", "b"), AliasChoices(AliasPath("a", 0))]
)
def test_a_field_that_no_answer_can_have_is_refused(twin: Twin, alias: Any) -> None:
    class Odd(pydantic.BaseModel):
        x: int = Field(validation_alias=alias)

    with pytest.raises(TypeError, match="by their name or alias"):
        parse(twin, twin.client(), response_format=Odd)


def test_a_field_with_a_choice_of_aliases_is_asked_for_by_one_of_them(twin: Twin) -> None:
    class Fine(pydantic.BaseModel):
        x: int = Field(validation_alias=AliasChoices("b", AliasPath("a", 0)))

    client = twin.mocked(completion_of('{"b": 3}'))
    assert parse(twin, client, response_format=Fine).choices[0].message.parsed.x == 3
    assert list(schema_of(Fine)["properties"]) == ["b"]


class Bounded(pydantic.BaseModel):
    name: Annotated[str, Field(min_length=3, max_length=5, description="A name.")]
    count: Annotated[int, Field(ge=1)]
    tags: Annotated[list[str], Field(max_length=2)]
    day: datetime.date


def test_unsupported_constraints_are_described_and_still_validated(twin: Twin) -> None:
    properties = schema_of(Bounded)["properties"]
    assert properties["name"]["description"] == "A name. (maxLength: 5; minLength: 3)"
    assert properties["count"]["description"] == "minimum: 1"
    assert properties["tags"]["description"] == "maxItems: 2"
    assert properties["day"]["description"] == "format: date"
    refused = {"minLength", "maxLength", "minimum", "maxItems", "format"}
    assert not any(refused & part.keys() for part in properties.values())
    said: dict[str, Any] = {"name": "x", "count": 1, "tags": [], "day": "2026-01-02"}
    with pytest.raises(StructuredOutputError, match="at least 3 characters"):
        parse(twin, twin.mocked(completion_of(json.dumps(said))), response_format=Bounded)


@pytest.mark.parametrize(
    ("model", "strict", "expected"),
    [
        ("openai/gpt-oss-20b", None, True),
        ("openai/gpt-oss-120b", None, True),
        ("openai/gpt-oss-safeguard-20b", None, False),
        ("qwen/qwen3.8-27b", None, False),
        ("qwen/qwen3.8-27b", True, True),
        ("openai/gpt-oss-20b", False, False),
    ],
)
@pytest.mark.parametrize("method", ["parse", "stream"])
def test_strict_mode_is_used_only_with_models_that_support_it(
    twin: Twin, method: str, model: str, strict: bool | None, expected: bool
) -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["response_format"]["json_schema"])
        return httpx.Response(401)

    client = twin.mocked(answer)
    options = {"messages": MESSAGES, "model": model, "response_format": Bounded, "strict": strict}
    with pytest.raises(AuthenticationError):
        if method == "parse":
            twin.do(client.chat.completions.parse, **options)
        else:
            with twin.inside(client.chat.completions.stream(**options)):
                pass
    assert sent[0]["strict"] is expected
    assert ("minLength" in sent[0]["schema"]["properties"]["name"]) is not expected


def test_a_type_outside_strict_mode_works_with_strict_false(twin: Twin) -> None:
    client = twin.mocked(completion_of('{"a": 1}'))
    with pytest.raises(TypeError, match="With `strict=False`"):
        parse(twin, client, response_format=dict[str, int])
    completion = parse(twin, client, response_format=dict[str, int], strict=False)
    assert completion.choices[0].message.parsed == {"a": 1}


def test_the_root_of_a_recursive_type_is_an_object() -> None:
    schema = schema_of(Tree)
    assert schema["type"] == "object"
    assert {"$ref": "#/$defs/Tree"} in schema["properties"]["left"]["anyOf"]
    assert schema["$defs"]["Tree"]["required"] == ["name", "left", "right"]


def test_a_union_is_any_of_its_members() -> None:
    class Owner(pydantic.BaseModel):
        pet: Annotated[Union[Cat, Dog], Field(discriminator="kind")]

    pet = schema_of(Owner)["properties"]["pet"]
    assert pet == {
        "anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
        "title": "Pet",
    }


def test_a_type_that_is_not_an_object_is_wrapped_in_one() -> None:
    schema = schema_of(list[int])
    assert schema["type"] == "object"
    assert schema["properties"]["value"]["items"] == {"type": "integer"}
    assert schema["required"] == ["value"]


def test_a_default_is_dropped_and_a_property_of_that_name_is_not() -> None:
    class Setting(pydantic.BaseModel):
        default: int = 1

    properties = schema_of(Setting)["properties"]
    assert properties == {"default": {"type": "integer", "title": "Default"}}


def test_a_model_that_keeps_more_is_closed() -> None:
    assert schema_of(Open)["additionalProperties"] is False


def test_the_name_of_a_type_is_one_that_the_api_takes(twin: Twin, groq_server: LocalServer) -> None:
    parse(twin, twin.client(groq_server), response_format=Items)
    assert sent_format(groq_server)["json_schema"]["name"] == "Items"
    parse(twin, twin.client(groq_server), response_format=pydantic.RootModel[list[int]])
    assert sent_format(groq_server)["json_schema"]["name"] == "RootModel_list_int"


class Free(pydantic.BaseModel):
    tags: dict[str, int]


class Basket(pydantic.BaseModel):
    frees: list[Free]


class Pair(pydantic.BaseModel):
    pair: tuple[int, str]


class Anything(pydantic.BaseModel):
    model_config = ConfigDict(title="x")
    what: Any


class Untyped(pydantic.BaseModel):
    each: Optional[list[Any]]


class Odd(pydantic.BaseModel):
    odd: Annotated[int, Field(json_schema_extra={"not": {"const": 1}})]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Free, "Free.tags"),
        (Basket, "Free.tags"),
        (dict[str, int], "dict"),
        (dict[Literal["a", "b"], int], "dict"),
        (Pair, "Pair.pair"),
        (Anything, "Anything.what"),
        (Untyped, "Untyped.each[]"),
        (Odd, "Odd.odd"),
    ],
)
def test_a_type_outside_strict_mode_is_refused_with_its_path(
    twin: Twin, groq_server: LocalServer, kind: Any, path: str
) -> None:
    client = twin.client(groq_server)
    for call in (client.chat.completions.parse, client.chat.completions.stream):
        with pytest.raises(TypeError) as raised:
            twin.do(call, messages=MESSAGES, model=MODEL, response_format=kind)
        assert f"cannot express `{path}`" in str(raised.value)
    assert not groq_server.requests


@pytest.mark.parametrize("kind", ["City", object(), Callable[[], int]])
def test_a_type_that_pydantic_cannot_describe_is_refused(kind: Any) -> None:
    expected = "Expected a pydantic model, a dataclass, a TypedDict"
    with client_of(completion_of(None)) as client, pytest.raises(TypeError, match=expected):
        client.chat.completions.parse(messages=MESSAGES, model=MODEL, response_format=kind)


@pytest.mark.parametrize("method", ["parse", "stream", "run_tools"])
def test_an_argument_that_create_does_not_take_is_refused_at_once(twin: Twin, method: str) -> None:
    completions = twin.client().chat.completions
    tools: dict[str, Any] = {"tools": []} if method == "run_tools" else {}
    with pytest.raises(TypeError, match="received 'temperatur'"):
        twin.do(getattr(completions, method), messages=MESSAGES, model=MODEL, temperatur=1, **tools)

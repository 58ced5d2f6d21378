"""Bytes to models and back: the strict path and the lenient one agree where both can be taken."""

from __future__ import annotations

import datetime
import decimal
import enum
import ipaddress
import json
import math
import re
import threading
import time
import types as python_types
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, Union, get_args, get_origin

import pydantic
import pydantic_core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groq import BaseModel, not_given, omit, types
from groq._helpers.structured import output_types
from groq._http import codec
from groq.types import audio, chat

MODELS: list[type[BaseModel]] = [
    chat.ChatCompletion,
    chat.ChatCompletionChunk,
    types.CreateEmbeddingResponse,
    types.ModelListResponse,
    types.BatchListResponse,
    types.FileListResponse,
    audio.Transcription,
    audio.Translation,
]

# A few texts are as telling as any, and quick to draw.
TEXTS = st.sampled_from(
    ["", "a", "é\u2028", '"\\\n', "\0", "1", "null", "NaN", "\N{GRINNING FACE}"]
)
WHOLE = st.integers(-(2**70), 2**70)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | WHOLE | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@cache
def json_of(kind: Any) -> st.SearchStrategy[Any]:
    """Make JSON that conforms to an annotation."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return json_of(arguments[0])
    if origin is Union or origin is python_types.UnionType:
        return st.one_of([json_of(argument) for argument in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(json_of(arguments[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(TEXTS, json_of(arguments[1]), max_size=2)
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return json_of_model(kind)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        int: WHOLE,
        float: FLOATS | st.integers(-(2**50), 2**50),
        bool: st.booleans(),
        type(None): st.none(),
        object: ANYTHING,
    }
    return simple[kind]


def json_of_model(model: type[pydantic.BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    codec.validator(model)  # resolves the annotations of the fields
    annotations: dict[str, Any] = {
        name: field.annotation for name, field in model.model_fields.items()
    }
    fields = {name: json_of(kind) for name, kind in annotations.items()}
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    known = st.fixed_dictionaries(
        {name: fields[name] for name in fields if name in required},
        optional={name: fields[name] for name in fields if name not in required},
    )
    extra = st.dictionaries(st.sampled_from(["new_field", "model_x", "_y"]), ANYTHING, max_size=1)
    return st.builds(laid_over, extra, known)


def laid_over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return {**under, **over}


def strictly(kind: Any, data: bytes) -> Any:
    return codec.validator(kind).validate_json(data, strict=True)


def assert_same(one: Any, other: Any) -> None:
    assert one == other
    assert type(one) is type(other)
    if isinstance(one, pydantic.BaseModel):
        assert one.model_fields_set == other.model_fields_set
        assert one.model_extra == other.model_extra
        for name in type(one).model_fields:
            if isinstance(getattr(one, name), (pydantic.BaseModel, list)):
                assert_same(getattr(one, name), getattr(other, name))
    elif one.__class__ is list:
        for each, its_twin in zip(one, other, strict=True):
            assert_same(each, its_twin)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@given(data=st.data())
def test_strict_and_lenient_decoding_of_conforming_json_agree(
    model: type[BaseModel], data: st.DataObject
) -> None:
    value = data.draw(json_of(model))
    sent = json.dumps(value).encode()

    strict = strictly(model, sent)

    assert_same(strict, codec.construct(model, json.loads(sent)))
    assert_same(strict, codec.decode(model, sent))
    assert strict.to_dict() == value


@given(value=json_of(chat.ChatCompletionChunk), place=st.data())
def test_one_odd_value_does_not_affect_the_others(
    value: dict[str, Any], place: st.DataObject
) -> None:
    name = place.draw(st.sampled_from(sorted(chat.ChatCompletionChunk.model_fields)))
    odd = {**value, name: {"odd": [1, None]}}

    made = codec.decode(chat.ChatCompletionChunk, json.dumps(odd).encode())

    for other in set(value) - {name}:
        assert getattr(made, other) == getattr(
            codec.construct(chat.ChatCompletionChunk, value), other
        )
    assert made.model_fields_set == set(odd)


CHUNK = {
    "id": "c",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}],
}


def chunk_with(**changes: Any) -> chat.ChatCompletionChunk:
    data = {**CHUNK, **changes}
    return codec.decode(chat.ChatCompletionChunk, json.dumps(data).encode())


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("created", "1700000000"),
        ("created", 1.5),
        ("created", True),
        ("id", 5),
        ("object", "a.new.object"),
        ("service_tier", "a new tier"),
        ("choices", None),
        ("choices", "none"),
        ("usage", "free"),
        ("usage", []),
        ("x_groq", 3),
    ],
)
def test_a_value_of_a_wrong_type_is_kept_raw(name: str, odd: object) -> None:
    chunk = chunk_with(**{name: odd})
    assert getattr(chunk, name) == odd
    assert type(getattr(chunk, name)) is type(odd)
    assert isinstance(chunk, chat.ChatCompletionChunk)


def test_values_beside_an_odd_value_are_decoded() -> None:
    choice = {"index": "first", "delta": {"content": "a", "role": "a new role"}}
    chunk = chunk_with(choices=[choice, "odd", None], created="odd")
    assert chunk.choices[0].delta.content == "a"
    role: object = chunk.choices[0].delta.role
    assert role == "a new role"
    odd: list[object] = [*chunk.choices[1:]]
    assert odd == ["odd", None]


def test_a_missing_required_field_is_none_and_unset() -> None:
    chunk = codec.decode(chat.ChatCompletionChunk, b'{"choices": []}')
    assert chunk.id is None
    assert chunk.model_fields_set == {"choices"}
    assert chunk.to_dict() == {"choices": []}


def test_a_missing_field_differs_from_null() -> None:
    assert "usage" not in chunk_with().model_fields_set
    assert "usage" in chunk_with(usage=None).model_fields_set
    assert chunk_with(usage=None).to_dict()["usage"] is None


def test_two_threads_build_no_schemas_at_once() -> None:
    building = threading.Semaphore()
    overlaps: list[object] = []

    class Slow:
        """A type whose schema takes a moment to build."""

        @classmethod
        def __get_pydantic_core_schema__(
            cls, source: object, handler: object
        ) -> pydantic_core.CoreSchema:
            if not building.acquire(blocking=False):
                overlaps.append(source)
                return pydantic_core.core_schema.any_schema()
            time.sleep(0.05)
            building.release()
            return pydantic_core.core_schema.any_schema()

        @classmethod
        def __get_pydantic_json_schema__(cls, *_: object) -> dict[str, Any]:
            return {"type": "string"}

    ways: list[Callable[[], object]] = [
        lambda: codec.decode(list[Slow], b"[]"),
        lambda: codec.decode(dict[str, Slow], b"{}"),
        lambda: output_types.output_type(list[Slow]),
        lambda: output_types.output_type(dict[str, Slow]),
    ]
    threads = [threading.Thread(target=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == []


def test_a_default_that_is_mutable_is_not_shared() -> None:
    class WithList(BaseModel):
        required: int
        names: list[str] = []  # noqa: RUF012  # pydantic copies it

    first, second = (codec.decode(WithList, b"{}") for _ in range(2))
    first.names.append("a")
    assert second.names == []


class Kind(enum.Enum):
    A = "a"


class Inner(BaseModel):
    x: int


class Odd(BaseModel):
    union: Union[Inner, str, None] = None
    number: Union[int, float, None] = None
    by_name: dict[str, Inner] = {}  # noqa: RUF012  # pydantic copies it
    nested: Optional[list[Optional[Inner]]] = None
    kind: Optional[Kind] = None
    when: Optional[datetime.datetime] = None


@pytest.mark.parametrize(
    "value",
    [
        {"union": {"x": 1}},
        {"union": "text"},
        {"union": None},
        {"number": 5},
        {"number": 5.0},
        {"by_name": {"a": {"x": 1}}},
        {"nested": [{"x": 1}, None]},
    ],
    ids=str,
)
def test_unions_and_containers_are_the_same_on_both_paths(value: object) -> None:
    sent = json.dumps(value).encode()
    assert_same(strictly(Odd, sent), codec.construct(Odd, value))


def test_an_invalid_union_value_becomes_the_first_usable_member() -> None:
    made = codec.decode(
        Odd, b'{"union": {"x": "odd", "y": 2}, "by_name": {"a": {"x": "odd"}, "b": 3}}'
    )
    assert isinstance(made.union, Inner)
    assert made.union.model_extra == {"y": 2}
    assert isinstance(made.by_name["a"], Inner)
    raw: object = made.by_name["b"]
    assert raw == 3


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ValueError),
        (b"{", ValueError),
        (b"{} {}", ValueError),
        (b"{'a': 1}", ValueError),
        (b'{"a": "\xff"}', ValueError),
        (b"9" * 5000, ValueError),
        (b"[" * 100_000 + b"]" * 100_000, (ValueError, RecursionError)),
        (b'{"a":' * 100_000, (ValueError, RecursionError)),
    ],
    ids=["nothing", "cut", "two", "quotes", "not UTF-8", "long number", "deep list", "deep cut"],
)
def test_invalid_or_oversized_json_is_refused(
    data: bytes, error: type[Exception] | tuple[type[Exception], ...]
) -> None:
    for kind in (chat.ChatCompletionChunk, object):
        with pytest.raises(error):
            codec.decode(kind, data)


def test_a_byte_order_mark_is_passed_over() -> None:
    sent = b"\xef\xbb\xbf" + json.dumps(CHUNK).encode()
    assert codec.decode(chat.ChatCompletionChunk, sent) == chunk_with()


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        (dict, b'{"a": [1]}', {"a": [1]}),
        (dict, b"[1]", [1]),
        (list, b"[1, null]", [1, None]),
        (list, b"{}", {}),
        (dict[str, Inner], b'{"a": {"x": 1}}', {"a": Inner(x=1)}),
        (list[Inner], b'[{"x": 1}]', [Inner(x=1)]),
        (object, b"null", None),
        (str, b'"text"', "text"),
        (int, b'"1"', "1"),
        (float, b"1", 1),
        (bool, b"1", 1),
        (Union[Inner, None], b"null", None),
        (Inner, b"[]", []),
    ],
    ids=str,
)
def test_any_type_can_be_decoded_to(kind: Any, data: bytes, value: object) -> None:
    assert codec.decode(kind, data) == value


# ---------------------------------------------------------------------------------------- encode


@given(value=st.dictionaries(TEXTS, ANYTHING, max_size=4))
def test_json_values_are_encoded_without_loss(value: dict[str, Any]) -> None:
    assert json.loads(codec.encode(value)) == value


NO_JSON: list[object] = [
    decimal.Decimal("1.5"),
    pydantic.SecretStr("secret"),
    Path("/x"),
    1j,
    re.compile("x"),
    {1},
    frozenset({1}),
    b"x",
    bytearray(b"x"),
    datetime.timedelta(1),
    ipaddress.ip_address("::1"),
]
"""Values that pydantic writes as text, and that are not JSON."""


class NoValue(enum.Enum):
    A = object()


def message() -> chat.ChatCompletionMessage:
    return codec.construct(
        chat.ChatCompletionMessage, {"role": "assistant", "content": None, "channel": "final"}
    )


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ({"a": omit, "b": not_given, "c": None}, b'{"c":null}'),
        ({"a": {"b": omit, "c": 1}}, b'{"a":{"c":1}}'),
        ({"a": [message()]}, b'{"a":[{"content":null,"role":"assistant","channel":"final"}]}'),
        ({"a": range(2)}, b'{"a":[0,1]}'),
        ({"a": {None: 1}}, b'{"a":{"null":1}}'),
        ({"a": {1: 2}}, b'{"a":{"1":2}}'),
        ({"a": (1, 2)}, b'{"a":[1,2]}'),
        ({"a": {"b": 1}.keys()}, b'{"a":["b"]}'),
        ({"a": python_types.MappingProxyType({"b": 1})}, b'{"a":{"b":1}}'),
        ({"a": Kind.A}, b'{"a":"a"}'),
        ({"a": datetime.date(2026, 9, 1)}, b'{"a":"2026-09-01"}'),
        ({"a": uuid.UUID(int=1)}, b'{"a":"00000000-0000-0000-0000-000000000001"}'),
        ({"a": "é\u2028"}, '{"a":"é\u2028"}'.encode()),
        ({"a": ["é\u2028", range(0)]}, '{"a":["é\u2028",[]]}'.encode()),
        ({"a": "NaN and Infinity"}, b'{"a":"NaN and Infinity"}'),
        ([1, {"a": omit}], b"[1,{}]"),
    ],
)
def test_values_are_sent_as_compact_utf8(value: Any, sent: bytes) -> None:
    assert codec.encode(value) == sent


class Aliased(BaseModel):
    price: decimal.Decimal = pydantic.Field(alias="the price")


@pytest.mark.parametrize(
    ("more", "sent"), [([], ""), ([range(0)], ",[]")], ids=["at once", "by hand"]
)
def test_a_model_is_sent_by_the_names_and_in_the_form_of_its_json(
    more: list[object], sent: str
) -> None:
    made = Aliased.model_validate({"the price": "1.50"})
    assert codec.encode({"é": [made, *more]}) == f'{{"é":[{{"the price":"1.50"}}{sent}]}}'.encode()


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        (b"\xc3\xa9", None, "é"),
        (b"\xff", None, "\ufffd"),
        (b"\xe9", "latin-1", "é"),
        (b"\xe9\0\xe9", "utf-16-le", "é\ufffd"),
        (b"\xc3\xa9\xff", "hex", "é\ufffd"),
        (b"\xc3\xa9\xff", "no charset", "é\ufffd"),
    ],
)
def test_text_is_read_in_its_charset_or_as_utf8(
    data: bytes, charset: str | None, text: str
) -> None:
    assert codec.text(data, charset) == text


def test_an_iterator_is_sent_as_a_list() -> None:
    assert codec.encode({"a": iter([1, 2])}) == b'{"a":[1,2]}'
    assert codec.encode({"a": (each for each in "xy")}) == b'{"a":["x","y"]}'
    assert codec.encode({"a": [iter([1])]}) == b'{"a":[[1]]}'


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        ({"messages": [{"content": object()}]}, TypeError, "`messages[0].content`"),
        ({"metadata": {"a": [1, object()]}}, TypeError, "`metadata.a[1]`"),
        *(({"a": [{"b": odd}]}, TypeError, "`a[0].b`") for odd in NO_JSON),
        ({"a": {(1, 2): 3}}, TypeError, "`a`"),
        ({"top_p": math.nan}, ValueError, "`top_p`"),
        ({"a": [1.0, -math.inf]}, ValueError, "`a[1]`"),
        ({"a": "NaN", "b": math.nan}, ValueError, "`b`"),
        ([math.nan], ValueError, "number at `[0]` but"),
        ({"a": "\ud800"}, ValueError, "`a`"),
        ({"a": {"b": {(1, 2): 3}}}, TypeError, "text at `a.b` but received tuple"),
        ({"a": NoValue.A}, TypeError, "`a` but received object"),
        ({"a": decimal.Decimal(1)}, TypeError, "`a` but received decimal.Decimal"),
        ({"response_format": int}, TypeError, "the class int; `parse` and `stream` take a type"),
        ({"a": [codec.construct(Aliased, {"x": object()})]}, TypeError, "`a[0].x`"),
        (object(), TypeError, "hold at the body but received object"),
    ],
)
def test_an_unencodable_value_is_named_by_its_path(
    value: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as raised:
        codec.encode(value)
    assert says in str(raised.value)


def test_the_hint_for_a_class_is_for_response_formats_alone() -> None:
    with pytest.raises(TypeError, match=r"received the class int$"):
        codec.encode({"a": int})


def outcome(value: object) -> object:
    try:
        return codec.encode(value)
    except (TypeError, ValueError) as error:
        return str(error)


@given(
    value=st.recursive(
        ANYTHING
        | st.sampled_from(NO_JSON)
        | st.floats()
        | st.sampled_from(
            [Kind.A, datetime.date(2026, 9, 1), uuid.UUID(int=1), range(2), "\ud800"]
        ),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner)
            | st.dictionaries(TEXTS | st.none() | st.integers() | st.booleans(), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_both_ways_to_encode_accept_the_same_and_write_the_same(value: object) -> None:
    # What is omitted inside makes the encoder go value by value.
    at_once, by_hand = outcome({"v": value, "o": {}}), outcome({"v": value, "o": {"x": omit}})
    if isinstance(at_once, bytes) and isinstance(by_hand, bytes):
        at_once, by_hand = json.loads(at_once), json.loads(by_hand)
    assert at_once == by_hand


@pytest.mark.parametrize("more", [{}, {"name": omit}], ids=["at once", "by hand"])
def test_an_odd_model_is_sent_as_it_came_and_without_a_warning(more: dict[str, Any]) -> None:
    odd = {"content": 5, "role": "a new role"}
    made = codec.construct(chat.ChatCompletionMessage, odd)
    assert json.loads(codec.encode({"messages": [made, more]})) == {"messages": [odd, {}]}


def test_a_value_that_contains_itself_is_refused() -> None:
    value: dict[str, Any] = {"a": []}
    value["a"].append(value)
    with pytest.raises(ValueError, match=r"contain itself at `a\[0\]\.a`"):
        codec.encode(value)


def test_iterables_are_read_once_whatever_the_words_in_them() -> None:
    # The words for numbers that JSON does not have make the encoder look a second time.
    value = {"messages": [{"content": (part for part in ["NaN", "Infinity"])}]}
    assert codec.encode(value) == b'{"messages":[{"content":["NaN","Infinity"]}]}'


def test_the_error_for_an_unencodable_value_does_not_show_it() -> None:
    class Secret:
        def __repr__(self) -> str:
            return "gsk_secret"

    with pytest.raises(TypeError) as raised:
        codec.encode({"a": Secret()})
    assert "gsk_secret" not in str(raised.value)

"""`groq.types`: names load late, models say what they mean, and nothing of 1.7.0 is missing."""

from __future__ import annotations

import ast
import copy
import importlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import groq.types
from groq._models import BaseModel
from groq.types import Batch, BatchCreateResponse, FileInfoResponse, FileObject, Model
from groq.types.audio import Transcription
from groq.types.chat import ChatCompletionChunk, ChatCompletionMessage

FOLDER = Path(groq.types.__file__).parent
MODULES = sorted(FOLDER.rglob("*.py"))
PACKAGES = sorted(FOLDER.rglob("__init__.py"))
SURFACE = json.loads((Path(__file__).parent / "data" / "surface-1.7.0.json").read_text())
KNOWN = {name: value for name, value in SURFACE["modules"].items() if name.startswith("groq.types")}


def module_name(path: Path) -> str:
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return ".".join(["groq.types", *(part for part in parts if part != "__init__")])


def loaded_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", program], text=True).split())


@pytest.mark.parametrize("name", KNOWN)
def test_each_module_has_the_names_of_1_7_0(name: str) -> None:
    module = importlib.import_module(name)
    assert set(KNOWN[name]) <= set(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)


@pytest.mark.parametrize("path", PACKAGES, ids=module_name)
def test_static_tools_see_the_names_that_load_late(path: Path) -> None:
    (guarded,) = (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name  # `__all__` hands it on as well
        for node in guarded.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    package = importlib.import_module(module_name(path))
    assert seen == set(package.__all__)
    assert seen <= set(dir(package))


def test_the_packages_load_no_model() -> None:
    loaded = loaded_after("import groq.types.chat, groq.types.audio, groq.types.shared")
    assert "pydantic" not in loaded
    assert not {name for name in loaded if name.startswith("groq.types.chat.")}


def test_a_name_loads_only_what_it_needs() -> None:
    loaded = loaded_after("from groq.types.chat import ChatCompletionChunk")
    assert "groq.types.chat.chat_completion_chunk" in loaded
    assert "groq.types.chat.chat_completion" not in loaded
    assert "groq.types.chat.completion_create_params" not in loaded


def test_messages_are_typed_without_pydantic() -> None:
    assert "pydantic" not in loaded_after("from groq.types.chat import ChatCompletionMessageParam")


def test_submodules_are_attributes() -> None:
    program = "import groq.types; groq.types.chat.chat_completion.ChatCompletion"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'groq\.types' has no attribute 'Nothing'"):
        getattr(groq.types, "Nothing")  # noqa: B009  a plain access is refused by type checkers


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_all_that_is_public_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            assert ast.get_docstring(node), node.name
            # The fields for checkers alone, too.
            body = [
                each
                for part in node.body
                for each in (part.body if isinstance(part, ast.If) else [part])
            ]
            for field, after in zip(body, [*body[1:], None], strict=True):
                if isinstance(field, ast.AnnAssign):
                    documented = isinstance(after, ast.Expr) and isinstance(
                        after.value, ast.Constant
                    )
                    assert documented, f"{node.name}.{ast.unparse(field.target)}"


def test_equal_models_are_one_class_with_several_names() -> None:
    assert BatchCreateResponse is Batch
    assert FileInfoResponse is FileObject


def test_a_verbose_transcription_is_typed_to_the_words() -> None:
    segment = {"id": 0, "start": 0, "end": 1.5, "text": "Hello.", "avg_logprob": -0.1}
    word = {"word": "Hello", "start": 0.25, "end": 1}
    answer = {"text": "Hello.", "task": "transcribe", "language": "English", "duration": 1.5}
    answer_json = json.dumps({**answer, "segments": [segment], "words": [word]})
    transcription = Transcription.model_validate_json(answer_json, strict=True)
    assert transcription.segments[0].get("avg_logprob") == -0.1
    assert transcription.words == [word]
    assert json.loads(json.dumps(transcription.segments)) == [segment]
    assert transcription.to_dict() == json.loads(answer_json)


def test_a_field_past_the_api_schema_is_absent_if_it_was_not_sent() -> None:
    assert not hasattr(Transcription(text="Hello."), "words")
    assert ChatCompletionMessage(role="assistant").model_dump().keys() == set(
        ChatCompletionMessage.model_fields
    )


def test_a_model_has_its_limits_and_prices() -> None:
    model = Model(
        id="m",
        created=1,
        object="model",
        owned_by="o",
        context_window=131072,
        pricing={"prompt": "0.00000015"},
    )
    assert model.context_window == 131072
    assert model.pricing == {"prompt": "0.00000015"}


def test_a_model_keeps_unknown_fields_and_explicit_nulls() -> None:
    data = '{"role": "assistant", "content": null, "mood": "good"}'
    message = ChatCompletionMessage.model_validate_json(data, strict=True)
    assert message.model_extra == {"mood": "good"}
    assert message.model_fields_set == {"role", "content", "mood"}
    assert message.to_dict() == json.loads(data)


def pickled(model: BaseModel) -> BaseModel:
    again: BaseModel = pickle.loads(pickle.dumps(model))
    return again


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_a_model_pickles_and_copies(again: Callable[[BaseModel], BaseModel]) -> None:
    data = '{"id":"1","choices":[],"created":1,"model":"m","object":"chat.completion.chunk","x":1}'
    chunk = ChatCompletionChunk.model_validate_json(data, strict=True)
    assert again(chunk) == chunk

"""Tools: Python functions that a model can call."""

from __future__ import annotations

import functools
import inspect
import math
import re
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from types import FrameType, MethodType, SimpleNamespace
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from typing_extensions import NotRequired, ParamSpec, Self, TypedDict, override

from .docstrings import read_docstring
from .structured.strict_schemas import is_object, strict_json_schema

if TYPE_CHECKING:
    import pydantic

    from ..types.chat import ChatCompletionToolParam, ChatCompletionToolUnionParam

    Tool: TypeAlias = Union["FunctionTool[..., Any]", ChatCompletionToolUnionParam]

P = ParamSpec("P")
P2 = ParamSpec("P2")
R = TypeVar("R")


def pydantic_function_tool(
    model: type[Any], *, name: str | None = None, description: str | None = None
) -> ChatCompletionToolParam:
    """Return a tool whose arguments are the fields of a model, a dataclass or a TypedDict.

    Its schema is strict: the model passes every argument, and no others. The tool has no function:
    the caller handles its calls.

    Args:
        model: The class of the arguments.
        name: The name of the tool; the default is that of the class.
        description: What the tool does; the default is the docstring of the class.

    Raises:
        TypeError: Pydantic cannot describe the class, or strict mode cannot express it.
        ValueError: The API does not accept the name.
    """
    import pydantic

    description = description or inspect.cleandoc(_own_docstring(model))
    name = _checked_name(name) if name else derived_name(model.__name__)
    schema = pydantic.TypeAdapter[Any](model).json_schema()
    if not is_object(schema):
        raise TypeError(f"Expected a class with fields but received {model!r}")
    parameters = strict_json_schema(schema, name)
    tool = PydanticFunctionTool(_definition(name, description, parameters, strict=True))
    tool.model = model
    return cast("ChatCompletionToolParam", tool)  # a dict of that shape


class PydanticFunctionTool(dict[str, Any]):
    """A tool in the API's form, with the class of its arguments."""

    model: type[Any]
    """The class of the arguments."""


class FunctionTool(dict[str, Any], Generic[P, R]):
    """A function that a model can call; `@function_tool` creates it.

    It can still be called as the function, and is also a dict: the tool in the API's form. The tool
    of a method is bound to the object that it is accessed on.
    """

    name: str
    """The name of the tool."""

    is_async: bool
    """Whether its result must be awaited."""

    __name__: str
    __wrapped__: Callable[P, R]

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        strict: bool = False,
        namespace: Mapping[str, Any] | None = None,
    ) -> None:
        if not callable(function):
            raise TypeError(f"Expected a function but received {function!r}")
        functools.update_wrapper(self, function)
        source = _signature_source(function)
        summary, arguments = read_docstring(source.__doc__ or "")
        self.name = _checked_name(name) if name else derived_name(_function_name(function))
        self.is_async = _is_async(function)
        self._options = {"name": name, "description": description, "strict": strict}
        self._description = description or summary
        self._strict = strict
        self._fields, self._defaults = _fields(function, source, arguments, namespace)
        self._describe()

    def _describe(self) -> None:
        """Build the validator of the arguments, and the definition for the API."""
        import pydantic

        # `Any`, because type checkers only know types that are in the source.
        kind = cast("Any", TypedDict)(self.name, self._fields)
        kind.__pydantic_config__ = pydantic.ConfigDict(extra="forbid")
        self._arguments: pydantic.TypeAdapter[dict[str, Any]] = pydantic.TypeAdapter(kind)
        parameters = _without_titles(self._arguments.json_schema())
        if self._strict:
            parameters = strict_json_schema(parameters, self.name)
        self.clear()
        self.update(_definition(self.name, self._description, parameters, strict=self._strict))

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not self._defaults:
            return self.__wrapped__(*args, **kwargs)
        call = inspect.signature(self.__wrapped__).bind(*args, **kwargs)
        for name, make in self._defaults.items():
            if name not in call.arguments:
                call.arguments[name] = make()
        return self.__wrapped__(*call.args, **call.kwargs)

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Self: ...
    @overload
    def __get__(
        self: FunctionTool[Concatenate[Any, P2], R], instance: object, owner: type[object] | None
    ) -> FunctionTool[P2, R]: ...
    def __get__(self, instance: object | None, owner: type[object] | None = None) -> Any:
        # Only a function takes the instance; a static method, a `partial` or an object does not.
        if instance is None or not inspect.isroutine(self.__wrapped__):
            return self
        method = cast("Any", self.__wrapped__).__get__(instance, owner)
        if method is self.__wrapped__ or not isinstance(method, MethodType):
            return self
        bound = type(self).__new__(type(self))
        bound.__dict__.update(self.__dict__)
        bound.__wrapped__ = method
        first = next(iter(self._fields), None)
        bound._fields = {name: each for name, each in self._fields.items() if name != first}
        bound._describe()
        return bound

    @override
    def __reduce__(self) -> str | tuple[Any, ...]:
        """Pickle by name, as functions do."""
        function: Any = self.__wrapped__
        if isinstance(function, MethodType):
            instance: object = function.__self__
            if isinstance(getattr(instance, function.__name__, None), FunctionTool):
                return getattr, (instance, function.__name__)
        found: Any = sys.modules.get(getattr(function, "__module__", ""))
        for part in getattr(function, "__qualname__", "").split("."):
            found = getattr(found, part, None)
        if found is self:
            return cast("str", function.__qualname__)
        return _rebuild, (function, self._options)

    @override
    def __repr__(self) -> str:
        return f"<FunctionTool {self.name!r}>"

    def to_dict(self) -> ChatCompletionToolParam:
        """Return the tool in the API's form, with the type of `create(tools=…)`."""
        return cast("ChatCompletionToolParam", self)  # a dict of that shape

    def parse_arguments(self, text: str) -> dict[str, Any]:
        """Return the arguments that a model wrote, validated for the function.

        Raises `pydantic.ValidationError` if they are not JSON, or do not fit the function.
        """
        # Models write an empty text for a function without arguments.
        return self._arguments.validate_json(text or "{}")


def _rebuild(function: Callable[..., Any], options: dict[str, Any]) -> FunctionTool[..., Any]:
    return FunctionTool(function, **options)


@overload
def function_tool(function: Callable[P, R], /) -> FunctionTool[P, R]: ...
@overload
def function_tool(
    *, name: str | None = None, description: str | None = None, strict: bool = False
) -> Callable[[Callable[P, R]], FunctionTool[P, R]]: ...
def function_tool(
    function: Callable[P, R] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    strict: bool = False,
) -> FunctionTool[P, R] | Callable[[Callable[P, R]], FunctionTool[P, R]]:
    """Turn a function, plain or async, into a tool, which can still be called as before.

        @function_tool
        def get_weather(city: str, unit: str = "C") -> str:
            '''Tell the weather in a city.'''
            return f"18 °{unit} in {city}"

    The model receives the first part of the docstring, and the arguments with their types and
    their descriptions in the docstring, in the format of Google, NumPy or reStructuredText.
    Pydantic validates the arguments of a call, so that an argument can be a model. A method is a
    tool of each object, without `self`.

    Args:
        function: The function, or another callable.
        name: The name of the tool; the default is that of the function.
        description: What the tool does; the default is the description in the docstring.
        strict: Whether the model must follow the schema, if it supports that. It then passes every
            argument, and defaults are not used.

    Raises:
        TypeError: The function has a parameter that cannot be passed by name.
        ValueError: The API does not accept the name.
    """
    make = functools.partial(
        FunctionTool[P, R],
        name=name,
        description=description,
        strict=strict,
        namespace=_enclosing_names(inspect.currentframe()),
    )
    return make if function is None else make(function)


def _enclosing_names(frame: FrameType | None) -> dict[str, Any]:
    """Return the local names for annotations: those of an enclosing function."""
    names: dict[str, Any] = {}
    frame = frame and frame.f_back
    while frame is not None and frame.f_locals is not frame.f_globals:
        names = {**frame.f_locals, **names}
        if frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            break  # a function; the body of a class also sees the names around it
        frame = frame.f_back
    return names


def _without_partial(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function beneath any `functools.partial`."""
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _signature_source(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the object with the annotations and the docstring of a callable."""
    function = _without_partial(function)
    if inspect.isroutine(function) or isinstance(function, type):
        return function
    method: Callable[..., Any] = getattr(function, "__call__", function)  # noqa: B004  # the method itself is needed, not whether there is one
    return method


def _own_docstring(kind: type[Any]) -> str:
    """Return the docstring of a class, unless it is the signature that `dataclass` generates."""
    docstring = kind.__doc__ or ""
    return "" if docstring.startswith(f"{kind.__name__}(") else docstring


def _function_name(function: Callable[..., Any]) -> str:
    function = _without_partial(function)
    return getattr(function, "__name__", type(function).__name__)


def derived_name(name: str) -> str:
    """Convert a name in Python, such as `Box[int]`, to one that the API accepts."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")[:64] or "tool"


def _checked_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise ValueError(
            "Expected a name of at most 64 letters, digits, `_` and `-` for a tool "
            f"but received {name!r}"
        )
    return name


def _is_async(function: Callable[..., Any]) -> bool:
    function = _signature_source(function)
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _definition(
    name: str, description: str, parameters: dict[str, Any], *, strict: bool
) -> dict[str, Any]:
    function: dict[str, Any] = {"name": name}
    if description:
        function["description"] = description
    function["parameters"] = parameters
    if strict:
        function["strict"] = True
    return {"type": "function", "function": function}


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    """Remove the titles that pydantic derives from names, which are in the schema anyway."""
    for each in (schema, *schema.get("properties", {}).values()):
        each.pop("title", None)
    return schema


def _fields(
    function: Callable[..., Any],
    source: Callable[..., Any],
    descriptions: dict[str, str],
    namespace: Mapping[str, Any] | None,
) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """Return the types of a function's arguments, and the defaults that it cannot fill in itself.

    An argument that is left out stays absent, so that the function's own default is used.
    """
    import pydantic
    from pydantic.fields import FieldInfo

    hints = _hints(source, namespace)
    # The model cannot change an argument that a partial has filled in.
    bound_arguments: Mapping[str, Any] = getattr(function, "keywords", {})
    fields: dict[str, Any] = {}
    defaults: dict[str, Callable[[], Any]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in bound_arguments:
            continue
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(
                "Expected a function whose parameters can be given by name, but "
                f"{_function_name(function)!r} has `{parameter}`"
            )
        # The signature of a class may differ from its constructor; a pydantic model's has types.
        given = parameter.annotation
        is_untyped = given is parameter.empty or isinstance(given, str)
        kind, *metadata = _annotated_parts(hints.get(name, Any if is_untyped else given))
        default = parameter.default
        is_required = default is parameter.empty
        if isinstance(default, FieldInfo):
            is_required = default.is_required()
            if not is_required:
                defaults[name] = functools.partial(default.get_default, call_default_factory=True)
            default = default.default
            metadata.append(pydantic.Field(description=parameter.default.description))
            metadata += parameter.default.metadata
        field = pydantic.Field(
            description=descriptions.get(name), json_schema_extra=_schema_default(default)
        )
        parts = (kind, field, *metadata)
        annotated = cast("Any", Annotated)[parts]
        fields[name] = annotated if is_required else NotRequired[annotated]
    return fields, defaults


def _schema_default(default: object) -> dict[str, Any] | None:
    """Return the default of an argument for its schema, if it is JSON."""
    value = default.value if isinstance(default, Enum) else default
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return {"default": value} if type(value) in (str, bool, int, float) else None


def _hints(function: Callable[..., Any], namespace: Mapping[str, Any] | None) -> dict[str, Any]:
    """Resolve the annotations of a function's parameters, but not of its return value."""
    # The fields of a class have the types of its constructor.
    function = getattr(function, "__init__") if isinstance(function, type) else function  # noqa: B009  # mypy refuses `function.__init__`
    function = inspect.unwrap(getattr(function, "__func__", function))
    annotations = dict(getattr(function, "__annotations__", {}))
    annotations.pop("return", None)
    return get_type_hints(
        SimpleNamespace(__annotations__=annotations),  # type: ignore[arg-type,unused-ignore]  # anything that has annotations
        globalns=getattr(function, "__globals__", {}),
        localns=dict(namespace or {}),
        include_extras=True,
    )


def _annotated_parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)

"""Tools: Python functions that a model can call, and what a call of them comes to."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from typing_extensions import NotRequired, ParamSpec, TypedDict, override

from .._exceptions import GroqError
from .docstrings import read_docstring
from .structured import strict_json_schema

if TYPE_CHECKING:
    import pydantic
    from pydantic_core import ErrorDetails

    from ..types.chat import ChatCompletionToolParam

    Tool: TypeAlias = Union["FunctionTool[..., Any]", ChatCompletionToolParam]

P = ParamSpec("P")
R = TypeVar("R")

OnToolError: TypeAlias = Union[Literal["answer", "raise"], Callable[[Exception], str]]
"""What becomes of an error: the answer to the call, the end of the run, or what a function says."""


class ToolCallError(GroqError):
    """A call that cannot be made: there is no such tool, or the arguments do not fit it."""


# -------------------------------------------------------------------------------------- the tools


def pydantic_function_tool(
    model: type[pydantic.BaseModel], *, name: str | None = None, description: str | None = None
) -> ChatCompletionToolParam:
    """Return a tool whose arguments are the fields of a model.

    Its schema is strict: the model gives every argument, and no others. There is no function
    behind it; whoever gets a call runs it.

    Args:
        model: The class that the arguments make an instance of.
        name: What the model calls the tool; by default the name of the class.
        description: What the tool does; by default the docstring of the class.
    """
    said = description or inspect.cleandoc(model.__doc__ or "")
    name = name or model.__name__
    parameters = strict_json_schema(model.model_json_schema(), name)
    tool = PydanticFunctionTool(_definition(name, said, parameters, strict=True))
    tool.model = model
    return cast("ChatCompletionToolParam", tool)  # a dict of that shape


class PydanticFunctionTool(dict[str, Any]):
    """A tool as the API takes it, which remembers the class that its arguments make."""

    model: type[pydantic.BaseModel]
    """The class that the arguments make an instance of."""


class FunctionTool(dict[str, Any], Generic[P, R]):
    """A function that a model can call: `@function_tool` makes one.

    It is called as the function is, and is a dict at once: the tool as the API takes it.
    """

    name: str
    """What the model calls the tool."""

    is_async: bool
    """Whether a call of it is to be awaited."""

    __name__: str
    __wrapped__: Callable[P, R]

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        description: str | None = None,
        strict: bool = False,
        namespace: dict[str, Any] | None = None,
    ) -> None:
        import pydantic

        name = name or function.__name__
        said, arguments = read_docstring(function.__doc__ or "")
        kind = _arguments_type(function, arguments, namespace)
        self._arguments: pydantic.TypeAdapter[dict[str, Any]] = pydantic.TypeAdapter(kind)
        parameters = _without_titles(self._arguments.json_schema())
        if strict:
            parameters = strict_json_schema(parameters, name)
        super().__init__(_definition(name, description or said, parameters, strict=strict))
        functools.update_wrapper(self, function)
        self.name = name
        self.is_async = inspect.iscoroutinefunction(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.__wrapped__(*args, **kwargs)

    @override
    def __repr__(self) -> str:
        return f"<FunctionTool {self.name!r}>"

    def to_dict(self) -> ChatCompletionToolParam:
        """Return the tool as the API takes it, and as `create(tools=…)` is typed."""
        return cast("ChatCompletionToolParam", self)  # a dict of that shape

    def parse_arguments(self, text: str) -> dict[str, Any]:
        """Return the arguments that a model wrote, as the function takes them.

        Raises `pydantic.ValidationError` if they are no JSON, or do not fit the function.
        """
        # Models write nothing at all for a function without arguments.
        return self._arguments.validate_json(text or "{}")


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
    """Make a tool of a function, plain or async, which can still be called as before.

        @function_tool
        def get_weather(city: str, unit: str = "C") -> str:
            '''Tell the weather in a city.'''
            return f"18 °{unit} in {city}"

    The model is told the first part of the docstring, the arguments with their types, and what
    the docstring says of each in the form of Google, NumPy or reStructuredText. What it calls the
    function with is validated by pydantic, so that an argument can be a model of its own.

    Args:
        function: The function.
        name: What the model calls the tool; by default the name of the function.
        description: What the tool does; by default what the docstring says.
        strict: Whether the model is held to the schema. It then gives every argument, and
            defaults are not used.

    Raises:
        TypeError: The function has a parameter that cannot be given by name.
    """
    frame = inspect.currentframe()
    # Annotations may name what is defined beside the function, inside another one.
    namespace = dict(frame.f_back.f_locals) if frame and frame.f_back else None
    make = functools.partial(
        FunctionTool[P, R],
        name=name,
        description=description,
        strict=strict,
        namespace=namespace,
    )
    return make if function is None else make(function)


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
    """Leave out the titles that pydantic makes of names which stand beside them anyway."""
    for each in (schema, *schema.get("properties", {}).values()):
        each.pop("title", None)
    return schema


def _arguments_type(
    function: Callable[..., Any], said: dict[str, str], namespace: dict[str, Any] | None
) -> Any:
    """Return the `TypedDict` of a function's arguments.

    An argument that is left out stays absent, so that the function's own default is used.
    """
    import pydantic

    hints = get_type_hints(function, localns=namespace, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(
                "Expected a function whose parameters can be given by name, but "
                f"{function.__name__!r} has `{parameter}`"
            )
        kind, *metadata = _parts(hints.get(name, Any))
        default = parameter.default
        shown: Any = {"default": default} if isinstance(default, (str, int, float)) else None
        field = pydantic.Field(description=said.get(name), json_schema_extra=shown)
        parts = (kind, field, *metadata)
        annotated = cast("Any", Annotated)[parts]
        fields[name] = annotated if default is parameter.empty else NotRequired[annotated]
    # `Any`: checkers know only of types that stand in the source.
    arguments = cast("Any", TypedDict)(function.__name__, fields)
    arguments.__pydantic_config__ = pydantic.ConfigDict(extra="forbid")
    return arguments


def _parts(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)


def _fault(fault: ErrorDetails) -> str:
    where = ".".join(str(step) for step in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]


# -------------------------------------------------------------------------------------- the calls


@dataclass(frozen=True)
class PendingCall:
    """A call that the model waits for."""

    id: str
    name: str
    arguments: str
    tool: FunctionTool[..., Any] | None

    def prepared(self) -> functools.partial[Any]:
        """Return the function with its arguments.

        Raises `ToolCallError` if there is no such tool, or the arguments do not fit it.
        """
        import pydantic

        if self.tool is None:
            raise ToolCallError(f"There is no tool {self.name!r}")
        try:
            return functools.partial(self.tool, **self.tool.parse_arguments(self.arguments))
        except pydantic.ValidationError as error:
            faults = "; ".join(map(_fault, error.errors(include_url=False, include_context=False)))
            raise ToolCallError(
                f"The arguments do not fit the tool {self.name!r}: {faults}"
            ) from error


def text_of(result: object) -> str:
    """Return what a tool returned as the model reads it: text as it is, all else as JSON."""
    if isinstance(result, str):
        return result
    from pydantic_core import to_json

    return to_json(result, fallback=str, inf_nan_mode="constants").decode()


def text_of_error(error: Exception, on_tool_error: OnToolError) -> str:
    """Return what the model reads of an error, or raise it."""
    if on_tool_error == "raise":
        raise error
    if callable(on_tool_error):
        return on_tool_error(error)
    if isinstance(error, ToolCallError):
        return f"Error: {error}"
    return f"Error: {type(error).__name__}: {error}"

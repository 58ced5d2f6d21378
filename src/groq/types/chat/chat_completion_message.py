"""`ChatCompletionMessage`: what the model answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..._models import BaseModel
from .chat_completion_message_tool_call import ChatCompletionMessageToolCall

__all__ = [
    "Annotation",
    "AnnotationDocumentCitation",
    "AnnotationFunctionCitation",
    "ChatCompletionMessage",
    "ExecutedTool",
    "ExecutedToolBrowserResult",
    "ExecutedToolCodeResult",
    "ExecutedToolCodeResultChart",
    "ExecutedToolCodeResultChartElement",
    "ExecutedToolSearchResults",
    "ExecutedToolSearchResultsResult",
    "FunctionCall",
]


class AnnotationDocumentCitation(BaseModel):
    """A stretch of the answer that rests on a document."""

    document_id: str
    """The document's `id` in the request."""

    end_index: int
    """Where the stretch ends in the content, in characters."""

    start_index: int
    """Where the stretch begins in the content, in characters."""


class AnnotationFunctionCitation(BaseModel):
    """A stretch of the answer that rests on the result of a tool call."""

    end_index: int
    """Where the stretch ends in the content, in characters."""

    start_index: int
    """Where the stretch begins in the content, in characters."""

    tool_call_id: str
    """The call whose result is cited."""


class Annotation(BaseModel):
    """What a stretch of the answer rests on."""

    type: Literal["document_citation", "function_citation"]
    """Which of the two fields below is set."""

    document_citation: AnnotationDocumentCitation | None = None
    """The citation of a document."""

    function_citation: AnnotationFunctionCitation | None = None
    """The citation of the result of a tool call."""


class ExecutedToolBrowserResult(BaseModel):
    """A page that the model looked at."""

    title: str
    """The page's title."""

    url: str
    """The page's address."""

    content: str | None = None
    """The page's text."""

    live_view_url: str | None = None
    """Where the browser can be watched."""


class ExecutedToolCodeResultChartElement(BaseModel):
    """A bar, slice, line, group of points or box of a chart. Which fields are set depends on it."""

    label: str
    """What it is called."""

    angle: float | None = None
    """The angle of a slice."""

    first_quartile: float | None = None
    """The lower edge of a box."""

    group: str | None = None
    """The group that a bar belongs to."""

    max: float | None = None
    """The end of a box's upper whisker."""

    median: float | None = None
    """The line inside a box."""

    min: float | None = None
    """The end of a box's lower whisker."""

    outliers: list[float] | None = None
    """Values beyond the whiskers of a box."""

    points: list[list[float]] | None = None
    """The points of a line or a scatter plot, as pairs of x and y."""

    radius: float | None = None
    """The radius of a slice."""

    third_quartile: float | None = None
    """The upper edge of a box."""

    value: float | None = None
    """The height of a bar."""


class ExecutedToolCodeResultChart(BaseModel):
    """A chart that executed code drew, as data."""

    elements: list[ExecutedToolCodeResultChartElement]
    """What is drawn."""

    type: Literal["bar", "box_and_whisker", "line", "pie", "scatter", "superchart", "unknown"]
    """The kind of chart; a `superchart` is made of several."""

    title: str | None = None
    """The heading."""

    x_label: str | None = None
    """What the x axis shows."""

    x_scale: str | None = None
    """The scale of the x axis, for example `linear`."""

    x_tick_labels: list[str] | None = None
    """The labels along the x axis."""

    x_ticks: list[float] | None = None
    """The places of the labels along the x axis."""

    x_unit: str | None = None
    """The unit of the x axis."""

    y_label: str | None = None
    """What the y axis shows."""

    y_scale: str | None = None
    """The scale of the y axis, for example `linear`."""

    y_tick_labels: list[str] | None = None
    """The labels along the y axis."""

    y_ticks: list[float] | None = None
    """The places of the labels along the y axis."""

    y_unit: str | None = None
    """The unit of the y axis."""


class ExecutedToolCodeResult(BaseModel):
    """What executed code gave back, in one of several forms."""

    chart: ExecutedToolCodeResultChart | None = None
    """A chart."""

    charts: list[ExecutedToolCodeResultChart] | None = None
    """The parts of a `superchart`."""

    png: str | None = None
    """A picture, as PNG in base64."""

    text: str | None = None
    """What was printed, or the value of the last expression."""


class ExecutedToolSearchResultsResult(BaseModel):
    """A page that a web search found."""

    content: str | None = None
    """The part of the page that fits the question."""

    score: float | None = None
    """How well it fits, from 0 to 1."""

    title: str | None = None
    """The page's title."""

    url: str | None = None
    """The page's address."""


class ExecutedToolSearchResults(BaseModel):
    """What a web search found."""

    images: list[str] | None = None
    """The addresses of pictures, when `search_settings` asks for them."""

    results: list[ExecutedToolSearchResultsResult] | None = None
    """The pages, the best one first."""


class ExecutedTool(BaseModel):
    """A built-in tool that the server ran for the model, and what came of it."""

    arguments: str
    """What the tool was asked, as JSON."""

    index: int
    """Its place among the tools that were run, from 0."""

    type: str
    """The tool, for example `search` or `python`."""

    browser_results: list[ExecutedToolBrowserResult] | None = None
    """The pages that were looked at."""

    code_results: list[ExecutedToolCodeResult] | None = None
    """What executed code gave back."""

    output: str | None = None
    """The result as the model reads it."""

    search_results: ExecutedToolSearchResults | None = None
    """What a web search found."""


class FunctionCall(BaseModel):
    """The function that the model wants called, in the old form; new requests use `tools`."""

    arguments: str
    """The arguments as JSON. The model wrote them: they can be invalid, or not fit the schema."""

    name: str
    """The function's name."""


class ChatCompletionMessage(BaseModel):
    """What the model answers. It can be given back among the messages of the next request."""

    content: str | None = None
    """The text; none when the model only calls tools."""

    role: Literal["assistant"]
    """Always `assistant`."""

    annotations: list[Annotation] | None = None
    """What stretches of the text rest on."""

    executed_tools: list[ExecutedTool] | None = None
    """The built-in tools that the server ran for the model."""

    function_call: FunctionCall | None = None
    """The function to call, in the old form; see `tool_calls`."""

    reasoning: str | None = None
    """What the model thought, when `reasoning_format` is `parsed`."""

    tool_calls: list[ChatCompletionMessageToolCall] | None = None
    """The calls that the model wants made."""

    if TYPE_CHECKING:  # see `groq.types`
        channel: str | None = None
        """The part of the answer that this is, from models that tell, for example `analysis`."""

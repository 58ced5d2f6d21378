"""`ChatCompletionMessage`: the message of the model."""

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
    """A span of the answer that cites a document."""

    document_id: str
    """The document's `id` in the request."""

    end_index: int
    """The end of the span in the content, in characters."""

    start_index: int
    """The start of the span in the content, in characters."""


class AnnotationFunctionCitation(BaseModel):
    """A span of the answer that cites the result of a tool call."""

    end_index: int
    """The end of the span in the content, in characters."""

    start_index: int
    """The start of the span in the content, in characters."""

    tool_call_id: str
    """The call whose result is cited."""


class Annotation(BaseModel):
    """A citation of a span of the answer."""

    type: Literal["document_citation", "function_citation"]
    """The field that is set."""

    document_citation: AnnotationDocumentCitation | None = None
    """The citation of a document."""

    function_citation: AnnotationFunctionCitation | None = None
    """The citation of the result of a tool call."""


class ExecutedToolBrowserResult(BaseModel):
    """A page that the model visited."""

    title: str
    """The page's title."""

    url: str
    """The URL of the page."""

    content: str | None = None
    """The page's text."""

    live_view_url: str | None = None
    """The URL to watch the browser."""


class ExecutedToolCodeResultChartElement(BaseModel):
    """A bar, slice, line, group of points or box of a chart; its kind determines the fields."""

    label: str
    """Its name."""

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
    """The data of a chart that executed code drew."""

    elements: list[ExecutedToolCodeResultChartElement]
    """The elements of the chart."""

    type: Literal["bar", "box_and_whisker", "line", "pie", "scatter", "superchart", "unknown"]
    """The kind of chart; a `superchart` is made of several."""

    title: str | None = None
    """The heading."""

    x_label: str | None = None
    """The label of the x axis."""

    x_scale: str | None = None
    """The scale of the x axis, for example `linear`."""

    x_tick_labels: list[str] | None = None
    """The labels along the x axis."""

    x_ticks: list[float] | None = None
    """The positions of the labels along the x axis."""

    x_unit: str | None = None
    """The unit of the x axis."""

    y_label: str | None = None
    """The label of the y axis."""

    y_scale: str | None = None
    """The scale of the y axis, for example `linear`."""

    y_tick_labels: list[str] | None = None
    """The labels along the y axis."""

    y_ticks: list[float] | None = None
    """The positions of the labels along the y axis."""

    y_unit: str | None = None
    """The unit of the y axis."""


class ExecutedToolCodeResult(BaseModel):
    """A result of executed code, in one of several formats."""

    chart: ExecutedToolCodeResultChart | None = None
    """A chart."""

    charts: list[ExecutedToolCodeResultChart] | None = None
    """The parts of a `superchart`."""

    png: str | None = None
    """A PNG image in base64."""

    text: str | None = None
    """The printed output, or the value of the last expression."""


class ExecutedToolSearchResultsResult(BaseModel):
    """A page that a web search found."""

    content: str | None = None
    """The relevant part of the page."""

    score: float | None = None
    """Its relevance, from 0 to 1."""

    title: str | None = None
    """The page's title."""

    url: str | None = None
    """The URL of the page."""


class ExecutedToolSearchResults(BaseModel):
    """The results of a web search."""

    images: list[str] | None = None
    """The URLs of images, if `search_settings` asks for them."""

    results: list[ExecutedToolSearchResultsResult] | None = None
    """The pages, the best one first."""


class ExecutedTool(BaseModel):
    """A built-in tool that the server ran for the model, with its result."""

    arguments: str
    """The arguments of the tool, as JSON."""

    index: int
    """Its index among the executed tools, from 0."""

    type: str
    """The tool, for example `search` or `python`."""

    browser_results: list[ExecutedToolBrowserResult] | None = None
    """The visited pages."""

    code_results: list[ExecutedToolCodeResult] | None = None
    """The result of executed code."""

    output: str | None = None
    """The result for the model."""

    search_results: ExecutedToolSearchResults | None = None
    """The results of a web search."""


class FunctionCall(BaseModel):
    """Deprecated: the function call of the model; use `tools`."""

    arguments: str
    """The arguments as JSON text of the model, which may be invalid or not fit the schema."""

    name: str
    """The function's name."""


class ChatCompletionMessage(BaseModel):
    """The message of the model. It can be sent back in the next request."""

    content: str | None = None
    """The text; `None` if the model only calls tools."""

    role: Literal["assistant"]
    """Always `assistant`."""

    annotations: list[Annotation] | None = None
    """The citations of the text."""

    executed_tools: list[ExecutedTool] | None = None
    """The built-in tools that the server ran for the model."""

    function_call: FunctionCall | None = None
    """Deprecated: the function to call; see `tool_calls`."""

    reasoning: str | None = None
    """The reasoning, if `reasoning_format` is `parsed`."""

    tool_calls: list[ChatCompletionMessageToolCall] | None = None
    """The tool calls of the model."""

    if TYPE_CHECKING:  # see `groq.types`
        channel: str | None = None
        """The channel of the answer, for example `analysis`, from models that have channels."""

"""`ChatCompletionStreamState`: turns chunks into events and accumulates them, without I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, cast

from ..._http import codec
from ..._models import BaseModel
from ..._types import Maybe, ResponseFormatT, TypeForm, is_mapping, omit
from ...types.chat.chat_completion import ChatCompletion
from ...types.chat.chat_completion_chunk import (
    ChatCompletionChunk,
    Choice,
    ChoiceDelta,
    ChoiceDeltaFunctionCall,
    ChoiceDeltaToolCall,
    ChoiceDeltaToolCallFunction,
    XGroq,
)
from ...types.chat.chat_completion_message import Annotation, ExecutedTool
from ...types.chat.chat_completion_stream_event import (
    ChatCompletionStreamEvent,
    ChunkEvent,
    ContentDeltaEvent,
    ContentDoneEvent,
    ExecutedToolEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    GrowingText,
    LogprobsContentDeltaEvent,
    LogprobsContentDoneEvent,
    LogprobsRefusalDeltaEvent,
    LogprobsRefusalDoneEvent,
    ParsedChatCompletionSnapshot,
    ReasoningDeltaEvent,
    ReasoningDoneEvent,
    RefusalDeltaEvent,
    RefusalDoneEvent,
)
from ...types.chat.chat_completion_token_logprob import ChatCompletionTokenLogprob, ChoiceLogprobs
from ...types.chat.parsed_chat_completion import ParsedChatCompletion
from ..shape import checked_completion, raise_unexpected
from ..structured.output_types import partial_json
from ..structured.parsed_models import as_instance, instances_of
from ..structured.parsing import (
    AnswerParser,
    PartialAnswerParser,
    parse_chat_completion,
    parse_choice,
)

if TYPE_CHECKING:
    import httpx

    from ...types.chat.completion_create_params import ResponseFormat
    from ..tools import Tool

__all__ = ["ChatCompletionStreamState"]

_CONSTANT_FIELDS = {"id", "created", "model", "system_fingerprint", "service_tier"}
"""Fields of a completion that are taken from the first chunk that has them."""


# ------------------------------------------------------------------------------------ the pieces


class _Call:
    """A tool call, accumulated so far."""

    def __init__(self, index: int, choice_index: int) -> None:
        self.index = index
        self.id: str | None = None
        self.name: str | None = None
        self.arguments = GrowingText(choice_index)

    def continues_with(self, piece: ChoiceDeltaToolCall) -> bool:
        """Return whether a piece with the index of this call belongs to it."""
        call_id = _string(piece.id)
        if call_id and self.id:
            return call_id == self.id
        name = _string(getattr(piece.function, "name", None))
        if not name or not self.name:
            return True
        # A name begins a call, although some servers repeat it in every piece, or at the end.
        is_empty = not _string(getattr(piece.function, "arguments", None))
        return name == self.name and (is_empty or not self._is_whole())

    def _is_whole(self) -> bool:
        pieces = self.arguments.pieces
        if not pieces or not pieces[-1].rstrip().endswith("}"):
            return False
        try:
            json.loads("".join(pieces))
        except (ValueError, RecursionError):
            return False
        return True


class _Calls:
    """The tool calls of a choice, in order."""

    def __init__(self, choice_index: int) -> None:
        self.all: list[_Call] = []
        self._choice_index = choice_index
        self._by_id: dict[str, _Call] = {}
        self._by_index: dict[int, _Call] = {}

    def find_or_add(self, piece: ChoiceDeltaToolCall) -> _Call:
        """Return the call that a piece belongs to, by its id or else by its index, or a new one.

        An index may be reused with another id, for another call. A piece with neither belongs to
        the previous call.
        """
        index = piece.index if type(piece.index) is int else None
        call_id = _string(piece.id)
        call = self._by_id.get(call_id) if call_id else None
        if call is None:
            last = self.all[-1] if self.all else None
            call = last if index is None else self._by_index.get(index)
            if call is None or not call.continues_with(piece):
                call = _Call(len(self.all), self._choice_index)
                self.all.append(call)
        if index is not None:
            self._by_index[index] = call
        if call_id:
            call.id = call_id
            self._by_id[call_id] = call
        return call


class _Choice:
    """A choice, accumulated so far; pieces of text are kept in lists, which are never copied."""

    def __init__(self, index: int, parse: Callable[[str], object | None] | None) -> None:
        self.index = index
        self.message: dict[str, Any] = {"role": "assistant"}
        self.content = GrowingText(index, parse)
        self.reasoning = GrowingText(index)
        self.refusal = GrowingText(index)
        self.calls = _Calls(index)
        self.function_name: str | None = None
        self.function_arguments: list[str] = []
        self.executed_tools: list[ExecutedTool] = []
        self.annotations: list[Annotation] = []
        self.content_logprobs: list[ChatCompletionTokenLogprob] = []
        self.refusal_logprobs: list[ChatCompletionTokenLogprob] = []
        self.finish_reason: str | None = None
        self.is_reasoning = False
        self.is_done = False

    def to_dict(self) -> dict[str, object]:
        """Return the choice of a completion, as accumulated so far."""
        choice: dict[str, object] = {
            "finish_reason": self.finish_reason,
            "index": self.index,
            "message": self._message_dict(),
        }
        logprobs = {"content": self.content_logprobs, "refusal": self.refusal_logprobs}
        if any(logprobs.values()):
            choice["logprobs"] = {name: list(tokens) for name, tokens in logprobs.items() if tokens}
        return choice

    def _message_dict(self) -> dict[str, object]:
        message: dict[str, object] = {"content": None, **self.message}
        for name, text in (
            ("content", self.content),
            ("reasoning", self.reasoning),
            ("refusal", self.refusal),
        ):
            if text.pieces:
                message[name] = "".join(text.pieces)
        if self.calls.all:
            message["tool_calls"] = [_call_dict(call) for call in self.calls.all]
        elif message["content"] is None and not self.executed_tools:
            message["content"] = ""
        if self.function_name is not None:
            arguments = "".join(self.function_arguments)
            message["function_call"] = {"name": self.function_name, "arguments": arguments}
        if self.executed_tools:
            message["executed_tools"] = list(self.executed_tools)
        if self.annotations:
            message["annotations"] = list(self.annotations)
        return message


def _call_dict(call: _Call) -> dict[str, object]:
    # A result must name its call, so a call without an id gets one.
    return {
        "id": call.id or f"call_{call.index}",
        "function": {"name": call.name or "", "arguments": "".join(call.arguments.pieces)},
        "type": "function",
    }


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_same_tool(known: ExecutedTool, piece: ExecutedTool) -> bool:
    """Return whether a piece continues a known tool; an index may be reused for another one."""
    return known.index == piece.index and piece.arguments in (known.arguments, "", None)


def _given_values(model: BaseModel) -> dict[str, Any]:
    """Return the fields of a model that are set and not null."""
    values = ((name, getattr(model, name)) for name in model.model_fields_set)
    return {name: value for name, value in values if value is not None}


# ------------------------------------------------------------------------------------- the state


class ChatCompletionStreamState(Generic[ResponseFormatT]):
    """Accumulates the chunks of an answer from any source, without I/O.

        state = ChatCompletionStreamState()
        chunks = client.chat.completions.create(model="...", messages=messages, stream=True)
        for chunk in chunks:
            for event in state.handle_chunk(chunk):
                ...
        completion = state.get_final_completion()

    Args:
        input_tools: The tools of the request, which parse the arguments of their calls.
        response_format: The type of the content, as in `parse`.
    """

    def __init__(
        self,
        *,
        input_tools: Maybe[Iterable[Tool] | None] = omit,
        response_format: Maybe[TypeForm[ResponseFormatT] | ResponseFormat | None] = omit,
    ) -> None:
        self.response: httpx.Response | None = None
        """The HTTP response of the chunks, for errors."""
        self._parser = AnswerParser(response_format, input_tools)
        output = self._parser.output
        self._parse_partial = None if output is None else output.parse_partial
        self._values: dict[str, Any] = {"object": "chat.completion"}
        self._known_fields = {"object", "choices"}
        self._x_groq: dict[str, Any] = {}
        self._choices: dict[int, _Choice] = {}
        # The fields of the chunks that only add a piece to this text; see `add_content`.
        self._content_fields: set[str] | None = None
        self._content_text = GrowingText(0)

    # ------------------------------------------------------------------------------------ results

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        """A new completion of the chunks so far; it never raises."""
        return parse_chat_completion(self._completion(), PartialAnswerParser(self._parser))

    def get_final_completion(self) -> ParsedChatCompletion[ResponseFormatT]:
        """Return the complete answer, after the last chunk.

        Raises `LengthFinishReasonError`, `ContentFilterFinishReasonError` or
        `StructuredOutputError` for an answer that cannot be parsed as requested, and
        `APIResponseValidationError` for one of an unexpected shape.
        """
        completion = checked_completion(self._completion(), response=self.response)
        return parse_chat_completion(completion, self._parser)

    def _completion(self) -> ChatCompletion:
        choices = [self._choices[index].to_dict() for index in sorted(self._choices)]
        x_groq = {"x_groq": self._x_groq} if self._x_groq else {}
        return codec.construct(ChatCompletion, {**self._values, **x_groq, "choices": choices})

    # ------------------------------------------------------------------------------------- chunks

    def handle_chunk(
        self, chunk: ChatCompletionChunk
    ) -> list[ChatCompletionStreamEvent[ResponseFormatT]]:
        """Add a chunk, and return its events: the chunk itself, then those of its contents.

        Raises `LengthFinishReasonError`, `ContentFilterFinishReasonError` or
        `StructuredOutputError` if it ends an answer that cannot be parsed as requested.
        """
        content = self.add_content(chunk)
        if content is None:
            return self._handle_other_chunk(chunk)
        return [ChunkEvent(chunk, self), content]

    def add_content(self, chunk: ChatCompletionChunk) -> ContentDeltaEvent | None:
        """Add a chunk that only has a piece of the content, as most do; else return `None`."""
        # Chunks that share their set of names are from a stream, which has validated them.
        if (
            chunk.__class__ is ChatCompletionChunk
            and chunk.__pydantic_fields_set__ is self._content_fields
            and len(choices := chunk.choices) == 1
        ):
            choice, text = choices[0], self._content_text
            delta = choice.delta
            if (
                (piece := delta.content)
                and len(delta.__pydantic_fields_set__) == 1
                and choice.finish_reason is None
                and choice.logprobs is None
                and choice.index == text.choice_index
            ):
                text.pieces.append(piece)
                return ContentDeltaEvent(piece, text, len(text.pieces))
        return None

    def finish(self) -> list[ChatCompletionStreamEvent[ResponseFormatT]]:
        """Return the last events of an answer that ends without a `finish_reason`."""
        events: list[ChatCompletionStreamEvent[ResponseFormatT]] = []
        for choice in self._choices.values():
            if not choice.is_done:
                self._finish(choice, events)
        return events

    def _handle_other_chunk(
        self, chunk: ChatCompletionChunk
    ) -> list[ChatCompletionStreamEvent[ResponseFormatT]]:
        if self._is_other_event(chunk):
            return []
        events: list[ChatCompletionStreamEvent[ResponseFormatT]] = [ChunkEvent(chunk, self)]
        self._content_fields = None
        names = chunk.__pydantic_fields_set__
        if not names <= self._known_fields:
            self._add_values(chunk)
        for part in chunk.choices or ():
            if part.__class__ is not Choice:
                continue  # an odd answer, kept as it is
            choice = self._find_or_add_choice(part.index)
            if part.delta.__class__ is ChoiceDelta:
                self._add_delta(choice, part.delta, events)
            if part.logprobs is not None:
                _add_logprobs(choice, part.logprobs, events)
            if part.finish_reason is not None and not choice.is_done:
                choice.finish_reason = part.finish_reason
                self._finish(choice, events)
            if names.__class__ is codec.SharedFieldsSet and names <= self._known_fields:
                self._content_fields = None if choice.is_reasoning else names
                self._content_text = choice.content
        return events

    def _is_other_event(self, chunk: object) -> bool:
        """Return whether an event adds nothing to the answer. Raises if it is not a chunk."""
        if is_mapping(chunk) and "event" in chunk:
            return True
        if not isinstance(chunk, ChatCompletionChunk):
            raise_unexpected(chunk, "a chunk of a chat completion", chunk, response=self.response)
        choices = cast("object", chunk.choices)  # as it came
        if choices is not None and not isinstance(choices, list):
            raise_unexpected(chunk, "a list as `choices`", choices, response=self.response)
        return False

    def _find_or_add_choice(self, index: object) -> _Choice:
        """Return the choice at an index, which an odd answer may lack."""
        index = index if isinstance(index, int) else 0
        choice = self._choices.get(index)
        if choice is None:
            choice = self._choices[index] = _Choice(index, self._parse_partial)
        return choice

    def _add_values(self, chunk: ChatCompletionChunk) -> None:
        """Add the fields of a chunk that describe the whole answer."""
        values = _given_values(chunk)
        if (x_groq := as_instance(XGroq, values.pop("x_groq", None))) is not None:
            x_groq_values = _given_values(x_groq)
            for name in ("usage", "usage_breakdown"):
                if name in x_groq_values:
                    self._values[name] = x_groq_values.pop(name)
            self._x_groq.update(x_groq_values)
        # The first value is kept; with compound systems each chunk has another id.
        self._values.update({name: values[name] for name in values.keys() - self._known_fields})
        self._known_fields |= chunk.model_fields_set & _CONSTANT_FIELDS

    def _add_delta(
        self,
        choice: _Choice,
        delta: ChoiceDelta,
        events: list[ChatCompletionStreamEvent[ResponseFormatT]],
    ) -> None:
        """Add a delta; a piece of reasoning is looked for first, as the most frequent kind."""
        if (piece := delta.reasoning) and piece.__class__ is str:
            choice.is_reasoning = True
            text = choice.reasoning
            text.pieces.append(piece)
            events.append(ReasoningDeltaEvent(piece, text, len(text.pieces)))
        if choice.is_reasoning and (delta.content or delta.tool_calls):
            self._end_reasoning(choice, events)
        if (piece := delta.content) and piece.__class__ is str:
            text = choice.content
            text.pieces.append(piece)
            events.append(ContentDeltaEvent(piece, text, len(text.pieces)))
        if delta.tool_calls:
            self._add_calls(choice, instances_of(ChoiceDeltaToolCall, delta.tool_calls), events)
        if delta.executed_tools:
            _add_executed_tools(choice, instances_of(ExecutedTool, delta.executed_tools), events)
        if delta.annotations:
            choice.annotations += instances_of(Annotation, delta.annotations)
        if (function := as_instance(ChoiceDeltaFunctionCall, delta.function_call)) is not None:
            choice.function_name = _string(function.name) or choice.function_name or ""
            choice.function_arguments.append(_string(function.arguments))
        if delta.role:
            choice.message["role"] = delta.role
        if delta.__pydantic_extra__:
            _add_extra(choice, delta, delta.__pydantic_extra__, events)

    def _add_calls(
        self,
        choice: _Choice,
        pieces: list[ChoiceDeltaToolCall],
        events: list[ChatCompletionStreamEvent[ResponseFormatT]],
    ) -> None:
        for piece in pieces:
            call = choice.calls.find_or_add(piece)
            function = as_instance(ChoiceDeltaToolCallFunction, piece.function)
            if function is None:
                continue
            call.name = call.name or _string(function.name)
            arguments = _string(function.arguments)
            if not arguments:
                continue
            name = call.name or ""
            text = call.arguments
            text.parse = partial_json if self._parser.parses_arguments_of(name) else None
            text.pieces.append(arguments)
            count = len(text.pieces)
            events.append(
                FunctionToolCallArgumentsDeltaEvent(
                    name, call.index, call.id, arguments, text, count
                )
            )

    def _end_reasoning(
        self, choice: _Choice, events: list[ChatCompletionStreamEvent[ResponseFormatT]]
    ) -> None:
        choice.is_reasoning = False
        events.append(ReasoningDoneEvent("".join(choice.reasoning.pieces), choice.index))

    def _finish(
        self, choice: _Choice, events: list[ChatCompletionStreamEvent[ResponseFormatT]]
    ) -> None:
        """Parse a complete choice, and add the events that say so."""
        choice.is_done = True
        index = choice.index
        if choice.is_reasoning:
            self._end_reasoning(choice, events)
        completion = self._completion()
        place = sorted(self._choices).index(index)
        message = parse_choice(completion.choices[place], completion, self._parser).message
        if message.content:
            events.append(ContentDoneEvent(message.content, message.parsed, index))
        if message.refusal:
            events.append(RefusalDoneEvent(message.refusal, index))
        if choice.content_logprobs:
            events.append(LogprobsContentDoneEvent(choice.content_logprobs, index))
        if choice.refusal_logprobs:
            events.append(LogprobsRefusalDoneEvent(choice.refusal_logprobs, index))
        for place, call in enumerate(message.tool_calls or ()):
            events.append(
                FunctionToolCallArgumentsDoneEvent(
                    name=call.function.name,
                    index=place,
                    id=call.id,
                    arguments=call.function.arguments,
                    parsed_arguments=call.function.parsed_arguments,
                    choice_index=index,
                )
            )


def _add_executed_tools(
    choice: _Choice, pieces: list[ExecutedTool], events: list[ChatCompletionStreamEvent[Any]]
) -> None:
    known = choice.executed_tools
    for piece in pieces:
        places = (place for place, tool in enumerate(known) if _is_same_tool(tool, piece))
        place = next(places, len(known))
        if place == len(known):
            known.append(piece)
        else:
            values = {**_given_values(known[place]), **_given_values(piece)}
            known[place] = codec.construct(ExecutedTool, values)
        events.append(ExecutedToolEvent(place, piece, known[place], choice.index))


def _add_logprobs(
    choice: _Choice, logprobs: ChoiceLogprobs, events: list[ChatCompletionStreamEvent[Any]]
) -> None:
    if tokens := instances_of(ChatCompletionTokenLogprob, getattr(logprobs, "content", None)):
        known = choice.content_logprobs
        known += tokens
        events.append(LogprobsContentDeltaEvent(choice.index, tokens, known, len(known)))
    refused: object = getattr(logprobs, "refusal", None)
    if isinstance(refused, list) and refused:
        tokens = codec.construct(list[ChatCompletionTokenLogprob], cast("object", refused))
        known = choice.refusal_logprobs
        known += tokens
        events.append(LogprobsRefusalDeltaEvent(choice.index, tokens, known, len(known)))


def _add_extra(
    choice: _Choice,
    delta: ChoiceDelta,
    extra: dict[str, Any],
    events: list[ChatCompletionStreamEvent[Any]],
) -> None:
    """Add untyped fields: a refusal is accumulated, of any other the last value is kept."""
    for name, value in extra.items():
        if name == "channel" and not delta.content:
            continue  # the channel of the reasoning
        if name != "refusal":
            choice.message[name] = value
        elif isinstance(value, str) and value:
            text = choice.refusal
            text.pieces.append(value)
            events.append(RefusalDeltaEvent(value, text, len(text.pieces)))

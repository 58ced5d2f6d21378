"""A session of `groq chat`: its messages so far, and the options of its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _history
from ._answers import print_answer
from ._content import user_message

if TYPE_CHECKING:
    from .._client import Groq
    from ..types.chat import ChatCompletionMessageParam


class ChatSession:
    """Asks a model, prints its answers, and keeps the conversation.

    Args:
        client: The client that sends the requests.
        options: The arguments of each request beside its messages.
        print_options: The arguments of `print_answer`.
    """

    def __init__(self, client: Groq, options: dict[str, Any], **print_options: Any) -> None:
        self._client = client
        self._options = options
        self._print_options = print_options
        self._last_messages: list[ChatCompletionMessageParam] = []
        self.system: str | None = None
        """The system message."""
        self.turns: list[ChatCompletionMessageParam] = []
        """The messages, without the system message."""
        self.images: list[str] = []
        """Paths and URLs of pictures for the next question."""

    @property
    def model(self) -> str:
        """The model that answers."""
        model: str = self._options["model"]
        return model

    @model.setter
    def model(self, model: str) -> None:
        self._options["model"] = model

    def models(self) -> list[str]:
        """Return the names of the models that the server lists."""
        return sorted(model.id for model in self._client.models.list().data)

    @property
    def messages(self) -> list[ChatCompletionMessageParam]:
        """All messages, with the system message."""
        return self._with_system(self.turns)

    def load(self, messages: list[ChatCompletionMessageParam]) -> None:
        """Continue a conversation that was saved."""
        self.clear()
        self.system = None
        self.turns = list(messages)
        if self.turns and self.turns[0]["role"] == "system":
            content = self.turns.pop(0).get("content")
            self.system = content if isinstance(content, str) else None
        self._last_messages = self._messages_to_last_question()

    def clear(self) -> None:
        """Forget everything but the system message."""
        self.turns = []
        self.images = []
        self._last_messages = []

    def ask(self, question: str) -> None:
        """Ask a question, and print the answer as it arrives."""
        messages = [*self.turns, user_message(question, self.images)]
        self.images = []
        self._answer(messages)

    def retry(self) -> bool:
        """Ask the last question again. Returns `False` if there is none."""
        if self._last_messages:
            self._answer(self._last_messages)
        return bool(self._last_messages)

    def ask_for_json(self, question: str) -> str:
        """Ask a question, and return the whole response as JSON."""
        messages = [*self.turns, user_message(question, self.images)]
        completion = self._client.chat.completions.create(
            messages=self._with_system(messages), stream=False, **self._options
        )
        self._record_turn(
            messages, (completion.choices[0].message.content if completion.choices else "") or ""
        )
        text: str = completion.to_json()
        return text

    def _answer(self, messages: list[ChatCompletionMessageParam]) -> None:
        self._last_messages = messages
        pieces: list[str] = []
        try:
            with self._client.chat.completions.create(
                messages=self._with_system(messages), stream=True, **self._options
            ) as stream:
                print_answer(stream, pieces=pieces, **self._print_options)
        finally:
            # If the stream fails, the part that arrived belongs to the conversation.
            if pieces:
                self._record_turn(messages, "".join(pieces))

    def _record_turn(self, messages: list[ChatCompletionMessageParam], answer: str) -> None:
        self.turns = [*messages, {"role": "assistant", "content": answer}]
        _history.save_last(self.model, self.messages)

    def _with_system(
        self, turns: list[ChatCompletionMessageParam]
    ) -> list[ChatCompletionMessageParam]:
        if not self.system:
            return turns
        return [{"role": "system", "content": self.system}, *turns]

    def _messages_to_last_question(self) -> list[ChatCompletionMessageParam]:
        """Return the messages up to the last question."""
        indexes = [index for index, turn in enumerate(self.turns) if turn["role"] == "user"]
        return self.turns[: indexes[-1] + 1] if indexes else []

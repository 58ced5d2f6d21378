"""A conversation: its messages so far, and the options of its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _history
from ._answers import print_answer
from ._content import user_message

if TYPE_CHECKING:
    from .._client import Groq
    from ..types.chat import ChatCompletionMessageParam


class Conversation:
    """Asks a model, prints its answers, and remembers both.

    Args:
        client: The client that sends the requests.
        options: The arguments of each request beside its messages.
        prints: The arguments of `print_answer`.
    """

    def __init__(self, client: Groq, options: dict[str, Any], **prints: Any) -> None:
        self._client = client
        self._options = options
        self._prints = prints
        self._asked: list[ChatCompletionMessageParam] = []
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
        self.turns = list(messages)
        self._asked = self._questions()
        if self.turns and self.turns[0]["role"] == "system":
            content = self.turns.pop(0).get("content")
            self.system = content if isinstance(content, str) else None
            self._asked = self._questions()

    def ask(self, question: str) -> None:
        """Ask a question, and print the answer as it arrives."""
        asked = [*self.turns, user_message(question, self.images)]
        self.images = []
        self._answer(asked)

    def retry(self) -> bool:
        """Ask the last question again. Returns `False` if there is none."""
        if self._asked:
            self._answer(self._asked)
        return bool(self._asked)

    def ask_for_json(self, question: str) -> str:
        """Ask a question, and return the whole response as JSON."""
        asked = [*self.turns, user_message(question, self.images)]
        completion = self._client.chat.completions.create(
            messages=self._with_system(asked), stream=False, **self._options
        )
        self._keep(
            asked, (completion.choices[0].message.content if completion.choices else "") or ""
        )
        text: str = completion.to_json()
        return text

    def _answer(self, asked: list[ChatCompletionMessageParam]) -> None:
        self._asked = asked
        said: list[str] = []
        try:
            with self._client.chat.completions.create(
                messages=self._with_system(asked), stream=True, **self._options
            ) as stream:
                print_answer(stream, said=said, **self._prints)
        finally:
            # If the stream fails, the part that arrived belongs to the conversation.
            if said:
                self._keep(asked, "".join(said))

    def _keep(self, asked: list[ChatCompletionMessageParam], answer: str) -> None:
        self.turns = [*asked, {"role": "assistant", "content": answer}]
        _history.keep(self.model, self.messages)

    def _with_system(
        self, turns: list[ChatCompletionMessageParam]
    ) -> list[ChatCompletionMessageParam]:
        if not self.system:
            return turns
        return [{"role": "system", "content": self.system}, *turns]

    def _questions(self) -> list[ChatCompletionMessageParam]:
        """Return the messages up to the last question."""
        places = [place for place, turn in enumerate(self.turns) if turn["role"] == "user"]
        return self.turns[: places[-1] + 1] if places else []

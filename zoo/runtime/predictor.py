"""What all predictors share: one text or many, in order, and nothing that is no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NoReturn, Self, TypeVar, overload

import numpy as np

from zoo.errors import refuse_causal_use
from zoo.tasks import TASKS, Task

Arrays = Mapping[str, np.ndarray]  # by the names of a model's inputs or outputs
Engine = Callable[[Arrays], Arrays]
Answer = TypeVar("Answer")


class Predictor(Generic[Answer]):
    """Answers texts; a task's predictor says in `_answer` how it answers one.

    Args:
        labels: what the model can say.
        engine: from a dict of int32 arrays (T, ...), one sequence, to a dict of arrays.
        open_model: function that returns the Keras model, the same at every call.

    Attributes:
        tags: what the model's outputs stand for, in their order; of most models the labels.
    """

    def __init__(
        self, labels: Iterable[str], engine: Engine, open_model: Callable[[], Any] | None
    ) -> None:
        self.labels = tuple(labels)
        self.tags = self.labels
        self._task: Task | None = None
        self._engine = engine
        self._open_model = open_model

    @overload
    def __call__(self, text: str) -> Answer: ...

    @overload
    def __call__(self, text: Sequence[str]) -> list[Answer]: ...

    def __call__(self, text: str | Sequence[str]) -> Answer | list[Answer]:
        """Answer one text, or each of a list of texts.

        Args:
            text: a string of any length, or a list of them.

        Returns:
            The answer; of a list, the list of answers.

        Raises:
            TypeError: neither a string nor a list of strings; nothing is answered then.
        """
        if not isinstance(text, list | tuple):
            check_text("text", text)
            return self._answer(str(text))
        for index, each in enumerate(text):
            check_text(f"text[{index}]", each)
        return self._answer_all(text)

    def stream(self, texts: Iterable[str], ahead: int | None = None) -> Iterator[Answer]:
        """Yield the answer to each text of any iterable, in order, in bounded memory.

        Args:
            texts: any iterable of strings.
            ahead: how many texts may be taken before the first of them is answered; a predictor
                that reads one after another takes one.
        """
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        return map(self, texts)

    def clean(self, text: str) -> str:
        """Return what is read of a text, every character where it was: all of it."""
        return text

    def of_task(self, task: Task) -> Self:
        """Return this predictor, after saying of which task its model is."""
        self._task = task
        return self

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return what the model reads of a text's tokens, a dict of arrays (T, ...)."""
        raise NotImplementedError

    @property
    def task(self) -> Task:
        """The task of the model; of a predictor made by hand, the first one with its class."""
        return self._task or next(t for t in TASKS.values() if t.predictor is type(self))

    @property
    def model(self) -> Any:
        """The `keras.Model` with its trained weights; needs the [train] extra."""
        if self._open_model is None:
            raise ValueError("this predictor was made without a Keras model.")
        return self._open_model()

    def generate(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a model that reads the whole sequence cannot continue it."""
        refuse_causal_use(f"{type(self).__name__}.generate")

    def _answer_all(self, texts: Sequence[str]) -> list[Answer]:
        return [self._answer(each) for each in texts]

    def _answer(self, text: str) -> Answer:
        raise NotImplementedError


def check_text(name: str, text: object) -> None:
    """Raise TypeError unless `text` is a string."""
    if not isinstance(text, str):
        raise TypeError(f"`{name}` must be a str, got {type(text).__name__}: {text!r:.60}.")

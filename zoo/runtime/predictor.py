"""The base class of predictors: a text or many texts in, results in the same order out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NoReturn, Self, TypeVar, overload

import numpy as np

from zoo.errors import refuse_causal_use
from zoo.tasks import TASKS, Task

Arrays = Mapping[str, np.ndarray]  # by the names of a model's inputs or outputs
Engine = Callable[[Arrays], Arrays]
Answer = TypeVar("Answer")


class Predictor(Generic[Answer]):
    """Maps texts to results; the predictor of a task implements `open` and `_answer`.

    Args:
        labels: the labels that the model can predict.
        engine: function that runs the model on one sequence, from a dict of int32 arrays (T, ...)
            to a dict of arrays.
        open_model: function that returns the Keras model, always the same object; None if there is
            no Keras model.

    Attributes:
        tags: the classes of the model's outputs, in their order; for most models the labels.
    """

    def __init__(
        self, labels: Iterable[str], engine: Engine, open_model: Callable[[], Any] | None
    ) -> None:
        self.labels = tuple(labels)
        self.tags = self.labels
        self._task: Task | None = None
        self._engine = engine
        self._open_model = open_model

    @classmethod
    def open(
        cls,
        folder: Path,
        config: dict[str, Any],
        engine: Engine,
        open_model: Callable[[], Any] | None,
    ) -> Self:
        """Return the predictor of a model folder; see `zoo.runtime.open_predictor`."""
        raise NotImplementedError

    @overload
    def __call__(self, text: str) -> Answer: ...

    @overload
    def __call__(self, text: list[str] | tuple[str, ...]) -> list[Answer]: ...

    def __call__(self, text: str | list[str] | tuple[str, ...]) -> Answer | list[Answer]:
        """Predict the result of one text, or of each text of a list.

        Args:
            text: a string of any length, or a list of strings.

        Returns:
            The result; for a list, the list of results.

        Raises:
            TypeError: `text` is neither a string nor a list of strings.
        """
        if isinstance(text, list | tuple):
            for index, each in enumerate(text):
                check_text(f"text[{index}]", each)
            return self._answer_all(text)
        check_text("text", text)
        return self._answer(str(text))

    def stream(self, texts: Iterable[str], batch_size: int | None = None) -> Iterator[Answer]:
        """Yield the result of each text of any iterable, in order, in bounded memory.

        Args:
            texts: any iterable of strings.
            batch_size: how many texts may be read before the first of them is answered. This
                predictor reads one text at a time.

        Yields:
            The result of each text.

        Raises:
            TypeError: `texts` is a single string, or an item is not a string.
        """
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        return map(self, texts)

    def clean(self, text: str) -> str:
        """Return the text as the model reads it, of the same length; by default unchanged."""
        return text

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the model's inputs for the tokens of a text, a dict of arrays (T, ...)."""
        raise NotImplementedError

    @property
    def task(self) -> Task:
        """The task of the model; by default the first task with this class of predictors."""
        return self._task or next(t for t in TASKS.values() if t.predictor is type(self))

    @task.setter
    def task(self, task: Task) -> None:
        self._task = task

    @property
    def model(self) -> Any:
        """The `keras.Model` with its trained weights; requires the [train] extra."""
        if self._open_model is None:
            raise ValueError("this predictor was created without a Keras model.")
        return self._open_model()

    def generate(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise `CausalUseError`: a bidirectional model cannot generate text."""
        refuse_causal_use(f"{type(self).__name__}.generate")

    def _answer_all(self, texts: Sequence[str]) -> list[Answer]:
        return [self._answer(each) for each in texts]

    def _answer(self, text: str) -> Answer:
        raise NotImplementedError


def check_text(name: str, text: object) -> None:
    """Raise TypeError unless `text` is a string.

    Args:
        name: name of the argument, for the message.
        text: its value.
    """
    if not isinstance(text, str):
        raise TypeError(f"`{name}` must be a str, got {type(text).__name__}: {text!r:.60}.")

"""The base class of predictors: a text or many texts in, results in the same order out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Generic, NoReturn, Self, TypeVar, cast, overload

import numpy as np

from zoo.errors import refuse_causal_use
from zoo.runtime.encoding import Encoding, encoded
from zoo.runtime.results import ResultList
from zoo.tasks import TASKS, Task
from zoo.text import Token, Vocabulary

Arrays = Mapping[str, np.ndarray]  # by the names of a model's inputs or outputs
Engine = Callable[[Arrays], Arrays]
Tokenizer = Callable[[str], list[Token]]
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
        reload: function without arguments that loads the model again; None for a predictor that
            was not loaded by name. A loaded predictor can be copied, pickled and sent to another
            process, which loads the model and checks its files.
    """

    tokenizer: Tokenizer

    def __init__(
        self, labels: Iterable[str], engine: Engine, open_model: Callable[[], Any] | None
    ) -> None:
        self.labels = tuple(labels)
        self.tags = self.labels
        self.reload: partial[Any] | None = None
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
    def __call__(self, text: str, min_score: float = 0.0) -> Answer: ...

    @overload
    def __call__(
        self, text: list[str] | tuple[str, ...], min_score: float = 0.0
    ) -> list[Answer]: ...

    def __call__(
        self, text: str | list[str] | tuple[str, ...], min_score: float = 0.0
    ) -> Answer | list[Answer]:
        """Predict the result of one text, or of each text of a list.

        Args:
            text: a string of any length, or a list of strings.
            min_score: lowest score of a result, between 0 and 1: entities and tokens with a lower
                one are left out, a classification with a lower one has the label None.

        Returns:
            The result; for a list, the list of results.

        Raises:
            TypeError: `text` is neither a string nor a list of strings.
            ValueError: `min_score` is not between 0 and 1.
        """
        check_min_score(min_score)
        if isinstance(text, list | tuple):
            for index, each in enumerate(text):
                check_text(f"text[{index}]", each)
            return [above(answer, min_score) for answer in self._answer_all(text)]
        check_text("text", text)
        return above(self._answer(str(text)), min_score)

    @property
    def loaded_from(self) -> tuple[str, str] | None:
        """The arguments of `zoo.load`: name and runtime; None if it was not loaded by name."""
        return self.reload.args if self.reload else None

    def __repr__(self) -> str:
        origin = "{!r}, runtime={!r}, ".format(*self.loaded_from) if self.loaded_from else ""
        return f"{type(self).__name__}({origin}labels={', '.join(self.labels)})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self.reload is None:
            raise TypeError(
                f"this {type(self).__name__} cannot be pickled or copied, because it was not "
                "loaded by name. Save the model to a folder and use zoo.load('path:FOLDER')."
            )
        return self.reload.func, self.reload.args

    def stream(
        self, texts: Iterable[str], batch_size: int | None = None, min_score: float = 0.0
    ) -> Iterator[Answer]:
        """Yield the result of each text of any iterable, in order, in bounded memory.

        Args:
            texts: any iterable of strings.
            batch_size: how many texts may be read before the first of them is answered. This
                predictor reads one text at a time.
            min_score: as for a call.

        Yields:
            The result of each text.

        Raises:
            TypeError: `texts` is a single string, or an item is not a string.
        """
        if isinstance(texts, str):
            raise TypeError("`texts` must be an iterable of strings, got a single str.")
        check_min_score(min_score)
        return (self(text, min_score) for text in texts)

    def clean(self, text: str) -> str:
        """Return the text as the model reads it, of the same length; by default unchanged."""
        return text

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens that the model reads, with their offsets in the text.

        >>> import zoo
        >>> [token.text for token in zoo.load("bilstm-ner").tokens("Ada's code")]
        ['Ada', "'s", 'code']
        """
        check_text("text", text)
        return self.tokenizer(self.clean(text))

    @overload
    def encode(self, text: str) -> Encoding: ...

    @overload
    def encode(self, text: list[str] | tuple[str, ...]) -> list[Encoding]: ...

    def encode(self, text: str | list[str] | tuple[str, ...]) -> Encoding | list[Encoding]:
        """Return contextual vectors: the outputs of the recurrent layers at each word.

        Long texts are read in parts, as for a call. Requires the LiteRT runtime, and a model whose
        layers concatenate their directions.

        Args:
            text: a string of any length, or a list of strings.

        Returns:
            An `Encoding`, in which `words()` has a vector for each word and `vector()` one for the
            text; for a list, the list of them.

        Raises:
            TypeError: `text` is neither a string nor a list of strings.
            ValueError: the predictor has another runtime, or the model has no such layers.

        Example:

        >>> import zoo
        >>> river, money = zoo.load("bilstm-ner").encode(["The bank burst.", "The bank paid."])
        >>> bool((river.words()[1] == money.words()[1]).all())  # "bank", in two contexts
        False
        """
        if isinstance(text, list | tuple):
            for index, each in enumerate(text):
                check_text(f"text[{index}]", each)
            return [self._encode(each) for each in text]
        check_text("text", text)
        return self._encode(str(text))

    def _encode(self, text: str) -> Encoding:
        return encoded(text, self._reads(text), self.inputs_of, self._engine)

    def _reads(self, text: str) -> Iterator[tuple[list[Token], int, int]]:
        """Yield the tokens that the model reads at a time, and which of them to keep.

        Yields:
            `(tokens, first, last)`: read all of `tokens`, keep `first:last`.
        """
        tokens = self.tokens(text)
        yield tokens, 0, len(tokens)

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the model's inputs for the tokens of a text, a dict of arrays (T, ...)."""
        raise NotImplementedError

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The vocabularies whose ids the model reads."""
        raise NotImplementedError

    def raw_scores(self, words: Sequence[str]) -> tuple[np.ndarray, int]:
        """Return all scores that the model gives words, and how many classes it has."""
        scores = self._engine(self.inputs_of(words))["scores"]
        return scores, scores.shape[-1]

    def save(self, folder: str | PathLike[str]) -> Path:
        """Copy the model's folder: its card and all files that the card lists.

        Args:
            folder: the new folder, absent or empty; `zoo.load("path:FOLDER")` opens it.

        Returns:
            The path of the folder.

        Raises:
            ValueError: the predictor was not loaded by name, or the folder is not empty.
            ModelFileError: a file of the model is missing or changed.
        """
        if self.loaded_from is None:
            raise ValueError(f"this {type(self).__name__} was not loaded from a model folder.")
        from zoo.hub.store import copy_model, resolve

        return copy_model(resolve(self.loaded_from[0]), folder)

    @property
    def task(self) -> Task:
        """The task of the model; by default the first task with this class of predictors."""
        return self._task or next(t for t in TASKS.values() if t.predictor is type(self))

    @task.setter
    def task(self, task: Task) -> None:
        self._task = task

    def fine_tune(self, train: Any, dev: Any = None, **options: Any) -> Self:
        """Train a copy of the model on your own data, whose labels may be others.

        It is the training of `zoo train RECIPE --start MODEL`: words, characters and recurrent
        weights start from this model, and the vocabulary grows by the words of `train`. Requires
        the [train] extra.

        Args:
            train: path of a file, or pairs `(words, tags)`; for classifiers `(text, label)`.
            dev: the same, on which the best epoch is chosen; None to hold out a tenth of train.
            **options: `test`, as `dev`; `output`, the folder of the training, None for one that is
                deleted with the result; `recipe`, if the zoo has none for the task; and what
                `zoo.train` takes, such as `config`.

        Returns:
            A predictor of the new model; `save` writes its folder.

        Raises:
            CorpusError: examples or files cannot be read.
            ValueError: the predictor was not loaded by name, or no recipe trains its task.
        """
        return self.task.fine_tune(self, train, dev, **options)

    @property
    def model(self) -> Any:
        """The `keras.Model` with its trained weights; requires the [train] extra.

        It predicts and shows its layers. Its word vectors are quantized, and `fit` cannot train
        them; `fine_tune` trains a copy.
        """
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


def above(answer: Any, min_score: float) -> Any:
    """Return an answer without the results whose score is below `min_score`."""
    if not min_score:
        return answer
    if isinstance(answer, ResultList):
        return cast("ResultList[Any]", answer).above(min_score)
    return answer if answer.score >= min_score else replace(answer, label=None)


def check_min_score(min_score: float) -> None:
    """Raise ValueError unless `min_score` is between 0 and 1."""
    if not 0 <= min_score <= 1:
        raise ValueError(f"`min_score` must be between 0 and 1, got {min_score!r}.")


def check_text(name: str, text: object) -> None:
    """Raise TypeError unless `text` is a string.

    Args:
        name: name of the argument, for the message.
        text: its value.
    """
    if not isinstance(text, str):
        raise TypeError(f"`{name}` must be a str, got {type(text).__name__}: {text!r:.60}.")

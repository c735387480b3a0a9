"""The parts of a model that inspection uses: embedding, recurrent layers, answers by label."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from zoo.inspect.tensors import to_numpy
from zoo.tasks import Task

OUTSIDE = "O"  # the tag of a word outside of all spans


class Answer(NamedTuple):
    """The answer of a model to B sequences.

    Args:
        best: index of the predicted label: (B, T), or (B,) of whole texts.
        scores: probability of each label: (B, T, L), or (B, L).
    """

    best: np.ndarray
    scores: np.ndarray

    def score(self) -> np.ndarray:
        """Return the probabilities of the predicted labels, of the shape of `best`."""
        return np.take_along_axis(self.scores, self.best[..., None], axis=-1)[..., 0]


class ModelParts(NamedTuple):
    """The parts of a model that measures and figures use.

    Args:
        stack: its `zoo.layers.RecurrentStack`.
        labels: the L labels of a word, or of a text.
        none_label: the label of words outside of everything that is labelled, or None.
        embed: function from ids (B, T, ...) by name to the input of the first recurrent layer
            (B, T, F).
        answer: function from that input, and the ids, to an `Answer`. Without the ids, the bigrams
            of a classifier do not contribute.
    """

    stack: Any
    labels: tuple[str, ...]
    none_label: str | None
    embed: Callable[[Mapping[str, Any]], np.ndarray]
    answer: Callable[..., Answer]

    @property
    def bidirectional(self) -> bool:
        """Whether the recurrent layers read in both directions."""
        return self.stack.options.bidirectional

    @classmethod
    def of(cls, predictor: Any) -> Self:
        """Return the parts of a predictor's Keras model.

        Args:
            predictor: as returned by `zoo.load`. Its task maps tags to labels: the probability of
                an entity label is the sum over its tags.

        Raises:
            TypeError: `predictor` is not a predictor of the zoo.

        Example:

        >>> import zoo
        >>> predictor = zoo.load("bilstm-brackets")
        >>> parts = ModelParts.of(predictor)
        >>> features = parts.embed(predictor.inputs_of("(a)"))
        >>> features.shape, parts.answer(features[None]).scores.shape
        ((3, 16), (1, 3, 2))
        """
        task = task_of(predictor)
        labels, tag_labels = task.inspect_labels(predictor.tags)
        model = predictor.model

        def embed(inputs):
            return to_numpy(model.embed(inputs)[0])

        def answer(features, inputs=None):
            mask = np.ones(features.shape[:2], bool)
            logits = model.logits(features, mask)
            if inputs is not None:
                logits = logits + model.beside(inputs)
            answers = {n: to_numpy(a) for n, a in model.decode(logits, mask).items()}
            scores = answers.pop("scores")
            (best,) = answers.values()
            return Answer(tag_labels.argmax(axis=1)[best], scores @ tag_labels)

        return cls(model.recurrent, labels, task.none_label(predictor.labels), embed, answer)


def task_of(predictor: Any) -> Task:
    """Return the task of a predictor.

    Raises:
        TypeError: `predictor` is not a predictor of the zoo.
    """
    if getattr(predictor, "task", None) is None:
        raise TypeError(
            "`predictor` must be a predictor of the zoo, as `zoo.load` returns it, got "
            f"{type(predictor).__name__}."
        )
    return predictor.task


def each_label(tags: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the labels of tags that are labels themselves.

    Args:
        tags: K names.

    Returns:
        The L labels, and a (K, L) matrix of 0 and 1: which label each tag belongs to.
    """
    return tuple(tags), np.eye(len(tags), dtype="float32")


def label_of_tags(tags: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the labels of tags of spans: "B-PER" and "E-PER" belong to "PER"; see `each_label`.

    Example:

    >>> label_of_tags(["B-PER", "I-PER", "O"])[0]
    ('O', 'PER')
    """
    names = [tag.partition("-")[2] or tag for tag in tags]
    labels = [OUTSIDE, *sorted(set(names) - {OUTSIDE})]
    tag_labels = np.array([[name == label for label in labels] for name in names], "float32")
    return tuple(labels), tag_labels

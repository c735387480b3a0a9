"""Contextual vectors of the words of a text, and of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.text import Token

DIRECTIONS = ("forward", "backward", "both")
POOLINGS = ("mean", "max", "final")


@dataclass(frozen=True, eq=False)
class Encoding:
    """The outputs of a model's recurrent layers at the words of a text.

    Args:
        text: the text.
        tokens: its T words, with their offsets.
        states: (L, 2, T, U) float32, by layer, direction (forward, backward), word and unit.

    Example:

    >>> import zoo
    >>> encoding = zoo.load("bilstm-ner").encode("Ada Lovelace wrote to Charles Babbage.")
    >>> [token.text for token in encoding.tokens][:3], encoding.states.shape
    (['Ada', 'Lovelace', 'wrote'], (1, 2, 7, 200))
    >>> encoding.words().shape, encoding.words(direction="forward").shape
    ((7, 400), (7, 200))
    >>> encoding.vector().shape
    (400,)
    """

    text: str
    tokens: list[Token]
    states: np.ndarray

    def words(
        self,
        layer: int = -1,
        direction: str = "both",
        weights: Sequence[float] | None = None,
    ) -> np.ndarray:
        """Return a vector for each word.

        Args:
            layer: number of the layer; -1 for the last.
            direction: "forward", "backward", or "both" side by side.
            weights: L weights, for the weighted sum of all layers in place of one layer, as in
                ELMo (Peters et al., 2018).

        Returns:
            (T, U) or, for both directions, (T, 2U).

        Raises:
            ValueError: an unknown direction, another number of weights than of layers.
            IndexError: there is no such layer.
        """
        check_direction(direction)
        if weights is None:
            states = self.states[layer]
        elif len(weights) == len(self.states):
            states = np.tensordot(np.asarray(weights, "float32"), self.states, axes=1)
        else:
            raise ValueError(
                f"`weights` must be {len(self.states)} numbers, one for each layer, "
                f"got {len(weights)}."
            )
        forward, backward = states
        chosen = {"forward": [forward], "backward": [backward], "both": [forward, backward]}
        return np.concatenate(chosen[direction], axis=-1)

    def vector(
        self,
        pooling: str = "mean",
        layer: int = -1,
        direction: str = "both",
        weights: Sequence[float] | None = None,
    ) -> np.ndarray:
        """Return a vector for the text; zeros if it has no words.

        Args:
            pooling: "mean" or "max" over the words, or "final": the forward vector of the last
                word beside the backward vector of the first.
            layer, direction, weights: as in `words`.

        Returns:
            (U,) or, for both directions, (2U,).

        Raises:
            ValueError: an unknown pooling, or as in `words`.
        """
        check_pooling(pooling)
        words = self.words(layer, direction, weights)
        if not len(words):
            return np.zeros(int(words.shape[1]), "float32")
        if pooling != "final":
            pooled: np.ndarray = words.mean(axis=0) if pooling == "mean" else words.max(axis=0)
            return pooled
        last, first = words[-1], words[0]
        units = self.states.shape[-1]
        ends = {"forward": [last], "backward": [first], "both": [last[:units], first[units:]]}
        return np.concatenate(ends[direction])


def encoded(
    text: str,
    parts: Iterable[tuple[list[Token], int, int]],
    inputs_of: Callable[[Iterable[str]], Mapping[str, np.ndarray]],
    engine: Any,
) -> Encoding:
    """Return the vectors of a text.

    Args:
        text: the text.
        parts: what the model reads at a time, `(tokens, first, last)`: read all of `tokens`, keep
            `first:last`.
        inputs_of: function from words to the model's inputs.
        engine: an engine with a method `states`, such as `zoo.runtime.LiteRTEngine`.

    Raises:
        ValueError: the engine has no such method, or the model has no such layers.
    """
    if not hasattr(engine, "states"):
        raise ValueError("`encode` requires the runtime 'litert': zoo.load(NAME).encode(TEXT).")
    tokens: list[Token] = []
    states: list[np.ndarray] = []
    for read, first, last in parts:
        if read:
            found = engine.states(inputs_of([token.text for token in read]))
            tokens += read[first:last]
            states.append(found[:, :, first:last])
    if not states:  # no words: the vectors of none of one word have the right widths
        states.append(engine.states(inputs_of(["."]))[:, :, :0])
    return Encoding(text, tokens, np.concatenate(states, axis=2))


def check_direction(direction: str) -> None:
    """Raise ValueError unless `direction` is one of `DIRECTIONS`."""
    if direction not in DIRECTIONS:
        raise ValueError(f"`direction` must be one of {DIRECTIONS}, got {direction!r}.")


def check_pooling(pooling: str) -> None:
    """Raise ValueError unless `pooling` is one of `POOLINGS`."""
    if pooling not in POOLINGS:
        raise ValueError(f"`pooling` must be one of {POOLINGS}, got {pooling!r}.")

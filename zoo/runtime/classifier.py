"""The predictor of text classification, with attributions of its words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from zoo.runtime.assets import cleaner_of, read_vocabulary, tokenizer_of
from zoo.runtime.predictor import Engine, Predictor, Tokenizer, check_text
from zoo.runtime.results import Result, ResultList
from zoo.text import Token, Vocabulary
from zoo.text.word_encoder import word_ids

PIECE = 2000  # words that the model reads at a time, so that memory is bounded
PASSES = 400  # maximum number of forward passes to explain a text
UNKNOWN_ID = 1  # id of the unknown word

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Classification(Result):
    """The label of a text.

    Args:
        label: the predicted label, such as "positive"; None if the text has no words, or if the
            score is below `min_score`.
        score: probability of the label, between 0 and 1; 0.0 if the text has no words.
    """

    label: str | None
    score: float

    def line(self) -> str:
        """Return label and score."""
        if self.label is None:
            return f"no label {self.score:.2f}" if self.score else "no words"
        return f"{self.label} {self.score:.2f}"


@dataclass(frozen=True)
class WordWeight(Result):
    """The contribution of a word to the label of its text.

    Args:
        text: the word as it is written in the text.
        start: offset of its first character in the text.
        end: offset after its last character.
        weight: decrease of the probability of the label when the word is replaced by the unknown
            word, between -1 and 1; negative if the word is evidence against the label.
    """

    text: str
    start: int
    end: int
    weight: float

    def line(self) -> str:
        """Return weight, offsets and text."""
        return f"{self.weight:+.4f}  {self.start}:{self.end}  {self.text}"


class TextClassifier(Predictor[Classification]):
    """Predicts one label per text, a `Classification`, and explains it by the weights of its words.

    A text of more than 2,000 words is split into the smallest number of consecutive pieces of
    nearly equal length. Its scores are the means over the pieces, weighted by their lengths.

    Args:
        tokenizer: function from a text to a list of `zoo.text.Token`.
        vocabulary: a `zoo.text.Vocabulary` of normalized words.
        clean: function from a text to the text that the model reads, of the same length, such as
            `zoo.text.markup.blank_markup`; `str` for no change.
        labels, engine, open_model: as in `Predictor`; the engine maps `ids` (T,) to `scores` (K,).

    Example:

    >>> from zoo.text import Vocabulary, WordTokenizer
    >>> from zoo.text.markup import blank_markup
    >>> def engine(inputs):  # in place of a model: the fraction of "good"
    ...     good = (inputs["ids"] == 2).mean()
    ...     return {"scores": np.array([1 - good, good])}
    >>> vocabulary = Vocabulary(["[PAD]", "[UNK]", "good"])
    >>> labels = ["negative", "positive"]
    >>> classify = TextClassifier(WordTokenizer(), vocabulary, blank_markup, labels, engine, None)
    >>> classify("Good, good <b>good</b>")
    Classification(label='positive', score=0.75)
    >>> words = classify.explain("Good, good <b>good</b>")
    >>> [(word.text, word.start, word.end, word.weight) for word in words]
    [('Good', 0, 4, 0.25), (',', 4, 5, 0.0), ('good', 6, 10, 0.25), ('good', 14, 18, 0.25)]
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        vocabulary: Vocabulary,
        clean: Callable[[str], str],
        labels: Iterable[str],
        engine: Engine,
        open_model: Callable[[], Any] | None,
    ) -> None:
        super().__init__(labels, engine, open_model)
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary
        self._clean = clean

    @classmethod
    def open(
        cls,
        folder: Path,
        config: dict[str, Any],
        engine: Engine,
        open_model: Callable[[], Any] | None,
    ) -> Self:
        """Return the predictor of a model folder; see `zoo.runtime.open_predictor`."""
        tokenizer = tokenizer_of(folder, config)
        clean = cleaner_of(folder, config)
        vocabulary = read_vocabulary(folder, "words")
        return cls(tokenizer, vocabulary, clean, config["labels"], engine, open_model)

    def clean(self, text: str) -> str:
        """Return the text as the model reads it, of the same length; for example without markup."""
        return self._clean(text)

    def probabilities(self, text: str) -> dict[str, float]:
        """Return the probability of each label; an empty dict if the text has no words.

        Raises:
            TypeError: `text` is not a string.

        Example:

        >>> import zoo
        >>> probabilities = zoo.load("bilstm-sentiment").probabilities("A wonderful film.")
        >>> max(probabilities, key=probabilities.get), round(sum(probabilities.values()), 3)
        ('positive', 1.0)
        """
        check_text("text", text)
        tokens, pieces = self._read(text)
        if not tokens:
            return {}
        scores = _mean([self._scores(piece) for piece in pieces], pieces)
        return dict(zip(self.labels, scores.tolist(), strict=True))

    def explain(self, text: str) -> ResultList[WordWeight]:
        """Compute the contribution of each word to the label, by occlusion.

        Each word is replaced by the unknown word, and the model runs again; at most 400 times. In a
        text of 400 words or more, runs of neighbouring words are replaced together, and each
        word gets an equal share of the weight of its run. In a text of more than 400,000 words,
        each piece is one run.

        Args:
            text: a string of any length.

        Returns:
            List of `WordWeight`, one per word, in order.

        Raises:
            TypeError: `text` is not a string.
        """
        check_text("text", text)
        tokens, pieces = self._read(text)
        if not tokens:
            return ResultList(text=text)
        scores = np.array([self._scores(piece) for piece in pieces])
        label = int(_mean(scores, pieces).argmax())
        runs = max(1, PASSES // len(pieces) - 1)  # per piece; one pass reads the whole piece
        weights = np.concatenate(
            [
                self._falls(piece, label, score, runs) * len(piece) / len(tokens)
                for piece, score in zip(pieces, scores[:, label], strict=True)
            ]
        )
        found = (
            # Not the word as it is read, without format characters and HTML entities.
            WordWeight(text[token.start : token.end], token.start, token.end, weight)
            for token, weight in zip(tokens, weights.tolist(), strict=True)
        )
        return ResultList(found, text)

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The vocabularies whose ids the model reads."""
        return (self.vocabulary,)

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the model's inputs for words: `ids` (T,)."""
        return {"ids": word_ids(self.vocabulary, list(words))}

    def _answer(self, text: str) -> Classification:
        scores = self.probabilities(text)
        if not scores:
            return Classification(None, 0.0)
        best = max(scores, key=lambda label: scores[label])
        return Classification(best, scores[best])

    def _read(self, text: str) -> tuple[list[Token], list[np.ndarray]]:
        """Return the tokens, and their word ids in pieces."""
        tokens = self.tokenizer(self.clean(text))
        ids = self.inputs_of([token.text for token in tokens])["ids"]
        return tokens, np.array_split(ids, max(1, math.ceil(len(ids) / PIECE)))

    def _reads(self, text: str) -> Iterator[tuple[list[Token], int, int]]:
        tokens = self.tokens(text)
        for piece in np.array_split(np.arange(len(tokens)), max(1, -(-len(tokens) // PIECE))):
            yield [tokens[index] for index in piece], 0, len(piece)

    def _scores(self, ids: np.ndarray) -> Floats:
        return self._engine({"ids": ids})["scores"].astype("float64")

    def _falls(self, piece: np.ndarray, label: int, score: float, runs: int) -> Floats:
        """Return the decrease of a label's score when each word of a piece is hidden, (T,).

        Args:
            piece: (T,) ids.
            label: index of the label.
            score: score of the label for the whole piece.
            runs: maximum number of runs of words to hide.
        """
        falls = np.empty(len(piece))
        for run in np.array_split(np.arange(len(piece)), min(runs, len(piece))):
            hidden = piece.copy()
            hidden[run] = UNKNOWN_ID
            falls[run] = (score - self._scores(hidden)[label]) / len(run)
        return falls


def _mean(scores: Sequence[Floats] | Floats, pieces: Sequence[np.ndarray]) -> Floats:
    """Return the mean (K,) of the scores of pieces, weighted by their lengths."""
    return np.average(scores, axis=0, weights=[len(piece) for piece in pieces])

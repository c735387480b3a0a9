"""From text to what it is as a whole, and which of its words say so."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zoo.runtime.assets import one_of, read_vocabulary, tokenizer_of
from zoo.runtime.predictor import Engine, Predictor, check_text
from zoo.runtime.tagger import Tokenizer
from zoo.text import Vocabulary
from zoo.text.markup import blank_markup
from zoo.text.word_encoder import word_ids

MARKUP = {"blank": blank_markup}
PIECE = 2000  # words that the model reads at once, so that memory stays bounded
PASSES = 400  # through the model, to explain a text
UNKNOWN_ID = 1  # the id of a word that the vocabulary has not


@dataclass(frozen=True)
class Classification:
    """What a text is.

    Args:
        label: such as "positive"; None where the text has no words.
        score: probability of the label, between 0 and 1; 0.0 where the text has no words.
    """

    label: str | None
    score: float


@dataclass(frozen=True)
class WordWeight:
    """What a word does for the label of its text.

    Args:
        text: as it is written there.
        start: offset of its first character in the text.
        end: offset behind its last one.
        weight: how much the probability of the text's label falls when the word is unknown, between
            -1 and 1; below 0, the word speaks against the label.
    """

    text: str
    start: int
    end: int
    weight: float


class TextClassifier(Predictor[Classification]):
    """Says what texts are, a `Classification` each, and can explain it by the weights of their words.

    A text of more than 2,000 words is read in consecutive pieces, as few as will do and as long as
    each other; its scores are the mean of theirs, weighted by their numbers of words.

    Args:
        tokenizer: from a text to a list of `zoo.text.Token`.
        vocabulary: a `zoo.text.Vocabulary` of normalized words.
        clean: from a text to what is read of it, where it stood, such as
            `zoo.text.markup.blank_markup`; `str` for all of it.
        labels, engine, open_model: as in `Predictor`; the engine takes `ids` (T,) and gives
            `scores` (K,).

    Example:

    >>> from zoo.text import Vocabulary, WordTokenizer
    >>> def engine(inputs):  # where a model would be: the more good, the better
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
        cls, folder: Path, config: dict, engine: Engine, open_model: Callable[[], Any] | None
    ) -> TextClassifier:
        """Return the predictor of a model folder; see `zoo.runtime.open_predictor`."""
        tokenizer = tokenizer_of(folder, config)
        preprocessor = config["preprocessor"]
        clean = one_of(folder, preprocessor, "markup", MARKUP) if "markup" in preprocessor else str
        vocabulary = read_vocabulary(folder, "words")
        return cls(tokenizer, vocabulary, clean, config["labels"], engine, open_model)

    def clean(self, text: str) -> str:
        """Return what is read of a text, every character where it was: without markup, say."""
        return self._clean(text)

    def explain(self, text: str) -> list[WordWeight]:
        """Weigh the words of a text, by hiding each and asking again.

        The model is asked 400 times at most: in a text of 400 words or more, neighbours are hidden
        together, in runs of nearly equal length, and share the weight of their run equally. Beyond
        400,000 words, where reading the text takes so many passes itself, each piece is one run.

        Args:
            text: a string of any length.

        Returns:
            List of `WordWeight`, one a word in the order of the text. A word that holds an entity
            of HTML ends with the entity's first character.

        Raises:
            TypeError: no string.
        """
        check_text("text", text)
        tokens, pieces = self._read(text)
        if not tokens:
            return []
        scores = np.array([self._scores(piece) for piece in pieces])
        label = _mean(scores, pieces).argmax()
        runs = max(1, PASSES // len(pieces) - 1)  # of each piece, besides its own pass
        weights = np.concatenate(
            [
                self._falls(piece, label, score, runs) * len(piece) / len(tokens)
                for piece, score in zip(pieces, scores[:, label], strict=True)
            ]
        )
        return [
            # Of the text as it was given: in the one that was read, an entity is its character.
            WordWeight(text[token.start : token.end], token.start, token.end, weight)
            for token, weight in zip(tokens, weights.tolist(), strict=True)
        ]

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return what the model reads of words: `ids` (T,)."""
        return {"ids": word_ids(self.vocabulary, list(words))}

    def _answer(self, text: str) -> Classification:
        tokens, pieces = self._read(text)
        if not tokens:
            return Classification(None, 0.0)
        scores = _mean([self._scores(piece) for piece in pieces], pieces)
        best = scores.argmax()
        return Classification(self.labels[best], float(scores[best]))

    def _read(self, text):
        """Return the tokens, and the ids of their words in pieces."""
        tokens = self.tokenizer(self.clean(text))
        ids = self.inputs_of([token.text for token in tokens])["ids"]
        return tokens, np.array_split(ids, max(1, math.ceil(len(ids) / PIECE)))

    def _scores(self, ids):
        return self._engine({"ids": ids})["scores"].astype("float64")

    def _falls(self, piece, label, score, runs):
        """Return how far a label's score of one piece falls with each of its words, (T,).

        Args:
            piece: (T,) ids.
            label: index of the label.
            score: the label's, of the whole piece.
            runs: how many runs of words may be hidden.
        """
        falls = np.empty(len(piece))
        for run in np.array_split(np.arange(len(piece)), min(runs, len(piece))):
            hidden = piece.copy()
            hidden[run] = UNKNOWN_ID
            falls[run] = (score - self._scores(hidden)[label]) / len(run)
        return falls


def _mean(scores, pieces):
    """Return the mean (K,) of the scores of pieces, weighted by their numbers of words."""
    return np.average(scores, axis=0, weights=[len(piece) for piece in pieces])

"""The predictor of token tagging: one label per token."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from zoo.runtime.assets import read_vocabulary, tokenizer_of
from zoo.runtime.predictor import Engine, Predictor, Tokenizer
from zoo.runtime.results import Result, ResultList
from zoo.text import Vocabulary


@dataclass(frozen=True)
class TaggedToken(Result):
    """A token with its label.

    Args:
        text: the token.
        label: the predicted label.
        start: offset of its first character in the text.
        end: offset after its last character.
        score: probability of the label, between 0 and 1.
    """

    text: str
    label: str
    start: int
    end: int
    score: float

    def line(self) -> str:
        """Return text and label."""
        return f"{self.text}/{self.label}"


class TokenTaggingPredictor(Predictor[ResultList[TaggedToken]]):
    """Predicts one label per token; the result is a list of `TaggedToken` per text.

    Args:
        tokenizer: function from a text to a list of `zoo.text.Token`.
        vocabulary: a `zoo.text.Vocabulary`.
        labels, engine, open_model: as in `Predictor`; the engine maps `ids` (T,) to `scores` (T, K)
            and `tags` (T,).

    Example:

    >>> import zoo
    >>> tagger = zoo.load("bilstm-brackets")
    >>> [(token.text, token.label) for token in tagger("a(b)")]
    [('a', 'outside'), ('(', 'inside'), ('b', 'inside'), (')', 'inside')]
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        vocabulary: Vocabulary,
        labels: Iterable[str],
        engine: Engine,
        open_model: Callable[[], Any] | None,
    ) -> None:
        super().__init__(labels, engine, open_model)
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary

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
        vocabulary = read_vocabulary(folder, "vocabulary")
        return cls(tokenizer, vocabulary, config["labels"], engine, open_model)

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The vocabularies whose ids the model reads."""
        return (self.vocabulary,)

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return the model's inputs for tokens: `ids` (T,)."""
        return {"ids": self.vocabulary.encode(words)}

    def _answer(self, text: str) -> ResultList[TaggedToken]:
        tokens = self.tokenizer(text)
        if not tokens:
            return ResultList(text=text)
        outputs = self._engine(self.inputs_of(token.text for token in tokens))
        tags: list[int] = outputs["tags"].tolist()
        found = (
            TaggedToken(token.text, self.labels[tag], token.start, token.end, float(scores[tag]))
            for token, tag, scores in zip(tokens, tags, outputs["scores"], strict=True)
        )
        return ResultList(found, text)

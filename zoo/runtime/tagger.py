"""From text to one label a token."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zoo.runtime.assets import read_vocabulary, tokenizer_of
from zoo.runtime.predictor import Engine, Predictor
from zoo.text import Token, Vocabulary

Tokenizer = Callable[[str], list[Token]]


@dataclass(frozen=True)
class TaggedToken:
    """A token with its label.

    Args:
        text: the token.
        label: what it is.
        start: offset of its first character in the text.
        end: offset behind its last one.
        score: probability of the label, between 0 and 1.
    """

    text: str
    label: str
    start: int
    end: int
    score: float


class TokenTaggingPredictor(Predictor[list[TaggedToken]]):
    """Tags the tokens of texts: a list of `TaggedToken` a text, empty where there are no tokens.

    Args:
        tokenizer: from a text to a list of `zoo.text.Token`.
        vocabulary: a `zoo.text.Vocabulary`.
        labels, engine, open_model: as in `Predictor`; the engine takes `ids` (T,) and gives
            `scores` (T, K) and `tags` (T,).

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
        cls, folder: Path, config: dict, engine: Engine, open_model: Callable[[], Any] | None
    ) -> TokenTaggingPredictor:
        """Return the predictor of a model folder; see `zoo.runtime.open_predictor`."""
        tokenizer = tokenizer_of(folder, config)
        vocabulary = read_vocabulary(folder, "vocabulary")
        return cls(tokenizer, vocabulary, config["labels"], engine, open_model)

    def inputs_of(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """Return what the model reads of tokens: `ids` (T,)."""
        return {"ids": self.vocabulary.encode(words)}

    def _answer(self, text: str) -> list[TaggedToken]:
        tokens = self.tokenizer(text)
        if not tokens:
            return []
        outputs = self._engine(self.inputs_of(token.text for token in tokens))
        return [
            TaggedToken(token.text, self.labels[tag], token.start, token.end, float(scores[tag]))
            for token, tag, scores in zip(tokens, outputs["tags"], outputs["scores"], strict=True)
        ]

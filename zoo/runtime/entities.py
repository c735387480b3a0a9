"""The predictor of named-entity recognition: labelled spans with offsets and scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zoo.runtime.results import Result
from zoo.runtime.words import WordPredictor
from zoo.text import Token
from zoo.text.addresses import addresses, without_underscores
from zoo.text.tags import spans_to_tags, tags_to_spans


@dataclass(frozen=True)
class Entity(Result):
    """A named entity in a text.

    Args:
        text: the entity as it is written in the text.
        label: its type, such as "PER".
        start: offset of its first character in the text.
        end: offset after its last character.
        score: probability of its least certain word, between 0 and 1.
    """

    text: str
    label: str
    start: int
    end: int
    score: float
    separator = ", "

    def line(self) -> str:
        """Return text, label and score."""
        return f"{self.text}/{self.label} {self.score:.2f}"


class EntityTagger(WordPredictor[Entity]):
    """Finds named entities; the result is a list of `Entity` per text, in order.

    In a text, URLs, mail addresses and handles are not names, and underscores around a name, as in
    Markdown, are not part of it, unless the model was trained to label addresses. `predict_words`
    returns BIO tags, whatever the scheme of the model's tags is.

    Args:
        tokenizer, encode, tags, features, labels, engine, open_model, clean, addresses: as in
            `zoo.runtime.words.WordPredictor`.

    Example:

    >>> import zoo
    >>> tagger = zoo.load("bilstm-ner")
    >>> text = "George Washington went to Washington."
    >>> [(each.text, each.label, each.start, each.end) for each in tagger(text)]
    [('George Washington', 'PER', 0, 17), ('Washington', 'LOC', 26, 36)]
    >>> tagger.predict_words([["EU", "rejects", "German", "call"], []])
    [['B-ORG', 'O', 'B-MISC', 'O'], []]
    """

    def _tags_of(self, tags: list[str]) -> list[str]:
        return spans_to_tags(tags_to_spans(tags), len(tags), "BIO")

    def _answers_of(
        self, text: str, tokens: list[Token], tags: list[str], scores: list[float]
    ) -> Iterator[Entity]:
        if not self.addresses:
            found = zip(tags, addresses(tokens), strict=True)
            tags = ["O" if address else tag for tag, address in found]
        for label, first, last in tags_to_spans(tags):
            start, end = tokens[first].start, tokens[last - 1].end
            if not self.addresses:
                start, end = without_underscores(text, start, end)
            yield Entity(text[start:end], label, start, end, min(scores[first:last]))

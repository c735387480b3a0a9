"""From text to the names in it: what they are, where they stand, how sure that is."""

import sys
from dataclasses import dataclass

import numpy as np

from zoo.runtime.assets import read_vocabulary, tokenizer_of
from zoo.runtime.predictor import Predictor, check_text
from zoo.text import WordEncoder, split_sentences
from zoo.text.tags import spans_to_tags, tags_to_spans
from zoo.text.windows import windows


@dataclass(frozen=True)
class Entity:
    """A name in a text.

    Args:
        text: as it is written there.
        label: what it names, such as "PER".
        start: offset of its first character in the text.
        end: offset behind its last one.
        score: probability of its least certain word, between 0 and 1.
    """

    text: str
    label: str
    start: int
    end: int
    score: float


class EntityTagger(Predictor):
    """Finds the names in texts: a list of `Entity` a text, in their order.

    A text is read sentence by sentence, a sentence of more than 200 words in pieces that overlap:
    a document may have any length.

    Args:
        tokenizer: from a text to a list of `zoo.text.Token`.
        encode: a `zoo.text.WordEncoder`.
        tags: the tags in the order of the model's outputs.
        features: the arrays of `encode` that the model reads.
        labels, engine, open_model: as in `Predictor`; the engine takes `features` and gives
            `scores` (T, K) and `tags` (T,).

    Example:

    >>> import zoo
    >>> tagger = zoo.load("bilstm-ner")
    >>> text = "George Washington went to Washington."
    >>> [(each.text, each.label, each.start, each.end) for each in tagger(text)]
    [('George Washington', 'PER', 0, 17), ('Washington', 'LOC', 26, 36)]
    >>> tagger.predict_words([["EU", "rejects", "German", "call"], []])
    [['B-ORG', 'O', 'B-MISC', 'O'], []]
    """

    def __init__(self, tokenizer, encode, tags, features, labels, engine, open_model):
        super().__init__(labels, engine, open_model)
        self.tokenizer = tokenizer
        self.encode = encode
        self.tags = tuple(tags)
        self._features = tuple(features)

    @classmethod
    def open(cls, folder, config, engine, open_model):
        """Return the predictor of a model folder; see `zoo.runtime.open_predictor`."""
        encode = WordEncoder(*(read_vocabulary(folder, name) for name in ("words", "characters")))
        return cls(
            tokenizer_of(folder, config),
            encode,
            config["model"]["labels"],
            config["preprocessor"]["features"],
            config["labels"],
            engine,
            open_model,
        )

    def predict_words(self, sentences):
        """Tag sentences that are split into words already.

        Args:
            sentences: list of sentences, each a list of words; of any length, also empty.

        Returns:
            List of lists of BIO tags, one a word.

        Raises:
            TypeError: a sentence that is no list, or a word that is no str.
            ValueError: an empty word.
        """
        check_sentences(sentences)
        return [
            spans_to_tags([span for span, _ in self._spans(words)], len(words), "BIO")
            for words in sentences
        ]

    def _answer(self, text):
        entities = []
        for tokens in split_sentences(text, self.tokenizer(text), max_length=sys.maxsize):
            for (label, first, last), score in self._spans([token.text for token in tokens]):
                start, end = tokens[first].start, tokens[last - 1].end
                entities.append(Entity(text[start:end], label, start, end, score))
        return entities

    def _spans(self, words):
        """Return the pairs of a `Span` and its score, for words of one sentence."""
        tags, scores = [], []
        for start, stop, first, last in windows(len(words)):
            arrays = self.encode(words[start:stop])
            outputs = self._engine({name: arrays[name] for name in self._features})
            kept = slice(first - start, last - start)
            best = outputs["tags"][kept]
            tags += [self.tags[tag] for tag in best]
            scores += outputs["scores"][kept][np.arange(len(best)), best].tolist()
        return [(span, min(scores[span.start : span.end])) for span in tags_to_spans(tags)]


def check_sentences(sentences):
    """Raise unless `sentences` is a list of lists of words, none empty."""
    if not isinstance(sentences, list | tuple):
        raise TypeError(f"`sentences` must be a list of lists of words, got {sentences!r:.60}.")
    for index, words in enumerate(sentences):
        if not isinstance(words, list | tuple):
            raise TypeError(f"`sentences[{index}]` must be a list of words, got {words!r:.60}.")
        for position, word in enumerate(words):
            check_text(f"sentences[{index}][{position}]", word)
            if not word:
                raise ValueError(f"`sentences[{index}][{position}]` is an empty word.")

"""Kinds of tags: independent tags, such as parts of speech, and tags that encode spans."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from zoo.data.tagging import CASINGS, TaggingBatches, recased
from zoo.metrics import (
    fit_tag_temperature,
    fit_temperature,
    frequent_errors,
    measure_calibration,
    measure_tagger,
    scored_spans,
    scored_tags,
    span_report,
    tag_scores,
)
from zoo.metrics.calibration import Scored
from zoo.metrics.classification import metric_row
from zoo.metrics.examples import word_accuracy
from zoo.models import WordTagger
from zoo.text import SCHEMES, WordEncoder, convert_tags, tags_to_spans

BATCH = 64  # sentences per batch in prediction
Sentences = Sequence[tuple[Sequence[str], Sequence[str]]]


def batches_of(sentences: Sentences, encode: WordEncoder, model: WordTagger) -> TaggingBatches:
    """Return batches of sentences, pairs of words and tags, for prediction."""
    labels = model.options.labels
    return TaggingBatches(sentences, encode, labels, batch_size=BATCH, features=model.features)


class WordTags:
    """Independent tags, such as parts of speech, scored by accuracy.

    Attributes:
        scheme: tag scheme of the model, or None if tags do not encode spans.
        metric: name of the metric that `score` computes.
    """

    scheme: str | None = None
    metric = "word accuracy"

    def read(self, sentences: Sentences) -> list[tuple[list[str], list[str]]]:
        """Return sentences, pairs of words and tags, with the tags for training."""
        return [(list(words), list(tags)) for words, tags in sentences]

    def tags(self, sentences: Sentences) -> list[str]:
        """Return the tags of a model for these sentences, sorted."""
        return sorted({tag for _, tags in sentences for tag in tags})

    def labels(self, tags: Sequence[str]) -> list[str]:
        """Return the labels for `config.json` that correspond to the tags of a model."""
        return list(tags)

    def score(self, gold: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> float:
        """Return the score of predicted tags, 0 to 1."""
        right = [a == b for a, b in zip(chain(*gold), chain(*found), strict=True)]
        return float(np.mean(right))

    def report(self, sentences: Sentences, found: Sequence[Sequence[str]]) -> str:
        """Return a report of the score and the errors, as text."""
        accuracy = self.score([tags for _, tags in sentences], found)
        errors = "\n".join(
            f"{count:6}  {error}" for error, count in self._confusions(sentences, found)
        )
        return f"{self.metric}: {accuracy:.2%}\n\n{errors}"

    def frequent_errors(self, sentences: Sentences, found: Sequence[Sequence[str]]) -> list[str]:
        """Return the most frequent kinds of errors, with their counts."""
        return [f"{error} ({count})" for error, count in self._confusions(sentences, found)[:5]]

    def _confusions(self, sentences, found):
        pairs = zip(chain(*(tags for _, tags in sentences)), chain(*found), strict=True)
        return Counter(f"{a} taken for {b}" for a, b in pairs if a != b).most_common()

    def baseline(self, sentences: Sentences) -> float:
        """Return the score of the most frequent tag for every word."""
        counts = Counter(chain(*(tags for _, tags in sentences)))
        return max(counts.values()) / counts.total()

    def calibrate(self, model: WordTagger, encode: WordEncoder, sentences: Sentences) -> Scored:
        """Set the model's temperature so that the scores of its tags are calibrated.

        Returns:
            The scores of the answers for these sentences, and whether each is correct.
        """
        batches = batches_of(sentences, encode, model)
        fit_tag_temperature(model, batches)
        return scored_tags(model, batches)

    def measure(
        self, tagger: Any, model: Any, encode: Any, sentences: Sentences, split: str
    ) -> Iterator:
        """Yield the metrics of a loaded tagger on the sentences of a split, for the card."""
        for casing in CASINGS:
            words, tags = zip(*recased(sentences, casing), strict=True)
            yield metric_row(self.metric, word_accuracy(tagger, words, tags), split, casing)


class SpanTags(WordTags):
    """Tags that encode spans, such as named entities, in the scheme BIOES, scored by F1."""

    scheme = "BIOES"
    metric = "entity F1"

    def read(self, sentences: Sentences) -> list[tuple[list[str], list[str]]]:
        """Return sentences with their BIO tags converted to BIOES."""
        return [(list(words), convert_tags(tags, "BIO", "BIOES")) for words, tags in sentences]

    def tags(self, sentences: Sentences) -> list[str]:
        """Return all BIOES tags for the labels in the sentences, sorted."""
        labels = self.labels([tag for _, tags in sentences for tag in tags])
        prefixes = SCHEMES["BIOES"].letters
        return sorted({"O", *(f"{prefix}-{label}" for label in labels for prefix in prefixes)})

    def labels(self, tags: Sequence[str]) -> list[str]:
        """Return the labels of the spans that the tags encode."""
        return sorted({tag[2:] for tag in tags if tag != "O"})

    def score(self, gold: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> float:
        """Return the F1 of the spans that the tags encode."""
        return tag_scores(gold, found).micro.f1

    def report(self, sentences: Sentences, found: Sequence[Sequence[str]]) -> str:
        """Return scores by label, confusions of labels, and all errors, as text."""
        words, gold = zip(*sentences, strict=True)
        return span_report(list(map(tags_to_spans, gold)), list(map(tags_to_spans, found)), words)

    def frequent_errors(self, sentences: Sentences, found: Sequence[Sequence[str]]) -> list[str]:
        """Return the most frequent kinds of errors, with their counts."""
        gold = [tags_to_spans(tags) for _, tags in sentences]
        return frequent_errors(gold, list(map(tags_to_spans, found)))

    def baseline(self, sentences: Sentences) -> float:
        """Return the F1 of no span at all, 0."""
        return 0.0

    def calibrate(self, model: WordTagger, encode: WordEncoder, sentences: Sentences) -> Scored:
        """Set the model's temperature so that the scores of its spans are calibrated."""
        batches, labels = batches_of(sentences, encode, model), model.options.labels
        gold = [tags_to_spans(tags) for _, tags in sentences]
        fit_temperature(model, batches, labels, gold)
        return scored_spans(model, batches, labels, gold)

    def measure(
        self, tagger: Any, model: Any, encode: Any, sentences: Sentences, split: str
    ) -> Iterator:
        """Yield F1 in each casing and by label, speed and calibration, for the card."""
        yield from measure_tagger(tagger, sentences, split)
        yield measure_calibration(model, encode, sentences, split)

"""A trained tagger with what it reads, and the names that it finds."""

from dataclasses import dataclass, field

from zoo.data.tagging import CASINGS, TaggingBatches, recased
from zoo.metrics.span_report import span_report
from zoo.metrics.spans import span_scores
from zoo.models import WordTagger
from zoo.text import WordEncoder, tags_to_spans
from zoo.training.tagging.fit_spans import predict_spans

BATCH = 64  # sentences that are read at once


@dataclass
class TaggerRun:
    """A trained tagger and how well it does.

    Args:
        seed: of its training.
        model: a `zoo.models.WordTagger`.
        encode: its `zoo.text.WordEncoder`.
        scores: dict from `(split, casing)` to `zoo.metrics.spans.SpanScores`.
    """

    seed: int
    model: WordTagger
    encode: WordEncoder
    scores: dict = field(default_factory=dict)

    @property
    def labels(self):
        """The tags, in the order of their ids."""
        return self.model.options.labels

    @property
    def dev_f1(self):
        """F1 on dev, as it is written: what seeds are chosen by."""
        return self.scores["dev", "as written"].micro.f1

    def found(self, sentences):
        """Return for each sentence, a pair of words and tags, the `Span`s that are found in it."""
        batches = batches_of(sentences, self.encode, self.model)
        return predict_spans(self.model.tags_model(), batches, self.labels)

    def measure(self, corpus):
        """Set `scores` of dev, and of test if it is there, in each casing."""
        for split in [name for name in ("dev", "test") if name in corpus]:
            for casing in CASINGS:
                found = self.found(recased(corpus[split], casing))
                self.scores[split, casing] = span_scores(spans_of(corpus[split]), found)

    def report(self, sentences):
        """Return what is right and wrong in sentences, errors one by one, as text."""
        words = [words for words, _ in sentences]
        return span_report(spans_of(sentences), self.found(sentences), words)


def batches_of(sentences, encode, model):
    """Return sentences, pairs of words and tags, in batches for a model to read."""
    labels = model.options.labels
    return TaggingBatches(sentences, encode, labels, batch_size=BATCH, features=model.features)


def spans_of(sentences):
    """Return the `Span`s that the tags of sentences say.

    Example:

    >>> spans_of([(["Ada", "left"], ["S-PER", "O"])])
    [[Span(label='PER', start=0, end=1)]]
    """
    return [tags_to_spans(tags) for _, tags in sentences]

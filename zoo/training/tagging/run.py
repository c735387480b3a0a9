"""A trained word tagger with its encoder and its scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zoo.data.tagging import CASINGS, TaggingBatches, recased
from zoo.metrics import SpanScores, span_report, span_scores
from zoo.models import WordTagger
from zoo.text import Span, WordEncoder, tags_to_spans
from zoo.training.tagging.spans import predict_spans

BATCH = 64  # sentences
Sentences = Sequence[tuple[Sequence[str], Sequence[str]]]  # pairs of words and tags


@dataclass
class TaggerRun:
    """A trained tagger and its scores.

    Args:
        seed: seed of its training.
        model: a `zoo.models.WordTagger`.
        encode: its `zoo.text.WordEncoder`.
        scores: dict from `(split, casing)` to `zoo.metrics.SpanScores`.
    """

    seed: int
    model: WordTagger
    encode: WordEncoder
    scores: dict[tuple[str, str], SpanScores] = field(default_factory=dict)

    @property
    def labels(self) -> Sequence[str]:
        """The tags, in the order of their ids."""
        return self.model.config["labels"]

    @property
    def dev_f1(self) -> float:
        """F1 on dev in its original casing, by which the best seed is chosen."""
        return self.scores["dev", "as written"].micro.f1

    def found(self, sentences: Sentences) -> list[list[Span]]:
        """Return the predicted `Span`s of each sentence, a pair of words and tags."""
        batches = batches_of(sentences, self.encode, self.model)
        return predict_spans(self.model.tags_model(), batches, self.labels)

    def measure(self, corpus: Mapping[str, Sentences]) -> None:
        """Set the `scores` of dev and, if the corpus has it, test, in each casing."""
        for split in [name for name in ("dev", "test") if name in corpus]:
            for casing in CASINGS:
                found = self.found(recased(corpus[split], casing))
                self.scores[split, casing] = span_scores(spans_of(corpus[split]), found)

    def report(self, sentences: Sentences) -> str:
        """Return scores, confusion and every error of sentences as text."""
        words = [words for words, _ in sentences]
        return span_report(spans_of(sentences), self.found(sentences), words)


def batches_of(sentences: Sentences, encode: WordEncoder, model: WordTagger) -> TaggingBatches:
    """Return the batches of sentences, pairs of words and tags, for evaluation."""
    labels = model.config["labels"]
    return TaggingBatches(sentences, encode, labels, batch_size=BATCH, features=model.features)


def spans_of(sentences: Sentences) -> list[list[Span]]:
    """Return the `Span`s that the tags of sentences stand for.

    Example:

    >>> spans_of([(["Ada", "left"], ["S-PER", "O"])])
    [[Span(label='PER', start=0, end=1)]]
    """
    return [tags_to_spans(tags) for _, tags in sentences]

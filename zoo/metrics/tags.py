"""Scores of predicted tags: by the spans that they encode, and token by token."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from zoo.metrics.scores import SpanScores, paired_sentences, span_scores
from zoo.text import SchemeError, Span, strict_spans, tags_to_spans

Tags = Iterable[Sequence[str]]  # of each sentence


class TagCounts(NamedTuple):
    """Numbers of tokens, by their gold and their predicted tag.

    Args:
        correct: tokens with the correct tag, other than `"O"`.
        wrong: tokens with a wrong tag, other than `"O"`.
        missed: tokens with the wrong tag `"O"`.
        outside: tokens with the correct tag `"O"`.
    """

    correct: int
    wrong: int
    missed: int
    outside: int

    @property
    def accuracy(self) -> float:
        """Fraction of the tokens with the correct tag; 0 if there is none."""
        return (self.correct + self.outside) / (sum(self) or 1)


def tag_scores(
    gold: Tags, predicted: Tags, strict: str | None = None, suffix: bool = False
) -> SpanScores:
    """Score the spans that predicted tags encode.

    Args:
        gold: for each sentence its list of tags.
        predicted: for each sentence its list of predicted tags, one for each gold tag.
        strict: None to read tags of any scheme as conlleval does, so that ill-formed tags are part
            of spans too (`zoo.text.tags_to_spans`); or a name in `zoo.text.SCHEMES`, so that only
            spans that are well-formed in this scheme count (`zoo.text.strict_spans`).
        suffix: whether the label comes first, as in `"PER-B"`.

    Returns:
        `SpanScores`.

    Raises:
        ValueError: `gold` and `predicted` differ in the number of sentences or of tags of a
            sentence; an unknown scheme; a string that is not a tag, or not of the scheme
            (`zoo.text.SchemeError`).

    Example:

    >>> gold, predicted = [["B-PER", "I-PER", "O"]], [["I-PER", "I-PER", "O"]]
    >>> tag_scores(gold, predicted).micro.f1, tag_scores(gold, predicted, strict="BIO").micro.f1
    (1.0, 0.0)
    """
    pairs = list(_paired_tags(gold, predicted))
    right = _spans("gold", [tags for tags, _ in pairs], strict, suffix)
    return span_scores(right, _spans("predicted", [tags for _, tags in pairs], strict, suffix))


def tag_counts(gold: Tags, predicted: Tags) -> TagCounts:
    """Compare tags token by token.

    Args:
        gold: for each sentence its list of tags.
        predicted: for each sentence its list of predicted tags, one for each gold tag.

    Returns:
        `TagCounts`.

    Raises:
        ValueError: `gold` and `predicted` differ in the number of sentences or of tags of a
            sentence.

    Example:

    >>> counts = tag_counts([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "O", "O", "B-ORG"]])
    >>> counts, counts.accuracy
    (TagCounts(correct=1, wrong=1, missed=1, outside=1), 0.5)
    """
    correct = wrong = missed = outside = 0
    for right, guess in _paired_tags(gold, predicted):
        for tag, other in zip(right, guess, strict=True):
            correct += tag == other != "O"
            outside += tag == other == "O"
            wrong += tag != other != "O"
            missed += tag != other == "O"
    return TagCounts(correct, wrong, missed, outside)


def _paired_tags(gold: Tags, predicted: Tags) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    for sentence, (right, guess) in enumerate(paired_sentences(gold, predicted)):
        if isinstance(right, str) or isinstance(guess, str):
            given: Any = right if isinstance(right, str) else guess
            raise ValueError(
                "`gold` and `predicted` must hold a list of tags for each sentence, got the string "
                f"{given!r} as sentence {sentence}."
            )
        if len(right) != len(guess):
            raise ValueError(
                "`gold` and `predicted` must hold a tag for each token, got "
                f"{len(right)} and {len(guess)} tags of sentence {sentence}."
            )
        yield right, guess


def _spans(name: str, sentences: Tags, strict: str | None, suffix: bool) -> Iterator[list[Span]]:
    for sentence, tags in enumerate(sentences):
        try:
            yield strict_spans(tags, strict, suffix) if strict else tags_to_spans(tags, suffix)
        except SchemeError as error:
            illegal = [each._replace(sentence=sentence) for each in error.illegal]
            raise SchemeError(f"`{name}`, sentence {sentence}: {error}", illegal) from error

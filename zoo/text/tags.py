"""Tag schemes: conversion between spans and one tag per token, and validation."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SCHEMES = ("BIO", "IOB1", "BIOES")


class Span(NamedTuple):
    """A labelled span of tokens.

    Args:
        label: its label; empty for tags without a label (`"B"`, `"I"`).
        start: index of its first token.
        end: index after its last token.

    Example:

    >>> words = ["the", "New", "York", "Times"]
    >>> words[slice(*Span("ORG", 1, 4)[1:])]
    ['New', 'York', 'Times']
    """

    label: str
    start: int
    end: int


class IllegalTag(NamedTuple):
    """A tag that violates its scheme.

    Args:
        sentence: index of the tag sequence in its corpus; 0 for a single sequence.
        position: index of the tag in its sequence.
        reason: why it is illegal.
    """

    sentence: int
    position: int
    reason: str


class SchemeError(ValueError):
    """Tags that violate their scheme, or a corpus whose tags fit no scheme.

    Args:
        message: the error message.
        illegal: the first illegal tag for each scheme in question.
    """

    def __init__(self, message: str, illegal: list[IllegalTag]) -> None:
        super().__init__(message)
        self.illegal = illegal


def tags_to_spans(tags: Iterable[str]) -> list[Span]:
    """Convert tags to spans as the conlleval script does; illegal tags are part of spans too.

    A tag continues the previous span if its prefix is `I` or `E`, the prefix of the previous tag is
    `B` or `I`, and both labels are equal. Any other tag except `O` starts a new span. This holds
    for all schemes: on legal tags the result is unambiguous.

    Args:
        tags: strings: `"O"`, or a prefix, a hyphen and a label; hyphen and label can be omitted.

    Returns:
        List of `Span`, in order.

    Raises:
        SchemeError: a string is not a tag of any scheme.

    Example:

    >>> tags_to_spans(["B-PER", "I-PER", "O", "I-LOC", "I-ORG"])
    [Span(label='PER', start=0, end=2),
     Span(label='LOC', start=3, end=4),
     Span(label='ORG', start=4, end=5)]

    Reference: the evaluation script of the CoNLL-2000 shared task (Tjong Kim Sang and Buchholz).
    """
    spans: list[Span] = []
    last_prefix, last_label = "O", ""
    for position, tag in enumerate(tags):
        prefix, label = _parse(tag, position)
        if prefix in "IE" and last_prefix in "BI" and label == last_label:
            spans[-1] = Span(label, spans[-1].start, position + 1)
        elif prefix != "O":
            spans.append(Span(label, position, position + 1))
        last_prefix, last_label = prefix, label
    return spans


def strict_spans(tags: Iterable[str], scheme: str) -> list[Span]:
    """Convert tags to spans, and ignore spans with illegal tags.

    Args:
        tags: strings.
        scheme: `"BIO"` (also known as IOB2), `"IOB1"` or `"BIOES"`.

    Returns:
        List of `Span`, in order: the spans of `tags_to_spans` whose tags are legal.

    Raises:
        SchemeError: a string is not a tag of any scheme.
        ValueError: `scheme` is unknown.

    Example:

    >>> strict_spans(["B-PER", "I-PER", "O", "I-LOC", "B-ORG"], "BIO")
    [Span(label='PER', start=0, end=2), Span(label='ORG', start=4, end=5)]
    """
    tags = list(tags)
    spans = tags_to_spans(tags)
    proper = spans_to_tags(spans, len(tags), scheme)
    return [span for span in spans if tags[span.start : span.end] == proper[span.start : span.end]]


def spans_to_tags(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Convert spans to tags.

    Args:
        spans: non-overlapping `Span`s, in any order.
        length: number of tokens of the sequence.
        scheme: `"BIO"`, `"IOB1"` or `"BIOES"`.

    Returns:
        List of `length` strings.

    Raises:
        ValueError: `scheme` is unknown, or a span is empty, overlaps another one or is out of
            range.

    Example:

    >>> spans_to_tags([Span("PER", 0, 2), Span("LOC", 3, 4)], 4, "BIOES")
    ['B-PER', 'E-PER', 'O', 'S-LOC']
    """
    if scheme not in SCHEMES:
        raise ValueError(f"`scheme` must be one of {', '.join(SCHEMES)}, got {scheme!r}.")
    tags = ["O"] * length
    last: tuple[str | None, int, int] = (None, 0, 0)
    for span in sorted(spans, key=lambda span: span.start):
        last_label, _, last_end = last
        if not last_end <= span.start < span.end <= length:
            raise ValueError(
                "`spans` must not be empty, overlap or leave the sequence, got "
                f"{tuple(span)} after {tuple(last)} among {length} tokens."
            )
        adjacent = span.start == last_end and span.label == last_label
        for position, prefix in enumerate(_prefixes(span, scheme, adjacent), span.start):
            tags[position] = f"{prefix}-{span.label}" if span.label else prefix
        last = span
    return tags


def _prefixes(span: Span, scheme: str, adjacent: bool) -> str:
    """Return the prefixes of a span; `adjacent` if it directly follows one of the same label."""
    more = span.end - span.start - 1
    if scheme == "BIOES":
        return "B" + "I" * (more - 1) + "E" if more else "S"
    return ("B" if scheme == "BIO" or adjacent else "I") + "I" * more


def _parse(tag: str, position: int) -> tuple[str, str]:
    prefix, hyphen, label = str(tag).partition("-")
    if tag != "O" and (prefix not in ("B", "I", "E", "S") or bool(hyphen) != bool(label)):
        reason = f"{tag!r} is not a tag: neither 'O' nor B, I, E or S with a label, as 'B-PER'"
        raise SchemeError(f"Tag {position}: {reason}.", [IllegalTag(0, position, reason)])
    return prefix, label


def first_illegal(sentences: Iterable[Sequence[str]], scheme: str) -> IllegalTag | None:
    """Return the first tag of a corpus that violates the scheme.

    Args:
        sentences: tag sequences.
        scheme: `"BIO"`, `"IOB1"` or `"BIOES"`.

    Returns:
        The tag, or None if all tags are legal.

    Raises:
        ValueError: `scheme` is unknown.

    Example:

    >>> first_illegal([["O", "I-PER"]], "BIO")
    IllegalTag(sentence=0, position=1, reason="'I-PER' where BIO requires 'B-PER'")
    """
    for index, tags in enumerate(sentences):
        try:
            proper = spans_to_tags(tags_to_spans(tags), len(tags), scheme)
        except SchemeError as error:
            return error.illegal[0]._replace(sentence=index)
        for position, (tag, expected) in enumerate(zip(tags, proper, strict=True)):
            if tag != expected:
                reason = f"{tag!r} where {scheme} requires {expected!r}"
                return IllegalTag(index, position, reason)
    return None


def convert_tags(tags: Sequence[str], source: str, target: str) -> list[str]:
    """Convert tags to another scheme.

    Args:
        tags: strings, legal in `source`.
        source: the scheme of `tags`: `"BIO"`, `"IOB1"` or `"BIOES"`.
        target: the scheme to convert to.

    Returns:
        List of strings.

    Raises:
        SchemeError: a tag is illegal in `source`.
        ValueError: a scheme is unknown.

    Example:

    >>> convert_tags(["I-PER", "I-PER", "B-PER", "O"], "IOB1", "BIO")
    ['B-PER', 'I-PER', 'B-PER', 'O']
    """
    illegal = first_illegal([tags], source)
    if illegal:
        raise SchemeError(f"Tag {illegal.position}: {illegal.reason}.", [illegal])
    return spans_to_tags(tags_to_spans(tags), len(tags), target)


def detect_scheme(sentences: Sequence[Sequence[str]]) -> str:
    """Detect the scheme in which all tags of a corpus are legal.

    Args:
        sentences: list of tag sequences.

    Returns:
        `"BIO"`, `"IOB1"` or `"BIOES"`; the first one of these if several fit.

    Raises:
        SchemeError: no scheme fits; with the first illegal tag for each scheme.

    Example:

    >>> detect_scheme([["I-PER", "O"], ["I-LOC", "B-LOC"]])
    'IOB1'
    """
    found: list[IllegalTag] = []
    for scheme in SCHEMES:
        illegal = first_illegal(sentences, scheme)
        if illegal is None:
            return scheme
        found.append(illegal)
    places = (f"sentence {i.sentence}, tag {i.position}: {i.reason}" for i in found)
    raise SchemeError(f"The tags fit no single scheme: {'; '.join(places)}.", found)
